import Model

extension Settings {
    static func recorder(_ section: Section) -> Recorder {
        var recorder = Recorder(
            name: section.needed("name", "a short name such as rec-1")?.name() ?? "",
            adapter: section.needed("adapter", "spool")?.choice(Recorder.Adapter.self) ?? .spool, folder: "")
        if recorder.adapter == .spool {
            recorder.folder = section.needed("folder", "the folder that the recorder writes to")?.path() ?? ""
        }
        if recorder.adapter.isRemote { recorder.remote = remote(section, recorder.adapter) }
        if recorder.adapter != .none { takeFiles(section, &recorder) }
        recorder.calls = calls(section)
        recorder.pair = section.value("pair")?.span(.minutes(1) ... .days(366))
        recorder.durationTolerance =
            section.value("duration_tolerance")?.span(.zero ... .hours(1)) ?? recorder.durationTolerance
        recorder.silence = section.value("silence")?.span(.seconds(1) ... .days(366))
        if recorder.adapter == .none, recorder.calls == Recorder.Calls() {
            section.findings.add(
                "neither files nor calls come from this recorder; write calls: {push: …} or another adapter",
                key: section.key, at: section.mark)
        }
        return recorder
    }

    private static func takeFiles(_ section: Section, _ recorder: inout Recorder) {
        recorder.stable = section.value("stable")?.span(.milliseconds(100) ... .hours(1)) ?? recorder.stable
        recorder.patience = section.value("patience")?.span(.zero ... .days(1)) ?? recorder.patience
        recorder.suffixes = section.value("suffixes")?.list().compactMap { $0.suffix() } ?? recorder.suffixes
        recorder.sidecars = section.value("sidecars")?.list().compactMap { $0.suffix() } ?? recorder.sidecars
        recorder.depth = section.value("depth")?.count(0...8) ?? recorder.depth
        recorder.patterns = section.value("patterns")?.list().compactMap { $0.pattern() } ?? []
        let headerless = section.section("headerless")
        recorder.headerless.format =
            headerless.value("format")?.choice(Recorder.Headerless.Format.self) ?? recorder.headerless.format
        recorder.headerless.rate = headerless.value("rate")?.count(1000...192_000) ?? recorder.headerless.rate
        headerless.finish()
        if let both = recorder.sidecars.first(where: { recorder.suffixes.contains($0) }) {
            section.findings.add(
                "\(both) stands under suffixes and under sidecars; a file is one or the other", key: section.key,
                at: section.mark)
        }
    }
}

// Records of calls.
extension Settings {
    private static func calls(_ recorder: Section) -> Recorder.Calls {
        var calls = Recorder.Calls()
        guard let section = recorder.value("calls")?.section() else { return calls }
        defer { section.finish() }
        calls.push = section.value("push")?.section().map { push($0) }
        calls.cdr = section.value("cdr")?.section().map { cdr($0) }
        if calls.push == nil, calls.cdr == nil {
            section.findings.add(
                "no way is named; write push: {token: {credential: NAME}} or cdr: {path: PATH, format: asterisk}",
                key: section.key, at: section.mark)
        }
        return calls
    }

    private static func push(_ section: Section) -> Recorder.Calls.Push {
        defer { section.finish() }
        var push = Recorder.Calls.Push()
        push.user = section.value("user")?.text()
        push.password = section.value("password").map { password($0, section.findings) }
        push.token = section.value("token").map { password($0, section.findings) }
        push.peers = section.value("peers")?.list().compactMap { $0.text() } ?? []
        push.fields = fields(section.section("fields"))
        if push.user != nil, push.password == nil {
            _ = section.needed("password", "password: {credential: NAME} or {file: PATH}")
        }
        if push.user == nil, push.password != nil { _ = section.needed("user", "the user name that the exchange posts with") }
        if push.user == nil, push.token == nil, push.peers.isEmpty {
            section.findings.add(
                "anybody could post calls; write user and password, a token, or the exchange's address under peers",
                key: section.key, at: section.mark)
        }
        return push
    }

    /// What a device calls the fields of a record.
    private static func fields(_ section: Section) -> [String: [String]] {
        var fields: [String: [String]] = [:]
        for (name, entry) in section.entries() {
            guard callFields.contains(name) else {
                entry.report("there is no such field; known: \(callFields.joined(separator: ", "))")
                continue
            }
            fields[name] = entry.list().compactMap { $0.text() }
        }
        return fields
    }

    /// The words under which a record of a call is read; the same as in `Feeds.CallField`.
    package static let callFields = [
        "callID", "caller", "callee", "start", "answer", "end", "ring", "total", "talk", "status", "direction", "fileName",
        "trunk",
    ]

    private static func cdr(_ section: Section) -> Recorder.Calls.CDR {
        defer { section.finish() }
        var cdr = Recorder.Calls.CDR(path: section.needed("path", "/var/log/asterisk/cdr-csv/Master.csv")?.path() ?? "")
        cdr.format = section.needed("format", "asterisk")?.choice(Recorder.Calls.CDR.Format.self) ?? .asterisk
        cdr.columns = section.value("columns")?.list().compactMap { $0.text() } ?? []
        return cdr
    }
}

extension Entry {
    /// A file name's ending.
    fileprivate func suffix() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("."), text.utf8.count > 1, !text.contains("/") else {
            report("expected a file name's ending such as .wav, found \"\(text)\"")
            return nil
        }
        return text.lowercased()
    }

    /// A regular expression.
    fileprivate func pattern() -> String? {
        guard let text = text() else { return nil }
        guard (try? Regex(text)) != nil else {
            report("this is not a regular expression; put it between single quotes and check its brackets")
            return nil
        }
        return text
    }
}
