/// Why a ledger cannot be opened, moved or read.
package struct LedgerError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        case cannotOpen, otherFormat, unwritable, missing
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
