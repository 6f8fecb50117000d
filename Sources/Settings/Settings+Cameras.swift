import Model

extension Settings {
    /// A camera, or a video recorder that speaks for cameras, which the daemon listens to.
    package struct Camera: Hashable, Sendable {
        package enum Adapter: String, Hashable, Sendable, CaseIterable {
            /// Hikvision ISAPI: we read its alertStream.
            case isapi
            /// Hikvision ISAPI: it posts to `/push/isapi/NAME`.
            case isapiPush = "isapi-push"
            /// ONVIF PullPoint.
            case onvif
            /// ONVIF WS-BaseNotification: it posts to `/push/onvif/NAME`.
            case onvifPush = "onvif-push"
            /// Dahua CGI: we read its event stream.
            case dahua
            /// GB/T 28181: it registers with our SIP server.
            case gb28181
            /// GA/T 1400: it registers under `/VIID`.
            case ga1400
            /// MQTT: it publishes to a broker.
            case mqtt

            /// Whether we call it at an address.
            package var isCalled: Bool { [.isapi, .onvif, .onvifPush, .dahua].contains(self) }
        }

        package var name: String
        package var adapter: Adapter
        /// `http://HOST:PORT` or `https://…`, perhaps with a path, never with a user or a trailing slash; empty where
        /// the camera is not called.
        package var url: String
        package var user: String
        /// Nothing only where the adapter needs none.
        package var password: Secret?
        /// Where it stands, in words that an operator understands.
        package var place: String
        /// GB/T 28181 and GA/T 1400: the device's 20 digits.
        package var id = ""
        /// The channel to write down, whatever the device says; nothing means the device's own word.
        package var channel: Int?
        /// Taken off channel numbers above it: 32 for video recorders that count network cameras from 33.
        package var channelOffset = 0
        /// Longest time without any sign of life before the feed counts as blind.
        package var silence = Span.seconds(60)
        /// An alarm that has not been repeated for this long has ended.
        package var quiet = Span.seconds(5)
        package var tls = TLS()
        /// Addresses from which it may post without a password.
        package var peers: [String] = []
        package var mqtt = MQTT()
        /// Its legal review, without which what it shows is marked.
        package var review: Review?
        /// Where the publication of its location stands.
        package var published: String?
        /// How its video is watched; nothing means not at all.
        package var video: Video?

        package init(
            name: String, adapter: Adapter = .isapi, url: String = "", user: String = "", password: Secret? = nil, place: String
        ) {
            self.name = name
            self.adapter = adapter
            self.url = url
            self.user = user
            self.password = password
            self.place = place
        }
    }

    /// What an MQTT camera publishes, and where.
    package struct MQTT: Hashable, Sendable {
        package enum Format: String, Hashable, Sendable, CaseIterable {
            case frigate, axis, generic
        }

        /// Name of the broker.
        package var broker = ""
        package var format = Format.generic
        /// Frigate's and Axis's prefix, or the topic filters of a generic sensor.
        package var topics: [String] = []
        /// Frigate's name of the camera, or Axis's serial number; nothing means any.
        package var camera: String?
        /// Topic and payloads that tell whether the device is there.
        package var availability: String?
        /// Generic: the alarm's word, looked up in the code list.
        package var word = ""
        /// Generic: path of the value within a JSON payload, such as `state.motion`; empty means the whole payload.
        package var value = ""
        /// Generic: values that begin and that end an alarm; without any of them each message is one.
        package var on: [String] = ["ON", "on", "1", "true"]
        package var off: [String] = ["OFF", "off", "0", "false"]
        /// Generic: path of the device's time within a JSON payload.
        package var time: String?
        /// Generic: path of the device's own number of the message, the same when it is sent again.
        package var identity: String?

        package init() {}
    }

    /// Our side of GB/T 28181: a SIP server.
    package struct GB28181: Hashable, Sendable {
        package var listen = Address(host: "0.0.0.0", port: 5060)
        /// Our 20 digits, of type 200.
        package var id = ""
        /// Ten digits; the first ten of `id` unless said otherwise.
        package var realm = ""
        /// Address at which devices reach us, for Contact; nothing means the one that they call.
        package var contact: Address?

        package init() {}
    }

    /// Our side of GA/T 1400: a view library.
    package struct GA1400: Hashable, Sendable {
        package enum PersonalData: String, Hashable, Sendable, CaseIterable {
            /// Faces, persons and plates are counted, not kept.
            case drop
            /// They are kept; say so in the bureau's record of processing.
            case store
        }

        /// Our 20 digits.
        package var id = ""
        package var personalData = PersonalData.drop

        package init() {}
    }

    /// An MQTT broker that cameras publish to.
    package struct Broker: Hashable, Sendable {
        package var name: String
        package var address: Address
        package var user: String?
        package var password: Secret?
        /// The session's name at the broker; the same after a restart, so that nothing is missed.
        package var client: String

        package init(name: String, address: Address, client: String) {
            self.name = name
            self.address = address
            self.client = client
        }
    }
}
