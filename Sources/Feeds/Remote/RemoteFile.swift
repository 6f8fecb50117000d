/// A file as a listing shows it.
struct RemoteFile: Hashable, Sendable {
    var path: RemotePath
    /// Bytes; nothing where the listing rounds (`1.2K`).
    var size: Int64?
    /// Size and time as they are written there: other words mean another file.
    var stamp: String
    /// Where it is fetched from, where that is not its path below the folder.
    var url: String?
    /// Path below the local folder.
    var local: String

    init(path: RemotePath, size: Int64?, stamp: String, url: String? = nil, local: String = "") {
        self.path = path
        self.size = size
        self.stamp = stamp
        self.url = url
        self.local = local
    }
}

/// One line of a listing.
struct RemoteEntry: Hashable, Sendable {
    var name: [UInt8]
    var isFolder: Bool
    var size: Int64?
    var time: String
    var url: String?
}

/// Why a listing cannot be used.
struct RemoteListingError: Error, Hashable, Sendable {
    /// Ends a sentence that begins with where the listing came from.
    let sentence: String

    static let cutOff = RemoteListingError(sentence: "sent a listing that ends in the middle; it is asked for again")
}

/// Bounds of what one listing may hold.
enum RemoteLimits {
    static let entries = 100_000
    static let folders = 5_000
    /// Of one query's answer.
    static let pages = 1_000
    static let listingBytes = 32 << 20
    static let nameBytes = 1024
}
