import ArgumentParser
import Glibc

/// Why a command ends without having done its work: one sentence and a sysexits code.
struct Failure: Error, CustomStringConvertible {
    enum Code: Int32 {
        case usage = 64
        case badData = 65
        case noInput = 66
        case unavailable = 69
        case cannotCreate = 73
        case inputOutput = 74
        case tryAgain = 75
        case noPermission = 77
        case configuration = 78
    }

    let code: Code
    /// What failed, where, and what to do.
    let sentence: String

    init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    var description: String { sentence }
}

/// Prints to standard error.
func complain(_ text: String) {
    _ = (text + "\n").withCString { write(STDERR_FILENO, $0, strlen($0)) }
}
