import Incidents
import Journal
import Model

/// Keeps which complaints were merged; the incident of a merged one counts no longer until it is separated.
struct MergeRows {
    private let find: PreparedStatement
    private let merge: PreparedStatement

    init(_ connection: OpaquePointer) throws {
        find = try PreparedStatement(connection, "SELECT merged_into FROM complaint WHERE channel = ?1 AND number = ?2")
        merge = try PreparedStatement(
            connection, "UPDATE complaint SET merged_into = ?3, merged_position = ?4 WHERE channel = ?1 AND number = ?2")
    }

    func merged(
        _ merging: ComplaintMerging, _ stored: StoredEvent, _ complaints: ComplaintRows, _ incidents: IncidentRows,
        _ tallies: inout Tallies
    ) throws {
        let refusal = try ComplaintMerges.refusal(of: merging, standing)
        if refusal == nil {
            try set(merging.complaint, into: merging.into, stored.position)
            try incidents.merge(merging.complaint, into: merging.into, &tallies)
        }
        try record(merging.complaint, stored, refusal, complaints)
    }

    func separated(
        _ separating: ComplaintSeparating, _ stored: StoredEvent, _ complaints: ComplaintRows, _ incidents: IncidentRows,
        _ tallies: inout Tallies
    ) throws {
        let refusal = try ComplaintMerges.refusal(of: separating, standing)
        if refusal == nil {
            try set(separating.complaint, into: nil, nil)
            try incidents.merge(separating.complaint, into: nil, &tallies)
        }
        try record(separating.complaint, stored, refusal, complaints)
    }

    /// How a complaint stands, nothing for an unknown one.
    func standing(_ name: ComplaintName) throws -> ComplaintMerges.Standing? {
        find.bind(name.channel, at: 1)
        find.bind(name.number, at: 2)
        guard try find.step() else { return nil }
        defer { find.reset() }
        return ComplaintMerges.Standing(mergedInto: find.optionalText(0).flatMap { ComplaintName($0) })
    }

    private func set(_ name: ComplaintName, into: ComplaintName?, _ position: Position?) throws {
        merge.bind(name.channel, at: 1)
        merge.bind(name.number, at: 2)
        merge.bind(into?.description, at: 3)
        if let position { merge.bind(position, at: 4) } else { merge.bindNull(at: 4) }
        try merge.run()
    }

    private func record(
        _ name: ComplaintName, _ stored: StoredEvent, _ refusal: String?, _ complaints: ComplaintRows
    ) throws {
        guard try standing(name) != nil else { return }
        try complaints.record(name, stored, refused: refusal)
    }
}
