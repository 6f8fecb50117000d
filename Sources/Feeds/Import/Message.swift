/// One sentence for the person at the desk, in both languages of the console.
package struct Message: Hashable, Sendable {
    package var zh: String
    package var en: String

    package init(zh: String, en: String) {
        self.zh = zh
        self.en = en
    }
}
