import Model

/// The questions that a device has not answered yet.
///
/// Answers come as messages of the device's own, some in many parts; a part that says how many there will be and does
/// not keep its word is waited for until nothing came for the quiet time.
package struct GB28181Questions: Sendable {
    package struct Ended: Hashable, Sendable {
        package let serial: Int
        /// What came; nothing where nothing did.
        package let answer: GB28181Answer?
    }

    private struct Open {
        var command: String
        var answer: GB28181Answer?
        /// When the device took the question or said a part of the answer.
        var heard: Span?
        var giveUpAt: Span
    }

    private let quiet: Span
    private var open: [Int: Open] = [:]

    package init(quiet: Span = .seconds(10)) {
        self.quiet = quiet
    }

    /// When `tick` is wanted, by uptime.
    package var deadline: Span? { open.values.map { end(of: $0) }.min() }

    private func end(of question: Open) -> Span {
        guard let heard = question.heard else { return question.giveUpAt }
        return min(question.giveUpAt, Span(microseconds: heard.microseconds + quiet.microseconds))
    }

    /// Opens a question.
    ///
    /// - Parameter limit: how long it may take altogether.
    package mutating func ask(_ command: String, serial: Int, limit: Span, at now: Span) {
        open[serial] = Open(
            command: command.lowercased(),
            giveUpAt: Span(microseconds: now.microseconds + limit.microseconds))
    }

    /// The device has taken the question; from now on its silence counts.
    package mutating func taken(_ serial: Int, at now: Span) {
        if open[serial]?.heard == nil { open[serial]?.heard = now }
    }

    package mutating func cancel(_ serial: Int) {
        open[serial] = nil
    }

    /// Takes a device's answer; one to no question of ours is nothing.
    package mutating func receive(_ message: MANSCDPMessage, at now: Span) -> Ended? {
        guard message.kind == .response, let serial = serial(of: message), var question = open[serial] else { return nil }
        question.heard = now
        if question.answer == nil { question.answer = GB28181Answer(message) } else { question.answer?.add(message) }
        guard question.answer?.isComplete == true else {
            open[serial] = question
            return nil
        }
        open[serial] = nil
        return Ended(serial: serial, answer: question.answer)
    }

    /// Ends what is not answered any more.
    package mutating func tick(at now: Span) -> [Ended] {
        let over = open.filter { end(of: $0.value) <= now }
        return over.sorted { $0.key < $1.key }.map { serial, question in
            open[serial] = nil
            return Ended(serial: serial, answer: question.answer)
        }
    }

    /// The question that an answer is for; a device that loses the number answers the only one of its kind.
    private func serial(of message: MANSCDPMessage) -> Int? {
        let command = message.command.lowercased()
        if let told = message.serial.flatMap({ Int($0) }), open[told]?.command == command { return told }
        let alike = open.filter { $0.value.command == command }
        return alike.count == 1 ? alike.first?.key : nil
    }
}
