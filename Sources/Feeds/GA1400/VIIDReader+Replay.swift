import Model

/// Reads bytes of GA/T 1400 again that were quarantined.
package enum GA1400Decoder {
    /// The arrivals of a body, or of one object of it; what is still unreadable comes back as such.
    ///
    /// People and plates are kept as the configuration says now. A body cannot tell which path it came by, so an object
    /// by itself is known by the id that it bears.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp, personalData: GA1400Settings.PersonalData = .drop, keepsPlates: Bool = false
    ) -> [Arrival] {
        let events = AlarmEvents(source: source, device: device, adapter: "ga1400", classes: classes)
        let reader = VIIDReader(events: events, personalData: personalData, keepsPlates: keepsPlates, storePicture: nil)
        let batch = reader.again(bytes, received: received)
        return events.unfolded(batch.sightings)
            + batch.unreadable.map { events.unreadable($0.bytes, contentType, $0.reason, received: received) }
    }
}

extension VIIDReader {
    fileprivate func again(_ bytes: [UInt8], received: Timestamp) -> VIIDBatch {
        let json = VIIDBounds.fits(bytes) ? try? JSON(parsing: bytes) : nil
        if let json, VIIDLists.notifications(in: json) != nil { return notifications(bytes, received: received) }
        let own = VIIDKind.allCases.first { json?[$0.identityKey] != nil }
        if let own, let json {
            let wrapped: JSON = .object([JSON.Member(own.rawValue + "ListObject", .array([json]))])
            return objects(own, wrapped.bytes, received: received)
        }
        return objects(.scene, bytes, received: received)
    }
}
