import Dispatch
import Glibc

/// Watches folders for new files with inotify(7) on a Dispatch read source.
///
/// Events are hints and the listing is the truth: set the watch first, then list the folder, and list it again
/// after `.overflow`. All methods are called on the queue given to `init`; changes are reported on it too.
package final class DirectoryWatch: @unchecked Sendable {
    // Unchecked: `folders` and `isCancelled` belong to `queue`; every entry checks it.

    package enum Change: Hashable, Sendable {
        /// A file was made here and somebody may still be writing it.
        case created(String)
        /// A writer closed the file.
        case closed(String)
        /// A file was renamed into the folder: complete by convention.
        case movedIn(String)
        /// A folder was made in this folder or moved into it.
        case folderAppeared(String)
        /// The folder itself is gone, moved away or unmounted; nothing more comes until it is watched again.
        case gone
        /// Events of any watched folder were lost: list them all again.
        case overflow
    }

    private let queue: DispatchQueue
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let report: @Sendable (_ folder: String, _ change: Change) -> Void
    private var folders: [Int32: String] = [:]
    private var isCancelled = false

    /// Makes a watch with no folders yet.
    ///
    /// - Parameter report: the folder as given to `watch` and what happened there; the folder is empty for `.overflow`.
    /// - Throws: `SystemError`, `EMFILE` where the user has too many inotify instances.
    package init(
        queue: DispatchQueue, report: @escaping @Sendable (_ folder: String, _ change: Change) -> Void
    ) throws(SystemError) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw SystemError("inotify_init1", "") }
        self.queue = queue
        self.descriptor = descriptor
        self.report = report
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setEventHandler { @Sendable [weak self] in self?.drain() }
        // Closed only here: libdispatch must have let go of the number before it can be used again.
        source.setCancelHandler { @Sendable in close(descriptor) }
        source.activate()
    }

    deinit {
        if !isCancelled { source.cancel() }
    }

    /// Begins to watch a folder; watching it twice is the same as once.
    ///
    /// - Throws: `SystemError`: `ENOENT` or `ENOTDIR` where there is no such folder, `ENOSPC` where the user's watches
    ///   are used up (`fs.inotify.max_user_watches`).
    package func watch(_ folder: String) throws(SystemError) {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !isCancelled else { return }
        let watch = inotify_add_watch(descriptor, folder, Mask.wanted)
        guard watch >= 0 else { throw SystemError("watch", folder) }
        folders[watch] = folder
    }

    /// Stops watching a folder; one that is not watched is fine.
    package func unwatch(_ folder: String) {
        dispatchPrecondition(condition: .onQueue(queue))
        for (watch, name) in folders where name == folder {
            folders[watch] = nil
            inotify_rm_watch(descriptor, watch)
        }
    }

    package func isWatching(_ folder: String) -> Bool {
        dispatchPrecondition(condition: .onQueue(queue))
        return folders.values.contains(folder)
    }

    /// Ends all watching; nothing is reported afterwards.
    package func cancel() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !isCancelled else { return }
        isCancelled = true
        folders.removeAll()
        source.cancel()
    }

    private func drain() {
        dispatchPrecondition(condition: .onQueue(queue))
        let size = 1 << 16
        withUnsafeTemporaryAllocation(byteCount: size, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
            while !isCancelled {
                let count = read(descriptor, buffer.baseAddress, size)
                if count < 0, errno == EINTR { continue }
                // EAGAIN: everything that was there is taken.
                guard count > 0 else { return }
                walk(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
            }
        }
    }

    private func walk(_ bytes: UnsafeRawBufferPointer) {
        let header = MemoryLayout<inotify_event>.size
        var offset = 0
        while offset + header <= bytes.count, !isCancelled {
            let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let end = min(offset + header + Int(event.len), bytes.count)
            let name = String(decoding: bytes[(offset + header)..<end].prefix { $0 != 0 }, as: UTF8.self)
            take(event, name)
            offset = end
        }
    }

    private func take(_ event: inotify_event, _ name: String) {
        let mask = event.mask
        if mask & Mask.overflow != 0 { return report("", .overflow) }
        guard let folder = folders[event.wd] else { return }
        if mask & Mask.gone != 0 {
            folders[event.wd] = nil
            // A folder that was moved away still exists under its new name and would go on reporting.
            if mask & Mask.ignored == 0 { inotify_rm_watch(descriptor, event.wd) }
            return report(folder, .gone)
        }
        if let change = Self.change(mask, name) { report(folder, change) }
    }

    private static func change(_ mask: UInt32, _ name: String) -> Change? {
        if mask & Mask.folder != 0 { return mask & (Mask.created | Mask.movedIn) != 0 ? .folderAppeared(name) : nil }
        if mask & Mask.movedIn != 0 { return .movedIn(name) }
        if mask & Mask.closed != 0 { return .closed(name) }
        return mask & Mask.created != 0 ? .created(name) : nil
    }

    private enum Mask {
        static let created = UInt32(IN_CREATE)
        static let closed = UInt32(IN_CLOSE_WRITE)
        static let movedIn = UInt32(IN_MOVED_TO)
        static let folder = UInt32(IN_ISDIR)
        static let ignored = UInt32(IN_IGNORED)
        static let overflow = UInt32(IN_Q_OVERFLOW)
        static let gone = ignored | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_UNMOUNT)
        static let wanted = created | closed | movedIn | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_ONLYDIR)
    }
}
