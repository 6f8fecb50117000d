import CCurl
import Dispatch
import Glibc
import Platform

/// The descriptors libcurl works with, each with the Dispatch sources that watch it.
///
/// Two rules keep libdispatch from editing epoll for a number that means another socket by now:
/// a connection's descriptor is opened and closed here, and closed only after every source on it has run its cancel
/// handler; and a descriptor that libcurl closes by itself (the resolver's wake-up pair) is watched through a duplicate.
/// Confined to the queue of its `CurlMulti`, hence `@unchecked Sendable`.
final class CurlSockets: @unchecked Sendable {
    let queue: DispatchQueue
    /// Called when a descriptor is ready, with `CURL_CSELECT_IN` or `CURL_CSELECT_OUT`; set once before the first use.
    var onReady: @Sendable (_ descriptor: curl_socket_t, _ mask: Int32) -> Void = { _, _ in }
    private var sockets: [curl_socket_t: CurlSocket] = [:]
    /// Descriptors that are open or watched, those still being cancelled included.
    private(set) var live = 0

    init(queue: DispatchQueue) {
        self.queue = queue
    }

    /// Makes a connection's descriptor (`CURLOPT_OPENSOCKETFUNCTION`).
    func open(family: Int32, type: Int32, protocol number: Int32) -> curl_socket_t {
        let descriptor = socket(family, type | SocketKind.closesOnExec, number)
        guard descriptor >= 0 else { return CURL_SOCKET_BAD }
        sockets[descriptor] = CurlSocket(number: descriptor, watched: descriptor, table: self)
        live += 1
        return descriptor
    }

    /// Takes a connection's descriptor back (`CURLOPT_CLOSESOCKETFUNCTION`).
    func close(_ descriptor: curl_socket_t) {
        guard let socket = sockets[descriptor] else {
            Glibc.close(descriptor)
            return
        }
        socket.retire()
    }

    /// Does what `CURLMOPT_SOCKETFUNCTION` asks for.
    func watch(_ descriptor: curl_socket_t, what: Int32) {
        dispatchPrecondition(condition: .onQueue(queue))
        if what == CURL_POLL_REMOVE {
            guard let socket = sockets[descriptor] else { return }
            if socket.isDuplicate {
                // libcurl closes its own number now, and the next socket may get it.
                sockets[descriptor] = nil
                socket.retire()
            } else {
                socket.want(read: false, write: false)
            }
            return
        }
        guard let socket = sockets[descriptor] ?? duplicate(descriptor) else { return }
        socket.want(read: what & CURL_POLL_IN != 0, write: what & CURL_POLL_OUT != 0)
    }

    private func duplicate(_ descriptor: curl_socket_t) -> CurlSocket? {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return nil }
        let socket = CurlSocket(number: descriptor, watched: copy, table: self)
        sockets[descriptor] = socket
        live += 1
        return socket
    }

    /// The last source of a retired socket is gone: its descriptor may be used again.
    func release(_ socket: CurlSocket) {
        Glibc.close(socket.watched)
        if sockets[socket.number] === socket { sockets[socket.number] = nil }
        live -= 1
    }
}

/// `CURLMOPT_SOCKETFUNCTION`.
let curlSocketChanged: curl_socket_callback = { _, descriptor, what, context, _ in
    guard let context else { return 0 }
    Unmanaged<CurlSockets>.fromOpaque(context).takeUnretainedValue().watch(descriptor, what: what)
    return 0
}

/// `CURLOPT_OPENSOCKETFUNCTION`.
let curlOpensSocket: curl_opensocket_callback = { context, _, address in
    guard let context, let address = address?.pointee else { return CURL_SOCKET_BAD }
    return Unmanaged<CurlSockets>.fromOpaque(context).takeUnretainedValue()
        .open(family: address.family, type: address.socktype, protocol: address.protocol)
}

/// `CURLOPT_CLOSESOCKETFUNCTION`; the context outlives the transfer, as idle connections do.
let curlClosesSocket: curl_closesocket_callback = { context, descriptor in
    guard let context else { return 0 }
    Unmanaged<CurlSockets>.fromOpaque(context).takeUnretainedValue().close(descriptor)
    return 0
}
