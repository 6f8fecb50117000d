import Model
import Synchronization

/// Asks one channel's server for complaints, over HTTP for JSON or with Open311.
///
/// Everything of an answer is durable before the mark moves over it. What cannot be read goes to quarantine once, and the
/// rest lives on. State is kept behind a mutex; visits never overlap.
package final class ChannelPoll: PeriodicSource {
    private struct State: Sendable {
        var plan: PollPlan
        var memory: ChannelMemory
        /// Whole answers in quarantine since the last good one.
        var badAnswers = 0
        /// What was wrong with a record, and when that was last seen.
        var flaw: String?
        var flawAt: Timestamp?
        /// Open311: when the list of services was last read, and which of them have no category.
        var servicesAt: Span?
        var unmapped: [String] = []
    }

    /// A server that answers another kind of nonsense each time does not fill the disk: nothing is lost, as the mark stays.
    private static let badAnswerLimit = 16
    /// Arrivals of one delivery.
    private static let batch = 500

    private let channel: Channel
    private let decoder: ChannelDecoder
    private let line: ChannelLine
    private let mark: MarkFile
    /// The first poll's beginning; nothing means a week ago.
    private let since: Timestamp?
    private let state = Mutex<State?>(nil)

    /// A feed named `channel-<key>`, or nothing where the channel is not asked over HTTP for JSON.
    ///
    /// - Parameters:
    ///   - markFile: absolute path of the small file that keeps how far the channel was read.
    ///   - since: where the very first poll begins.
    package static func feed(
        _ channel: Channel, over line: ChannelLine, every: Span, markFile: String?, since: Timestamp? = nil,
        in surroundings: FeedSurroundings, retry: Backoff? = nil, refusedRetry: Backoff? = nil, lookEvery: Span = .seconds(1)
    ) -> PeriodicFeed? {
        guard let decoder = ChannelDecoder(channel) else { return nil }
        var profile = PeriodicProfile(name: channel.feedName, adapter: decoder.adapter, every: every)
        if let retry { profile.retry = retry }
        if let refusedRetry { profile.refusedRetry = refusedRetry }
        let poll = ChannelPoll(channel, decoder, line, markFile, since)
        return PeriodicFeed(profile, source: poll, in: surroundings, lookEvery: lookEvery)
    }

    private init(_ channel: Channel, _ decoder: ChannelDecoder, _ line: ChannelLine, _ markFile: String?, _ since: Timestamp?) {
        self.channel = channel
        self.decoder = decoder
        self.line = line
        self.since = since
        mark = MarkFile(path: markFile)
    }

    package func visit(_ desk: PeriodicDesk) async throws -> PeriodicVisit {
        var current = await loaded(desk.clock.now())
        // Also after a failure: what was told and quarantined stays so.
        defer { state.withLock { $0 = current } }
        try await lookAtServices(&current, desk)
        var next: PollPlan.Ask? = current.plan.begin(at: desk.clock.now())
        while let ask = next {
            try Task.checkCancellation()
            let answer = try await answer(to: ask, &current, desk)
            switch current.plan.take(answer.page) {
            case .broken(let sentence): throw PeriodicTrouble.failed(sentence)
            case .ask(let half): next = half
            case .deliver:
                if let flaw = try await deliver(answer.records, &current, desk) {
                    current.flaw = flaw
                    current.flawAt = desk.clock.now()
                }
                next = current.plan.durable()
                try await mark.save(json(current))
            }
        }
        return PeriodicVisit(detail: detail(current, at: desk.clock.now()))
    }

    private func loaded(_ now: Timestamp) async -> State {
        if let state = state.withLock({ $0 }) { return state }
        var kept = await mark.load()
        if kept?["url"]?.string != line.server.url { kept = .none }
        let until = kept?["until"]?.string.flatMap { Timestamp($0) }
        let plan = PollPlan(
            paging: decoder.definition.paging, overlap: decoder.definition.overlap, longest: decoder.definition.longest,
            recheck: decoder.definition.recheck, mark: PollPlan.Mark(until: until, cursor: kept?["cursor"]?.string),
            beginning: since ?? now - .days(7))
        return State(plan: plan, memory: kept?["memory"].map { ChannelMemory($0) } ?? ChannelMemory())
    }

    private func json(_ state: State) -> JSON {
        .object(present: [
            // Cursors belong to the server that gave them.
            ("url", .string(line.server.url)), ("until", state.plan.mark.until.map { .string($0.text()) }),
            ("cursor", state.plan.mark.cursor.map { .string($0) }), ("memory", state.memory.json),
        ])
    }

    private func answer(to ask: PollPlan.Ask, _ state: inout State, _ desk: PeriodicDesk) async throws -> ChannelAnswer {
        let definition = decoder.definition
        do {
            let reading = try await line.ask(definition.request, values(ask), access: definition.access) { response in
                try Self.read(response.body, definition)
            }
            switch reading {
            case .good(let answer):
                state.badAnswers = 0
                return answer
            case .bad(let bytes, let reason): throw try await quarantine(bytes, reason, &state, desk)
            }
        } catch ChannelAnswer.Problem.failed(let sentence) {
            throw PeriodicTrouble.failed("\(sentence); ask the operator of \(channel.name)")
        } catch let refusal as ChannelRefusal {
            throw PeriodicTrouble.refused(refusal.sentence)
        }
    }

    private enum Reading: Sendable {
        case good(ChannelAnswer)
        case bad([UInt8], reason: String)
    }

    private static func read(_ body: [UInt8], _ definition: Channel.REST) throws -> Reading {
        do throws(ChannelAnswer.Problem) {
            return .good(try ChannelAnswer(body, definition))
        } catch {
            if case .unreadable(let reason) = error { return .bad(body, reason: reason) }
            throw error
        }
    }

    private func quarantine(
        _ bytes: [UInt8], _ reason: String, _ state: inout State, _ desk: PeriodicDesk
    ) async throws -> PeriodicTrouble {
        if state.badAnswers < Self.badAnswerLimit, state.memory.isNew(ComplaintEvents.digest(bytes)) {
            state.badAnswers += 1
            try await desk.hand([.unreadable(decoder.unreadable(bytes, reason, desk.clock.now()))])
        }
        return .failed(reason)
    }

    private func deliver(_ records: [JSON], _ state: inout State, _ desk: PeriodicDesk) async throws -> String? {
        var memory = state.memory
        let decoded = decoder.decode(records, memory: &memory, received: desk.clock.now())
        let known = try await hand(decoded.arrivals, desk)
        if known > 0 { _ = try await hand(decoded.doubtful, desk) }
        state.memory = memory
        return decoded.flaw
    }

    /// Gives back how many of them the journal had already.
    private func hand(_ arrivals: [Arrival], _ desk: PeriodicDesk) async throws -> Int {
        var known = 0
        var rest = arrivals[...]
        while !rest.isEmpty {
            known += try await desk.hand(Array(rest.prefix(Self.batch))).duplicate
            rest = rest.dropFirst(Self.batch)
        }
        return known
    }

    private func values(_ ask: PollPlan.Ask) -> [String: String] {
        let times = decoder.definition.requestTimes
        var values: [String: String] = [:]
        values["cursor"] = ask.cursor
        // A cursor that lasts says all: a time beside it would leave out what the channel changed late.
        if ask.cursor == nil || !decoder.definition.paging.isKept {
            values["since"] = times.text(ask.since)
            values["until"] = times.text(ask.until)
        }
        values["page"] = ask.page.map { String($0) }
        values["size"] = decoder.definition.paging.size.map { String($0) }
        return values
    }

    // MARK: Open311

    private func lookAtServices(_ state: inout State, _ desk: PeriodicDesk) async throws {
        guard case .open311(let open311) = channel.feed,
            state.servicesAt.map({ desk.clock.uptime() - $0 > .days(1) }) ?? true
        else { return }
        do {
            let services = try await line.ask(open311.services, [:], access: nil) { try? JSON(parsing: $0.body) }
            guard let services, services.array != nil else {
                throw PeriodicTrouble.failed("services.json of \(channel.name) is no list; check the path in its definition")
            }
            state.unmapped = open311.unmapped(services)
            state.servicesAt = desk.clock.uptime()
        } catch let refusal as ChannelRefusal {
            throw PeriodicTrouble.refused(refusal.sentence)
        }
    }

    /// A flaw stays to be seen for a day: its record is asked for once and lies in quarantine.
    private func detail(_ state: State, at now: Timestamp) -> String {
        guard let flaw = state.flaw, let at = state.flawAt, now - at < .days(1) else { return hint(state) }
        return flaw + " (last seen \(TimeSpelling(.civil).text(at)))"
    }

    private func hint(_ state: State) -> String {
        guard !state.unmapped.isEmpty else { return "" }
        let more = state.unmapped.count > 3 ? " and \(state.unmapped.count - 3) more" : ""
        return "services without a category: \(state.unmapped.prefix(3).joined(separator: ", "))\(more); "
            + "add them to the channel's categories"
    }
}
