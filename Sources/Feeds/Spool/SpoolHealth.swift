import Glibc
import Model
import Platform

/// The status of a watched folder and the sentence that explains it; reports only what has changed.
struct SpoolHealth {
    private let settings: FolderSettings
    private var told: ReportedStatus
    /// Path → what is wrong with the file there.
    private var problems: [String: String] = [:]
    private var isWatched = true
    private var unreadableFolder: String?
    private var others = 0
    private var words: FolderWords { settings.words }

    init(_ settings: FolderSettings, since: Timestamp, report: @escaping @Sendable (FeedStatus) -> Void) {
        self.settings = settings
        told = ReportedStatus(
            FeedStatus(name: settings.name, adapter: settings.words.adapter, since: since), report: report)
    }

    /// Whether new files are told of, or only found by looking.
    mutating func watching(_ isWatched: Bool) {
        self.isWatched = isWatched
    }

    mutating func listed(_ listing: SpoolFolder.Listing, at now: Timestamp) {
        if told.status.lastHeard == nil || told.status.state == .unreachable || !listing.files.isEmpty {
            told.status.lastHeard = now
        }
        unreadableFolder = listing.unreadable.first.map { error in
            "the folder \(Files.name(of: error.path)) in \(settings.folder) cannot be listed (\(Self.reason(error)))"
        }
        others = listing.others
        problems = problems.filter { listing.files[$0.key] != nil }
        checkIdle(at: now)
    }

    mutating func checkIdle(at now: Timestamp) {
        told.enterIdle(settings.idleLimit, at: now)
        publish()
    }

    mutating func folderFailed(_ error: SystemError, at now: Timestamp) {
        if told.status.state == .live || told.status.state == .silent { told.status.reconnects += 1 }
        told.enter(.unreachable, at: now)
        switch error.number {
        case ENOENT, ENOTDIR:
            told.status.detail = "the \(words.folder) \(settings.folder) does not exist; create it or correct the configuration"
        case EACCES, EPERM:
            told.status.detail = "the \(words.folder) \(settings.folder) cannot be read; give the service user access to it"
        default:
            told.status.detail = "the \(words.folder) \(settings.folder) cannot be listed (\(Self.reason(error))); check its disk"
        }
        publish()
    }

    mutating func delivered(_ receipt: Receipt, at now: Timestamp) {
        told.count(receipt, at: now)
        publish()
    }

    mutating func refused(_ path: String, _ refusal: DeliveryRefused, at now: Timestamp) {
        problems[path] = "the journal does not take events (\(refusal.code.rawValue)); files stay until it does"
        publish()
    }

    mutating func failed(_ path: String, _ error: any Error, at now: Timestamp) {
        problems[path] = sentence(path, error)
        publish()
    }

    /// However long it stays the same, a file that somebody can still write to is not taken.
    mutating func heldOpen(_ path: String) {
        problems[path] = "\(Self.masked(path)) is still open for writing in another program; end that program"
        publish()
    }

    mutating func solved(_ path: String, at now: Timestamp) {
        problems[path] = nil
        publish()
    }

    mutating func stopped(at now: Timestamp) {
        told.stop(at: now)
        publish()
    }

    private mutating func publish() {
        if [.live, .silent, .connecting].contains(told.status.state) { told.status.detail = detail }
        told.publish()
    }

    private var detail: String {
        if let first = problems.min(by: { $0.key < $1.key }) {
            return problems.count == 1 ? first.value : first.value + " (and \(problems.count - 1) more)"
        }
        if let unreadableFolder { return unreadableFolder + "; give the service user access to it" }
        if told.status.state == .silent { return words.silent }
        if !isWatched {
            return "new files are found by looking only, which takes longer; raise fs.inotify.max_user_watches"
        }
        return others == 0 ? "" : "files with another ending are left where they are: \(others); \(words.others)"
    }

    private func sentence(_ path: String, _ error: any Error) -> String {
        guard let error = error as? SystemError else {
            return "\(Self.masked(path)) is not taken yet: \(error)"
        }
        switch (error.operation, error.number) {
        case ("remove", _), ("move", _):
            return "\(Self.masked(path)) is stored, yet cannot be \(error.operation)d (\(Self.reason(error))); "
                + "let the service user write there"
        case ("open", EACCES), ("open", EPERM):
            return "\(Self.masked(path)) cannot be read (\(Self.reason(error))); give the service user access to it"
        case (_, ENOSPC), (_, EDQUOT):
            return words.full
        default:
            return "\(Self.masked(path)) is not taken yet: \(error.operation) failed (\(Self.reason(error)))"
        }
    }

    private static func reason(_ error: SystemError) -> String { String(cString: strerror(error.number)) }

    /// The path with telephone numbers hidden: runs of 7 to 13 digits that are no date.
    static func masked(_ path: String) -> String {
        var text = ""
        var digits = ""
        func flush() {
            let isDate = digits.count == 8 && (digits.hasPrefix("20") || digits.hasPrefix("19"))
            text += (7...13).contains(digits.count) && !isDate ? "***" : digits
            digits = ""
        }
        for character in path {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                flush()
                text.append(character)
            }
        }
        flush()
        return text
    }
}
