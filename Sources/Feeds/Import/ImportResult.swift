import Model

/// What an import file holds: the events of its good rows, and the rows that were refused.
package struct ImportResult: Sendable {
    /// In the order of the file; ready for one delivery.
    package var events: [Event] = []
    /// One entry a problem; several may name the same row.
    ///
    /// A refused row gives no event.
    package var refused: [RefusedRow] = []
    /// Rows that hold anything, the header not counted.
    package var rows = 0
    /// `UTF-8`, `UTF-16` or `GB18030`.
    package var encoding: String
    /// Headers of columns that were not read.
    package var ignoredColumns: [String] = []

    /// How many rows were refused.
    package var refusedCount: Int { Set(refused.map(\.row)).count }
}

/// One reason why a row was not imported.
package struct RefusedRow: Hashable, Sendable {
    /// As a spreadsheet counts: the header is row 1.
    package var row: Int
    /// The header of the column as the file has it.
    package var column: String
    /// What stands there; may be personal data, for the person who imports and never for a log.
    package var value: String
    /// What is wrong and what would be right.
    package var message: Message
}

/// Why one value was refused.
package struct ValueProblem: Error, Hashable, Sendable {
    /// Key or header of the field.
    package var column: String
    package var value: String
    package var message: Message
}

/// Why a file as a whole could not be imported.
package struct ImportError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// No header or no row below it.
        case empty
        /// No text, or in no encoding that is known here.
        case undecodable
        /// The quotes do not match.
        case malformed
        /// The header lacks columns without which no row can be read.
        case missingColumns
        /// Two columns of the header mean the same field.
        case repeatedColumn
    }

    package let code: Code
    package let message: Message
}
