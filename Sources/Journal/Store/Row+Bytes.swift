import FoundationEssentials
import GRDB

extension Row {
    /// A blob column as bytes; empty where it is NULL.
    package func bytes(_ column: String) -> [UInt8] {
        (self[column] as Data?).map { [UInt8]($0) } ?? []
    }
}
