import ArgumentParser
import Evidence
import Journal
import Ledger
import Model

/// `patrold evidence`: recordings and pictures, what was done with them, and copies that others can verify.
struct EvidenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", abstract: "Recordings and pictures as evidence. 证据的查阅、附卷、导出与核验。",
        discussion: "An item is named by its SHA-256; the first digits are enough.",
        subcommands: [
            List.self, Show.self, Attach.self, Detach.self, Transcript.self, Hold.self, Release.self, Export.self, Verify.self,
        ])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "The newest items. 列表。")
        @OptionGroup var options: GlobalOptions
        @Option(name: .long, help: "Of one device. 设备。") var device: String?
        @Option(name: .long, help: "recording, alarm, visit or taken. 种类。") var kind: String?
        @Option(name: .long, help: "Attached to an incident. 所属事件。") var incident: String?
        @Flag(name: .long, help: "Only what a legal hold keeps. 仅封存。") var held = false
        @Option(name: .shortAndLong, help: "How many. 条数。") var number = 20

        func run() throws {
            var filter = EvidenceFilter()
            filter.device = device
            if let kind {
                guard let known = EvidenceItem.Kind(rawValue: kind) else {
                    let names = EvidenceItem.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(.usage, "'\(kind)' is no kind of evidence; use one of \(names)")
                }
                filter.kind = known
            }
            filter.incident = incident
            filter.heldOnly = held
            filter.limit = number
            let rows = try options.site().ledgerReader().evidence(filter)
            if options.json {
                for row in rows { print(row.json.text) }
            } else if rows.isEmpty {
                print(options.language(zh: "没有符合条件的证据", en: "no evidence fits"))
            } else {
                print(EvidenceSheet(options.language).table(rows))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "One item, its marks and its custody log. 详情与保管记录。",
            discussion: "The viewing is noted in the custody log.")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "SHA-256, or its first digits. 校验值。") var item: String
        @Flag(name: .long, help: "Callers and file names too; needs --reason and is noted. 显示个人信息。") var personal = false
        @Option(name: .long, help: "Why. 理由。") var reason: String?
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            let sha256 = try desk.find(item)
            let access = try personal ? PersonalAccess(desk.site, by: by, reason: reason) : nil
            try await access?.note("evidence " + sha256)
            let item = try desk.item(sha256, access: access)
            var viewed = CustodyEvent(.viewed, sha256, by: by)
            viewed.reason = reason
            var unnoted: Failure?
            do throws(Failure) {
                _ = try await desk.note([viewed])
            } catch {
                guard error.code == .unavailable else { throw error }
                unnoted = error
            }
            if options.json {
                var members = item.json(personal: personal).members ?? []
                members.append(JSON.Member("path", .string(desk.site.evidence.path(of: sha256))))
                members.append(JSON.Member("custody", .array(item.custody.entries.map { $0.json })))
                members.append(JSON.Member("noted", .bool(unnoted == nil)))
                print(JSON.object(members).text)
            } else {
                print(EvidenceSheet(options.language).text(item, path: desk.site.evidence.path(of: sha256), personal: personal))
            }
            if let unnoted {
                complain(
                    "patrold: "
                        + options.language(zh: "服务未运行,本次调阅没有记入保管记录:", en: "this viewing could not be noted: ")
                        + unnoted.sentence)
            }
        }
    }
}
