import Tables

// Names under which the rest of this module reads text.
typealias TextDecoding = Tables.TextDecoding
typealias TextDecodingError = Tables.TextDecodingError
typealias CSVReader = Tables.CSVReader
typealias CSVError = Tables.CSVError
