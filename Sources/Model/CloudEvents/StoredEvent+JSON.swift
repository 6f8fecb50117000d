import FoundationEssentials

extension StoredEvent {
    /// The event as a structured CloudEvent with our extensions `position` and `receivedtime`.
    ///
    /// - Parameter masking: members of the payload that are replaced by `"***"` (personal data); where there are any,
    ///   numbers, addresses and the payload's own names within free text are hidden too.
    package func cloudEvent(masking: Set<String> = personalMembers) -> JSON {
        // Recorders name files and calls after numbers, and ids after files.
        let hidesIdentity = !masking.isEmpty && event.type.hasPrefix(EventType.prefix + "recording.")
        func shown(_ identity: String) -> JSON {
            .string(hidesIdentity ? PersonalText.replacingNumbers(inIdentity: identity) { _ in "***" } : identity)
        }
        var members: [JSON.Member] = [
            JSON.Member("specversion", "1.0"), JSON.Member("id", shown(event.id)),
            JSON.Member("source", .string(event.source)), JSON.Member("type", .string(event.type)),
        ]
        if let subject = event.subject { members.append(JSON.Member("subject", shown(subject))) }
        if let time = event.time { members.append(JSON.Member("time", .string(time))) }
        members.append(JSON.Member("receivedtime", .string(event.received.text())))
        members.append(JSON.Member("position", .int(position)))
        if !event.extensions.isEmpty, let others = (try? JSON(parsing: event.extensions))?.members { members += others }
        members.append(JSON.Member("datacontenttype", .string(event.contentType)))
        if isJSON(event.contentType), let payload = event.payload {
            members.append(JSON.Member("data", payload.masked(masking)))
        } else if EventType.holdsPersons(event.type), !masking.isEmpty {
            // What is no JSON cannot be masked in part.
            members.append(JSON.Member("data", "***"))
        } else if !event.data.isEmpty {
            members.append(JSON.Member("data_base64", .string(Data(event.data).base64EncodedString())))
        }
        return .object(members)
    }
}

/// Payload members that hold personal data and are masked wherever events are shown.
package let personalMembers: Set<String> = ["reporter", "phone", "email", "caller", "callee", "description"]

/// Payload members of free text, in which people write names and numbers that are nobody else's business.
package let freeTextMembers: Set<String> = [
    "text", "outcome", "note", "reason", "sentence", "comment", "title", "transcript", "place", "purpose",
]

/// Payload members that name a call or its file, and so may hold a number.
package let identityMembers: Set<String> = ["fileName", "callID"]

extension JSON {
    /// Begins the name of the member that holds the sealed original of another: `sealed.text` beside `text`.
    package static let sealedPrefix = "sealed."

    /// The same value with the named members replaced by `"***"` and free text made harmless, at any depth.
    package func masked(_ keys: Set<String>) -> JSON {
        keys.isEmpty ? self : masked(keys, PersonalWords(self), isFreeText: false)
    }

    /// - Parameter isFreeText: whether texts in this value are free text themselves.
    package func masked(_ keys: Set<String>, _ words: PersonalWords, isFreeText: Bool) -> JSON {
        switch self {
        case .object(let members):
            .object(members.compactMap { Self.masked($0, keys, words, isFreeText) })
        case .array(let values): .array(values.map { $0.masked(keys, words, isFreeText: isFreeText) })
        case .string(let text): isFreeText ? .string(PersonalText.masked(text, words)) : self
        case .number(let text): isFreeText && PersonalText.masked(text, words) != text ? "***" : self
        default: self
        }
    }

    private static func masked(
        _ member: Member, _ keys: Set<String>, _ words: PersonalWords, _ isFreeText: Bool
    ) -> Member? {
        if member.key.hasPrefix(sealedPrefix) { return nil }
        if keys.contains(member.key) { return Member(member.key, "***") }
        if identityMembers.contains(member.key), let text = member.value.string {
            return Member(member.key, .string(PersonalText.replacingNumbers(inName: text) { _ in "***" }))
        }
        let isText = isFreeText || freeTextMembers.contains(member.key)
        return Member(member.key, member.value.masked(keys, words, isFreeText: isText))
    }
}
