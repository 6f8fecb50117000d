import Model
import Testing

@testable import Settings

@Suite struct MediaSettingsTests {
    private func read(_ text: String) throws -> Settings.Media {
        let findings = Findings(file: "/etc/p.yaml")
        let root = try Document.section(text, findings: findings)
        let media = Settings.media(root)
        root.finish()
        try findings.finish()
        return media
    }

    private func complaints(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch let error as SettingsError {
            return error.problems.map { "\($0.key): \($0.message)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test("outlets and the account are read, with their defaults")
    func values() throws {
        let media = try read(
            """
            outlets:
              - {name: daily, outlet: 包头日报, url: "https://news.example.cn/rss.xml?c=1", keywords: [昆区城管], every: 1h}
              - {name: tv, url: "http://tv.example.cn/atom", keywords: [城管, 执法], user: u, password: {file: /p}}
            wechat: {appid: wx12, secret: {credential: wechat}, since: 2021-12-31, every: 2h, patience: 3}
            """)
        #expect(media.outlets[0].outlet == "包头日报" && media.outlets[0].every == .hours(1))
        #expect(media.outlets[1].outlet == "tv" && media.outlets[1].keywords == ["城管", "执法"])
        #expect(media.outlets[1].every == .minutes(30))
        guard case .account(let account)? = media.wechat?.way else {
            Issue.record("an account is expected")
            return
        }
        #expect(account.url == "https://api.weixin.qq.com" && account.appID == "wx12" && account.patience == 3)
        #expect(account.since?.description == "2021-12-31" && account.every == .hours(2) && media.wechat?.name == "wechat")
        #expect(media.secrets.map(\.key) == ["outlets[1].password", "wechat.secret"])
        #expect(try read("wechat: {name: wx, folder: drop}").wechat?.way == .folder("/etc/drop"))
        #expect(try read("") == Settings.Media())
    }

    @Test("what is wrong has its sentence, and a secret in the file is not told")
    func wrong() {
        #expect(complaints("outlets: [{name: a, url: 'ftp://x', keywords: [b]}]").first?.contains("http://") == true)
        #expect(complaints("outlets: [{name: a, url: 'http://u:p@x/'}]").count == 2)
        #expect(complaints("outlets: [{name: a, url: 'http://x/', keywords: []}]").first?.contains("at least one word") == true)
        #expect(complaints("wechat: {appid: wx1, secret: geheim}").allSatisfy { !$0.contains("geheim") })
        #expect(complaints("wechat: {appid: wx1, secret: geheim}").count == 1)
        #expect(complaints("wechat: {}").count == 2)
        #expect(complaints("wechat: {folder: /a, appid: wx1}").first?.contains("keep one of them") == true)
        #expect(complaints("wechat: {appid: wx1, secret: {file: /s}, since: 31.12.2021}").first?.contains("from 2014 on") == true)
        let misspelt = complaints("wechat: {appid: wx1, secret: {file: /s}, evry: 1h}")
        #expect(misspelt.first?.contains("did you mean \"every\"") == true)
    }
}
