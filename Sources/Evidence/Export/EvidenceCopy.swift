import Model

/// An item on its way out: what is known of it, and that its event stands in the journal's tree.
package struct EvidenceCopy: Hashable, Sendable {
    package let item: EvidenceItem
    package let inclusion: TreeInclusion

    package init(item: EvidenceItem, inclusion: TreeInclusion) {
        self.item = item
        self.inclusion = inclusion
    }

    /// The name of the file in the folder, without its ending: when, by which device, what, and the hash's beginning.
    ///
    /// The recorder's own name is not used: it often holds the caller's number.
    var stem: String {
        let time = item.moment.text().prefix(19).filter { $0 != "-" && $0 != ":" }
        let device = String(item.device.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" }.prefix(60))
        return "\(time)-\(device)-\(item.kind.rawValue)-\(item.sha256.prefix(8))"
    }

    /// The ending of the file: the recorder's own, or what the picture's first bytes say.
    func ending(_ first: [UInt8]) -> String {
        if first.starts(with: [0xFF, 0xD8, 0xFF]) { return "jpg" }
        if first.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "png" }
        if first.starts(with: Array("BM".utf8)), item.kind != .recording { return "bmp" }
        if first.starts(with: Array("RIFF".utf8)) { return "wav" }
        let own = item.fileName.flatMap { name in name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } }
        // Longer ones, or ones of digits only, may be anything.
        let isPlain = own?.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) } ?? false
        guard let own, isPlain, (1...5).contains(own.utf8.count), own.utf8.contains(where: { $0 > 57 }) else { return "bin" }
        return own
    }
}
