import Glibc

/// A failed system call: what was tried, on what, and the error number.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let operation: String
    package let path: String
    package let number: Int32

    /// Captures `errno`; call it directly after the failed call.
    package init(_ operation: String, _ path: String, number: Int32 = errno) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    package var description: String { "\(operation) \(path): \(String(cString: strerror(number)))" }
}
