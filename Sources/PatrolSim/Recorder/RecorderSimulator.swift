import Dispatch
import Model
import Platform
import Synchronization

/// A telephone recorder that drops files into a spool folder.
package final class RecorderSimulator: Sendable {
    /// How a file comes to be in the folder.
    package enum Way: Hashable, Sendable {
        /// Under a name that begins with a dot and ends in `.part`, then renamed.
        case renamed
        /// Under its own name from the first byte, in that many pieces with a pause between them.
        case slowly(pieces: Int, pause: Span)
    }

    private struct State {
        var maker: RecordingMaker
        var count = 0
        var dropped: [SimRecording] = []
        var ticker: Ticker?
        var exchange: PBXSimulator?
    }

    /// Where the files go.
    package let folder: String
    private let clock: @Sendable () -> Timestamp
    private let queue = DispatchQueue(label: "patrold.sim.recorder")
    private let state: Mutex<State>

    /// - Throws: `SystemError` where the folder cannot be made.
    package init(
        folder: String, seed: UInt64,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    ) throws(SystemError) {
        self.folder = folder
        self.clock = clock
        state = Mutex(State(maker: RecordingMaker(seed: seed)))
        try Files.makeFolder(folder)
    }

    /// The recordings that are complete in the folder, in order (whoever empties it meanwhile).
    package var dropped: [SimRecording] { state.withLock { $0.dropped } }

    /// The next recording, not yet written.
    package func next(format: WaveFormat? = nil) -> SimRecording {
        state.withLock { $0.maker.next(at: clock(), format: format) }
    }

    /// Writes a recording; a slow one is complete only later, see `dropped`.
    ///
    /// - Throws: `SystemError` where the folder takes no file.
    package func drop(_ recording: SimRecording, _ way: Way = .renamed) throws(SystemError) {
        switch way {
        case .renamed:
            try Files.writeThenRename(recording.bytes, folder: folder, name: recording.name)
            state.withLock { $0.dropped.append(recording) }
        case .slowly(let pieces, let pause):
            let length = max(1, recording.bytes.count / max(1, pieces))
            try Files.append([], to: folder + "/" + recording.name)
            queue.async { self.write(recording, from: 0, length: length, pause: pause) }
        }
    }

    /// Drops one file every so often until `stop`; every fourth is written slowly.
    ///
    /// - Parameter exchange: posts the record of each call, where there is one.
    package func start(every interval: Span, exchange: PBXSimulator? = nil) {
        let ticker = Ticker(on: queue, first: .milliseconds(500), every: interval) { [weak self] in self?.dropNext() }
        state.withLock { state in
            state.exchange = exchange
            state.ticker = ticker
        }
    }

    /// No file is begun any more; one that is being written slowly is finished.
    package func stop() {
        let ticker = state.withLock { state in
            defer { state.ticker = nil }
            return state.ticker
        }
        ticker?.cancel()
    }

    private func dropNext() {
        let (count, exchange) = state.withLock { state in
            state.count += 1
            return (state.count, state.exchange)
        }
        let recording = next()
        if let exchange { Task { await exchange.post(recording.call, in: .newCdr) } }
        // A folder that is full or gone for a while is the daemon's test, not a reason for the recorder to stop.
        try? drop(recording, count % 4 == 0 ? .slowly(pieces: 5, pause: .milliseconds(300)) : .renamed)
    }

    private func write(_ recording: SimRecording, from start: Int, length: Int, pause: Span) {
        let piece = Array(recording.bytes[start..<min(start + length, recording.bytes.count)])
        guard (try? Files.append(piece, to: folder + "/" + recording.name)) != nil else { return }
        guard start + length < recording.bytes.count else {
            state.withLock { $0.dropped.append(recording) }
            return
        }
        queue.asyncAfter(deadline: .now() + .microseconds(Int(pause.microseconds))) {
            self.write(recording, from: start + length, length: length, pause: pause)
        }
    }
}
