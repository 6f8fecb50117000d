import Model

/// Decides what a remote feed does next: list, fetch or delete, one at a time.
///
/// A file is fetched when two listings at least `stableAfter` apart show it alike. It is deleted over there only when
/// a fresh listing still shows what was fetched and the local file is gone, which the local feed does after its events
/// are durable.
struct RemotePlan {
    struct Rules: Sendable {
        var every = Span.minutes(1)
        var stableAfter = Span.seconds(10)
        var deletes = false
        var retry = Backoff(first: .seconds(5), longest: .minutes(5))
        var refusedRetry = Backoff(first: .minutes(5), longest: .hours(1))
        /// How old a listing may be on which a deletion rests.
        var freshFor = Span.seconds(30)
        /// How long fetching waits for room on the disk.
        var roomRetry = Span.seconds(30)
    }

    enum Input: Sendable {
        /// A complete listing, but for some folders that could not be read.
        case listed([RemoteFile], unreadable: [RemotePath])
        /// No connection, or it broke.
        case failed
        /// The server says no to all that we could ask.
        case refused
        case fetched(RemoteFile)
        /// This file alone could not be fetched.
        case missed(RemoteFile)
        /// It is another file by now.
        case changed(RemoteFile)
        /// The local disk does not take it now.
        case noRoom(RemoteFile)
        case deleted(RemoteFile)
        case notDeleted(RemoteFile)
        /// A part of it is here; the record belongs to it.
        case began(RemoteRecord)
        case tick
    }

    enum Action: Equatable {
        case list
        case fetch(RemoteFile)
        case delete(RemoteFile)
        case wait(until: Span)
        case remember(RemoteRecord)
        case forget([RemotePath])
    }

    private struct Sight {
        var file: RemoteFile
        /// When this stamp was first seen.
        var since: Span
        var misses = 0
        var notBefore = Span.zero
    }

    private var rules: Rules
    private(set) var records: [RemotePath: RemoteRecord]
    private var sights: [RemotePath: Sight] = [:]
    private var listedAt: Span?
    private var nextListing: Span?
    private var blockedUntil = Span.zero
    private var roomAfter = Span.zero
    private var isBusy = false
    /// Files due since the last listing, in reverse order of their names.
    private var toFetch: [RemotePath] = []
    private var toDelete: [RemotePath] = []

    init(_ rules: Rules, records: [RemotePath: RemoteRecord] = [:]) {
        self.rules = rules
        self.records = records
    }

    /// Files seen and not fetched yet.
    var waiting: Int { sights.values.reduce(0) { $0 + (isFetched($1.file) ? 0 : 1) } }
    /// Whether a file that is still there could not be fetched.
    var hasMisses: Bool { sights.values.contains { $0.misses > 0 && !isFetched($0.file) } }
    /// Files fetched whose deletion the server refused.
    var kept: Int { records.values.reduce(0) { $0 + ($1.state == .kept ? 1 : 0) } }

    /// Takes what happened and says what to do; every action of the network is answered by one input.
    ///
    /// - Parameter isPresent: whether the local folder holds a file of that name.
    mutating func on(
        _ input: Input, at now: Span, random: Double = 0, isPresent: (String) -> Bool
    ) -> [Action] {
        var actions: [Action] = []
        if case .tick = input {} else if case .began = input {} else { isBusy = false }
        switch input {
        case .tick: break
        case .listed(let files, let unreadable): actions = list(files, unreadable, now, isPresent)
        case .failed: block(rules.retry.next(random: random), now)
        case .refused: block(rules.refusedRetry.next(random: random), now)
        case .began(let record): return remember(record)
        case .fetched(let file):
            let record = RemoteRecord(path: file.path, stamp: file.stamp, local: file.local, state: .fetched)
            actions = remember(record)
        case .missed(let file): postpone(file.path, now)
        case .changed(let file):
            sights[file.path]?.since = now
            nextListing = min(nextListing ?? now, after(rules.stableAfter, now))
        case .noRoom(let file):
            roomAfter = after(rules.roomRetry, now)
            toFetch.append(file.path)
        case .deleted(let file):
            sights[file.path] = nil
            actions = forget([file.path])
        case .notDeleted(let file):
            if var record = records[file.path] {
                record.state = .kept
                actions = remember(record)
            }
        }
        return actions + next(now, isPresent)
    }

    private func after(_ span: Span, _ now: Span) -> Span { Span(microseconds: now.microseconds + span.microseconds) }

    private mutating func block(_ span: Span, _ now: Span) {
        blockedUntil = after(span, now)
        // What was seen before is old news by then.
        nextListing = blockedUntil
    }

    private mutating func postpone(_ path: RemotePath, _ now: Span) {
        guard var sight = sights[path] else { return }
        sight.notBefore = after(.seconds(min(3600, 30 << Int64(min(sight.misses, 7)))), now)
        sight.misses += 1
        sights[path] = sight
    }
}

// What a listing changes.
extension RemotePlan {
    private mutating func list(
        _ files: [RemoteFile], _ unreadable: [RemotePath], _ now: Span, _ isPresent: (String) -> Bool
    ) -> [Action] {
        rules.retry.reset()
        rules.refusedRetry.reset()
        listedAt = now
        var seen: [RemotePath: Sight] = [:]
        for file in files {
            var sight = sights[file.path] ?? Sight(file: file, since: now)
            if sight.file.stamp != file.stamp || sight.file.size != file.size { sight = Sight(file: file, since: now) }
            sight.file = file
            seen[file.path] = sight
        }
        sights = seen
        let gone = records.keys.filter { path in
            seen[path] == nil && !unreadable.contains { path == $0 || path.isWithin($0) }
        }
        schedule(now)
        return forget(gone.sorted())
    }

    private mutating func schedule(_ now: Span) {
        toFetch = []
        toDelete = []
        var next = after(rules.every, now)
        for (path, sight) in sights {
            if isFetched(sight.file) {
                if rules.deletes, records[path]?.state == .fetched { toDelete.append(path) }
            } else {
                toFetch.append(path)
                let stable = max(after(rules.stableAfter, sight.since), sight.notBefore)
                if stable > now { next = min(next, stable) }
            }
        }
        toFetch.sort(by: >)
        toDelete.sort(by: >)
        nextListing = next
    }

    private func isFetched(_ file: RemoteFile) -> Bool {
        guard let record = records[file.path], record.state != .part else { return false }
        return record.stamp == file.stamp
    }

    private mutating func remember(_ record: RemoteRecord) -> [Action] {
        guard records[record.path] != record else { return [] }
        records[record.path] = record
        return [.remember(record)]
    }

    private mutating func forget(_ paths: [RemotePath]) -> [Action] {
        let known = paths.filter { records.removeValue(forKey: $0) != nil }
        return known.isEmpty ? [] : [.forget(known)]
    }
}

// What comes next.
extension RemotePlan {
    private mutating func next(_ now: Span, _ isPresent: (String) -> Bool) -> [Action] {
        guard !isBusy else { return [] }
        guard blockedUntil <= now else { return [.wait(until: blockedUntil)] }
        if (nextListing ?? now) <= now {
            isBusy = true
            return [.list]
        }
        if let file = nextDeletion(now, isPresent) {
            isBusy = true
            return [.delete(file)]
        }
        if roomAfter <= now, let file = nextFetch(now, isPresent) {
            isBusy = true
            return [.fetch(file)]
        }
        var wake = nextListing ?? now
        if !toFetch.isEmpty, roomAfter > now { wake = min(wake, roomAfter) }
        return [.wait(until: wake)]
    }

    private mutating func nextDeletion(_ now: Span, _ isPresent: (String) -> Bool) -> RemoteFile? {
        guard let listedAt, now <= after(rules.freshFor, listedAt) else {
            // Whatever is left rests on a listing that is too old.
            if !toDelete.isEmpty { nextListing = min(nextListing ?? now, after(rules.stableAfter, now)) }
            toDelete = []
            return nil
        }
        while let path = toDelete.popLast() {
            guard let sight = sights[path], let record = records[path], record.state == .fetched,
                record.stamp == sight.file.stamp, !isPresent(record.local)
            else { continue }
            return sight.file
        }
        return nil
    }

    private mutating func nextFetch(_ now: Span, _ isPresent: (String) -> Bool) -> RemoteFile? {
        while let path = toFetch.popLast() {
            guard let sight = sights[path], sight.notBefore <= now, after(rules.stableAfter, sight.since) <= listedAt ?? now,
                !isFetched(sight.file)
            else { continue }
            // The file before it, of the same name, is still on its way into the journal.
            guard !isPresent(sight.file.local) else { continue }
            return sight.file
        }
        return nil
    }
}
