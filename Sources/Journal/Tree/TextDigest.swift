import Crypto

/// A short name for a text, so that a change of it is seen without keeping it: the first eight bytes of SHA-256.
package func textDigest(_ text: String) -> Int64 {
    Int64(bitPattern: SHA256.hash(data: Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
}
