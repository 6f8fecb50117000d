import Dispatch
import Model
import Platform

/// Fetches the complete files of a remote folder into a local one, where a folder's feed takes them from.
///
/// It makes no events. A file appears in the local folder whole, by a rename, and is deleted over there only after the
/// local feed has removed it, which it does when the events are durable. An interruption at any point costs at most a
/// second download.
package final class RemoteFeed: @unchecked Sendable {
    // Unchecked: everything below `queue` belongs to it; every entry hops to it or checks it.

    let settings: RemoteFolder
    let folder: String
    let multi: CurlMulti
    let clock: any WallClock
    let freeBytes: @Sendable (String) -> Int64
    let queue: DispatchQueue
    var requests: RemoteRequests?
    var plan: RemotePlan
    var memory: RemoteMemory?
    var health: RemoteHealth
    var walk: RemoteWalk?
    /// Whether the server knows `MLSD`, as far as we know.
    var usesMLSD = true
    var fetching: RemoteFetch?
    /// What is under way and can be given up.
    var giveUp: (@Sendable () -> Void)?
    private var timer: (any DispatchSourceTimer)?
    private var whenStopped: [@Sendable () -> Void] = []
    private(set) var isStopping = false

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - folder: absolute path of the local folder; it is made where it is missing.
    ///   - multi: one that no camera depends on: a server that is slow to say goodbye holds its queue for a moment.
    ///   - freeBytes: what may still be written on a path's disk.
    ///   - report: the status after each change, on the feed's own queue.
    package init(
        configuration settings: RemoteFolder, into folder: String, multi: CurlMulti, clock: any WallClock,
        freeBytes: @escaping @Sendable (String) -> Int64 = { Files.freeBytes($0) },
        report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        self.settings = settings
        self.folder = folder
        self.multi = multi
        self.clock = clock
        self.freeBytes = freeBytes
        queue = DispatchQueue(label: "patrold.feeds.fetch." + settings.name, qos: .utility)
        let adapter = settings.url.prefix { $0 != ":" }.lowercased()
        health = RemoteHealth(name: settings.name, adapter: adapter, since: clock.now(), report: report)
        plan = RemotePlan(RemotePlan.Rules(settings))
    }

    /// Begins to list and fetch; calling it twice is the same as once.
    package func start() {
        queue.async { @Sendable [self] in
            guard timer == nil, !isStopping else { return }
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.setEventHandler { @Sendable [weak self] in self?.tick() }
            timer.schedule(deadline: .distantFuture)
            timer.activate()
            self.timer = timer
            health.begun()
            tick()
        }
    }

    /// Gives up what is under way, keeps its part, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { @Sendable [self] in
            isStopping = true
            whenStopped.append(completion)
            timer?.cancel()
            timer = nil
            giveUp?()
            finishIfStopped()
        }
    }

    private func finishIfStopped() {
        guard isStopping, giveUp == nil, !whenStopped.isEmpty else { return }
        fetching = nil
        health.stopped(at: clock.now())
        let completions = whenStopped
        whenStopped = []
        for completion in completions { completion() }
    }

    private func tick() {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !isStopping, prepare() else { return }
        on(.tick)
    }

    /// Opens the memory and checks the address; false where that must be tried again or mended.
    private func prepare() -> Bool {
        guard memory == nil || requests == nil else { return true }
        do {
            requests = try RemoteRequests(settings)
            try Files.makeFolder(folder)
            let memory = try RemoteMemory(folder: folder)
            self.memory = memory
            plan = RemotePlan(RemotePlan.Rules(settings), records: memory.records)
            health.note(.local, nil)
            return true
        } catch let trouble as RemoteTrouble {
            // Only another configuration helps.
            health.trouble(trouble, at: clock.now())
        } catch {
            noteLocal(error)
            wake(after: .seconds(10))
        }
        return false
    }

    /// Tells the plan what happened and does what it says.
    func on(_ input: RemotePlan.Input) {
        dispatchPrecondition(condition: .onQueue(queue))
        let folder = folder
        let actions = plan.on(input, at: clock.uptime(), random: .random(in: 0...1)) { Files.exists(folder + "/" + $0) }
        for action in actions { act(action) }
        finishIfStopped()
    }

    private func act(_ action: RemotePlan.Action) {
        switch action {
        case .remember(let record): keep { (memory) throws(SystemError) in try memory.remember(record) }
        case .forget(let paths): keep { (memory) throws(SystemError) in try memory.forget(paths) }
        case .wait(let until): wake(after: Span(microseconds: until.microseconds - clock.uptime().microseconds))
        case .list where !isStopping: list()
        case .fetch(let file) where !isStopping: fetch(file)
        case .delete(let file) where !isStopping: delete(file)
        case .list, .fetch, .delete: break
        }
    }

    private func keep(_ change: (inout RemoteMemory) throws(SystemError) -> Void) {
        guard var memory else { return }
        do throws(SystemError) {
            try change(&memory)
        } catch {
            noteLocal(error)
        }
        self.memory = memory
    }

    private func wake(after span: Span) {
        let microseconds = Int(max(1000, min(span.microseconds, Span.days(1).microseconds)))
        timer?.schedule(deadline: .now() + .microseconds(microseconds), leeway: .milliseconds(10))
    }

    /// Something is wrong on this machine.
    func noteLocal(_ error: any Error) {
        health.note(.local, RemoteProblems.local(error, folder))
    }
}

extension RemotePlan.Rules {
    init(_ settings: RemoteFolder) {
        self.init()
        every = settings.every
        stableAfter = settings.stableAfter
        deletes = settings.afterwards == .delete
        retry = settings.retry
        refusedRetry = settings.refusedRetry
        roomRetry = min(roomRetry, settings.every)
    }
}
