import CCurl
import Crypto
import FoundationEssentials

extension CurlTransfer {
    /// Judges the key that an SSH host shows; what is refused is kept as the transfer's failure.
    ///
    /// - Parameter match: libcurl's word from the file of known hosts, nothing where no file is asked.
    func believes(hostKey: UnsafeRawBufferPointer, match: UInt32?) -> Bool {
        let digest = Data(SHA256.hash(data: hostKey)).base64EncodedString()
        let fingerprint = "SHA256:" + digest.prefix { $0 != "=" }
        let keys = request.file?.hostKeys ?? CurlHostKeys()
        let isKnown = match == CURLKHMATCH_OK.rawValue || (match == nil && keys.pin != nil)
        if match == CURLKHMATCH_MISMATCH.rawValue || !keys.matchesPin(fingerprint) {
            hostKeyRefusal = .hostKeyChanged(fingerprint: fingerprint)
        } else if !isKnown {
            hostKeyRefusal = .hostKeyUnknown(fingerprint: fingerprint)
        } else {
            return true
        }
        return false
    }
}

/// `CURLOPT_SSH_KEYFUNCTION`: asked after the file of known hosts was read.
let curlChecksKnownHost: curl_sshkeycallback = { _, _, found, match, context in
    let reject = Int32(CURLKHSTAT_REJECT.rawValue)
    guard let context, let found = found?.pointee, let key = found.key, found.len > 0 else { return reject }
    let isBelieved = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .believes(hostKey: UnsafeRawBufferPointer(start: key, count: found.len), match: match.rawValue)
    // FINE and not FINE_ADD_TO_FILE: the file is the administrator's.
    return isBelieved ? Int32(CURLKHSTAT_FINE.rawValue) : reject
}

/// `CURLOPT_SSH_HOSTKEYFUNCTION`: asked where there is no file of known hosts.
let curlChecksHostKey: curl_sshhostkeycallback = { context, _, key, length in
    let reject = Int32(CURLKHMATCH_MISMATCH.rawValue)
    guard let context, let key, length > 0 else { return reject }
    let isBelieved = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        .believes(hostKey: UnsafeRawBufferPointer(start: key, count: length), match: nil)
    return isBelieved ? Int32(CURLKHMATCH_OK.rawValue) : reject
}
