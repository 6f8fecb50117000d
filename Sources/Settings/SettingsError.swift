/// Everything that is wrong with one settings or data file, so that one look mends it all.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        /// The file is missing, unreadable or not UTF-8.
        case unreadable
        /// The text is not YAML.
        case syntax
        /// Keys or values are wrong.
        case invalid
    }

    /// One wrong place, and what would be right there.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        package let file: String
        /// Counted from 1; nothing where the file as a whole is meant.
        package let line: Int?
        /// Path of the key such as `cameras[0].url`; empty where no key is meant.
        package let key: String
        /// One sentence, in lower case, without a full stop.
        package let message: String

        package init(file: String, line: Int?, key: String, message: String) {
            self.file = file
            self.line = line
            self.key = key
            self.message = message
        }

        /// `FILE:LINE:KEY: sentence`, as compilers print and editors follow it.
        package var description: String {
            let parts = [file, line.map(String.init) ?? "", key].filter { !$0.isEmpty }
            return parts.joined(separator: ":") + ": " + message
        }
    }

    package let code: Code
    /// At least one, in the order of the file.
    package let problems: [Problem]

    package init(code: Code, problems: [Problem]) {
        self.code = code
        self.problems = problems
    }

    /// One line a problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
