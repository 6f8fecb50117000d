import FoundationEssentials

extension StoredEvent {
    /// The event as a structured CloudEvent with our extensions `position` and `receivedtime`.
    ///
    /// - Parameter masking: members of the payload that are replaced by `"***"` (personal data).
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
        } else if !event.data.isEmpty {
            members.append(JSON.Member("data_base64", .string(Data(event.data).base64EncodedString())))
        }
        return .object(members)
    }
}

/// Payload members that hold personal data and are masked wherever events are shown.
package let personalMembers: Set<String> = ["reporter", "phone", "email", "caller", "callee", "description"]

extension JSON {
    /// The same value with the named members replaced by `"***"`, at any depth.
    package func masked(_ keys: Set<String>) -> JSON {
        switch self {
        case .object(let members):
            .object(members.map { Member($0.key, keys.contains($0.key) ? "***" : $0.value.masked(keys)) })
        case .array(let values): .array(values.map { $0.masked(keys) })
        default: self
        }
    }
}
