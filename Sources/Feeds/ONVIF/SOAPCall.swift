import FoundationEssentials
import Model

/// Where a SOAP message goes: an address, and what the endpoint wants to see in every header (WS-Addressing 1.0).
package struct SOAPEndpoint: Hashable, Sendable {
    /// Absolute, at the configured host.
    package var url: String
    /// The endpoint's ReferenceParameters as XML, each complete with its namespaces; sent as they came.
    package var parameters: String

    package init(url: String, parameters: String = "") {
        self.url = url
        self.parameters = parameters
    }
}

/// One SOAP 1.2 request before it has credentials.
struct SOAPCall: Sendable {
    var action: String
    /// What stands in the Body, with prefixes of `SOAPNamespaces.declarations`.
    var body: String
    var endpoint: SOAPEndpoint
    /// Whether WS-Addressing headers are sent; servers of event calls need them, others were seen to stumble.
    var isAddressed = true
    var isAuthenticated = true
    /// Limit of the whole call.
    var timeout = Duration.seconds(10)

    /// The envelope's bytes.
    ///
    /// - Parameter security: a WS-Security header, or nothing.
    func envelope(security: String) -> [UInt8] {
        var header = security
        if isAddressed {
            header += "<wsa:Action>\(action)</wsa:Action>"
            header += "<wsa:MessageID>urn:uuid:\(UUID().uuidString.lowercased())</wsa:MessageID>"
            header += "<wsa:To>\(endpoint.url.markup)</wsa:To>" + endpoint.parameters
        }
        let text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:Envelope \(SOAPNamespaces.declarations)>"
            + "<s:Header>\(header)</s:Header><s:Body>\(body)</s:Body></s:Envelope>"
        return Array(text.utf8)
    }
}

/// The namespaces of what we send; answers are read by local names.
enum SOAPNamespaces {
    static let events = "http://www.onvif.org/ver10/events/wsdl"
    static let device = "http://www.onvif.org/ver10/device/wsdl"
    static let media = "http://www.onvif.org/ver10/media/wsdl"
    static let ptz = "http://www.onvif.org/ver20/ptz/wsdl"
    static let subscriptions = "http://docs.oasis-open.org/wsn/bw-2"
    static let security = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

    static let declarations = [
        "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"", "xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"",
        "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\"", "xmlns:tev=\"\(events)\"", "xmlns:tds=\"\(device)\"",
        "xmlns:trt=\"\(media)\"", "xmlns:tptz=\"\(ptz)\"", "xmlns:tt=\"http://www.onvif.org/ver10/schema\"",
    ].joined(separator: " ")
}
