import Model

// What the answers to subscription calls say.
extension SOAPAnswer {
    /// The camera's clock less ours, of GetSystemDateAndTime; nothing where UTC is not told or is nonsense.
    func clockOffset(at now: Timestamp) -> Span? {
        guard let time = body.first("UTCDateTime"), let year = number(time, "Year"), let month = number(time, "Month"),
            let day = number(time, "Day"), let hour = number(time, "Hour"), let minute = number(time, "Minute"),
            let date = Day(year: year, month: month, day: day), (0...24).contains(hour), (0...99).contains(minute)
        else { return nil }
        let second = number(time, "Second").flatMap { (0...99).contains($0) ? $0 : nil } ?? 0
        return Timestamp(seconds: date.number * 86400 + Int64(hour * 3600 + minute * 60 + second)) - now
    }

    private func number(_ element: XMLElement, _ name: String) -> Int? {
        element.first(name).flatMap { Int($0.text) }
    }

    /// Service addresses of GetServices by namespace, as the camera names them.
    var services: [String: String] {
        var found: [String: String] = [:]
        for service in body.children where service.name == "Service" {
            guard let namespace = service["Namespace"]?.text, let address = service["XAddr"]?.text, !address.isEmpty else {
                continue
            }
            found[namespace] = address
        }
        return found
    }

    /// Service addresses of GetCapabilities, under the namespaces of GetServices.
    var capabilities: [String: String] {
        var found: [String: String] = [:]
        for (name, namespace) in [
            ("Events", SOAPNamespaces.events), ("Media", SOAPNamespaces.media), ("PTZ", SOAPNamespaces.ptz),
        ] {
            if let address = body.first(name)?["XAddr"]?.text, !address.isEmpty { found[namespace] = address }
        }
        return found
    }

    /// The subscription of a CreatePullPointSubscriptionResponse or SubscribeResponse.
    func subscription(_ access: ONVIFAccess) -> SOAPEndpoint? {
        guard let reference = body.first("SubscriptionReference"), let address = reference.first("Address")?.text,
            let url = access.rewritten(address)
        else { return nil }
        return SOAPEndpoint(url: url, parameters: ReferenceParameters.copied(from: envelope))
    }

    /// How long the subscription lives from now on, by the camera's own two times.
    ///
    /// - Parameter cameraTime: now by the camera's clock, where the answer names no current time.
    func lifetime(cameraTime: Timestamp) -> Span? {
        guard let end = body.first("TerminationTime").flatMap({ ONVIFTime($0.text).moment }) else { return nil }
        let current = body.first("CurrentTime").flatMap { ONVIFTime($0.text).moment } ?? cameraTime
        return end - current
    }
}
