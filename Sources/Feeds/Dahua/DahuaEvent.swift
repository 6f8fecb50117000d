import Model

/// One `Code=…;action=…;index=…;data=…` of a Dahua device.
package struct DahuaEvent: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case start, stop
        /// A fact without an end; also what an action counts as that is not known or missing.
        case pulse
    }

    /// The device's word, such as `CrossLineDetection`.
    package var code: String
    package var action: Action
    /// From 0, as the device counts; nothing where it names none.
    package var index: Int?
    /// What stands after `;data=`, where it is JSON.
    package var data: JSON?
    /// What stands after `;data=`, where it is not.
    package var text: String?

    package init(code: String, action: Action, index: Int? = nil, data: JSON? = nil, text: String? = nil) {
        self.code = code
        self.action = action
        self.index = index
        self.data = data
        self.text = text
    }

    /// From 1, as we and the people at the screens count.
    package var channel: Int? { index.map { $0 + 1 } }
}
