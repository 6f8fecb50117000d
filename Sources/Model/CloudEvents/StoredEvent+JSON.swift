import FoundationEssentials

extension StoredEvent {
    /// The event as a structured CloudEvent with our extensions `position` and `receivedtime`.
    ///
    /// - Parameter masking: members of the payload that are replaced by `"***"` (personal data); where there are any,
    ///   telephone and identity card numbers within free text are hidden too.
    package func cloudEvent(masking: Set<String> = personalMembers) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("specversion", "1.0"), JSON.Member("id", .string(event.id)),
            JSON.Member("source", .string(event.source)), JSON.Member("type", .string(event.type)),
        ]
        if let subject = event.subject { members.append(JSON.Member("subject", .string(subject))) }
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

/// Payload members of free text, in which people write numbers that are nobody else's business.
package let freeTextMembers: Set<String> = [
    "text", "outcome", "note", "reason", "sentence", "comment", "title", "transcript", "place", "fileName",
]

extension JSON {
    /// The same value with the named members replaced by `"***"` and numbers in free text hidden, at any depth.
    package func masked(_ keys: Set<String>) -> JSON {
        keys.isEmpty ? self : masked(keys, isFreeText: false)
    }

    private func masked(_ keys: Set<String>, isFreeText: Bool) -> JSON {
        switch self {
        case .object(let members):
            .object(
                members.map { member in
                    let value: JSON =
                        keys.contains(member.key)
                        ? "***" : member.value.masked(keys, isFreeText: freeTextMembers.contains(member.key))
                    return Member(member.key, value)
                })
        case .array(let values): .array(values.map { $0.masked(keys, isFreeText: isFreeText) })
        case .string(let text): isFreeText ? .string(PersonalText.masked(text)) : self
        default: self
        }
    }
}
