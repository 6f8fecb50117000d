/// The `data` of `cn.patrold.evidence.scrubbed`: what one night's re-hashing of a share of the evidence store found.
package struct ScrubReport: Hashable, Sendable {
    /// Which time round the whole store it is, from 1.
    package var turn: Int
    /// Which share of the turn was finished, from 1 to `shares`.
    package var share: Int
    package var shares: Int
    package var files: Int
    package var bytes: Int64
    /// Files that are not what their name says.
    package var damaged: Int
    /// Files that events name and the store does not have.
    package var missing: Int
    /// Whether the share was finished; what is left is done the next night.
    package var finished: Bool

    package init(
        turn: Int, share: Int, shares: Int, files: Int = 0, bytes: Int64 = 0, damaged: Int = 0, missing: Int = 0,
        finished: Bool = false
    ) {
        self.turn = turn
        self.share = share
        self.shares = shares
        self.files = files
        self.bytes = bytes
        self.damaged = damaged
        self.missing = missing
        self.finished = finished
    }

    package var json: JSON {
        [
            "turn": .int(turn), "share": .int(share), "shares": .int(shares), "files": .int(files), "bytes": .int(bytes),
            "damaged": .int(damaged), "missing": .int(missing), "finished": .bool(finished),
        ]
    }

    package init?(_ json: JSON) {
        guard let turn = json["turn"]?.int, let share = json["share"]?.int, let shares = json["shares"]?.int,
            let files = json["files"]?.int, let bytes = json["bytes"]?.int, let damaged = json["damaged"]?.int,
            let missing = json["missing"]?.int
        else { return nil }
        self.init(
            turn: turn, share: share, shares: shares, files: files, bytes: Int64(bytes), damaged: damaged, missing: missing,
            finished: json["finished"]?.bool ?? false)
    }
}
