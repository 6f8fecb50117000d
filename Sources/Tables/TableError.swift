/// Why a file is not one of rows, and where.
package struct TableError: Error, Hashable, Sendable {
    package enum Code: String, Hashable, Sendable {
        /// Nothing in it.
        case empty
        /// In no encoding that is known here; `number` is the offset of the first byte that does not fit.
        case notText
        /// Holds NUL bytes; `number` is the offset of the first.
        case binary
        /// The system has no converter for GB18030.
        case noConverter
        /// A quote is opened and never closed; `number` is the row in which its value begins.
        case unclosedQuote
        /// Text follows a closing quote in row `number`.
        case textAfterQuote
        /// Not JSON from byte `number` on.
        case badJSON
        /// JSON, yet no list of objects.
        case noObjects
        /// Row `number` reaches beyond the last column that is read.
        case tooWide
        /// More rows, text or markup than is read; `part` names where.
        case tooLong
        /// Unpacks to far more than a table needs.
        case bomb
        /// A ZIP that is cut off, or whose checksum is wrong; `part` names the member where one is to blame.
        case damaged
        /// Markup of `part` is not well-formed at line `number`.
        case badMarkup
        /// Locked with a password.
        case encrypted
        /// The workbook format of Excel 97–2003 (BIFF).
        case oldWorkbook
        /// A workbook of another kind: `part` is `ODS` or `XLSB`.
        case otherWorkbook
        /// A ZIP without a workbook in it.
        case noWorkbook
        /// A web page under a spreadsheet's name.
        case webPage
        /// A document or picture; `part` says which.
        case document
        /// A formula or cell of row `number` refers to a text that the workbook does not hold.
        case missingText
    }

    package let code: Code
    package let part: String
    package let number: Int

    package init(_ code: Code, part: String = "", number: Int = 0) {
        self.code = code
        self.part = part
        self.number = number
    }
}

/// How much of a file is read at most.
package struct TableLimits: Hashable, Sendable {
    /// Columns; a cell that holds anything beyond them is an error.
    package var columns = 1000
    /// Rows, as a sheet of a workbook may have.
    package var rows = 1_048_576
    /// Bytes of one part of a workbook when unpacked.
    package var unpacked = 1 << 30
    /// Beyond 64 MiB a part may be at most that many times as long as it is packed.
    package var ratio = 200
    /// Bytes of all shared texts of a workbook together.
    package var texts = 192 << 20
    /// Bytes of one cell.
    package var cell = 1 << 20

    package init() {}
}
