import Model

/// What the HTTP edge asks about devices; the answers are JSON as `patrold device --json` prints it.
package struct DeviceServices: Sendable {
    /// What an operator asks of one device.
    package enum Order: Sendable {
        /// Identity, clock, event support, presets.
        case probe
        /// Turns to a preset.
        case go(preset: String)
        /// Takes a picture as evidence; `by` is who asked, and why where that was said.
        case snapshot(by: String, reason: String?)
        /// Tells the device to post its events to us at an address that it can reach, `HOST:PORT`.
        case setUpPush(address: String)
    }

    /// Every device of the configuration, with its feed's state.
    package var list: @Sendable () -> JSON
    /// Carries an order out.
    ///
    /// Throws `Problem`, whose sentence says what to change.
    package var carryOut: @Sendable (_ device: String, Order) async throws -> JSON
    /// Calls of devices in their own formats.
    package var receive: PushReceiver

    package init(
        list: @escaping @Sendable () -> JSON, carryOut: @escaping @Sendable (_ device: String, Order) async throws -> JSON,
        receive: @escaping PushReceiver
    ) {
        self.list = list
        self.carryOut = carryOut
        self.receive = receive
    }

    /// No device at all.
    package static let none = DeviceServices(
        list: { [] },
        carryOut: { device, _ in throw Problem(.notFound, "unknown-device", "there is no device '\(device)'") },
        receive: { _ in .text(404, "there are no devices") })
}
