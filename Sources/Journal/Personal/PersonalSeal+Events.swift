import Model

extension PersonalSeal {
    /// The event as it is stored: personal members sealed where they stand, free text made harmless with its original
    /// sealed beside it, numbers in the names of recordings replaced, every other byte as it came.
    ///
    /// A type that tells of nobody costs a comparison, a payload with nothing personal one walk that copies nothing.
    ///
    /// - Parameter known: the words of the person whom the event is about, as earlier events told them; asked only where
    ///   there is free text.
    func seal(_ event: Event, known: () throws -> PersonalWords = { PersonalWords() }) throws -> Event {
        guard EventType.holdsPersons(event.type) else { return event }
        var sealed = event
        if event.type.hasPrefix(Self.recordings) {
            sealed.id = PersonalText.replacingNumbers(inIdentity: event.id, with: pseudonym)
            sealed.subject = event.subject.map { PersonalText.replacingNumbers(inIdentity: $0, with: pseudonym) }
        }
        if event.data.isEmpty { return sealed }
        guard isValidUTF8(event.data) else {
            sealed.data = try SealedBytes.seal(event.data, with: self, for: SealedBytes.payload)
            return sealed
        }
        do {
            let marks = try PersonalMarks(event.data, hasHoldNames: Self.holds.contains(event.type))
            guard !marks.isEmpty else { return sealed }
            var splice = Splice(seal: self, bytes: event.data)
            sealed.data = try splice.run(marks, known: known) ?? event.data
        } catch is JSONError {
            sealed.data = try SealedBytes.seal(event.data, with: self, for: SealedBytes.payload)
        }
        return sealed
    }

    private static let recordings = EventType.prefix + "recording."
    /// Their reason is the name of a legal hold, by which it is released: it stays what it is.
    private static let holds: Set<String> = [EventType.evidence("held"), EventType.evidence("released")]
}

/// Writes a payload anew with the values of marked members replaced; copies everything between them.
private struct Splice {
    let seal: PersonalSeal
    let bytes: [UInt8]
    private var output: [UInt8] = []
    private var copied = 0

    init(seal: PersonalSeal, bytes: [UInt8]) {
        self.seal = seal
        self.bytes = bytes
    }

    /// The payload as it is stored, or nothing where that is how it came.
    mutating func run(_ marks: PersonalMarks, known: () throws -> PersonalWords) throws -> [UInt8]? {
        var words = PersonalWords()
        for mark in marks.all where mark.kind == .whole {
            if let text = value(mark)?.plainText { words.take(text, member: mark.key) }
        }
        if marks.hasText { words.formUnion(try known()) }
        for mark in marks.all {
            switch mark.kind {
            case .whole: try replaceWhole(mark)
            case .text: try replaceText(mark, words)
            case .several: try replaceSeveral(mark, words)
            case .identity: try replaceIdentity(mark)
            }
        }
        guard copied > 0 else { return nil }
        output += bytes[copied...]
        return output
    }

    private func value(_ mark: PersonalMarks.Mark) -> JSON? { try? JSON(parsing: Array(bytes[mark.range])) }

    private mutating func put(_ new: some Sequence<UInt8>, for range: Range<Int>) {
        output += bytes[copied..<range.lowerBound]
        output += new
        copied = range.upperBound
    }

    /// A sealed value as JSON; base64 and hexadecimal digits need no escape.
    private func sealed(_ range: Range<Int>, _ member: String) throws -> String {
        "\"" + (try seal.seal(bytes[range], member: member)) + "\""
    }

    private mutating func replaceWhole(_ mark: PersonalMarks.Mark) throws {
        let found = bytes[mark.range]
        if found.elementsEqual("null".utf8) || found.elementsEqual("\"\"".utf8) { return }
        // What was sealed before stays: it came out of a journal of ours.
        if found.starts(with: ("\"" + PersonalSeal.mark).utf8), let text = value(mark)?.string,
            seal.open(text, member: mark.key) != nil
        {
            return
        }
        put(try sealed(mark.range, mark.key).utf8, for: mark.range)
    }

    private mutating func replaceText(_ mark: PersonalMarks.Mark, _ words: PersonalWords) throws {
        let isPlain = !bytes[mark.range].contains(UInt8(ascii: "\\"))
        if isPlain, !bytes.withUnsafeBufferPointer({ PersonalText.mayHold(.init(rebasing: $0[mark.range]), words) }) { return }
        guard let text = value(mark)?.string else { return }
        let shown = PersonalText.masked(text, words)
        if shown != text { try putBeside(shown, mark) }
    }

    private mutating func replaceIdentity(_ mark: PersonalMarks.Mark) throws {
        guard let text = value(mark)?.string else { return }
        let shown = PersonalText.replacingNumbers(inName: text, with: seal.pseudonym)
        if shown != text { try putBeside(shown, mark) }
    }

    /// The harmless text in place of the original, and the original sealed beside it.
    private mutating func putBeside(_ shown: String, _ mark: PersonalMarks.Mark) throws {
        let member = JSON.sealedPrefix + mark.key
        let text = JSON.string(shown).text + ",\"" + member + "\":" + (try sealed(mark.range, member))
        put(text.utf8, for: mark.range)
    }

    /// A list or number where text is expected: all of it or nothing.
    private mutating func replaceSeveral(_ mark: PersonalMarks.Mark, _ words: PersonalWords) throws {
        guard let found = value(mark) else { return }
        guard found.masked(PersonalSeal.members, words, isFreeText: true) != found else { return }
        put(try sealed(mark.range, mark.key).utf8, for: mark.range)
    }
}
