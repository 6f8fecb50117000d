import Model

/// What a simulated device of GB/T 28181 is and how it behaves.
package struct GB28181DeviceSettings: Sendable {
    package enum Transport: String, Hashable, Sendable {
        case udp = "UDP"
        case tcp = "TCP"
    }

    /// How it proves its password.
    package enum Proof: Hashable, Sendable {
        /// `qop=auth` with `cnonce` and `nc` (RFC 2617).
        case withQop
        /// Without them (RFC 2069).
        case plain
        /// At once and with a nonce of its own making; challenged, it uses the platform's.
        case ownNonce
    }

    /// A channel as the catalog names it.
    package struct Channel: Hashable, Sendable {
        package var code: String
        package var name: String

        package init(code: String, name: String) {
            self.code = code
            self.name = name
        }
    }

    package var code: String
    package var secret: String
    package var platformCode: String
    /// A numeric address.
    package var platformHost = "127.0.0.1"
    package var platformPort: UInt16
    package var transport = Transport.udp
    package var proof = Proof.withQop
    /// Seconds of `Expires`; nothing to leave the header out.
    package var expires: Int? = 3600
    package var keepalive = Span.seconds(60)
    /// The first interval between a request and its repeat.
    package var t1 = Span.milliseconds(500)
    package var channels: [Channel]
    /// Number → name.
    package var presets = [1: "大门", 2: "路口"]
    /// Items in one message of a list.
    package var itemsPerMessage = 1
    /// What the device calls itself in `From`.
    package var displayName: [UInt8] = []

    package init(code: String, secret: String, platformCode: String, platformPort: UInt16) {
        self.code = code
        self.secret = secret
        self.platformCode = platformCode
        self.platformPort = platformPort
        channels = [Channel(code: String(code.prefix(10)) + "1310000101", name: "东门")]
    }
}

/// What a simulated device does wrong; each is known from the field and can be switched while it runs.
package enum GB28181Fault: Hashable, Sendable {
    /// Bodies are GB18030 and say that they are UTF-8.
    case gb18030LabelledUTF8
    /// Bodies are UTF-8 and say that they are GB2312.
    case utf8LabelledGB2312
    case style(SimSIP.Style)
    /// Bytes that are nothing at all go before each alarm.
    case garbage
    /// Over TCP a message goes out in small pieces.
    case smallPieces
    /// Takes every question and answers none.
    case neverAnswers
    /// Does not even say 200.
    case deaf
    /// Sends nothing and hears nothing.
    case stalled
    /// Its clock began at 2000-01-01.
    case year2000
    /// List answers claim twice as many items as there are, and each comes twice.
    case wrongSums
    /// Does not register again when the platform says 404.
    case ignoresNotFound
    /// Answers SUBSCRIBE with 489.
    case noSubscriptions
}

/// An alarm as a simulated device reports it.
package struct SimGB28181Alarm: Hashable, Sendable {
    /// Where the type stands.
    package enum Place: Hashable, Sendable { case info, lowerInfo, top, nowhere }
    /// What carries it.
    package enum Way: Hashable, Sendable { case message, notify, notifyInDialog }

    /// The channel or alarm input; the device itself unless set.
    package var source: String?
    package var priority = 4
    package var method: String? = "5"
    package var type = "6"
    package var eventType: String?
    package var description = ""
    package var place = Place.info
    package var way = Way.message
    package var hasTime = true

    package init(type: String = "6", way: Way = .message) {
        self.type = type
        self.way = way
    }
}
