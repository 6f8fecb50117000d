/// The `data` of `cn.patrold.patrol.visit`: one spot of a video patrol (路段巡控), seen or missed.
package struct PatrolVisit: Hashable, Sendable {
    package enum State: String, Sendable {
        /// The camera turned there and a picture was taken.
        case done
        /// It could not be visited; the reason says why.
        case missed
    }

    /// Name of the plan in the configuration.
    package var plan: String
    /// When the round was due, RFC 3339; the same for all spots of a round.
    package var round: String
    /// Name of the spot within the plan.
    package var spot: String
    /// 路段.
    package var section: String
    /// Name of the camera in the configuration.
    package var camera: String
    package var preset: String?
    package var state: State
    /// One sentence; always there where the visit was missed.
    package var reason: String?
    /// SHA-256 of the picture in the evidence store, hexadecimal.
    package var snapshot: String?

    package init(
        plan: String, round: String, spot: String, section: String, camera: String, preset: String? = nil, state: State,
        reason: String? = nil, snapshot: String? = nil
    ) {
        self.plan = plan
        self.round = round
        self.spot = spot
        self.section = section
        self.camera = camera
        self.preset = preset
        self.state = state
        self.reason = reason
        self.snapshot = snapshot
    }

    package var json: JSON {
        .object(present: [
            ("plan", .string(plan)), ("round", .string(round)), ("spot", .string(spot)), ("section", .string(section)),
            ("camera", .string(camera)), ("preset", preset.map { .string($0) }), ("state", .string(state.rawValue)),
            ("reason", reason.map { .string($0) }), ("snapshot", snapshot.map { .string($0) }),
        ])
    }

    /// Reads the payload; nothing where a member that must be there is missing.
    package init?(_ json: JSON) {
        guard let plan = json["plan"]?.string, let round = json["round"]?.string, let spot = json["spot"]?.string,
            let section = json["section"]?.string, let camera = json["camera"]?.string,
            let state = json["state"]?.string.flatMap(State.init(rawValue:))
        else { return nil }
        self.init(
            plan: plan, round: round, spot: spot, section: section, camera: camera, preset: json["preset"]?.string,
            state: state, reason: json["reason"]?.string, snapshot: json["snapshot"]?.string)
    }
}
