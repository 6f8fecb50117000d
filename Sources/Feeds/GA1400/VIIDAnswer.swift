import Model

/// The answers of GA/T 1400.4: strict in what we say, one entry for each object.
package enum VIIDAnswer {
    /// `StatusCode` (GA/T 1400.4 annex B).
    package enum Code: Int, Sendable {
        case done = 0
        case busy = 2
        case invalidOperation = 4
        case invalidJSON = 7
        case invalidContent = 8
    }

    /// What one object is answered with.
    package struct Entry: Hashable, Sendable {
        package var id: String
        package var code: Code
        package var sentence: String

        package init(id: String, code: Code = .done, sentence: String = "正常") {
            self.id = id
            self.code = code
            self.sentence = sentence
        }
    }

    /// One `ResponseStatusObject`.
    package static func single(_ entry: Entry, _ request: PushRequest, http: Int = 200, at time: Timestamp) -> PushAnswer {
        answer(http, ["ResponseStatusObject": object(entry, request, time)])
    }

    /// A `ResponseStatusListObject` with an entry for each object.
    package static func list(_ entries: [Entry], _ request: PushRequest, at time: Timestamp) -> PushAnswer {
        let objects = entries.map { object($0, request, time) }
        return answer(200, ["ResponseStatusListObject": ["ResponseStatusObject": .array(objects)]])
    }

    /// The clock that devices may set theirs by.
    static func time(serverID: String, at time: Timestamp) -> PushAnswer {
        answer(
            200,
            [
                "SystemTimeObject": [
                    "VIIDServerID": .string(serverID), "TimeMode": "1", "LocalTime": .string(time.viidText),
                    "TimeZone": "+08:00",
                ]
            ])
    }

    /// Come again: nothing of the call was taken.
    static func comeAgain(_ request: PushRequest, _ sentence: String, at time: Timestamp) -> PushAnswer {
        var answer = single(Entry(id: "", code: .busy, sentence: sentence), request, http: 503, at: time)
        answer.headers.append(("Retry-After", "5"))
        return answer
    }

    private static func object(_ entry: Entry, _ request: PushRequest, _ time: Timestamp) -> JSON {
        [
            "RequestURL": .string(request.path), "StatusCode": .int(entry.code.rawValue),
            "StatusString": .string(entry.sentence), "Id": .string(entry.id), "LocalTime": .string(time.viidText),
        ]
    }

    private static func answer(_ status: Int, _ json: JSON) -> PushAnswer {
        PushAnswer(status, headers: [("Content-Type", "application/VIID+JSON;charset=UTF-8")], body: json.bytes)
    }
}
