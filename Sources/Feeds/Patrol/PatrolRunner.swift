import Dispatch
import Model

/// What the patrols need of the daemon around them.
package struct PatrolSurroundings: Sendable {
    package var clock: any WallClock
    /// What a camera of that name can be asked; nothing where there is none, or none that takes orders.
    package var control: @Sendable (_ camera: String) -> (any CameraControl)?
    /// Keeps a picture and gives its SHA-256; may block, nothing where it could not.
    package var storePicture: @Sendable ([UInt8]) -> String?
    /// Hands the visits to the journal.
    package var deliver: Deliver
    /// The last round of a plan that the ledger knows; asked once a plan at the first `apply`, and may block.
    package var past: @Sendable (_ plan: String) -> PatrolPast?
    /// Takes the state of all plans, by name, whenever one changes.
    package var report: @Sendable ([PatrolStatus]) -> Void

    package init(
        clock: any WallClock, control: @escaping @Sendable (_ camera: String) -> (any CameraControl)?,
        storePicture: @escaping @Sendable ([UInt8]) -> String?, deliver: @escaping Deliver,
        past: @escaping @Sendable (_ plan: String) -> PatrolPast?,
        report: @escaping @Sendable ([PatrolStatus]) -> Void = { _ in }
    ) {
        self.clock = clock
        self.control = control
        self.storePicture = storePicture
        self.deliver = deliver
        self.past = past
        self.report = report
    }
}

/// Drives the cameras round after round, and tells the journal what was seen and what was missed.
///
/// The shell around `PatrolRounds`, one for each plan. Confined to `queue`, hence `@unchecked Sendable`; `apply`, `wake`
/// and `stop` may be called from anywhere.
package final class PatrolRunner: @unchecked Sendable {
    struct Course {
        var rounds: PatrolRounds
        var status: PatrolStatus
        var reported: PatrolStatus?
        /// Counts orders; the answer to an earlier one is not heard.
        var order = 0
    }

    let queue = DispatchQueue(label: "patrold.patrols", qos: .utility)
    let surroundings: PatrolSurroundings
    private let timer: any DispatchSourceTimer
    var courses: [String: Course] = [:]
    private var cameras = PatrolCameras()
    private var outbox = PatrolOutbox()
    private var hasApplied = false
    private var onStopped: (@Sendable () -> Void)?
    private var giveUpAt: Span?
    private var isStopping = false

    package init(in surroundings: PatrolSurroundings) {
        self.surroundings = surroundings
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { @Sendable [weak self] in self?.tick() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Runs these plans from now on; those that did not change go on undisturbed.
    package func apply(_ plans: [PatrolPlan]) {
        queue.async { [self] in
            guard !isStopping else { return }
            let wanted = Dictionary(plans.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            for (name, course) in courses where course.rounds.plan != wanted[name] {
                perform(.abandoned(wanted[name] == nil ? "the plan was removed" : "the plan was changed"), name)
                courses[name] = nil
            }
            for plan in plans where courses[plan.name] == nil { begin(plan) }
            hasApplied = true
            report()
            settle()
        }
    }

    /// Looks at the clock now, as after it was set.
    package func wake() {
        queue.async { self.tick() }
    }

    /// Runs a block on the queue that drives all patrols; the watchdog's token passes here.
    package func turnToken(_ body: @escaping @Sendable () -> Void) {
        queue.async(execute: body)
    }

    /// Gives no more orders and delivers what was seen; a round under way is gone on with at the next start.
    ///
    /// - Parameter completion: runs once on the queue, when nothing is left or the journal takes no more.
    package func stop(_ completion: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            isStopping = true
            courses = [:]
            onStopped = completion
            giveUpAt = surroundings.clock.uptime() + .seconds(5)
            settle()
        }
    }

    private func begin(_ plan: PatrolPlan) {
        courses[plan.name] = Course(
            rounds: PatrolRounds(plan: plan), status: PatrolStatus(plan: plan.name, spots: plan.spots.count))
        // A plan that comes later, or comes back, owes nothing for the time when it was not wanted.
        perform(.started(past: hasApplied ? nil : surroundings.past(plan.name)), plan.name)
    }

    private func tick() {
        if !isStopping { for name in courses.keys.sorted() { perform(.tick, name) } }
        settle()
    }

    var moment: Liveness.Moment {
        Liveness.Moment(uptime: surroundings.clock.uptime(), time: surroundings.clock.now())
    }

    /// Takes an answer to an order; one to an earlier order is passed over.
    func answer(_ input: PatrolRounds.Input, to order: Int, of name: String) {
        queue.async { [self] in
            guard courses[name]?.order == order else { return }
            perform(input, name)
            settle()
        }
    }

    private func perform(_ input: PatrolRounds.Input, _ name: String) {
        dispatchPrecondition(condition: .onQueue(queue))
        let now = moment
        guard let actions = courses[name]?.rounds.on(input, at: now) else { return }
        for action in actions { perform(action, name, now) }
        publish(name)
    }

    private func perform(_ action: PatrolRounds.Action, _ name: String, _ now: Liveness.Moment) {
        switch action {
        case .take, .turn, .picture, .release: courses[name]?.order += 1
        case .tell, .ended: break
        }
        switch action {
        case .take(let spot):
            if cameras.take(spot.camera, for: name) { grant(name) }
        case .turn(let spot): turn(spot, name)
        case .picture(let spot): takePicture(spot, name)
        case .release(let spot):
            if let next = cameras.release(spot.camera, by: name) { grant(next) }
        case .tell(let visit): tell(visit, name, now)
        case .ended(let round, let done, let missed):
            courses[name]?.status.last = PatrolStatus.Round(due: round, done: done, missed: missed)
        }
    }

    private func grant(_ name: String) {
        guard let order = courses[name]?.order else { return }
        answer(.granted, to: order, of: name)
    }

    private func tell(_ visit: PatrolVisit, _ name: String, _ now: Liveness.Moment) {
        if let reason = visit.reason { courses[name]?.status.reason = "\(visit.spot): \(reason)" }
        outbox.add(
            Event(
                source: courses[name]?.rounds.plan.source ?? "patrold:/patrols/" + name, id: "\(visit.round)/\(visit.spot)",
                type: EventType.patrolVisit, subject: visit.spot, time: now.time.text(), received: now.time,
                data: visit.json.bytes))
    }

    private func publish(_ name: String) {
        guard let course = courses[name] else { return }
        var status = course.status
        status.next = course.rounds.next
        status.running = course.rounds.current?.round
        status.spot = course.rounds.current?.spot.name
        guard status != course.reported else { return }
        courses[name]?.reported = status
        courses[name]?.status = status
        report()
    }

    private func report() {
        surroundings.report(courses.values.map(\.status).sorted { $0.plan < $1.plan })
    }

    /// Delivers what is ready and sets the timer to what comes next; every entry ends with this.
    private func settle() {
        let now = moment
        flush(now.uptime)
        if let completion = onStopped, outbox.isEmpty || giveUpAt.map({ $0 <= now.uptime }) ?? false {
            onStopped = nil
            giveUpAt = nil
            completion()
        }
        let deadlines = courses.values.map { $0.rounds.deadline(at: now) } + [outbox.deadline, giveUpAt]
        guard let next = deadlines.compactMap({ $0 }).min() else { return }
        let wait = max(0, (next - now.uptime).microseconds)
        timer.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(10))
    }

    private func flush(_ now: Span) {
        let batch = outbox.next(at: now)
        guard !batch.isEmpty else { return }
        surroundings.deliver(batch) { [self] answer in
            queue.async { [self] in
                if case .failure(let refusal) = answer, refusal.code == .stopping, onStopped != nil {
                    giveUpAt = surroundings.clock.uptime()
                }
                var taken = false
                if case .success = answer { taken = true }
                outbox.settle(taken: taken, at: surroundings.clock.uptime(), random: .random(in: 0...1))
                settle()
            }
        }
    }
}
