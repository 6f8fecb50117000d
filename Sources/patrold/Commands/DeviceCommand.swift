import ArgumentParser
import Feeds
import Glibc
import Model
import Platform
import Settings

/// `patrold device`: cameras as they are configured, and what can be asked of them.
struct DeviceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Cameras: list, probe, turn, discover. 探头的查看、探测与控制。",
        subcommands: [
            List.self, Show.self, Probe.self, Turn.self, Snapshot.self, SetUpPush.self, Discover.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Every camera and its state. 列表。")
        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let site = try options.site()
            let devices = try await DaemonClient(site).devices() ?? DeviceSheet.list(site, feeds: [])
            if options.json {
                for device in devices { print(device.text) }
                return
            }
            let head =
                options.language == .zh
                ? ["名称", "协议", "状态", "地址", "位置"] : ["name", "protocol", "state", "address", "place"]
            let keys = ["name", "adapter", "state", "address", "place"]
            print(TextTable(head, devices.map { device in keys.map { device[$0]?.plainText ?? "" } }).text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One camera. 查看一个探头。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Its name in the configuration. 名称。")
        var name: String

        func run() async throws {
            let site = try options.site()
            let devices = try await DaemonClient(site).devices() ?? DeviceSheet.list(site, feeds: [])
            guard let device = devices.first(where: { $0["name"]?.string == name }) else { throw DeviceCommand.unknown(name) }
            print(options.json ? device.text : DeviceSheet.text(device, options.language))
        }
    }

    struct Probe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "probe", abstract: "Talk to it: identity, clock, events, presets. 探测设备。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Its name in the configuration. 名称。")
        var name: String

        func run() async throws {
            let facts = try await DeviceCommand.order(options, name, "probe") { control async throws(DeviceProblem) in
                try await control.facts().json
            }
            print(options.json ? facts.text : DeviceSheet.text(facts, options.language))
        }
    }

    struct Turn: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "goto", abstract: "Turn to a preset. 转到预置位。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Its name in the configuration. 名称。")
        var name: String
        @Argument(help: "The preset's number or token, as probe shows it. 预置位。")
        var preset: String

        func run() async throws {
            let preset = preset
            _ = try await DeviceCommand.order(options, name, "goto?preset=\(percentEncoded(preset))") {
                control async throws(DeviceProblem) in
                try await control.go(to: preset)
                return .null
            }
            print(options.language(zh: "\(name) 正在转向预置位 \(preset)", en: "\(name) turns to preset \(preset)"))
        }
    }

    struct Snapshot: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "snapshot", abstract: "Take a picture into the evidence store. 抓拍存证。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Its name in the configuration. 名称。")
        var name: String
        @Option(name: .long, help: "Why. 理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            var path = "/v1/devices/\(name)/snapshot?by=\(percentEncoded(by))"
            if let reason { path += "&reason=" + percentEncoded(reason) }
            let answer = try await DaemonClient(options.site()).send("POST", path, body: [])
            print(options.json ? answer.text : DeviceSheet.text(answer, options.language))
        }
    }

    struct SetUpPush: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "setup-push", abstract: "Tell a camera to post its events to us. 配置报警主机。",
            discussion: "For isapi-push; onvif-push tells its camera by itself.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "Its name in the configuration. 名称。")
        var name: String
        @Option(name: .long, help: "HOST:PORT at which it reaches us; default listen.devices. 我方地址。")
        var address: String?

        func run() async throws {
            let site = try options.site()
            let listen = site.settings.listen
            let address = address ?? (listen.devices ?? listen.http).description
            let path = "/v1/devices/\(name)/setup-push?address=\(percentEncoded(address))"
            let answer = try await DaemonClient(site).send("POST", path, body: [])
            print(options.json ? answer.text : DeviceSheet.text(answer, options.language))
        }
    }

    struct Discover: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "discover", abstract: "Cameras that answer WS-Discovery. 发现 ONVIF 设备。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Address of our network interface that asks. 网卡地址。")
        var interface: String?
        @Option(name: .long, help: "Ask one host instead of the multicast group. 单播地址。")
        var host: String?
        @Option(name: .long, help: "With --host: its port. 端口。")
        var port: UInt16 = 3702

        func run() async throws {
            var discovery = ONVIFDiscovery()
            discovery.interface = interface
            if let host { discovery.target = host }
            discovery.port = port
            let found: [FoundCamera]
            do {
                found = try await discovery.run()
            } catch {
                throw Failure(.unavailable, "nothing can be asked: \(error); name our own address with --interface")
            }
            if options.json {
                for camera in found { print(camera.json.text) }
            } else if found.isEmpty {
                print(options.language(zh: "没有设备应答", en: "no device answered"))
            } else {
                let head = options.language == .zh ? ["地址", "名称", "型号", "标识"] : ["address", "name", "hardware", "identity"]
                let rows = found.map { [$0.addresses.first ?? $0.peer, $0.name ?? "", $0.hardware ?? "", $0.endpoint] }
                print(TextTable(head, rows).text)
            }
        }
    }

    /// Asks the daemon, or the device itself where none runs and the device can be called.
    private static func order(
        _ options: GlobalOptions, _ name: String, _ path: String,
        direct: (any CameraControl) async throws(DeviceProblem) -> JSON
    ) async throws -> JSON {
        let site = try options.site()
        guard let camera = site.settings.cameras.first(where: { $0.name == name }) else { throw unknown(name) }
        do {
            return try await DaemonClient(site).send("POST", "/v1/devices/\(name)/\(path)", body: [])
        } catch {
            guard error.code == .unavailable, let control = CalledCameras(clock: MachineClock()).control(of: camera, site) else {
                throw error
            }
            do {
                return try await direct(control)
            } catch {
                throw Failure(error.code == .refused || error.code == .locked ? .noPermission : .unavailable, error.sentence)
            }
        }
    }

    private static func unknown(_ name: String) -> Failure {
        Failure(.noInput, "the configuration has no camera '\(name)'; 'patrold device list' shows them")
    }
}

extension DaemonClient {
    /// Every device, or nothing where no daemon answers.
    fileprivate func devices() async throws -> [JSON]? {
        do {
            return try await send("GET", "/v1/devices")["devices"]?.array ?? []
        } catch {
            guard error.code == .unavailable else { throw error }
            return nil
        }
    }
}

/// A text as one part of a URL's path or query.
func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
