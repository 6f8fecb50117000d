/// The words by which one person is known: the name, numbers and addresses that stand in a payload's own members.
///
/// What a person writes is searched for them, because a name is told from other words by nothing else.
package struct PersonalWords: Hashable, Sendable {
    /// Longest first, so that no part of a longer word is left.
    package private(set) var all: [String] = []

    package init() {}

    package var isEmpty: Bool { all.isEmpty }

    /// Takes the value of a personal member.
    ///
    /// - Parameter member: `reporter` holds a name, every other number or address.
    package mutating func take(_ value: String, member: String) {
        let found = member == "reporter" ? Self.names(value) : Self.addresses(value)
        for word in found where !all.contains(word) { all.append(word) }
        all.sort { $0.utf8.count > $1.utf8.count }
    }

    /// The words of a payload's personal members, at any depth.
    package init(_ json: JSON) {
        collect(json)
    }

    package mutating func formUnion(_ other: PersonalWords) {
        for word in other.all where !all.contains(word) { all.append(word) }
        all.sort { $0.utf8.count > $1.utf8.count }
    }

    private mutating func collect(_ json: JSON) {
        switch json {
        case .object(let members):
            for member in members {
                if Self.members.contains(member.key), let text = member.value.plainText {
                    take(text, member: member.key)
                } else {
                    collect(member.value)
                }
            }
        case .array(let values): for value in values { collect(value) }
        default: break
        }
    }

    private static let members: Set<String> = ["reporter", "phone", "email", "caller", "callee"]

    /// The whole of it, and each run of Chinese letters: `欧阳植名(女)` is `欧阳植名` too.
    private static func names(_ value: String) -> [String] {
        let runs = value.split { !isHan($0) }.map { withoutTitle(String($0)) }
        let whole = value.drop { $0.isWhitespace }
        return ([String(whole)] + runs).filter { isName($0) }
    }

    /// Each part with the length of a number or the sign of an address.
    private static func addresses(_ value: String) -> [String] {
        value.split { " ,;/、，；|".contains($0) }.map { String($0) }.filter { part in
            part.contains("@") || part.utf8.count <= 32 && part.utf8.count { (0x30...0x39).contains($0) } >= 7
        }
    }

    private static func withoutTitle(_ name: String) -> String {
        for title in ["先生", "女士", "同志", "小姐", "老师"] where name.hasSuffix(title) { return String(name.dropLast(2)) }
        return name
    }

    /// One letter is a surname of thousands, and some words are put where nobody gave a name.
    private static func isName(_ text: String) -> Bool {
        guard text.count <= 40, !nobody.contains(text), !text.hasPrefix("sealed:"), text != "***" else { return false }
        return text.contains(where: isHan) ? text.count >= 2 : text.count >= 3 && text.contains(where: \.isLetter)
    }

    private static func isHan(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { (0x3400...0x9FFF).contains($0.value) || (0x20000...0x323AF).contains($0.value) }
            || character == "·"
    }

    private static let nobody: Set<String> = [
        "匿名", "市民", "群众", "居民", "业主", "村民", "住户", "商户", "网友", "先生", "女士", "同志", "不详", "未知", "不愿透露", "无名",
        "热心市民", "匿名市民", "匿名群众", "匿名用户", "来电人", "投诉人", "举报人", "诉求人", "路人", "记者", "anonymous", "unknown",
        "none", "n/a", "null",
    ]
}
