import CCurl
import Dispatch

/// One transfer under way: a request with its whole response, or an endless stream.
///
/// Confined to the queue of its `CurlMulti`, hence `@unchecked Sendable`; `pause`, `resume` and `cancel` may be called
/// from anywhere and act on that queue.
package final class CurlTransfer: @unchecked Sendable {
    /// What becomes of the bytes.
    struct Sink: Sendable {
        var onHead: @Sendable (CurlHead) -> Void = { _ in }
        var onBytes: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }
        var onEnd: @Sendable (Result<CurlHead, CurlError>) -> Void = { _ in }
    }

    let request: CurlRequest
    let isStream: Bool
    private let queue: DispatchQueue
    weak var multi: CurlMulti?
    /// Whether the end was reported.
    private(set) var hasEnded = false
    /// libcurl's handle while the transfer is under way.
    var easy: UnsafeMutableRawPointer?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var commandLists: [UnsafeMutablePointer<curl_slist>] = []
    /// Why the host's key was not believed.
    var hostKeyRefusal: CurlFileFailure?
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var sink: Sink
    private var head = CurlHead(status: 0, headers: [])
    private var headIsOut = false
    private var headerBytes = 0
    private var bodyBytes = 0
    private var failure: CurlError?
    private var paused = false
    /// libcurl keeps bytes for us that it could not hand over while we paused.
    private var holdsBytes = false

    init(_ request: CurlRequest, isStream: Bool, sink: Sink, queue: DispatchQueue) {
        self.request = request
        self.isStream = isStream
        self.sink = sink
        self.queue = queue
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headerList)
        for list in commandLists { curl_slist_free_all(list) }
        errorText.deallocate()
    }

    /// Stops taking bytes; at most the piece being delivered is still delivered, and the sender is held back by TCP.
    package func pause() {
        onQueue { $0.paused = true }
    }

    /// Takes bytes again.
    package func resume() {
        // Always later: libcurl hands over what it kept from inside this call.
        queue.async { self.takeBytesAgain() }
    }

    /// Gives the transfer up; its end is reported once, as `cancelled`.
    package func cancel() {
        queue.async { self.multi?.finish(self, failure: CurlError(code: .cancelled, detail: "given up by the caller")) }
    }

    private func onQueue(_ body: @escaping @Sendable (CurlTransfer) -> Void) {
        if DispatchQueue.getSpecific(key: CurlMulti.queueKey) == ObjectIdentifier(queue) {
            body(self)
        } else {
            queue.async { body(self) }
        }
    }

    private func takeBytesAgain() {
        paused = false
        guard holdsBytes, let easy else { return }
        holdsBytes = false
        curl_easy_pause(easy, 0)
        multi?.collect()
    }

    /// The end, reported once; the callbacks are let go with what they hold.
    func end(_ result: Result<Void, CurlError>) {
        let last = sink
        hasEnded = true
        sink = Sink()
        if case .success = result, failure == nil { announceHead(to: last) }
        if let failure {
            last.onEnd(.failure(failure))
        } else {
            last.onEnd(result.map { head })
        }
    }

    /// What libcurl says about a failure, in its own sentence where it has one.
    func error(_ result: CURLcode) -> CurlError {
        let detail = String(cString: errorText)
        guard request.file != nil else { return CurlError(result, detail: detail) }
        return CurlError(
            result, detail: detail, file: hostKeyRefusal ?? CurlFileFailure(result), reply: head.status)
    }
}

// What libcurl's callbacks bring.
extension CurlTransfer {
    /// The cap of all headers of one response in bytes.
    private static let headerLimit = 64 << 10

    /// Takes one header line; the status line of each further response (after 401, after 100) begins anew.
    func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        // libcurl shows a mail server's lines here too; what was asked for comes as the body.
        guard !request.isMail else { return line.count }
        headerBytes += line.count
        if request.file != nil {
            // FTP's replies come this way; the last one explains a failure.
            head.status = Int(String(decoding: line.prefix(3), as: UTF8.self)) ?? head.status
            return line.count
        }
        if line.starts(with: "HTTP/".utf8) {
            head = CurlHead(status: Self.status(in: line), headers: [])
            headerBytes = line.count
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            head.headers.append((Self.trimmed(line[..<colon]), Self.trimmed(line[(colon + 1)...])))
        } else if isStream, (200..<300).contains(head.status) {
            announceHead(to: sink)
        }
        guard headerBytes <= Self.headerLimit else {
            failure = CurlError(code: .tooLarge, detail: "the response's headers are longer than \(Self.headerLimit) bytes")
            return 0
        }
        return line.count
    }

    /// Takes a piece of the body; anything but its length tells libcurl to stop or to wait.
    func takeBody(_ piece: UnsafeRawBufferPointer) -> Int {
        if paused {
            holdsBytes = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        announceHead(to: sink)
        bodyBytes += piece.count
        if !isStream, bodyBytes > request.responseLimit {
            failure = CurlError(code: .tooLarge, detail: "the response is longer than \(request.responseLimit) bytes")
            return 0
        }
        sink.onBytes(piece)
        return piece.count
    }

    private func announceHead(to sink: Sink) {
        guard !headIsOut else { return }
        headIsOut = true
        sink.onHead(head)
    }

    private static func status(in line: UnsafeRawBufferPointer) -> Int {
        guard let blank = line.firstIndex(of: 0x20) else { return 0 }
        return Int(String(decoding: line[(blank + 1)...].prefix(3), as: UTF8.self)) ?? 0
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        var rest = bytes
        while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
        return String(decoding: rest.drop { $0 <= 0x20 }, as: UTF8.self)
    }
}

/// `CURLOPT_WRITEFUNCTION`.
let curlTakesBody: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
}

/// `CURLOPT_HEADERFUNCTION`.
let curlTakesHeader: curl_write_callback = { bytes, size, count, context in
    guard let context else { return 0 }
    return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
}
