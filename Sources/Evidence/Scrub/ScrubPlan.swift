import Model

/// Which part of the evidence store a night re-hashes: a full turn in so many nights, by the order of the hashes.
///
/// SHA-256 spreads evenly, so equal ranges of hashes are equal shares of the files. Pure: the mark in, the range out.
package struct ScrubPlan: Hashable, Sendable {
    /// How far the turn has come; durable beside the store.
    package struct Mark: Hashable, Sendable {
        /// Which time round it is, from 1.
        package var turn = 1
        /// Shares of the turn that are finished.
        package var done = 0
        /// The last file of the next share that was looked at already, where a night was cut short.
        package var after: String?

        package init() {}

        package var json: JSON {
            .object(present: [("turn", .int(turn)), ("done", .int(done)), ("after", after.map { .string($0) })])
        }

        /// Reads what `json` wrote; nothing where it is something else, and the turn begins anew.
        package init?(_ json: JSON) {
            guard let turn = json["turn"]?.int, let done = json["done"]?.int, turn >= 1, done >= 0 else { return nil }
            self.turn = turn
            self.done = done
            after = json["after"]?.string.flatMap { EvidenceItem.isHash($0) ? $0 : nil }
        }
    }

    /// A range of hashes as eight hexadecimal digits that names are compared with.
    package struct Share: Hashable, Sendable {
        package let turn: Int
        /// From 1.
        package let number: Int
        /// First hash of the range, or the first after what an earlier night did.
        package let from: String
        /// The first hash beyond it; nothing for the last share.
        package let until: String?

        package func contains(_ sha256: String) -> Bool {
            sha256 >= from && until.map { sha256 < $0 } ?? true
        }

        /// The first two digits that names in it may have.
        package var pairs: [String] {
            let first = Int(from.prefix(2), radix: 16) ?? 0
            let last = until.flatMap { Int($0.prefix(2), radix: 16) } ?? 255
            return first > last ? [] : (first...last).map { Self.hexadecimal(UInt64($0), digits: 2) }
        }

        static func hexadecimal(_ number: UInt64, digits: Int) -> String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
    }

    /// Nights of a turn.
    package let nights: Int

    package init(nights: Int = 30) {
        self.nights = max(1, min(nights, 3650))
    }

    /// What comes next: one night, and what an earlier night did not finish before it.
    ///
    /// A night that was cut short does not push the turn back: the next one does both shares.
    package func shares(after mark: Mark) -> [Share] {
        let first = share(mark)
        guard mark.after != nil else { return [first] }
        return [first, share(finished(mark))]
    }

    /// The share that a mark stands before.
    package func share(_ mark: Mark) -> Share {
        let index = min(mark.done, nights - 1)
        // A hash has no more than 64 digits, so nothing stands between `after` and `after0`.
        let from = mark.after.map { $0 + "0" } ?? boundary(index)
        return Share(turn: mark.turn, number: index + 1, from: from, until: index + 1 == nights ? nil : boundary(index + 1))
    }

    /// The mark once its share is finished.
    package func finished(_ mark: Mark) -> Mark {
        var next = Mark()
        next.turn = mark.done + 1 >= nights ? mark.turn + 1 : mark.turn
        next.done = mark.done + 1 >= nights ? 0 : mark.done + 1
        return next
    }

    private func boundary(_ index: Int) -> String {
        Share.hexadecimal((UInt64(index) << 32) / UInt64(nights), digits: 8)
    }
}
