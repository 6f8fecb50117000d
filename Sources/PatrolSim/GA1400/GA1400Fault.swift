/// What a simulated GA/T 1400 device does wrong.
package enum GA1400Fault: Hashable, Sendable {
    /// Takes the challenge apart at `,` and `=`, writes the whole URL as digest `uri`, sends `Connection: keepalive`.
    case sloppyDigest
    /// Names its lists `FaceObjectList` or `FaceList` instead of `FaceListObject`.
    case listName(String)
    /// Cuts its next bodies in the middle.
    case truncatedJSON
    /// Hangs up before it reads the answer, then sends the same again.
    case hangsUp
    /// Never registers.
    case neverRegisters
}
