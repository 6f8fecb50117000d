import GRDBSQLite
import Model

/// A prepared SQLite statement for the hot paths, where a row costs a microsecond and boxing would double it.
///
/// Belongs to the connection's queue: make, use and drop it there.
package final class PreparedStatement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer?
    private static let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Prepares SQL that is ours (never text from outside).
    ///
    /// - Throws: `SQLiteFailure`.
    package init(_ connection: OpaquePointer, _ sql: String) throws(SQLiteFailure) {
        self.connection = connection
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        handle = prepared
        guard code == SQLITE_OK else { throw SQLiteFailure(connection, code) }
    }

    deinit { sqlite3_finalize(handle) }

    package func bind(_ value: Int64, at index: Int32) { sqlite3_bind_int64(handle, index, value) }

    package func bind(_ value: String?, at index: Int32) {
        guard var value else {
            sqlite3_bind_null(handle, index)
            return
        }
        value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                if let start = text.baseAddress {
                    _ = sqlite3_bind_text(handle, index, start, Int32(text.count), Self.copying)
                } else {
                    _ = sqlite3_bind_text(handle, index, "", 0, Self.copying)
                }
            }
        }
    }

    package func bind(_ value: [UInt8], at index: Int32) {
        value.withUnsafeBufferPointer { bytes in
            // Without an address SQLite would store NULL.
            if bytes.isEmpty {
                _ = sqlite3_bind_zeroblob(handle, index, 0)
            } else {
                _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), Self.copying)
            }
        }
    }

    package func bindNull(at index: Int32) { sqlite3_bind_null(handle, index) }

    /// Runs to the end and is ready to be bound again; returns the number of rows changed.
    @discardableResult
    package func run() throws(SQLiteFailure) -> Int {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            let failure = SQLiteFailure(connection, code)
            sqlite3_reset(handle)
            throw failure
        }
        sqlite3_reset(handle)
        return Int(sqlite3_changes(connection))
    }

    /// Moves to the next row; false (and ready to be bound again) at the end.
    package func step() throws(SQLiteFailure) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        let failure = SQLiteFailure(connection, code)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { throw failure }
        return false
    }

    /// Ends a walk before its last row.
    package func reset() { sqlite3_reset(handle) }

    package func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    package func blob(_ column: Int32) -> [UInt8] { Array(bytes(column)) }

    /// The column's bytes, valid until the statement moves.
    package func bytes(_ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: start == nil ? 0 : count)
    }
}

/// What SQLite said.
package struct SQLiteFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Int32
    package let message: String

    init(_ connection: OpaquePointer?, _ code: Int32) {
        self.code = code
        message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "SQLite error \(code)"
    }

    /// An I/O error: what the file holds is uncertain until it is opened anew.
    package var isInputOutput: Bool { code & 0xFF == SQLITE_IOERR }

    package var isFull: Bool { code & 0xFF == SQLITE_FULL }

    package var description: String { message }
}
