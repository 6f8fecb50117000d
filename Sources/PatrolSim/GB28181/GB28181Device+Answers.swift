import Model
import Platform

// Answers to questions; each is a message of the device's own.
extension GB28181Device {
    func answerQuestion(_ command: String, _ body: String) {
        guard !has(.neverAnswers) else { return }
        let number = element("SN", in: body).flatMap { Int($0) } ?? 0
        let source = element("DeviceID", in: body) ?? settings.code
        switch command {
        case "Catalog": list(command, "DeviceList", settings.channels.map(item), number, source)
        case "RecordInfo": list(command, "RecordList", records(source), number, source)
        case "PresetQuery": list(command, "PresetList", presets, number, source)
        case "DeviceInfo":
            respond(
                command, number, source,
                "<Result>OK</Result><DeviceName>模拟设备</DeviceName><Manufacturer>Patrol</Manufacturer><Model>SIM-28181</Model>"
                    + "<Firmware>V1.0</Firmware><Channel>\(settings.channels.count)</Channel>")
        case "DeviceStatus":
            let now = Timestamp(microseconds: SystemClock.realtimeMicroseconds()).text(in: .shanghai).prefix(19)
            respond(
                command, number, source,
                "<Result>OK</Result><Online>ONLINE</Online><Status>OK</Status><DeviceTime>\(now)</DeviceTime>")
        default: break
        }
    }

    private func item(_ channel: GB28181DeviceSettings.Channel) -> String {
        "<Item><DeviceID>\(channel.code)</DeviceID><Name>\(channel.name)</Name><Manufacturer>Patrol</Manufacturer>"
            + "<Model>SIM</Model><Owner>Owner</Owner><CivilCode>150203</CivilCode><Parental>0</Parental>"
            + "<ParentID>\(settings.code)</ParentID><Status>ON</Status></Item>"
    }

    private func records(_ source: String) -> [String] {
        (8..<11).map { hour in
            "<Item><DeviceID>\(source)</DeviceID><Name>rec</Name><FilePath>\(hour)</FilePath>"
                + "<StartTime>2021-06-01T\(padded(hour, 2)):00:00</StartTime><EndTime>2021-06-01T\(padded(hour, 2)):59:59</EndTime>"
                + "<Secrecy>0</Secrecy><Type>time</Type></Item>"
        }
    }

    private var presets: [String] {
        settings.presets.sorted { $0.key < $1.key }.map {
            "<Item><PresetID>\($0.key)</PresetID><PresetName>\($0.value)</PresetName></Item>"
        }
    }

    private func list(_ command: String, _ name: String, _ items: [String], _ number: Int, _ source: String) {
        let isWrong = has(.wrongSums)
        let sum = "<SumNum>\(isWrong ? items.count * 2 : items.count)</SumNum>"
        var rest = (isWrong ? items + items : items)[...]
        repeat {
            let part = rest.prefix(settings.itemsPerMessage)
            rest = rest.dropFirst(part.count)
            respond(command, number, source, sum + "<\(name) Num=\"\(isWrong ? 9 : part.count)\">\(part.joined())</\(name)>")
        } while !rest.isEmpty
    }

    private func respond(_ command: String, _ number: Int, _ source: String, _ elements: String) {
        var message = request("MESSAGE")
        document("Response", command, elements, number: number, source, into: &message)
        send(message)
    }
}
