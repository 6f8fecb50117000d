import ArgumentParser
import Evidence
import Journal
import Ledger
import Model
import Platform

extension EvidenceCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write copies that others can verify. 导出证据及其说明。",
            discussion: "The copy is noted in the custody log first; without the daemon nothing is exported.")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var act: Act
        @Option(name: .long, help: "Folder for the copies; must be new or empty. 输出目录。") var out: String
        @Option(name: .long, help: "What the copies are for. 用途。") var purpose: String
        @Flag(name: .long, help: "Callers and file names too; needs --reason and is noted. 含个人信息。") var personal = false
        @Option(name: .long, help: "Why personal data goes along. 理由。") var reason: String?

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            let hashes = try act.items.map { try desk.find($0) }
            for hash in hashes {
                if let defect = EvidenceVerify(desk.site.evidence).defect(of: hash) {
                    throw Failure(.badData, options.language(zh: defect.zh, en: defect.en))
                }
            }
            if Files.exists(out), !((try? Files.list(out))?.isEmpty ?? false) {
                throw Failure(.cannotCreate, "the folder \(out) is there and not empty; name a new one")
            }
            let access = try personal ? PersonalAccess(desk.site, by: act.by, reason: reason) : nil
            try await access?.note("evidence " + hashes.joined(separator: ", "))
            let position = try await desk.note(
                hashes.map { hash in
                    var event = CustodyEvent(.exported, hash, by: act.by)
                    event.purpose = purpose
                    event.reason = reason
                    return event
                })
            try await desk.wait(for: position)
            try write(desk, hashes, access, position)
        }

        private func write(_ desk: EvidenceDesk, _ hashes: [String], _ access: PersonalAccess?, _ size: Position) throws {
            let facts = EvidenceExport.Facts(
                bureau: desk.site.settings.bureau.name, maker: act.by, purpose: purpose, made: MachineClock().now(),
                personal: personal, program: "patrold " + Patrold.version)
            do {
                let copies = try hashes.map { hash in
                    let item = try desk.item(hash, access: access)
                    guard let inclusion = try desk.journal.inclusion(of: item.position, size: size) else {
                        throw Failure(.badData, "the event at position \(item.position) is not in the journal's tree")
                    }
                    return EvidenceCopy(item: item, inclusion: inclusion)
                }
                let names = try EvidenceExport(desk.site.evidence, facts).write(copies, to: out)
                say(names, size)
            } catch let error as EvidenceError {
                throw Failure(.badData, error.description)
            } catch let error as JournalError {
                throw Failure(.badData, error.detail)
            } catch let error as SystemError {
                throw Failure(.inputOutput, "the copies cannot be written: \(error)")
            }
        }

        private func say(_ names: [String], _ size: Position) {
            if options.json {
                let answer: JSON = [
                    "folder": .string(out), "files": .array(names.map { .string($0) }), "size": .int(size),
                ]
                return print(answer.text)
            }
            print(
                options.language(
                    zh: "已导出到 \(out)(\(names.count) 个文件);在该目录执行 sha256sum -c SHA256SUMS 即可核验",
                    en: "exported to \(out): \(names.count) files; verify there with sha256sum -c SHA256SUMS"))
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Hash stored files again; exit 65 where one is not what it was. 核验。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "SHA-256, or the first digits; without any, everything. 校验值,省略则全部核验。") var items: [String] = []
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            let verify = EvidenceVerify(desk.site.evidence)
            var files: [(sha256: String, bytes: Int64?)] = []
            if items.isEmpty {
                try desk.ledger.forEachStored(from: "0", until: nil) { files.append(($0, $1)) }
            } else {
                for item in items {
                    let sha256 = try desk.find(item)
                    files.append((sha256, try desk.ledger.evidence(sha256: sha256).compactMap(\.bytes).max()))
                }
            }
            let defects = files.compactMap { verify.defect(of: $0.sha256, bytes: $0.bytes) }
            for defect in defects {
                if options.json { print(defect.json.text) } else { complain(options.language(zh: defect.zh, en: defect.en)) }
            }
            if !defects.isEmpty {
                // Without the daemon the finding is told all the same.
                _ = try? await desk.note(defects.map { $0.custodyEvent(by: by) })
                throw ExitCode(Failure.Code.badData.rawValue)
            }
            if options.json {
                print(JSON.object([JSON.Member("ok", true), JSON.Member("files", .int(files.count))]).text)
            } else {
                print(options.language(zh: "核验无误:\(files.count) 个文件", en: "verified: \(files.count) files"))
            }
        }
    }
}
