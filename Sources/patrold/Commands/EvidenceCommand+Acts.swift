import ArgumentParser
import Evidence
import Ledger
import Model
import Platform

extension EvidenceCommand {
    /// What acts on items have in common.
    struct Act: ParsableArguments {
        @Argument(help: "SHA-256, or the first digits, of each item. 校验值。") var items: [String]
        @Option(name: .long, help: "Who. 操作人。") var by = "operator"

        /// Notes one act for each item, all or none.
        func note(
            _ act: CustodyAct, _ desk: EvidenceDesk, _ fill: (inout CustodyEvent) throws -> Void
        ) async throws -> [CustodyEvent] {
            let events = try items.map { item in
                var event = CustodyEvent(act, try desk.find(item), by: by)
                try fill(&event)
                return event
            }
            _ = try await desk.note(events)
            return events
        }
    }

    struct Attach: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "attach", abstract: "Attach items to an incident. 附卷。")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var act: Act
        @Option(name: .long, help: "The incident. 事件编号。") var incident: String
        @Option(name: .long, help: "Why. 理由。") var reason: String?

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            guard try desk.ledger.incident(incident) != nil else {
                throw Failure(.noInput, "there is no incident '\(incident)'; 'patrold incident list' shows them")
            }
            let events = try await act.note(.attached, desk) {
                $0.incident = incident
                $0.reason = reason
            }
            options.say(events, zh: "已附入事件 \(incident)", en: "attached to incident \(incident)")
        }
    }

    struct Detach: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "detach", abstract: "Take items off an incident. 撤出案卷。")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var act: Act
        @Option(name: .long, help: "The incident. 事件编号。") var incident: String
        @Option(name: .long, help: "Why. 理由。") var reason: String

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            let events = try await act.note(.detached, desk) { event in
                guard try desk.item(event.sha256).custody.incidents.contains(incident) else {
                    throw Failure(.badData, "the item \(event.sha256.prefix(12)) is not attached to incident '\(incident)'")
                }
                event.incident = incident
                event.reason = reason
            }
            options.say(events, zh: "已撤出事件 \(incident)", en: "taken off incident \(incident)")
        }
    }

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold", abstract: "Keep items until the hold is released. 封存。")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var act: Act
        @Option(name: .long, help: "The hold's name, such as the case; each is released apart. 封存事由。") var reason: String

        func run() async throws {
            let events = try await act.note(.held, EvidenceDesk(options.site())) { $0.reason = reason }
            options.say(events, zh: "已封存:\(reason)", en: "held for \(reason)")
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "release", abstract: "Release a hold. 解除封存。")
        @OptionGroup var options: GlobalOptions
        @OptionGroup var act: Act
        @Option(name: .long, help: "The hold's name. 封存事由。") var reason: String

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            let events = try await act.note(.released, desk) { event in
                let holds = try desk.item(event.sha256).custody.holds
                guard holds.contains(reason) else {
                    let names = holds.isEmpty ? "none" : holds.joined(separator: ", ")
                    throw Failure(.badData, "no hold '\(reason)' is on \(event.sha256.prefix(12)); its holds: \(names)")
                }
                event.reason = reason
            }
            options.say(events, zh: "已解除封存:\(reason)", en: "released: \(reason)")
        }
    }

    struct Transcript: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "transcript", abstract: "Put a written transcript beside a recording. 附文字说明。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "SHA-256, or its first digits. 校验值。") var item: String
        @Argument(help: "The text, UTF-8. 文字说明文件。") var file: String
        @Option(name: .long, help: "Who wrote it down. 记录人。") var by = "operator"

        func run() async throws {
            let desk = try EvidenceDesk(options.site())
            var event = CustodyEvent(.transcribed, try desk.find(item), by: by)
            do {
                let text = try Files.read(file, limit: 16 << 20)
                guard !text.isEmpty, isValidUTF8(text) else {
                    throw Failure(.badData, "\(file) is no text in UTF-8; save it as UTF-8 and try again")
                }
                event.transcript = try desk.site.evidence.store(text)
            } catch let error as SystemError {
                throw Failure(.inputOutput, "the transcript cannot be stored: \(error)")
            } catch let error as EvidenceError {
                throw Failure(.inputOutput, error.description)
            }
            _ = try await desk.note([event])
            options.say([event], zh: "已附文字说明", en: "transcript attached")
        }
    }
}

extension GlobalOptions {
    /// One line for each act.
    fileprivate func say(_ events: [CustodyEvent], zh: String, en: String) {
        for event in events {
            print(json ? event.json.text : event.sha256.prefix(12) + " " + language(zh: zh, en: en))
        }
    }
}
