import Glibc
import Incidents
import Journal
import Model
import Platform

extension Site {
    /// The key that the daemon makes for itself where none is configured.
    var personalKeyPath: String { settings.dataFolder + "/personal.key" }

    /// The keys for personal data.
    ///
    /// - Parameter making: the daemon makes a key where there is none; a command then goes on without, and personal data
    ///   stays hidden.
    func personalSeal(making: Bool = false) throws(Failure) -> PersonalSeal? {
        if let secret = settings.personalKey {
            do {
                return try PersonalSeal(text: try secret.read())
            } catch let error as PersonalKeyError {
                throw Failure(.configuration, error.sentence)
            } catch {
                throw Failure(.configuration, "the key for personal data (personal.key) cannot be read: \(error)")
            }
        }
        if !making, !Files.exists(personalKeyPath) { return nil }
        do throws(PersonalKeyError) {
            return try PersonalKeyFile.readOrMake(path: personalKeyPath)
        } catch {
            throw Failure(.configuration, error.sentence)
        }
    }
}

/// Personal data in the clear, which nobody sees without leaving a trace in the journal.
struct PersonalAccess {
    let site: Site
    /// The account; the login name where nobody says otherwise.
    let by: String
    let reason: String
    let seal: PersonalSeal?

    /// - Parameter needsKey: false where what is read is open already.
    /// - Throws: `Failure` where no reason is given or the key is not at hand.
    init(_ site: Site, by: String?, reason: String?, needsKey: Bool = true) throws(Failure) {
        guard let reason, !reason.isEmpty else {
            throw Failure(.usage, "say with --reason why personal data is read; it is noted in the journal")
        }
        let seal = try site.personalSeal()
        guard seal != nil || !needsKey else {
            throw Failure(.noInput, "there is no key at \(site.personalKeyPath); start the daemon, or put the key back")
        }
        self.site = site
        self.by = by ?? Self.login
        self.reason = reason
        self.seal = seal
    }

    private static var login: String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid-\(getuid())"
    }

    /// Notes durably who reads what and why; personal data may be shown only after this returned.
    func note(_ what: String) async throws(Failure) {
        let now = MachineClock().now()
        let data: JSON = ["by": .string(by), "what": .string(what), "reason": .string(reason)]
        let event = Event(
            source: "patrold:/operators/\(by)", id: "\(now.microseconds)-personal-\(getpid())", type: EventType.personalRead,
            subject: what, received: now, data: data.bytes)
        _ = try await DaemonClient(site).post([event])
    }
}
