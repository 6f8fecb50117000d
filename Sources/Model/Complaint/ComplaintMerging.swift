/// The `data` of `cn.patrold.complaint.merged`: a person says that two complaints tell of one thing.
///
/// The complaint goes on counting as a complaint; its incident counts no longer, because that of `into` does.
package struct ComplaintMerging: Hashable, Sendable {
    /// The complaint that is merged.
    package var complaint: ComplaintName
    /// The complaint into which it is merged.
    package var into: ComplaintName
    /// The person's account.
    package var by: String
    package var reason: String?

    package init(complaint: ComplaintName, into: ComplaintName, by: String, reason: String? = nil) {
        self.complaint = complaint
        self.into = into
        self.by = by
        self.reason = reason
    }

    package var json: JSON {
        .object(present: [
            ("complaint", .string(complaint.description)), ("into", .string(into.description)), ("by", .string(by)),
            ("reason", reason.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let complaint = json["complaint"]?.string.flatMap({ ComplaintName($0) }),
            let into = json["into"]?.string.flatMap({ ComplaintName($0) })
        else { return nil }
        self.init(complaint: complaint, into: into, by: json["by"]?.string ?? "", reason: json["reason"]?.string)
    }
}

/// The `data` of `cn.patrold.complaint.separated`: a person takes a merging back.
package struct ComplaintSeparating: Hashable, Sendable {
    package var complaint: ComplaintName
    /// The person's account.
    package var by: String
    package var reason: String?

    package init(complaint: ComplaintName, by: String, reason: String? = nil) {
        self.complaint = complaint
        self.by = by
        self.reason = reason
    }

    package var json: JSON {
        .object(present: [
            ("complaint", .string(complaint.description)), ("by", .string(by)), ("reason", reason.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let complaint = json["complaint"]?.string.flatMap({ ComplaintName($0) }) else { return nil }
        self.init(complaint: complaint, by: json["by"]?.string ?? "", reason: json["reason"]?.string)
    }
}
