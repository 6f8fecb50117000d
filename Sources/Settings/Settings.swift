import Model

/// All that the daemon can be told, checked (`/etc/patrold/patrold.yaml`).
///
/// Every value but the bureau's name has a default; a fresh `Settings()` holds them all.
package struct Settings: Hashable, Sendable {
    package static let standardPath = "/etc/patrold/patrold.yaml"

    package var bureau = Bureau()
    /// Key `data.folder`: journal, ledger and evidence.
    package var dataFolder = "/var/lib/patrold"
    package var listen = Listen()
    package var intake = Intake()
    package var sources: [Source] = []
    package var cameras: [Camera] = []
    /// What GB/T 28181 devices register with; needed where a camera's adapter is `gb28181`.
    package var gb28181: GB28181?
    /// What GA/T 1400 devices register with; needed where a camera's adapter is `ga1400`.
    package var ga1400: GA1400?
    package var brokers: [Broker] = []
    package var recorders: [Recorder] = []
    package var patrols: [Patrol] = []
    package var media = Media()
    /// The Open311 edge; nothing means that there is none.
    package var open311: Open311?
    package var evidence = Evidence()
    /// Key `personal.key`: what personal data is sealed with; nothing means a key that the daemon makes in `dataFolder`.
    package var personalKey: Secret?
    package var channels = Channels()
    package var files = DataFiles()
    package var incidents = IncidentRules()
    package var report = Report()
    package var log = Log()
    /// How often the daemon notes that it lives; after a crash the blind time is known to this precision.
    package var alive = Span.seconds(30)

    package init() {}

    /// Every secret with the key that names it, for a check before the start.
    package var secrets: [(key: String, secret: Secret)] {
        sources.enumerated().map { ("sources[\($0)]", $1.token) }
            + cameras.enumerated().compactMap { index, camera in
                camera.password.map { ("cameras[\(index)].password", $0) }
            }
            + brokers.enumerated().compactMap { index, broker in
                broker.password.map { ("brokers[\(index)].password", $0) }
            } + recorderSecrets + channels.secrets + media.secrets
            + (personalKey.map { [("personal.key", $0)] } ?? [])
    }

    /// Whose report this is.
    package struct Bureau: Hashable, Sendable {
        /// As the report's title prints it.
        package var name = ""
        /// Six digits of GB/T 2260, the beginning of every grid code.
        package var district: String?
    }

    /// Where people, programs and devices reach the daemon.
    package struct Listen: Hashable, Sendable {
        package var http = Address(host: "127.0.0.1", port: 8311)
        /// For the command line.
        package var socket = "/run/patrold/patrold.sock"
        /// Where devices reach `http`, as they are told; nothing means `http` itself.
        package var devices: Address?
    }

    /// A host and a port; port 0 lets the system choose.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// `HOST:PORT`, an IPv6 host in brackets.
        package var description: String { (host.contains(":") ? "[\(host)]" : host) + ":" + String(port) }
    }

    /// The bounds of what may come in before the daemon pushes back.
    package struct Intake: Hashable, Sendable {
        /// Largest body of one delivery, in bytes.
        package var limit = 16 << 20
        /// Events that may wait for the journal before deliveries are refused.
        package var mailbox = 10_000
    }

    /// Files that stand in for the versioned data that the program carries.
    package struct DataFiles: Hashable, Sendable {
        package var codes: String?
        package var channels: String?
        package var registers: String?
        package var lifecycle: String?
        package var calendar: String?
        package var limits: String?
        /// Older calendars and lists of limits, for the cases that were filed under them.
        package var earlierCalendars: [String] = []
        package var earlierLimits: [String] = []

        package init() {}
    }

    /// What opens incidents and what joins them.
    package struct IncidentRules: Hashable, Sendable {
        /// Version of the rules, named by each decision; change it whenever a value here changes.
        package var rules = "1"
        /// An alarm of the same device and class within this time of the last one joins its incident.
        package var window = Span.minutes(10)
        /// A device clock further off than this does not date an incident; the time of arrival does.
        package var tolerance = Span.minutes(5)
        /// Alarm classes that open incidents; nothing means every class with the role `alarm`.
        package var classes: [String]?
        /// To whom incidents can be dispatched; empty means any.
        package var departments: [String] = []
    }

    /// The annual disclosure report.
    package struct Report: Hashable, Sendable {
        package enum Form: String, Hashable, Sendable, CaseIterable {
            /// 国办公开办函〔2019〕60号.
            case form2019 = "2019"
            /// 国办公开办函〔2021〕30号.
            case form2021 = "2021"
        }

        package var form = Form.form2021
        /// The six chapters' texts; nothing means the texts that the program carries.
        package var chapters: String?
    }

    package struct Log: Hashable, Sendable {
        /// The levels of swift-log.
        package enum Level: String, Hashable, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        package var level = Level.info
    }
}
