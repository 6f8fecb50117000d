import ArgumentParser
import Model
import Settings

/// `patrold check`: the configuration, the credentials and the stores, without touching anything.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check configuration, credentials and stores. 检查配置、凭据与存储。")

    @OptionGroup var options: GlobalOptions

    @Flag(name: .long, help: "Configuration and credentials only. 只查配置与凭据。")
    var quick = false

    func run() throws {
        let site = try options.site()
        _ = try Daemon.grants(site.settings.sources)
        for camera in site.settings.cameras {
            do {
                _ = try camera.password?.read()
            } catch {
                throw Failure(.configuration, "camera '\(camera.name)': \(error.sentence)")
            }
        }
        try checkRecorders(site.settings)
        var position: Position?
        if !quick { position = try stores(site) }
        let warning = site.keyWarning(options.language)
        let (cameras, recorders, sources) = (
            site.settings.cameras.count, site.settings.recorders.count, site.settings.sources.count
        )
        if options.json {
            let answer: JSON = .object(present: [
                ("ok", true), ("cameras", .int(cameras)), ("recorders", .int(recorders)), ("sources", .int(sources)),
                ("position", position.map { .int($0) }), ("warning", warning.map { .string($0) }),
            ])
            print(answer.text)
        } else {
            print(
                options.language(
                    zh: "配置正确:探头 \(cameras) 个,录音设备 \(recorders) 台,推送来源 \(sources) 个" + (position.map { ",日志位置 \($0)" } ?? ""),
                    en: "configuration is good: \(cameras) cameras, \(recorders) recorders, \(sources) sources"
                        + (position.map { ", journal at position \($0)" } ?? "")))
            if let warning { print(warning) }
        }
    }

    private func checkRecorders(_ settings: Settings) throws(Failure) {
        for recorder in settings.recorders {
            do throws(SecretError) {
                let push = recorder.calls.push
                for secret in [recorder.remote?.password, recorder.remote?.token, push?.password, push?.token] {
                    _ = try secret?.read()
                }
                _ = try recorder.remote?.key?.keyFile()
            } catch {
                throw Failure(.configuration, "recorder '\(recorder.name)': \(error.sentence)")
            }
        }
    }

    private func stores(_ site: Site) throws -> Position? {
        guard let journal = try? site.journalReader() else { return nil }
        do {
            return try journal.lastPosition()
        } catch {
            throw Failure(.inputOutput, "the journal \(site.journalPath) cannot be read: \(error)")
        }
    }
}
