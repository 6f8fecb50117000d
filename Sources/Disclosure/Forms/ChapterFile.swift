/// The clerk's own text of the six chapters, one plain file with the form's headings.
package enum ChapterFile {
    /// Splits a text at the lines that are the form's headings.
    ///
    /// - Parameter form: version of the form whose headings are meant.
    /// - Returns: the texts in the form's order, without their headings; blank lines at their ends are dropped.
    /// - Throws: `DisclosureError` (`badChapters`) naming the heading that is missing or out of order.
    package static func read(_ text: String, form version: String) throws -> [String] {
        let form = try FormLibrary.shipped().form(version)
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var texts: [String] = []
        for (index, heading) in form.chapters.enumerated() {
            guard let start = rest.firstIndex(where: { plain($0) == heading }) else {
                throw DisclosureError(
                    .badChapters,
                    "the chapters' file has no line \"\(heading)\" after the chapters before it; put it in as its own line")
            }
            rest = rest[(start + 1)...]
            let following = form.chapters.dropFirst(index + 1).first
            let end = following.flatMap { next in rest.firstIndex { plain($0) == next } } ?? rest.endIndex
            texts.append(rest[..<end].joined(separator: "\n").trimmingBlank)
        }
        return texts
    }

    private static func plain(_ line: Substring) -> String {
        String(line).trimmingBlank
    }
}

extension String {
    /// Without white space at both ends.
    fileprivate var trimmingBlank: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
