/// The documents that we send to devices (GB/T 28181-2022, annex A); all are ASCII, whatever their label says.
enum GB28181Orders {
    /// A question about a device or channel.
    ///
    /// - Parameter more: further elements, ready as XML.
    static func query(_ command: String, serial: Int, of code: GB28181Code, more: String = "") -> [UInt8] {
        document("Query", command, serial, code, more)
    }

    static func control(serial: Int, of code: GB28181Code, _ order: String) -> [UInt8] {
        document("Control", "DeviceControl", serial, code, order)
    }

    /// Tells a device that its alarm was taken.
    static func alarmTaken(serial: String, of code: String) -> [UInt8] {
        document("Response", "Alarm", escaped(serial), escaped(code), "<Result>OK</Result>")
    }

    /// All alarms of every urgency and method.
    static func alarmSubscription(serial: Int, of code: GB28181Code) -> [UInt8] {
        query(
            "Alarm", serial: serial, of: code,
            more: "<StartAlarmPriority>0</StartAlarmPriority><EndAlarmPriority>0</EndAlarmPriority>"
                + "<AlarmMethod>0</AlarmMethod>")
    }

    static let setGuard = "<GuardCmd>SetGuard</GuardCmd>"

    /// An order to a camera's head, with its check sum (GB/T 28181-2022, A.3).
    static func ptz(_ command: UInt8, _ first: UInt8 = 0, _ second: UInt8 = 0, _ third: UInt8 = 0) -> String {
        // The version is 0; the low half of the second byte checks the first byte and the version.
        var bytes: [UInt8] = [0xA5, 0x0F, 0x01, command, first, second, third << 4]
        bytes.append(bytes.reduce(0, &+))
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    /// The order as an element of a control document.
    static func head(_ command: UInt8, _ first: UInt8 = 0, _ second: UInt8 = 0) -> String {
        "<PTZCmd>\(ptz(command, first, second))</PTZCmd><Info><ControlPriority>5</ControlPriority></Info>"
    }

    private static func document(
        _ root: String, _ command: String, _ serial: some CustomStringConvertible, _ code: some CustomStringConvertible,
        _ more: String
    ) -> [UInt8] {
        let text =
            "<?xml version=\"1.0\" encoding=\"GB2312\"?>\r\n<\(root)>\r\n<CmdType>\(command)</CmdType>\r\n<SN>\(serial)</SN>\r\n"
            + "<DeviceID>\(code)</DeviceID>\r\n\(more)\r\n</\(root)>\r\n"
        return Array(text.utf8)
    }

    private static let forbidden = Array("<>&\"'".utf8)

    /// What a device said, fit to stand in a document again.
    private static func escaped(_ text: String) -> String {
        let kept = text.utf8.filter { $0 >= 0x20 && $0 < 0x7F && !forbidden.contains($0) }
        return String(decoding: kept.prefix(64), as: UTF8.self)
    }
}
