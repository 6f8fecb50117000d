import Model

extension Entry {
    /// A length of time such as `10m` within a range.
    func span(_ range: ClosedRange<Span>) -> Span? {
        guard let text = text() else { return nil }
        guard let span = Span(duration: text) else {
            report("expected a length of time such as 5s, 10m, 2h or 1d, found \"\(text)\"")
            return nil
        }
        guard range.contains(span) else {
            report("expected a time from \(range.lowerBound.durationText) to \(range.upperBound.durationText), found \"\(text)\"")
            return nil
        }
        return span
    }

    /// A number of bytes such as `16MiB` within a range.
    func bytes(_ range: ClosedRange<Int>) -> Int? {
        guard let text = text() else { return nil }
        guard let count = ByteCount.read(text) else {
            report("expected a size such as 512KiB or 16MiB, found \"\(text)\"")
            return nil
        }
        guard range.contains(count) else {
            report("expected a size from \(range.lowerBound) to \(range.upperBound) bytes, found \"\(text)\"")
            return nil
        }
        return count
    }

    /// A path; one that does not begin at the root begins at the file's own folder.
    func path() -> String? {
        guard let text = text() else { return nil }
        if text.hasPrefix("/") { return text }
        guard let slash = findings.file.lastIndex(of: "/") else { return text }
        return findings.file[...slash] + text
    }

    /// A name that can stand in an event's source, a file name and a metric's label.
    func name() -> String? {
        guard let text = text() else { return nil }
        let allowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard allowed, text.utf8.count <= 64, text.first != ".", text.first != "-" else {
            report(
                "expected a name of at most 64 of a-z, 0-9, \"-\", \"_\" and \".\", beginning with a letter or digit, "
                    + "found \"\(text)\"")
            return nil
        }
        return text
    }
}
