/// Why a journal cannot be opened, read or written.
package struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case cannotOpen, notDurable, newerFormat, unwritable, unreadable, damaged
    }

    package let code: Code
    /// One sentence: what, where, what to do.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { detail }
}
