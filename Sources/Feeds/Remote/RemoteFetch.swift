import Platform

/// One download under way; used on the feed's queue only.
final class RemoteFetch {
    let file: RemoteFile
    let isHTTP: Bool
    let download = RemoteDownload()
    var part: RemotePart
    /// Where the transfer began.
    let offset: Int64
    /// Why bytes are no longer taken.
    var stop: Stop?

    enum Stop {
        case local(SystemError)
        /// More came than the listing said.
        case tooLong
        /// An HTTP answer that is not the file.
        case status(Int)
        /// The part and the answer do not fit together.
        case misfit
    }

    init(_ file: RemoteFile, part: consuming RemotePart, isHTTP: Bool) {
        self.file = file
        self.isHTTP = isHTTP
        offset = part.length
        self.part = part
    }

    /// Looks at an HTTP answer; true where the bytes that follow belong to the part.
    func accepts(_ head: CurlHead) -> Bool {
        guard isHTTP else { return true }
        switch head.status {
        case 206 where head["Content-Range"]?.hasPrefix("bytes \(offset)-") == true: return true
        case 206, 416: stop = .misfit
        case 200:
            guard offset > 0 else { return true }
            // It changed, or the server knows no ranges: what comes is the whole.
            do throws(SystemError) {
                try part.empty()
                return true
            } catch {
                stop = .local(error)
            }
        default: stop = .status(head.status)
        }
        return false
    }

    func take(_ bytes: [UInt8]) {
        guard stop == nil else { return }
        let limit = file.size ?? Self.limit
        guard part.length + Int64(bytes.count) <= limit else { return stop = .tooLong }
        do throws(SystemError) {
            try part.append(bytes)
        } catch {
            stop = .local(error)
        }
    }

    /// For files whose size the listing does not tell.
    private static let limit: Int64 = 8 << 30
}
