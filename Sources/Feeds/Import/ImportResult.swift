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
    /// `UTF-8`, `UTF-16`, `GB18030`, `XLSX` or `JSON`.
    package var encoding: String
    /// The sheet that was read, where the file has several.
    package var sheet = ""
    /// Headers of columns that were not read.
    package var ignoredColumns: [String] = []
    /// What was passed over, converted or worth a look; no mistakes.
    package var notes: [ImportNote] = []
    /// The file's header as it was understood, two lines joined.
    package var header: [String] = []
    /// Row → its cells as text, for each row that was refused.
    package var refusedCells: [Int: [String]] = [:]

    /// How many rows were refused.
    package var refusedCount: Int { Set(refused.map(\.row)).count }
}

/// One row that was read, as it comes out of the file.
package struct ImportedRow: Sendable {
    package enum Outcome: Sendable {
        case events([Event])
        case refused([RefusedRow])
    }

    /// As a spreadsheet counts.
    package var row: Int
    package var outcome: Outcome
}

/// Something worth knowing about a row that is no mistake.
package struct ImportNote: Hashable, Sendable {
    /// 0 where it is about the whole file.
    package var row: Int
    package var message: Message
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
    /// Whether the cell does not hold any more what was meant, so that nobody may take it for that.
    package var isLost = false
}

/// Why one value was refused.
package struct ValueProblem: Error, Hashable, Sendable {
    /// Key or header of the field.
    package var column: String
    package var value: String
    package var message: Message
    package var isLost = false
}

/// Why a file as a whole could not be imported.
package struct ImportError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// No header or no row below it.
        case empty
        /// No text, or in no encoding that is known here; or no file of rows at all.
        case undecodable
        /// The quotes do not match, the JSON ends too early, the archive is damaged.
        case malformed
        /// The header lacks columns without which no row can be read.
        case missingColumns
        /// Two columns of the header mean the same field.
        case repeatedColumn
        /// The mapping file names what is not there.
        case badMapping
        /// There is no sheet of that name.
        case noSheet
    }

    package let code: Code
    package let message: Message
}

/// How a file is read, beyond what it says itself.
package struct ImportOptions: Hashable, Sendable {
    /// Name of the sheet; nothing takes the visible one whose header is known best.
    package var sheet: String?
    package var mapping: ColumnMapping?
    /// Key of the channel of complaints whose file has no channel column, or leaves it blank.
    package var channel: String?
    /// Name of the recorder of call records whose file does not say it.
    package var device: String?

    package init(
        sheet: String? = nil, mapping: ColumnMapping? = nil, channel: String? = nil, device: String? = nil
    ) {
        self.sheet = sheet
        self.mapping = mapping
        self.channel = channel
        self.device = device
    }
}
