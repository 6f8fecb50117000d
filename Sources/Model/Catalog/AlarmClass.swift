/// What one of a protocol's alarm words means to us (`codes.yaml`).
package struct AlarmClass: Hashable, Sendable {
    package enum Role: String, Sendable {
        /// Something that an operator should see: may open an incident.
        case alarm
        /// The device's own health: becomes `camera.status`.
        case status
        /// Noise such as a heartbeat: proves life, is not stored.
        case heartbeat
    }

    /// Our class name.
    package var name: String
    package var role: Role
    /// 大类+小类, four digits, where the class maps to one.
    package var category: String?
    /// For `status`: which status.
    package var status: CameraStatus.Status?
    /// Chinese label for operators.
    package var label: String

    package init(
        name: String, role: Role = .alarm, category: String? = nil, status: CameraStatus.Status? = nil, label: String
    ) {
        self.name = name
        self.role = role
        self.category = category
        self.status = status
        self.label = label
    }
}
