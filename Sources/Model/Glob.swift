/// Whether a text fits a pattern in which `*` stands for any run of characters and `?` for one.
package func matches(glob pattern: String, _ text: String) -> Bool {
    let (pattern, text) = (Array(pattern.unicodeScalars), Array(text.unicodeScalars))
    var (p, t, star, mark) = (0, 0, -1, 0)
    while t < text.count {
        if p < pattern.count, pattern[p] == "*" {
            (star, mark) = (p, t)
            p += 1
        } else if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] {
            p += 1
            t += 1
        } else if star >= 0 {
            // The last star takes one character more, and the rest is tried again.
            p = star + 1
            mark += 1
            t = mark
        } else {
            return false
        }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
}
