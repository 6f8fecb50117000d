/// One part of a multipart stream, as far as it could be told from its neighbours.
package struct MultipartPart: Hashable, Sendable {
    /// The part's own `Content-Type`, empty where it has none.
    package var contentType: String
    /// The body; white space around XML and JSON is gone, pictures are exact.
    package var bytes: [UInt8]

    package init(contentType: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// What a multipart reader gives: a part, or bytes in which it found none.
package enum MultipartOutput: Hashable, Sendable {
    case part(MultipartPart)
    /// Bytes outside any part, headers without end, or a part over the cap (then only its beginning).
    case unreadable(reason: String, contentType: String, bytes: [UInt8])
}
