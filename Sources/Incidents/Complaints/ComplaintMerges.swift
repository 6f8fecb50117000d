import Model

/// When a complaint may be merged into another and when a merging may be taken back.
///
/// A complaint is merged into at most one; merged ones form trees whose root's incident stands for all of them.
package enum ComplaintMerges {
    /// What the ledger knows of a complaint.
    package struct Standing: Hashable, Sendable {
        package let mergedInto: ComplaintName?

        package init(mergedInto: ComplaintName? = nil) {
            self.mergedInto = mergedInto
        }
    }

    /// Why a merging is not possible, as a sentence; nothing where it is.
    ///
    /// - Parameter lookup: how a complaint stands; nothing for one that nobody has sent.
    package static func refusal(
        of merging: ComplaintMerging, _ lookup: (ComplaintName) throws -> Standing?
    ) rethrows -> String? {
        if merging.complaint == merging.into { return "complaint \(merging.complaint) cannot be merged into itself" }
        guard let standing = try lookup(merging.complaint) else { return unknown(merging.complaint) }
        if let other = standing.mergedInto {
            return "complaint \(merging.complaint) is merged into \(other) already; separate it first"
        }
        var next: ComplaintName? = merging.into
        while let name = next {
            guard let above = try lookup(name) else { return unknown(name) }
            if above.mergedInto == merging.complaint {
                return name == merging.into
                    ? "complaint \(name) is merged into \(merging.complaint) already; separate it first"
                    : "complaint \(merging.into) belongs to \(merging.complaint) by way of \(name); separate that first"
            }
            next = above.mergedInto
        }
        return nil
    }

    /// Why a merging cannot be taken back, as a sentence; nothing where it can.
    package static func refusal(
        of separating: ComplaintSeparating, _ lookup: (ComplaintName) throws -> Standing?
    ) rethrows -> String? {
        guard let standing = try lookup(separating.complaint) else { return unknown(separating.complaint) }
        return standing.mergedInto == nil ? "complaint \(separating.complaint) is not merged into another" : nil
    }

    private static func unknown(_ name: ComplaintName) -> String {
        "there is no complaint '\(name)'; 'patrold complaint list' shows them"
    }
}

extension ComplaintMerging {
    /// The person's event, whose subject is the complaint that is merged.
    package func event(received: Timestamp) -> Event {
        Event(
            source: "patrold:/operators/\(by)", id: "\(received.microseconds)-\(complaint)-merged",
            type: EventType.complaintMerged, subject: complaint.description, received: received, data: json.bytes)
    }
}

extension ComplaintSeparating {
    /// The person's event, whose subject is the complaint that is separated.
    package func event(received: Timestamp) -> Event {
        Event(
            source: "patrold:/operators/\(by)", id: "\(received.microseconds)-\(complaint)-separated",
            type: EventType.complaintSeparated, subject: complaint.description, received: received, data: json.bytes)
    }
}
