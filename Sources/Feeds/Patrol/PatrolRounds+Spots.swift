import Model

// Within a round: one spot after the other, and what is told of them.
extension PatrolRounds {
    mutating func begin(_ round: Timestamp, _ spots: ArraySlice<PatrolSpot>, _ now: Liveness.Moment) -> [Action] {
        guard let first = spots.first else { return [] }
        running = Running(round: round, spots: spots, step: .waiting(since: now.uptime))
        return [.take(first)]
    }

    mutating func granted(_ now: Liveness.Moment) -> [Action] {
        guard case .waiting = running?.step, let spot = running?.spots.first else { return [] }
        guard spot.preset != nil else { return stay(spot, now) }
        running?.step = .turning(since: now.uptime)
        return [.turn(spot)]
    }

    mutating func turned(_ now: Liveness.Moment) -> [Action] {
        guard case .turning = running?.step, let spot = running?.spots.first else { return [] }
        return stay(spot, now)
    }

    private mutating func stay(_ spot: PatrolSpot, _ now: Liveness.Moment) -> [Action] {
        running?.step = .staying(until: now.uptime + spot.stay)
        return checkStep(now)
    }

    mutating func pictured(_ hash: String, _ now: Liveness.Moment) -> [Action] {
        guard case .picturing = running?.step, let running, let spot = running.spots.first else { return [] }
        return finishSpot(spot, visit(running.round, spot, .done, nil, hash), now)
    }

    mutating func problem(_ reason: String, _ now: Liveness.Moment) -> [Action] {
        guard let running, let spot = running.spots.first else { return [] }
        return finishSpot(spot, visit(running.round, spot, .missed, reason, nil), now)
    }

    mutating func checkStep(_ now: Liveness.Moment) -> [Action] {
        guard let running, let spot = running.spots.first, Self.limit(of: running.step) <= now.uptime else { return [] }
        switch running.step {
        case .waiting:
            return problem("camera \(spot.camera) was on another patrol for \(Self.waitLimit.seconds) s", now)
        case .turning, .picturing:
            return problem("camera \(spot.camera) did not answer within \(Self.orderLimit.seconds) s", now)
        case .staying:
            self.running?.step = .picturing(since: now.uptime)
            return [.picture(spot)]
        }
    }

    static func limit(of step: Step) -> Span {
        switch step {
        case .waiting(let since): since + waitLimit
        case .turning(let since), .picturing(let since): since + orderLimit
        case .staying(let until): until
        }
    }

    private mutating func finishSpot(_ spot: PatrolSpot, _ visit: PatrolVisit, _ now: Liveness.Moment) -> [Action] {
        guard var running else { return [] }
        running.spots = running.spots.dropFirst()
        if visit.state == .done { running.done += 1 } else { running.missed += 1 }
        running.step = .waiting(since: now.uptime)
        self.running = running
        let actions: [Action] = [.release(spot), .tell(visit)]
        if let next = running.spots.first { return actions + [.take(next)] }
        return actions + finishRound() + beginOverlapped(now)
    }

    private mutating func finishRound() -> [Action] {
        guard let running else { return [] }
        self.running = nil
        return [.ended(round: running.round, done: running.done, missed: running.missed)]
    }

    /// Of the rounds that came due meanwhile the last may still be in time.
    private mutating func beginOverlapped(_ now: Liveness.Moment) -> [Action] {
        let rounds = overlapped
        overlapped = []
        return rounds.flatMap { round in
            if round == rounds.last, now.time >= round, now.time - round <= Self.grace {
                return begin(round, plan.spots[...], now)
            }
            return miss(round, plan.spots, "the round before it still ran")
        }
    }

    mutating func abandon(_ reason: String) -> [Action] {
        handled = nil
        var actions: [Action] = []
        if let spot = running?.spots.first, let round = running?.round, let left = running?.spots {
            running?.missed += left.count
            actions += [.release(spot)] + left.map { .tell(visit(round, $0, .missed, reason, nil)) } + finishRound()
        }
        for round in overlapped { actions += miss(round, plan.spots, reason) }
        overlapped = []
        return actions
    }

    func miss(_ round: Timestamp, _ spots: [PatrolSpot], _ reason: String) -> [Action] {
        spots.map { .tell(visit(round, $0, .missed, reason, nil)) }
            + [.ended(round: round, done: 0, missed: spots.count)]
    }

    private func visit(
        _ round: Timestamp, _ spot: PatrolSpot, _ state: PatrolVisit.State, _ reason: String?, _ snapshot: String?
    ) -> PatrolVisit {
        PatrolVisit(
            plan: plan.name, round: round.text(in: plan.zone), spot: spot.name, section: spot.section, camera: spot.camera,
            preset: spot.preset, state: state, reason: reason, snapshot: snapshot)
    }
}
