import FoundationEssentials
import Model

/// A picture of an object, still in base64.
struct VIIDPicture: Sendable {
    /// Two digits or more: `01` vehicle, `02` plate, `10` person, `11` face, `14` scene (GA/T 1400.3 table of image types).
    var type: String
    var base64: String

    /// What may show a person's face or figure, and what shows nothing but a plate.
    private static let personal: Set<String> = ["04", "05", "10", "11"]
    private static let plates: Set<String> = ["02", "03"]
    /// The whole scene says more than a detail.
    private static let order = ["14", "01", "08", "07", "09", "100", "12", "13", "11", "10", "06", "02", "03", "04", "05"]
    private static let limit = 64

    /// The pictures that came with data; a path alone, or data of no length, is no picture.
    static func pictures(of json: JSON, _ kind: VIIDKind) -> [VIIDPicture] {
        let own = kind == .image ? picture(json).map { [$0] } ?? [] : []
        let list = json["SubImageList"] ?? json["SubImageListObject"]
        let elements = list.flatMap { VIIDLists.elements($0, ["SubImageInfoObject", "SubImageInfo", "SubImage"]) } ?? []
        return own + elements.prefix(limit).compactMap { picture($0) }
    }

    private static func picture(_ json: JSON) -> VIIDPicture? {
        guard let data = json["Data"]?.string, !data.isEmpty else { return nil }
        let type = json["Type"]?.plainText ?? ""
        return VIIDPicture(type: type.utf8.count == 1 ? "0" + type : String(type.prefix(8)), base64: data)
    }

    /// Those that may be kept, the most telling first.
    static func allowed(
        _ pictures: [VIIDPicture], _ personalData: GA1400Settings.PersonalData, keepsPlates: Bool
    ) -> [VIIDPicture] {
        func rank(_ picture: VIIDPicture) -> Int { order.firstIndex(of: picture.type) ?? order.count }
        let allowed = pictures.filter {
            (personalData == .store || !personal.contains($0.type)) && (keepsPlates || !plates.contains($0.type))
        }
        return allowed.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    /// The bytes where they are a JPEG from its first to its last marker (ITU-T T.81), whatever the padding behind it.
    var jpeg: [UInt8]? {
        var text = base64
        if text.hasPrefix("data:"), let comma = text.prefix(64).firstIndex(of: ",") {
            text = String(text[text.index(after: comma)...])
        }
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { return nil }
        var bytes = [UInt8](data)
        while bytes.last == 0 { bytes.removeLast() }
        guard bytes.count > 4, bytes.starts(with: [0xFF, 0xD8]), bytes.suffix(2).elementsEqual([0xFF, 0xD9]) else { return nil }
        return bytes
    }
}
