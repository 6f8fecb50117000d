import PatrolSim
import Platform

/// A configuration for a daemon that listens to simulated devices.
struct DemonstrationSettings {
    let folder: String
    let http: String
    let cameras: [SimulatedCamera]
    /// Where the cameras that call find the daemon.
    var doors: SevenWays.Doors?
    var brokerPort: Int?
    let spool: String?
    let channels: String?
    /// Servers of complaint channels.
    var connections: [SimulatedConnection] = []
    /// What the recorder's exchange proves itself with; nothing where it posts no calls.
    var exchangeToken: String?
    /// How far a device's clock may be off and still date an incident.
    let tolerance: String?

    /// Writes `patrold.yaml` and the devices' secrets; returns the path of the former.
    func write() throws(SystemError) -> String {
        try Files.makeFolder(folder + "/secrets", mode: 0o700)
        for camera in cameras where !camera.password.isEmpty {
            try Files.writeDurably(Array(camera.password.utf8), to: folder + "/secrets/" + camera.name, mode: 0o600)
        }
        for connection in connections where connection.secretKey != nil {
            try Files.writeDurably(Array(connection.secret.utf8), to: folder + "/" + secret(of: connection), mode: 0o600)
        }
        if let exchangeToken {
            try Files.writeDurably(Array(exchangeToken.utf8), to: folder + "/secrets/exchange", mode: 0o600)
        }
        try Files.writeDurably(Array("demonstration".utf8), to: folder + "/secrets/demonstration", mode: 0o600)
        let path = folder + "/patrold.yaml"
        try Files.writeDurably(Array(text.utf8), to: path)
        return path
    }

    private var text: String {
        var lines = [
            "# Written by 'patrold simulate'; the devices in it do not exist.",
            "bureau: {name: 昆都仑区城市管理综合执法局, district: \"150203\"}",
            "data: {folder: data}",
            "listen: {http: \"\(http)\", socket: patrold.sock}",
            "alive: 5s",
            "sources:",
            "  - {name: demonstration, scopes: [write, read], file: secrets/demonstration}",
        ]
        if let doors {
            lines.append("gb28181: {id: \"\(SevenWays.sipCode)\", listen: \"127.0.0.1:\(doors.sip)\"}")
            lines.append("ga1400: {id: \"\(SevenWays.libraryCode)\"}")
        }
        if let brokerPort { lines += ["brokers:", "  - {name: broker-1, address: \"127.0.0.1:\(brokerPort)\"}"] }
        lines.append("cameras:")
        lines += cameras.map { "  - {" + entry($0) + "}" }
        if doors != nil, channels != nil { lines += Self.patrol }
        if let spool {
            let calls = exchangeToken == nil ? "" : ", calls: {push: {token: {file: secrets/exchange}}}"
            lines += ["recorders:", "  - {name: recorder-1, adapter: spool, folder: \"\(relative(spool))\"\(calls)}"]
        }
        if let channels {
            lines += ["channels:", "  folder: \"\(relative(channels))\""]
            if !connections.isEmpty { lines.append("  connections:") }
            lines += connections.map { "    - " + $0.entry(secretFile: secret(of: $0), every: "5s") }
        }
        if let tolerance { lines.append("incidents: {tolerance: \(tolerance)}") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Rounds over three of the cameras, each minute.
    private static let patrol = [
        "patrols:",
        "  - name: streets",
        "    every: 1m",
        "    spots:",
        "      - {name: 白云路口, section: 钢铁大街, camera: cam-1, preset: \"1\", stay: 5s}",
        "      - {name: 文化广场, section: 民族东路, camera: cam-3, preset: \"2\", stay: 5s}",
        "      - {name: 步行街口, section: 青年路, camera: cam-4, preset: \"1\", stay: 5s}",
    ]

    private func secret(of connection: SimulatedConnection) -> String { "secrets/channel-" + connection.channel }

    private func entry(_ camera: SimulatedCamera) -> String {
        var keys = [["name", camera.name], ["adapter", camera.adapter]]
        if !camera.url.isEmpty { keys.append(["url", "\"\(camera.url)\""]) }
        // GB/T 28181 knows a password and no user name.
        if camera.adapter != "gb28181", !camera.password.isEmpty { keys.append(["user", camera.user]) }
        if !camera.password.isEmpty { keys.append(["password", "{file: secrets/\(camera.name)}"]) }
        keys += camera.keys + [["place", camera.place]]
        return keys.map { $0.joined(separator: ": ") }.joined(separator: ", ")
    }

    /// Paths in the file begin at its folder.
    private func relative(_ path: String) -> String {
        path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    }
}
