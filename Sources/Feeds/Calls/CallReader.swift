import Model

/// One record of a body, or why it is none.
typealias CallReading = Result<CallValues, CallReadingError>

/// Why bytes are no record of a call, as one sentence.
package struct CallReadingError: Error, Hashable, Sendable {
    package let reason: String
}

/// Finds the records in what an exchange posts: JSON, a form, FreeSWITCH's `cdr=`, or xml_cdr.
///
/// The first bytes decide, because devices mislabel bodies.
struct CallReader {
    /// Most records of one body: all of them become durable at once, and the journal has a bound to what waits for it.
    static let limit = 5000
    static let tooMany = "more than \(limit) records came at once; send them in parts"

    let spellings: CallSpellings

    /// Reads a body; each element of a list is a record or a reason of its own.
    func read(_ body: [UInt8]) -> [(reading: CallReading, bytes: [UInt8])] {
        read(body, depth: 0)
    }

    private func read(_ body: [UInt8], depth: Int) -> [(reading: CallReading, bytes: [UInt8])] {
        func failed(_ reason: String) -> [(reading: CallReading, bytes: [UInt8])] {
            [(.failure(CallReadingError(reason: reason)), body)]
        }
        let start = body.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        switch body[start...].first(where: { !$0.isBlank }) {
        case nil: return failed("the body is empty")
        case UInt8(ascii: "{"), UInt8(ascii: "["): return json(body)
        case UInt8(ascii: "<"): return xml(body)
        case UInt8(ascii: "%") where depth < 2: return read(FormText.decoded(body), depth: depth + 1)
        default: break
        }
        guard body.contains(UInt8(ascii: "=")) else { return failed("the body is neither JSON nor XML nor a form") }
        let pairs = FormText.pairs(body)
        if let inner = pairs.first(where: { $0.name == "cdr" }), depth < 2 { return read(inner.value, depth: depth + 1) }
        let values = CallValues(pairs.map { ($0.name, FormText.text($0.value)) })
        guard values.isRecord(spellings) else { return failed("the form holds no record of a call") }
        return [(.success(values), body)]
    }

    private func json(_ body: [UInt8]) -> [(reading: CallReading, bytes: [UInt8])] {
        do {
            let json = try JSON(parsing: isValidUTF8(body) ? body : XMLRepair.utf8(body))
            var found = CallFinder(spellings: spellings)
            found.walk(json, depth: 0)
            if found.readings.count > Self.limit { return [(.failure(CallReadingError(reason: Self.tooMany)), body)] }
            guard !found.readings.isEmpty else {
                return [(.failure(CallReadingError(reason: "the JSON holds no record of a call")), body)]
            }
            // A single record is kept with all that was around it.
            return found.readings.count == 1 ? [(found.readings[0].reading, body)] : found.readings
        } catch {
            return [(.failure(CallReadingError(reason: "the body is not JSON: \(error.description)")), body)]
        }
    }

    private func xml(_ body: [UInt8]) -> [(reading: CallReading, bytes: [UInt8])] {
        do {
            let root = try XMLElement(parsing: body)
            let values = FreeSWITCHRecord.values(root)
            guard let values, values.isRecord(spellings) else {
                let reason = "the root element is '\(root.name.prefix(40))', not a record of a call"
                return [(.failure(CallReadingError(reason: reason)), body)]
            }
            return [(.success(values), body)]
        } catch {
            return [(.failure(CallReadingError(reason: error.description)), body)]
        }
    }
}

/// Looks for records in JSON: the object itself, a list of them, or one within an envelope.
private struct CallFinder {
    let spellings: CallSpellings
    var readings: [(reading: CallReading, bytes: [UInt8])] = []

    /// Names under which envelopes keep what they carry; `msg` is a text of JSON with some exchanges.
    private static let envelopes = ["msg", "data", "cdr", "cdrs", "record", "records", "list", "rows", "items", "result", "body"]

    init(spellings: CallSpellings) {
        self.spellings = spellings
    }

    mutating func walk(_ json: JSON, depth: Int) {
        guard depth < 6, readings.count <= CallReader.limit else { return }
        switch json {
        case .array(let elements):
            for element in elements.prefix(CallReader.limit + 1) { take(element, depth: depth) }
        case .object(let members): walk(members, json, depth: depth)
        default: return
        }
    }

    /// An element of a list that holds no record is a reason of its own.
    private mutating func take(_ element: JSON, depth: Int) {
        let before = readings.count
        walk(element, depth: depth + 1)
        guard readings.count == before else { return }
        readings.append((.failure(CallReadingError(reason: "this element is no record of a call")), element.bytes))
    }

    private mutating func walk(_ members: [JSON.Member], _ json: JSON, depth: Int) {
        let values =
            FreeSWITCHRecord.values(json)
            ?? CallValues(
                members.compactMap { member in
                    member.value.plainText.map { (member.key, $0) }
                })
        if values.isRecord(spellings) {
            readings.append((.success(values), json.bytes))
            return
        }
        for member in members where Self.envelopes.contains(member.key.lowercased()) {
            let before = readings.count
            if let text = member.value.string {
                if let inner = try? JSON(parsing: text) { walk(inner, depth: depth + 1) }
            } else {
                walk(member.value, depth: depth + 1)
            }
            if readings.count > before { return }
        }
    }
}
