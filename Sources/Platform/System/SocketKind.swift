import Glibc

/// What a socket carries, in the system's numbers.
///
/// Kept here because the compiler does not always find the C library's own enumeration in a module that also imports
/// another C library with the same headers.
package enum SocketKind: Sendable {
    case stream, datagrams

    /// `SOCK_STREAM` or `SOCK_DGRAM`.
    package var type: Int32 {
        switch self {
        case .stream: Int32(SOCK_STREAM.rawValue)
        case .datagrams: Int32(SOCK_DGRAM.rawValue)
        }
    }

    /// `SOCK_CLOEXEC`, which every socket of ours has.
    package static let closesOnExec = Int32(SOCK_CLOEXEC.rawValue)
    /// `SOCK_NONBLOCK`.
    package static let neverBlocks = Int32(SOCK_NONBLOCK.rawValue)
}
