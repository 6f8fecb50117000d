import Dispatch
import Glibc
import Synchronization

/// A server for tests on a free port of 127.0.0.1: a thread for each connection runs the test's closure on its descriptor.
///
/// `@unchecked Sendable`: what changes is behind the mutex.
final class LoopbackServer: @unchecked Sendable {
    let port: Int
    private let listener: Int32
    private let open = Mutex<Set<Int32>>([])
    let accepted = Mutex(0)

    /// Begins to listen; the connection is closed when the closure returns.
    init(_ serve: @escaping @Sendable (Connection) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                _ = bind(listener, target, length)
                _ = listen(listener, 128)
                _ = getsockname(listener, target, &length)
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        DispatchQueue(label: "test.accept").async { [self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { return }
                accepted.withLock { $0 += 1 }
                open.withLock { _ = $0.insert(descriptor) }
                DispatchQueue(label: "test.connection").async { [self] in
                    serve(Connection(descriptor: descriptor))
                    open.withLock { _ = $0.remove(descriptor) }
                    close(descriptor)
                }
            }
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        open.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }
}

/// One accepted connection; blocking calls on the test server's own thread.
struct Connection: Sendable {
    let descriptor: Int32

    /// Reads up to the blank line; nothing where the client hung up.
    func readHead() -> String? {
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) == 1 {
            text.append(byte)
            if text.suffix(4) == [13, 10, 13, 10] { return String(decoding: text, as: UTF8.self) }
        }
        return nil
    }

    func read(_ count: Int) -> [UInt8] {
        // Receiving nothing would wait for something.
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(descriptor, &bytes, count, Int32(MSG_WAITALL))
        return Array(bytes.prefix(max(0, got)))
    }

    /// Writes everything; false where the client is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Waits until the client hangs up.
    func waitForEnd() {
        var byte: UInt8 = 0
        while recv(descriptor, &byte, 1, 0) > 0 {}
    }
}
