import CCurl
import Dispatch

/// One descriptor and up to two sources on it; new sources wait until the cancelled ones are really gone.
///
/// Confined to the queue of its table, hence `@unchecked Sendable`.
final class CurlSocket: @unchecked Sendable {
    /// libcurl's number for it.
    let number: curl_socket_t
    /// The descriptor that the sources watch: the same, or our duplicate.
    let watched: Int32
    private let table: CurlSockets
    private var reader: (any DispatchSourceRead)?
    private var writer: (any DispatchSourceWrite)?
    /// Cancelled sources whose cancel handler has not run.
    private var leaving = 0
    private var wantsRead = false
    private var wantsWrite = false
    private var retired = false

    init(number: curl_socket_t, watched: Int32, table: CurlSockets) {
        self.number = number
        self.watched = watched
        self.table = table
    }

    var isDuplicate: Bool { number != watched }

    func want(read: Bool, write: Bool) {
        wantsRead = read
        wantsWrite = write
        settle()
    }

    /// No more sources; the descriptor is closed when the last one is gone.
    func retire() {
        retired = true
        want(read: false, write: false)
    }

    private func settle() {
        if !wantsRead, let source = reader {
            reader = nil
            leaving += 1
            source.cancel()
        }
        if !wantsWrite, let source = writer {
            writer = nil
            leaving += 1
            source.cancel()
        }
        guard leaving == 0 else { return }
        if retired {
            table.release(self)
            return
        }
        if wantsRead, reader == nil { startReading() }
        if wantsWrite, writer == nil { startWriting() }
    }

    private func left() {
        leaving -= 1
        settle()
    }

    private func startReading() {
        let source = DispatchSource.makeReadSource(fileDescriptor: watched, queue: table.queue)
        source.setEventHandler { @Sendable [table, number] in table.onReady(number, CURL_CSELECT_IN) }
        source.setCancelHandler { @Sendable in self.left() }
        reader = source
        source.activate()
    }

    private func startWriting() {
        let source = DispatchSource.makeWriteSource(fileDescriptor: watched, queue: table.queue)
        source.setEventHandler { @Sendable [table, number] in table.onReady(number, CURL_CSELECT_OUT) }
        source.setCancelHandler { @Sendable in self.left() }
        writer = source
        source.activate()
    }
}
