import CCurl
import Dispatch
import Glibc
import Platform

/// A byte stream to a broker, plain or with TLS, connected by libcurl and watched by Dispatch sources.
///
/// libcurl resolves, connects and shakes hands (`CURLOPT_CONNECT_ONLY`), then the bytes are ours. Confined to `queue`,
/// hence `@unchecked Sendable`; only the connecting itself, which blocks, runs elsewhere and before anything else does.
final class MQTTSocket: @unchecked Sendable {
    struct Address: Sendable {
        var host: String
        var port: Int
        /// Nothing for a connection without TLS.
        var trust: CurlTrust?
        var timeout = Duration.seconds(10)
    }

    /// What is waiting to be written must fit in here: a subscriber says little.
    private static let backlog = 1 << 20
    private static let chunk = 1 << 16

    private let easy: UnsafeMutableRawPointer
    /// libcurl refers to it until its handle is gone.
    private let descriptors: OpenDescriptors
    private let queue: DispatchQueue
    private let reading: any DispatchSourceRead
    private let writing: any DispatchSourceWrite
    private var waiting: [UInt8] = []
    private var isWriting = false
    private var isPaused = false
    private var isClosed = false
    private var onBytes: ([UInt8]) -> Void = { _ in }
    private var onEnd: (String) -> Void = { _ in }

    /// Connects on a queue that may block, and answers there.
    static func connect(_ address: Address, on queue: DispatchQueue) -> Result<MQTTSocket, CurlError> {
        guard let easy = curl_easy_init() else { return .failure(CurlError(CURLE_FAILED_INIT, detail: "")) }
        let descriptors = OpenDescriptors()
        var options = CurlOptions(easy)
        let host = address.host.contains(":") && !address.host.hasPrefix("[") ? "[\(address.host)]" : address.host
        options.set(CURLOPT_URL, (address.trust == nil ? "http://" : "https://") + host + ":\(address.port)")
        options.set(CURLOPT_CONNECT_ONLY, 1)
        options.set(CURLOPT_PROXY, "")
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_SSL_ENABLE_ALPN, 0)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, address.timeout.milliseconds))
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        if case .authority(let file) = address.trust { options.set(CURLOPT_CAINFO, file) }
        if case .insecure = address.trust {
            options.set(CURLOPT_SSL_VERIFYPEER, 0)
            options.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
        let context = Unmanaged.passUnretained(descriptors).toOpaque()
        curl_easy_set_opensocket(easy, mqttOpensSocket, context)
        curl_easy_set_closesocket(easy, mqttClosesSocket, context)
        let result = withExtendedLifetime(descriptors) { options.result == CURLE_OK ? curl_easy_perform(easy) : options.result }
        guard result == CURLE_OK, let descriptor = descriptors.open.first else {
            withExtendedLifetime(descriptors) { curl_easy_cleanup(easy) }
            return .failure(CurlError(result, detail: ""))
        }
        return .success(MQTTSocket(easy, descriptor, descriptors, queue))
    }

    private init(_ easy: UnsafeMutableRawPointer, _ descriptor: Int32, _ descriptors: OpenDescriptors, _ queue: DispatchQueue) {
        self.easy = easy
        self.descriptors = descriptors
        self.queue = queue
        reading = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        writing = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
    }

    /// Begins to read; the closures are called on the queue until the end or `close`.
    func start(onBytes: @escaping ([UInt8]) -> Void, onEnd: @escaping (String) -> Void) {
        dispatchPrecondition(condition: .onQueue(queue))
        self.onBytes = onBytes
        self.onEnd = onEnd
        reading.setEventHandler { @Sendable [weak self] in self?.readable() }
        writing.setEventHandler { @Sendable [weak self] in self?.writable() }
        // libcurl's handle, and with it the descriptor, goes when neither source refers to it any more; each of the two
        // handlers holds the socket until then.
        let gone = DispatchGroup()
        for source in [reading, writing] as [any DispatchSourceProtocol] {
            gone.enter()
            source.setCancelHandler { @Sendable in gone.leave() }
        }
        gone.notify(queue: queue) { @Sendable in self.cleanUp() }
        reading.resume()
    }

    private func cleanUp() { curl_easy_cleanup(easy) }

    func write(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        waiting += bytes
        writable()
    }

    /// Reads nothing until `goOn`; TCP then holds the broker back.
    func pause() {
        guard !isPaused, !isClosed else { return }
        isPaused = true
        reading.suspend()
    }

    func goOn() {
        guard isPaused, !isClosed else { return }
        isPaused = false
        reading.resume()
        // TLS may hold bytes that the descriptor does not show.
        queue.async { self.readable() }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        onBytes = { _ in }
        onEnd = { _ in }
        reading.cancel()
        writing.cancel()
        if isPaused { reading.resume() }
        if !isWriting { writing.resume() }
    }

    private func readable() {
        var buffer = [UInt8](repeating: 0, count: Self.chunk)
        while !isPaused, !isClosed {
            var count = 0
            let result = curl_easy_recv(easy, &buffer, buffer.count, &count)
            if result == CURLE_AGAIN { return }
            guard result == CURLE_OK, count > 0 else {
                return onEnd(result == CURLE_OK ? "the broker closed the connection" : CurlError(result, detail: "").description)
            }
            onBytes(Array(buffer[..<count]))
        }
    }

    private func writable() {
        while !waiting.isEmpty, !isClosed {
            var count = 0
            let result = curl_easy_send(easy, waiting, waiting.count, &count)
            if result == CURLE_AGAIN { break }
            guard result == CURLE_OK else { return onEnd(CurlError(result, detail: "").description) }
            waiting.removeFirst(count)
        }
        guard !isClosed else { return }
        if waiting.count > Self.backlog { return onEnd("the broker does not read what we say") }
        if isWriting, waiting.isEmpty {
            isWriting = false
            writing.suspend()
        } else if !isWriting, !waiting.isEmpty {
            isWriting = true
            writing.resume()
        }
    }
}

/// The descriptors that libcurl has open while it connects; used by one thread.
private final class OpenDescriptors {
    var open: Set<Int32> = []
}

private let mqttOpensSocket: curl_opensocket_callback = { context, _, address in
    guard let context, let address = address?.pointee else { return CURL_SOCKET_BAD }
    let descriptor = socket(address.family, address.socktype | SocketKind.closesOnExec, address.protocol)
    guard descriptor >= 0 else { return CURL_SOCKET_BAD }
    Unmanaged<OpenDescriptors>.fromOpaque(context).takeUnretainedValue().open.insert(descriptor)
    return descriptor
}

private let mqttClosesSocket: curl_closesocket_callback = { context, descriptor in
    guard let context else { return 0 }
    Unmanaged<OpenDescriptors>.fromOpaque(context).takeUnretainedValue().open.remove(descriptor)
    return close(descriptor)
}
