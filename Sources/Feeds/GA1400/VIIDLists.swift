import Model

/// Finds the objects of a body under whichever of the names seen in the field.
enum VIIDLists {
    /// The elements of a kind, or nothing where the body has no such list.
    static func objects(of kind: VIIDKind, in json: JSON) -> [JSON]? {
        let word = kind.rawValue
        let names = [word + "ListObject", word + "ObjectList", word + "List", word + "ObjectListObject", word + "Object"]
        guard let list = names.lazy.compactMap({ json[$0] }).first else { return nil }
        return elements(list, [word + "Object", word, word + "ObjectList", word + "InfoObject", word + "Info"])
    }

    /// The notifications of a `SubscribeNotifications` body.
    static func notifications(in json: JSON) -> [JSON]? {
        let word = "SubscribeNotification"
        guard let list = [word + "ListObject", word + "ObjectList", word + "List"].lazy.compactMap({ json[$0] }).first else {
            return nil
        }
        return elements(list, [word + "Object", word])
    }

    /// The ids of a `Subscribes` body.
    static func subscriptions(in json: JSON) -> [String]? {
        let names = ["SubscribeListObject", "SubscribeObjectList", "SubscribeList"]
        guard let list = names.lazy.compactMap({ json[$0] }).first else { return nil }
        return elements(list, ["SubscribeObject", "Subscribe"])?.map { $0.viidText("SubscribeID") ?? "" }
    }

    /// A list is an array, an object that holds one under a name, or its only element itself.
    static func elements(_ list: JSON, _ names: [String]) -> [JSON]? {
        if let array = list.array { return array }
        guard list.members != nil else { return nil }
        for name in names {
            guard let inner = list[name] else { continue }
            if let array = inner.array { return array }
            if inner.members != nil { return [inner] }
        }
        return list.members?.isEmpty == true ? [] : [list]
    }
}
