import Dispatch
import Glibc
import Model
import Synchronization

/// A camera's MQTT client: publishes with QoS 1 and sends each message again until its PUBACK, across reconnections.
///
/// Everything may be called from any thread; one thread of its own does the talking.
package final class MQTTPublisher: Sendable {
    package struct Settings: Sendable {
        package var clientID: String
        package var port: Int
        package var user: String?
        package var password: String?
        /// `online` is published there when it is connected and `offline` is its last will, both retained.
        package var availability: String?
        /// Messages under way.
        package var window = 20

        package init(clientID: String, port: Int) {
            self.clientID = clientID
            self.port = port
        }
    }

    struct Message {
        var topic: String
        var payload: [UInt8]
        var retained: Bool
        var id: UInt16
        /// Whether it was sent on any connection; it goes with DUP then.
        var wasSent = false
        /// Whether it was sent on this connection.
        var isOnItsWay = false
    }

    struct State {
        var waiting: [Message] = []
        var lastID: UInt16 = 0
        var published = 0
        var acknowledged = 0
        var connections = 0
        var isConnected = false
        var isStopped = false
    }

    package let settings: Settings
    let state = Mutex(State())
    private let queue: DispatchQueue

    package init(_ settings: Settings) {
        self.settings = settings
        queue = DispatchQueue(label: "patrolsim.mqtt." + settings.clientID)
    }

    /// Messages that the broker has taken over.
    package var acknowledged: Int { state.withLock { $0.acknowledged } }
    package var published: Int { state.withLock { $0.published } }
    package var isConnected: Bool { state.withLock { $0.isConnected } }

    /// Queues a message; it stays until the broker has taken it over.
    package func publish(_ topic: String, _ payload: [UInt8], retained: Bool = false) {
        state.withLock { state in
            state.lastID = state.lastID == .max ? 1 : state.lastID + 1
            state.published += 1
            state.waiting.append(Message(topic: topic, payload: payload, retained: retained, id: state.lastID))
        }
    }

    package func publish(_ topic: String, _ text: String, retained: Bool = false) {
        publish(topic, Array(text.utf8), retained: retained)
    }

    /// Begins to connect and to publish.
    package func start() {
        queue.async { self.work() }
    }

    /// Hangs up without a good-bye, so that the broker publishes the last will.
    package func stop() async {
        state.withLock { $0.isStopped = true }
        await withCheckedContinuation { done in queue.async { done.resume() } }
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func work() {
        while !isStopped {
            let descriptor = LoopbackAddress.connect(port: settings.port)
            if descriptor >= 0 {
                talk(descriptor)
                close(descriptor)
            }
            state.withLock { state in
                state.isConnected = false
                for index in state.waiting.indices { state.waiting[index].isOnItsWay = false }
            }
            if !isStopped { usleep(50_000) }
        }
    }

    private func talk(_ descriptor: Int32) {
        guard write(MQTTWire.connect(settings), to: descriptor) else { return }
        var buffer: [UInt8] = []
        var isAccepted = false
        while !isStopped {
            if isAccepted, !sendNext(descriptor) { return }
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, 10) > 0 else { continue }
            guard receive(descriptor, &buffer) else { return }
            while let packet = MQTTWire.next(&buffer) {
                switch packet.first >> 4 {
                case 2:
                    guard packet.body.last == 0 else { return }
                    isAccepted = true
                    connected()
                case 4: acknowledge(packet.body)
                default: break
                }
            }
        }
    }

    private func connected() {
        state.withLock {
            $0.isConnected = true
            $0.connections += 1
        }
        if let topic = settings.availability { publish(topic, "online", retained: true) }
    }

    private func acknowledge(_ body: [UInt8]) {
        guard body.count == 2 else { return }
        let id = UInt16(body[0]) << 8 | UInt16(body[1])
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id && $0.isOnItsWay }) else { return }
            state.waiting.remove(at: index)
            state.acknowledged += 1
        }
    }

    private func sendNext(_ descriptor: Int32) -> Bool {
        let bytes = state.withLock { state -> [UInt8] in
            var bytes: [UInt8] = []
            for index in state.waiting.indices.prefix(settings.window) where !state.waiting[index].isOnItsWay {
                bytes += MQTTWire.publish(state.waiting[index])
                state.waiting[index].isOnItsWay = true
                state.waiting[index].wasSent = true
            }
            return bytes
        }
        return bytes.isEmpty || write(bytes, to: descriptor)
    }

    private func receive(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
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
}
