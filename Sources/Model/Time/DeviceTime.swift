/// What a device's clock said: the text as sent, and the moment it means where that could be read.
///
/// A wrong or unreadable clock never drops an event; the text stays, and the receive time orders it.
package struct DeviceTime: Hashable, Sendable {
    package let text: String
    package let moment: Timestamp?

    package init(text: String, moment: Timestamp?) {
        self.text = text
        self.moment = moment
    }

    /// Reads RFC 3339; a time without an offset is civil time in Shanghai.
    package init(_ text: String) {
        self.init(text: text, moment: Timestamp(text, assuming: .shanghai))
    }
}
