/// What stands between two delimiters of an event stream, or several times between two of them.
package enum DahuaBlock: Hashable, Sendable {
    /// `Code=…` up to its end, line ends around it left out.
    case event([UInt8])
    case heartbeat
    /// Bytes that are neither, or an event that is cut short or too long.
    case unreadable(reason: String, bytes: [UInt8])
}

/// Takes the event stream of a Dahua device apart as its bytes come, in pieces of any size.
///
/// It goes by lines, because devices leave out the blank line before a body, the blank after a colon, the line end after
/// a body, and lie about lengths: an event ends with its line, or where its JSON data close, or at a delimiter. So it is
/// given out at once and not only when the next part comes. A declared length decides only where nothing has followed yet.
/// Every byte is looked at a bounded number of times.
package struct DahuaReader: Sendable {
    enum Place: Sendable {
        case lines
        /// Inside the JSON data of an event that begins at `start`.
        case data(JSONDepth)
        /// Behind something too long, up to the next line that says what it is.
        case discarding
    }

    /// How far the brackets of an event's data are open.
    struct JSONDepth: Sendable {
        var depth = 0
        var inString = false
        var escaped = false
    }

    static let lineLimit = 64 << 10
    /// How much of what is too long is kept for quarantine.
    static let excerpt = 4096
    static let code = Array("Code=".utf8)
    static let beat = Array("Heartbeat".utf8)
    static let dataMark = Array(";data=".utf8)

    let word: [UInt8]
    let eventLimit: Int
    var place = Place.lines
    /// The first byte that belongs to what is being read.
    var start = 0
    /// The first byte that was not looked at.
    var scan = 0
    /// Where the declared length counts from, once the body begins.
    var declaredLength: Int?
    var junk: [UInt8] = []
    private var buffer: [UInt8] = []

    /// Begins a stream.
    ///
    /// - Parameters:
    ///   - contentType: the response's `Content-Type`, which names the boundary; `myboundary` without it.
    ///   - eventLimit: the longest event in bytes; a longer one is reported and passed over.
    package init(contentType: String, eventLimit: Int = 1 << 20) {
        let told = MultipartBoundary(contentType: contentType).word
        word = contentType.lowercased().contains("boundary=") ? told : Array("myboundary".utf8)
        self.eventLimit = eventLimit
    }

    /// Bytes kept until more come.
    package var pendingBytes: Int { buffer.count + junk.count }

    package mutating func read(_ piece: UnsafeRawBufferPointer, _ emit: (DahuaBlock) -> Void) {
        buffer.append(contentsOf: piece)
        work { reader, bytes in
            while reader.step(bytes, emit) {}
        }
    }

    package mutating func read(_ piece: some Collection<UInt8>, _ emit: (DahuaBlock) -> Void) {
        buffer.append(contentsOf: piece)
        work { reader, bytes in
            while reader.step(bytes, emit) {}
        }
    }

    /// Takes the stream's end: a whole event without its line end is accepted, one cut short goes to quarantine.
    package mutating func finish(_ emit: (DahuaBlock) -> Void) {
        work { reader, bytes in
            reader.end(bytes, emit)
            reader.start = bytes.count
        }
        giveOutJunk(emit)
        place = .lines
        scan = 0
        declaredLength = nil
    }

    /// Lends the buffer out while the reader changes, then drops what was taken from it.
    private mutating func work(_ body: (inout DahuaReader, UnsafeBufferPointer<UInt8>) -> Void) {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        bytes.withUnsafeBufferPointer { body(&self, $0) }
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 64 << 10)
        } else if start > 0 {
            bytes.removeFirst(start)
        }
        scan = max(0, scan - start)
        start = 0
        swap(&bytes, &buffer)
    }

    private mutating func step(_ bytes: UnsafeBufferPointer<UInt8>, _ emit: (DahuaBlock) -> Void) -> Bool {
        switch place {
        case .lines: stepLine(bytes, emit)
        case .data(let depth): stepData(bytes, depth, emit)
        case .discarding: stepDiscarding(bytes)
        }
    }

    /// Goes on behind what was read.
    mutating func goOn(at offset: Int) {
        place = .lines
        start = offset
        scan = offset
    }

    /// Gathers bytes that say nothing, so that one stretch of them is one entry in quarantine.
    mutating func addJunk(_ bytes: UnsafeBufferPointer<UInt8>, to end: Int) {
        let room = Self.lineLimit - junk.count
        if room > 0 { junk += bytes[start..<min(end, start + room)] }
    }

    mutating func giveOutJunk(_ emit: (DahuaBlock) -> Void) {
        defer { junk = [] }
        while let last = junk.last, last.isBlank { junk.removeLast() }
        guard !junk.isEmpty else { return }
        emit(.unreadable(reason: "bytes in the stream that are no event", bytes: junk))
    }
}
