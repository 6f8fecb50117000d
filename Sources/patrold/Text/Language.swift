import ArgumentParser
import Glibc

/// The language of what people read; programs read `--json`.
enum Language: String, ExpressibleByArgument, CaseIterable, Sendable {
    case zh, en

    /// From `LC_ALL`, `LC_MESSAGES` or `LANG`: Chinese where it begins with `zh`, else English.
    static var ofEnvironment: Language {
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            guard let value = getenv(name).map({ String(cString: $0) }), !value.isEmpty else { continue }
            return value.hasPrefix("zh") ? .zh : .en
        }
        return .en
    }

    func callAsFunction(zh: String, en: String) -> String {
        self == .zh ? zh : en
    }
}
