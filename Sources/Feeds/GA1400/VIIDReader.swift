import Model

/// Reads bodies of objects and notifications; it decodes and keeps pictures, so it may block.
struct VIIDReader: Sendable {
    let events: AlarmEvents
    let personalData: GA1400Settings.PersonalData
    let keepsPlates: Bool
    /// Keeps a picture and gives its SHA-256; nothing where there is no store.
    let storePicture: (@Sendable ([UInt8]) -> String?)?

    /// Reads the body of `/VIID/<kind>s`.
    func objects(_ kind: VIIDKind, _ body: [UInt8], received: Timestamp) -> VIIDBatch {
        read(body) { json in
            guard let lists = Self.lists(kind, json) else {
                let reason = "the body holds no list of at most \(VIIDBounds.objects) \(kind.rawValue) objects"
                return .unreadable(.invalidContent, reason, quarantined(body, kind))
            }
            var batch = VIIDBatch()
            for (kind, elements) in lists {
                for element in elements { batch.entries.append(take(kind, element, nil, received, &batch)) }
            }
            return batch
        }
    }

    /// Reads the body of `/VIID/SubscribeNotifications`; its answer has one entry for each notification.
    func notifications(_ body: [UInt8], received: Timestamp) -> VIIDBatch {
        read(body) { json in
            guard let notifications = VIIDLists.notifications(in: json), notifications.count <= VIIDBounds.objects else {
                let reason = "the body holds no list of at most \(VIIDBounds.objects) notifications"
                return .unreadable(.invalidContent, reason, quarantined(body, nil))
            }
            var batch = VIIDBatch()
            for notification in notifications { batch.entries.append(take(notification, received, &batch)) }
            return batch
        }
    }

    private func read(_ body: [UInt8], _ understand: (JSON) -> VIIDBatch) -> VIIDBatch {
        let text = isValidUTF8(body) ? body : XMLRepair.utf8(body)
        guard VIIDBounds.fits(text) else {
            return .unreadable(
                .invalidContent, "the body holds more than \(VIIDBounds.values) values; send fewer objects at a time",
                quarantined(body, nil))
        }
        do throws(JSONError) {
            return understand(try JSON(parsing: text))
        } catch {
            return .unreadable(.invalidJSON, "the body is not JSON: \(error.description)", quarantined(body, nil))
        }
    }

    /// The list that the path names; else whichever there are.
    private static func lists(_ kind: VIIDKind, _ json: JSON) -> [(VIIDKind, [JSON])]? {
        var lists: [(VIIDKind, [JSON])] = []
        for each in [kind] + VIIDKind.allCases.filter({ $0 != kind }) {
            if let elements = VIIDLists.objects(of: each, in: json) { lists.append((each, elements)) }
        }
        guard !lists.isEmpty, lists.reduce(0, { $0 + $1.1.count }) <= VIIDBounds.objects else { return nil }
        return lists
    }

    private func take(_ notification: JSON, _ received: Timestamp, _ batch: inout VIIDBatch) -> VIIDAnswer.Entry {
        let id = notification.viidText("NotificationID").map { String($0.prefix(128)) }
        guard notification.members != nil else { return unreadable(nil, notification, &batch) }
        var entry = VIIDAnswer.Entry(id: id ?? "")
        takeInner(notification, VIIDKind.allCases, id, received, &entry, &batch)
        return entry
    }

    /// Takes the objects inside a notification or an image; what is wrong with one is what the whole is answered.
    private func takeInner(
        _ json: JSON, _ kinds: [VIIDKind], _ id: String?, _ received: Timestamp, _ entry: inout VIIDAnswer.Entry,
        _ batch: inout VIIDBatch
    ) {
        var place = 0
        for kind in kinds {
            for element in (VIIDLists.objects(of: kind, in: json) ?? []).prefix(VIIDBounds.objects) {
                place += 1
                let answer = take(kind, element, id.map { $0 + "#" + String(place) }, received, &batch)
                guard answer.code != .done, entry.code == .done else { continue }
                entry.code = answer.code
                entry.sentence = answer.sentence
            }
        }
    }

    /// Takes one object, and what an image holds beside its picture.
    private func take(
        _ kind: VIIDKind, _ json: JSON, _ fallback: String?, _ received: Timestamp, _ batch: inout VIIDBatch
    ) -> VIIDAnswer.Entry {
        guard let object = VIIDObject(kind, json, fallback: fallback, keepsPlates: keepsPlates) else {
            return unreadable(kind, json, &batch)
        }
        var entry = VIIDAnswer.Entry(id: object.id)
        if personalData == .drop, isPersonal(kind, json) {
            batch.tally.personalDropped += 1
            entry.sentence = "正常; personal data is counted and not kept here"
        } else {
            keep(object, received, &entry, &batch)
        }
        if kind == .image {
            let others: [VIIDKind] =
                [.motorVehicle, .nonMotorVehicle, .thing, .scene]
                + (personalData == .store ? [.face, .person] : [])
            takeInner(json, others, object.id, received, &entry, &batch)
        }
        return entry
    }

    private func keep(_ object: VIIDObject, _ received: Timestamp, _ entry: inout VIIDAnswer.Entry, _ batch: inout VIIDBatch) {
        var sighting = object.sighting(events, received: received)
        let pictures = VIIDPicture.allowed(object.pictures, personalData, keepsPlates: keepsPlates)
        guard keep(pictures, &sighting, &batch) else {
            entry.code = .busy
            entry.sentence = "the picture could not be stored; send the object again"
            return
        }
        batch.sightings.append(sighting)
        batch.tally.objects += 1
    }

    private func isPersonal(_ kind: VIIDKind, _ json: JSON) -> Bool {
        if kind.isPersonal { return true }
        guard kind == .image else { return false }
        let type = json["ImageInfo"]?.viidText("Type") ?? json.viidText("Type") ?? ""
        let holdsPeople = [VIIDKind.face, .person].contains { !(VIIDLists.objects(of: $0, in: json) ?? []).isEmpty }
        return holdsPeople || type == "10" || type == "11"
    }

    /// Keeps the first picture that is one; false where the store refuses it.
    private func keep(_ pictures: [VIIDPicture], _ sighting: inout AlarmSighting, _ batch: inout VIIDBatch) -> Bool {
        guard let storePicture else { return true }
        for picture in pictures {
            guard let bytes = picture.jpeg else {
                batch.tally.picturesUnreadable += 1
                continue
            }
            guard let hash = storePicture(bytes) else {
                batch.tally.picturesRefused += 1
                return false
            }
            batch.tally.pictures += 1
            sighting.snapshot = hash
            return true
        }
        return true
    }

    private func unreadable(_ kind: VIIDKind?, _ json: JSON, _ batch: inout VIIDBatch) -> VIIDAnswer.Entry {
        let reason = "an element of the list is no object that names itself, its device or its time"
        batch.unreadable.append((quarantined(json.bytes, kind), reason))
        return VIIDAnswer.Entry(id: "", code: .invalidContent, sentence: reason)
    }

    /// Without what the configuration does not want kept.
    private func quarantined(_ bytes: [UInt8], _ kind: VIIDKind?) -> [UInt8] {
        personalData == .store && keepsPlates ? bytes : VIIDRedaction.redacted(bytes, kind, keepsPeople: personalData == .store)
    }
}
