import PatrolSim
import Platform

/// A configuration for a daemon that listens to simulated devices.
struct DemonstrationSettings {
    let folder: String
    let http: String
    let cameras: [SimulatedCamera]
    let spool: String?
    let channels: String?
    /// How far a device's clock may be off and still date an incident.
    let tolerance: String?

    /// Writes `patrold.yaml` and the devices' secrets; returns the path of the former.
    func write() throws(SystemError) -> String {
        try Files.makeFolder(folder + "/secrets", mode: 0o700)
        for camera in cameras {
            try Files.writeDurably(Array(camera.password.utf8), to: folder + "/secrets/" + camera.name, mode: 0o600)
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
            "cameras:",
        ]
        for camera in cameras {
            lines.append(
                "  - {name: \(camera.name), adapter: isapi, url: \"\(camera.url)\", user: \(camera.user), "
                    + "password: {file: secrets/\(camera.name)}, place: \(camera.place)}")
        }
        if let spool { lines += ["recorders:", "  - {name: recorder-1, adapter: spool, folder: \"\(relative(spool))\"}"] }
        if let channels { lines.append("channels: {folder: \"\(relative(channels))\"}") }
        if let tolerance { lines.append("incidents: {tolerance: \(tolerance)}") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Paths in the file begin at its folder.
    private func relative(_ path: String) -> String {
        path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
    }
}
