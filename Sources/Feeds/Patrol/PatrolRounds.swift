import Model

/// The rounds of one patrol plan, as a pure state machine: time and the camera's answers in, orders and facts out.
///
/// Rounds are due by civil time; what happens within a round is measured by uptime. Every spot of every round that was
/// due ends told, exactly once: done with a picture, or missed with the reason. A round's facts are told before those of
/// the next, so that the last round told is the only one that a restart can find unfinished.
package struct PatrolRounds: Sendable {
    package enum Input: Sendable {
        /// `past` is the last round in the journal, nothing where the plan has never run.
        case started(past: PatrolPast?)
        /// Time passed; needed at `deadline` at the latest.
        case tick
        /// The spot's camera is ours.
        case granted
        /// The camera has taken the order to turn.
        case turned
        /// The picture is in the evidence store, by its hash.
        case pictured(String)
        /// The camera did not do what it was asked.
        case problem(String)
        /// No more of this plan: what the round under way has left is missed for that reason.
        case abandoned(String)
    }

    package enum Action: Hashable, Sendable {
        /// Wait for the spot's camera; nobody else's patrol may use it meanwhile.
        case take(PatrolSpot)
        /// Turn the camera.
        case turn(PatrolSpot)
        /// Take a picture of this moment and keep it.
        case picture(PatrolSpot)
        /// Let the camera go, and forget what it was asked.
        case release(PatrolSpot)
        /// A fact for the journal.
        case tell(PatrolVisit)
        /// All spots of a round are told.
        case ended(round: Timestamp, done: Int, missed: Int)
    }

    /// How long one order to a camera may take, and how long a spot waits for a camera that another patrol has.
    static let orderLimit = Span.minutes(1)
    static let waitLimit = Span.minutes(5)
    /// A round begun later than this is not begun any more.
    static let grace = Span.minutes(1)
    /// How far back missed rounds are told, and how far the clock may go back before all that was known is void.
    private static let reach = Span.days(1)
    /// An interrupted round is gone on with until it is this much later than it would have ended.
    private static let resumeLimit = Span.hours(1)
    /// Steps of the clock are noticed after this long.
    private static let glance = Span.seconds(15)

    enum Step {
        case waiting(since: Span)
        case turning(since: Span)
        case staying(until: Span)
        case picturing(since: Span)
    }

    struct Running {
        let round: Timestamp
        var spots: ArraySlice<PatrolSpot>
        var step: Step
        var done = 0
        var missed = 0
    }

    package let plan: PatrolPlan
    var running: Running?
    /// All rounds due up to here are told, or run, or wait in `overlapped`.
    var handled: Timestamp?
    /// Rounds that came due while another ran.
    var overlapped: [Timestamp] = []
    private var lastMoment: Liveness.Moment?
    /// How far the clock was set forward since rounds were last looked for.
    private var forward = Span.zero

    package init(plan: PatrolPlan) {
        self.plan = plan
    }

    /// When `tick` is needed, by uptime, with civil time as it is now.
    package func deadline(at now: Liveness.Moment) -> Span? {
        guard let handled else { return nil }
        var limits = [now.uptime + Self.glance]
        if let next = plan.next(after: handled) { limits.append(now.uptime + max(.zero, next - now.time)) }
        if let running { limits.append(Self.limit(of: running.step)) }
        return limits.min()
    }

    /// The round under way and the spot that the camera is at.
    package var current: (round: Timestamp, spot: PatrolSpot)? {
        running.flatMap { running in running.spots.first.map { (running.round, $0) } }
    }

    /// When the next round is due; nothing where the plan has none or does not run.
    package var next: Timestamp? { handled.flatMap { plan.next(after: $0) } }

    /// Takes what happened and says what to do.
    package mutating func on(_ input: Input, at now: Liveness.Moment) -> [Action] {
        noteClock(now)
        switch input {
        case .started(let past): return start(past, now)
        case .tick: return checkStep(now) + checkDue(now)
        case .granted: return granted(now)
        case .turned: return turned(now)
        case .pictured(let hash): return pictured(hash, now)
        case .problem(let reason): return problem(reason, now)
        case .abandoned(let reason): return abandon(reason)
        }
    }

    private mutating func start(_ past: PatrolPast?, _ now: Liveness.Moment) -> [Action] {
        guard handled == nil else { return [] }
        guard let past, past.round - now.time < Self.reach else {
            handled = now.time
            return []
        }
        handled = max(past.round, now.time - Self.reach)
        let left = plan.spots.filter { !past.told.contains($0.name) }
        guard !left.isEmpty, now.time - past.round <= Self.reach else { return checkDue(now, "the daemon was down") }
        if isCurrent(past.round, now) { return begin(past.round, left[...], now) }
        return miss(past.round, left, "the daemon stopped in the middle of the round") + checkDue(now, "the daemon was down")
    }

    /// Whether an interrupted round is worth going on with.
    private func isCurrent(_ round: Timestamp, _ now: Liveness.Moment) -> Bool {
        let length = plan.spots.reduce(Self.resumeLimit) { $0 + $1.stay }
        return round <= now.time && now.time - round <= length && plan.isWorking(at: now.time)
            && plan.next(after: round).map { $0 > now.time } ?? true
    }

    /// Begins the round that is due now, and tells those as missed that nobody began in time.
    private mutating func checkDue(_ now: Liveness.Moment, _ reason: String? = nil) -> [Action] {
        guard let handled else { return [] }
        // After a step back the rounds up to where the clock was are told already; one of days voids all that was known.
        if handled - now.time >= Self.reach { self.handled = now.time }
        guard now.time > handled else { return [] }
        self.handled = now.time
        defer { forward = .zero }
        guard let next = plan.next(after: handled), next <= now.time else { return [] }
        let due = plan.due(after: max(handled, now.time - Self.reach), through: now.time)
        var actions: [Action] = []
        for round in due {
            if running != nil {
                overlapped.append(round)
            } else if now.time - round <= Self.grace {
                actions += begin(round, plan.spots[...], now)
            } else {
                actions += miss(round, plan.spots, (reason ?? lateness) + " when the round was due")
            }
        }
        return actions
    }

    /// Why nobody looked at the clock in time.
    private var lateness: String {
        forward > Self.grace ? "the clock was set forward by \(forward.seconds) s" : "the machine stood still"
    }

    /// Civil time that goes beyond uptime was stepped.
    private mutating func noteClock(_ now: Liveness.Moment) {
        defer { lastMoment = now }
        guard let last = lastMoment else { return }
        forward = max(.zero, forward + ((now.time - last.time) - (now.uptime - last.uptime)))
    }
}
