import Model

/// A document of GB/T 28181 (its annex A), whatever encoding it claims.
package struct MANSCDPMessage: Hashable, Sendable {
    /// The root element says the direction.
    package enum Kind: String, Hashable, Sendable {
        case notify, query, control, response
    }

    package let kind: Kind
    /// `CmdType`, such as `Keepalive` or `Alarm`.
    package let command: String
    /// `SN` as it was written: running numbers, or the time in milliseconds.
    package let serial: String?
    /// `DeviceID` as it was written: the device, a channel, or an alarm input that is in no catalog.
    package let device: String?
    package let root: XMLElement

    private static let limits = XMLLimits(bytes: 256 << 10, depth: 16, elements: 50_000)

    /// Reads a document.
    ///
    /// - Throws: `MANSCDPError`; the bytes belong into quarantine then.
    package init(_ bytes: [UInt8]) throws(MANSCDPError) {
        let root = try Self.element(bytes)
        guard let kind = Kind(rawValue: root.name.lowercased()) else {
            throw MANSCDPError(
                code: .unknownRoot, sentence: "the root element '\(root.name.prefix(40))' is not one of GB/T 28181")
        }
        self.root = root
        self.kind = kind
        serial = root.value("SN")
        device = root.value("DeviceID")
        guard let command = root.value("CmdType") ?? Self.guessed(kind, root) else {
            throw MANSCDPError(code: .noCommand, sentence: "the document names no CmdType")
        }
        self.command = command
    }

    package func isCommand(_ name: String) -> Bool { command.lowercased() == name.lowercased() }

    private static func element(_ bytes: [UInt8]) throws(MANSCDPError) -> XMLElement {
        guard bytes.contains(where: { !$0.isBlank && $0 != 0 }) else {
            throw MANSCDPError(code: .empty, sentence: "the message has no body")
        }
        // Bytes behind the document, NULs mostly, come from a length counted with the string's end.
        let end = bytes.lastIndex(of: UInt8(ascii: ">")) ?? bytes.count - 1
        let text = MANSCDPText.utf8(Array(bytes[...end]))
        do {
            return try XMLElement(parsing: text, limits: limits)
        } catch {
            guard error.code == .malformed, let repaired = MANSCDPText.withoutAddresses(text),
                let root = try? XMLElement(parsing: repaired, limits: limits)
            else { throw MANSCDPError(code: .xml, sentence: error.description) }
            return root
        }
    }

    /// Some alarms come without a command; nothing else has a method and a priority.
    private static func guessed(_ kind: Kind, _ root: XMLElement) -> String? {
        guard kind == .notify, root.value("AlarmMethod") != nil || root.value("AlarmPriority") != nil else { return nil }
        return "Alarm"
    }
}

/// Why a body is no document of GB/T 28181, as one sentence.
package struct MANSCDPError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        case empty, xml, unknownRoot, noCommand
    }

    package let code: Code
    package let sentence: String

    /// The SIP status that says so.
    var status: Int { code == .unknownRoot ? 415 : 400 }
}

extension XMLElement {
    /// The text of the first child of that name that has any; names differ in case between makers.
    func value(_ name: String) -> String? {
        let wanted = name.lowercased()
        return children.first { $0.name.lowercased() == wanted && !$0.text.isEmpty }?.text
    }

    /// The first child of that name, in any case.
    func child(_ name: String) -> XMLElement? {
        let wanted = name.lowercased()
        return children.first { $0.name.lowercased() == wanted }
    }
}
