import Model

/// What a device's call holds: alerts with their pictures, and what could not be read.
struct ISAPIPushBody {
    struct Item {
        var alert: ISAPIAlert
        var isHeartbeat: Bool
        /// The first picture that came with it.
        var picture: [UInt8]?
    }

    struct Unread {
        var reason: String
        var contentType: String
        var bytes: [UInt8]
    }

    /// Alerts of one call that are read at most; a device sends one.
    private static let limit = 256

    private(set) var items: [Item] = []
    private(set) var unread: [Unread] = []
    /// A picture that came before its alert.
    private var early: [UInt8]?
    private let decoder: ISAPIDecoder

    /// Reads a body: one document, or parts.
    ///
    /// The closing boundary and a right length are not needed.
    init(_ body: [UInt8], contentType: String, decoder: ISAPIDecoder, limit: Int) {
        self.decoder = decoder
        guard body.count <= limit else {
            add(
                "a call of \(body.count) bytes is longer than \(limit); only its beginning was kept", contentType,
                body.prefix(4096))
            return
        }
        guard let type = Self.multipartType(body, contentType) else {
            if body.contains(where: { !$0.isBlank }) { take(MultipartPart(contentType: contentType, bytes: body)) }
            return
        }
        var reader = MultipartReader(contentType: type, partLimit: limit)
        var outputs: [MultipartOutput] = []
        reader.read(body) { outputs.append($0) }
        reader.finish { outputs.append($0) }
        for output in outputs {
            switch output {
            case .part(let part): take(part)
            case .unreadable(let reason, let type, let bytes): add(reason, type, bytes[...])
            }
        }
    }

    /// The media type with a boundary; devices also send parts under the type of one of them.
    private static func multipartType(_ body: [UInt8], _ contentType: String) -> String? {
        if contentType.lowercased().hasPrefix("multipart/") { return contentType }
        let text = body.drop { $0.isBlank }
        guard text.starts(with: Array("--".utf8)) else { return nil }
        let word = text.drop { $0 == UInt8(ascii: "-") }.prefix(70).prefix { !$0.isBlank }
        return "multipart/form-data; boundary=" + String(decoding: word, as: UTF8.self)
    }

    private mutating func take(_ part: MultipartPart) {
        do throws(ISAPIDecodingError) {
            switch try decoder.decode(part) {
            case .alert(let alert): add(alert, isHeartbeat: false)
            case .heartbeat(let alert): add(alert, isHeartbeat: true)
            case .picture(let bytes): add(picture: bytes)
            case .nothing: break
            }
        } catch {
            add(error.reason, part.contentType, part.bytes[...])
        }
    }

    private mutating func add(_ alert: ISAPIAlert, isHeartbeat: Bool) {
        guard items.count < Self.limit else { return }
        items.append(Item(alert: alert, isHeartbeat: isHeartbeat, picture: early))
        early = nil
    }

    private mutating func add(picture: [UInt8]) {
        if items.isEmpty {
            early = early ?? picture
        } else if items[items.count - 1].picture == nil {
            items[items.count - 1].picture = picture
        }
    }

    private mutating func add(_ reason: String, _ contentType: String, _ bytes: ArraySlice<UInt8>) {
        guard unread.count < Self.limit else { return }
        unread.append(Unread(reason: reason, contentType: contentType, bytes: Array(bytes)))
    }
}
