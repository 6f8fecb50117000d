import Feeds
import Model
import Settings

// Telephone recorders: files and records of calls, all under one name.
extension FeedSet {
    func startRecorder(_ recorder: Settings.Recorder) -> RunningFeed {
        var parts: [RunningFeed] = []
        if recorder.adapter.isRemote { parts.append(startFetching(recorder)) }
        if recorder.adapter != .none { parts.append(startSpool(recorder)) }
        if let push = recorder.calls.push { parts.append(startCallPush(recorder, push)) }
        if let cdr = recorder.calls.cdr { parts.append(startCDR(recorder, cdr)) }
        return RunningFeed(parts)
    }

    /// Where a recorder's files are taken from: its own folder, or the one that remote files are fetched into.
    private func folder(of recorder: Settings.Recorder) -> String {
        recorder.adapter.isRemote ? dataFolder + "/fetch/" + recorder.name : recorder.folder
    }

    private func startSpool(_ recorder: Settings.Recorder) -> RunningFeed {
        var configuration = SpoolRecorder(name: recorder.name, folder: folder(of: recorder))
        configuration.stableAfter = recorder.stable
        configuration.patience = recorder.patience
        configuration.suffixes = recorder.suffixes
        configuration.sidecars = recorder.sidecars
        configuration.spellings = Self.spellings(recorder)
        configuration.headerless = HeaderlessSound(
            format: .init(rawValue: recorder.headerless.format.rawValue) ?? .alaw, rate: recorder.headerless.rate)
        configuration.depth = recorder.depth
        configuration.idleLimit = recorder.silence
        let own = recorder.patterns.compactMap { try? RecordingNamePattern($0) }
        if !own.isEmpty { configuration.patterns = own }
        let feed = SpoolFeed(
            configuration: configuration, evidence: evidence, clock: clock, deliver: surroundings.deliver,
            report: surroundings.report)
        feed.start()
        return RunningFeed(names: [recorder.name], stop: feed.stop)
    }

    private func startFetching(_ recorder: Settings.Recorder) -> RunningFeed {
        let name = recorder.name + "/fetch"
        guard let remote = recorder.remote else { return RunningFeed(names: [], stop: { $0() }) }
        var folder = RemoteFolder(name: name, url: remote.url, user: remote.user)
        Self.takeSecrets(remote, &folder)
        folder.hostKeys = CurlHostKeys(knownHosts: remote.knownHosts, pin: remote.hostKey)
        folder.trust = Self.trust(remote.tls)
        folder.requiresTLS = remote.requiresTLS
        folder.every = remote.every
        folder.stableAfter = remote.stableAfter
        folder.query = remote.query.map { Self.query($0) }
        folder.encoding = .init(rawValue: remote.encoding.rawValue) ?? .utf8
        folder.suffixes = recorder.suffixes + recorder.sidecars
        folder.depth = recorder.depth
        folder.afterwards = .init(rawValue: remote.after.rawValue) ?? .keep
        let feed = RemoteFeed(
            configuration: folder, into: self.folder(of: recorder), multi: fetching, clock: clock, report: surroundings.report)
        feed.start()
        return RunningFeed(names: [name], stop: feed.stop)
    }

    /// A secret that cannot be read must not become an attempt without it: servers lock accounts.
    private static func takeSecrets(_ remote: Settings.Recorder.Remote, _ folder: inout RemoteFolder) {
        do throws(SecretError) {
            folder.password = try remote.password?.read()
            folder.token = try remote.token?.read()
            folder.keyFile = try remote.key?.keyFile()
        } catch {
            folder.defect = error.sentence + "; then restart"
        }
    }

    private static func query(_ query: Settings.Recorder.Query) -> RemoteQuery {
        RemoteQuery(
            window: query.window, items: query.items, file: query.file, fileName: query.fileName, size: query.size,
            time: query.time, next: query.next)
    }

    private func startCallPush(_ recorder: Settings.Recorder, _ push: Settings.Recorder.Calls.Push) -> RunningFeed {
        var device = CallPushDevice(name: recorder.name)
        device.spellings = Self.spellings(recorder)
        device.user = push.user
        device.password = { push.password.flatMap { try? $0.read() } }
        device.token = { push.token.flatMap { try? $0.read() } }
        device.allowedPeers = Set(push.peers)
        device.idleLimit = recorder.adapter == .none ? recorder.silence : nil
        let feed = CallPush(device, clock: clock, deliver: surroundings.deliver, report: surroundings.report)
        feed.start()
        var running = RunningFeed(names: [recorder.name + "/calls"], stop: feed.stop)
        running.receive = { await feed.receive($0) }
        return running
    }

    private func startCDR(_ recorder: Settings.Recorder, _ cdr: Settings.Recorder.Calls.CDR) -> RunningFeed {
        let source = CDRSource(
            name: recorder.name, path: cdr.path, format: Self.format(cdr), spellings: Self.spellings(recorder),
            stateFolder: dataFolder + "/cdr")
        let feed = CDRFeed(configuration: source, clock: clock, deliver: surroundings.deliver, report: surroundings.report)
        feed.start()
        return RunningFeed(names: [recorder.name + "/cdr"], stop: feed.stop)
    }

    static func format(_ cdr: Settings.Recorder.Calls.CDR) -> CDRFormat {
        if !cdr.columns.isEmpty { return CDRFormat(columns: cdr.columns) }
        return switch cdr.format {
        case .asterisk: .asterisk
        case .asteriskCustom: .asteriskCustom
        case .freeswitch: .freeswitch
        case .aicc: .aicc
        }
    }

    static func spellings(_ recorder: Settings.Recorder) -> CallSpellings {
        .standard.adding(recorder.calls.push?.fields ?? [:])
    }

    /// Whose certificates are believed.
    static func trust(_ tls: Settings.TLS) -> CurlTrust {
        if tls.insecure { return .insecure }
        return tls.ca.map { .authority(file: $0) } ?? .system
    }
}
