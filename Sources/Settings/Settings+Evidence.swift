import Model

extension Settings {
    /// How the store of recordings and pictures is kept honest.
    package struct Evidence: Hashable, Sendable {
        /// In how many nights every file is hashed once.
        package var nights = 30
        /// Bytes a second that the nightly round may read.
        package var rate = 8 << 20
        /// The hour of the day, Asia/Shanghai, in which it begins.
        package var hour = 2

        package init() {}
    }

    /// The legal and technical review of equipment used for enforcement (行政处罚法, article 41).
    package struct Review: Hashable, Sendable {
        package var number: String
        /// Such as `2021-03-05`.
        package var date: String?

        package init(number: String, date: String? = nil) {
            self.number = number
            self.date = date
        }
    }

    mutating func takeEvidence(_ section: Section) {
        evidence.nights = section.value("nights")?.count(1...366) ?? evidence.nights
        evidence.rate = section.value("rate")?.bytes((64 << 10)...(1 << 30)) ?? evidence.rate
        evidence.hour = section.value("hour")?.count(0...23) ?? evidence.hour
        section.finish()
    }

    mutating func takePersonal(_ section: Section) {
        personalKey = section.value("key").map { Self.password($0, section.findings) }
        section.finish()
    }

    /// What makes a camera's pictures fit to be evidence.
    static func takeStanding(_ section: Section, _ camera: inout Camera) {
        camera.published = section.value("published")?.text()
        guard let review = section.value("review")?.section() else { return }
        let number = review.needed("number", "the number of the legal review")?.text() ?? ""
        camera.review = Review(number: number, date: review.value("date")?.day()?.description)
        review.finish()
    }

    /// Holds the sources that report through Open311 to the channel list.
    func checkOpen311(_ root: Section, _ catalog: Catalog) {
        let known = catalog.channels.map(\.key)
        for (entry, source) in zip(root.value("sources")?.list() ?? [], sources) {
            if source.scopes.contains(.open311), source.channel == nil {
                entry.report("the scope open311 needs the channel that its reports belong to; write channel: KEY")
            }
            guard let channel = source.channel, !known.contains(channel) else { continue }
            let near = Suggestion.nearest(to: channel, among: known)
            let hint = near.map { "did you mean \"\($0)\"?" } ?? "known: " + known.joined(separator: ", ")
            entry.section()?.value("channel")?.report("the channel list has no \"\(channel)\"; \(hint)")
        }
    }
}

extension Entry {
    /// A day from a year on.
    func day(from year: Int = 1949) -> Day? {
        guard let text = text() else { return nil }
        if let day = Day(text), day.year >= year { return day }
        let bound = year > 1949 ? " from \(year) on" : ""
        report("expected a day\(bound) such as 2021-01-01, found \"\(text)\"")
        return nil
    }
}
