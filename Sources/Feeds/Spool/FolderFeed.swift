import Dispatch
import Glibc
import Model
import Platform

/// Takes complete files out of a watched folder, one delivery a file.
///
/// Order, whatever happens in between: the intake reads the file, its arrivals become durable, and only then is the
/// file dismissed. An interruption at any point leads to the same arrivals again and in the end to no file.
final class FolderFeed: @unchecked Sendable {
    // Unchecked: everything below `queue` belongs to it; every entry hops to it or checks it.

    private let path: String
    private let clock: any WallClock
    private let deliver: Deliver
    private let lookEvery: Span
    private let queue: DispatchQueue
    private let folder: SpoolFolder
    private let intake: any FolderIntake
    private var candidates: SpoolCandidates
    /// What the last listing showed.
    private var files: [String: SpoolFolder.File] = [:]
    /// What was taken and is to be dismissed: the content as it was then.
    private var taken: [String: SpoolFolder.File] = [:]
    private var health: SpoolHealth
    private var watch: DirectoryWatch?
    private var root: FileSignature?
    private var timer: RepeatingTimer?
    private var lookIsDue = false
    private var ticks = 0
    private var stopping = StopRequest()

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - lookEvery: how often waiting files are looked at; where nothing waits the folder is listed every 20th time,
    ///     for file systems that tell nobody of new files (NFS, SMB).
    ///   - report: the status after each change, on the feed's own queue.
    init(
        _ settings: FolderSettings, intake: any FolderIntake, clock: any WallClock, lookEvery: Span,
        deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        path = settings.folder
        self.intake = intake
        self.clock = clock
        self.deliver = deliver
        self.lookEvery = lookEvery
        queue = DispatchQueue(
            label: "patrold.feeds." + settings.words.adapter + "." + settings.name, qos: .userInitiated)
        folder = SpoolFolder(path: settings.folder, suffixes: settings.suffixes, depth: settings.depth)
        candidates = SpoolCandidates(
            stableAfter: settings.stableAfter, patience: settings.patience, limit: settings.limit)
        health = SpoolHealth(settings, since: clock.now(), report: report)
    }

    /// Begins to watch; calling it twice is the same as once.
    func start() {
        queue.async { @Sendable [self] in
            guard timer == nil, !stopping.isMade else { return }
            let pause = max(1, Int(lookEvery.microseconds / 1000))
            timer = RepeatingTimer(every: pause, on: queue) { [weak self] in self?.tick() }
            look()
        }
    }

    /// Takes no further files, waits for the answers to those under way, and then calls back on the feed's queue.
    func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { @Sendable [self] in
            stopping.make(completion)
            timer?.cancel()
            timer = nil
            watch?.cancel()
            watch = nil
            finishIfStopped()
        }
    }

    private func finishIfStopped() {
        guard stopping.isUnanswered, candidates.taken == 0 else { return }
        health.stopped(at: clock.now())
        for answer in stopping.answers() { answer() }
    }

    private func tick() {
        dispatchPrecondition(condition: .onQueue(queue))
        ticks += 1
        if !candidates.isEmpty || root == nil || watch == nil || ticks % 20 == 0 {
            look()
        } else {
            health.checkIdle(at: clock.now())
        }
    }
}

// What is in the folder.
extension FolderFeed {
    /// Lists the folder and acts on what has become complete.
    private func look() {
        dispatchPrecondition(condition: .onQueue(queue))
        lookIsDue = false
        guard !stopping.isMade else { return }
        do throws(SystemError) {
            try arm()
            var listing = try folder.list()
            // A folder that is new to us is watched first and then listed again, so that no file falls between.
            if watchAll(listing.folders) { listing = try folder.list() }
            files = listing.files
            health.listed(listing, at: clock.now())
            act(on(.listed(files.mapValues(\.signature))))
        } catch {
            root = nil
            health.folderFailed(error, at: clock.now())
        }
    }

    /// Sees to it that the folder at the path is the one that is watched: shares are mounted over it, folders replaced.
    private func arm() throws(SystemError) {
        let now = try FileSignature(path: path)
        if now.inode != root?.inode || now.device != root?.device {
            watch?.cancel()
            watch = nil
            root = now
        }
        guard watch == nil else { return }
        let made = try? DirectoryWatch(queue: queue) { [weak self] folder, change in self?.hint(folder, change) }
        watch = made
        health.watching(made != nil)
    }

    /// Returns whether a folder was new.
    private func watchAll(_ folders: [String]) -> Bool {
        guard let watch else { return false }
        var isNew = false
        for folder in folders where !watch.isWatching(folder) {
            do throws(SystemError) {
                try watch.watch(folder)
                isNew = true
            } catch {
                // The timer's listing finds the files all the same, only later.
                health.watching(error.number == ENOENT)
            }
        }
        return isNew
    }

    private func hint(_ folder: String, _ change: DirectoryWatch.Change) {
        dispatchPrecondition(condition: .onQueue(queue))
        func path(_ name: String) -> String {
            let below = folder.dropFirst(self.path.count).drop { $0 == "/" }
            return below.isEmpty ? name : below + "/" + name
        }
        switch change {
        case .created(let name) where self.folder.wants(name): act(on(.created(path(name))))
        case .closed(let name) where self.folder.wants(name): act(on(.closed(path(name))))
        case .movedIn(let name) where self.folder.wants(name): act(on(.movedIn(path(name))))
        case .overflow: act(on(.hintsLost))
        case .created, .closed, .movedIn: return
        case .folderAppeared, .gone: break
        }
        guard !lookIsDue else { return }
        lookIsDue = true
        queue.async { @Sendable [weak self] in self?.look() }
    }

    private func on(_ input: SpoolCandidates.Input) -> [SpoolCandidates.Action] {
        candidates.on(input, at: clock.uptime())
    }
}

// One file's way.
extension FolderFeed {
    private func act(_ actions: [SpoolCandidates.Action]) {
        for action in actions {
            switch action {
            case .take(let path, let certain): take(path, certain: certain)
            case .remove(let path): dismiss(path)
            }
        }
    }

    private func take(_ path: String, certain: Bool) {
        guard let file = files[path] else { return act(on(.removed(path))) }
        do {
            let open = try SpoolFile(file, path: path)
            guard open.signature == file.signature else { return act(on(.changed(path))) }
            if open.isBeingWritten {
                if certain { health.heldOpen(path) }
                return act(on(.unfinished(path)))
            }
            switch try intake.read(open, path: path, certain: certain, received: clock.now()) {
            case .unfinished: act(on(.unfinished(path)))
            case .changed: act(on(.changed(path)))
            case .arrivals(let arrivals):
                taken[path] = file
                send(path, arrivals)
            }
        } catch let error as SystemError where error.number == ENOENT && error.operation == "open" {
            act(on(.removed(path)))
        } catch {
            fail(path, error)
        }
    }

    private func send(_ path: String, _ arrivals: [Arrival]) {
        guard !arrivals.isEmpty else { return dismiss(path) }
        deliver(arrivals) { [weak self] answer in
            self?.queue.async { @Sendable [weak self] in self?.answered(path, answer) }
        }
    }

    private func answered(_ path: String, _ answer: Result<Receipt, DeliveryRefused>) {
        dispatchPrecondition(condition: .onQueue(queue))
        switch answer {
        case .success(let receipt):
            health.delivered(receipt, at: clock.now())
            dismiss(path)
        case .failure(let refusal):
            taken[path] = nil
            health.refused(path, refusal, at: clock.now())
            act(on(.failed(path)))
        }
        if !stopping.isMade, candidates.hasRoom { act(on(.room)) }
        finishIfStopped()
    }

    /// Dismisses a file whose arrivals are durable, unless other content has taken its name meanwhile.
    private func dismiss(_ path: String) {
        guard let file = taken[path], let now = FileSignature(rawPath: file.rawPath) else { return forget(path) }
        guard now == file.signature else {
            taken[path] = nil
            return act(on(.changed(path)))
        }
        do {
            try intake.dismiss(file, path: path)
            forget(path)
        } catch {
            health.failed(path, error, at: clock.now())
            act(on(.notRemoved(path)))
        }
    }

    private func forget(_ path: String) {
        taken[path] = nil
        health.solved(path, at: clock.now())
        act(on(.removed(path)))
    }

    private func fail(_ path: String, _ error: any Error) {
        health.failed(path, error, at: clock.now())
        act(on(.failed(path)))
    }
}
