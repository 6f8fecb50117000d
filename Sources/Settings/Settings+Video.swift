import Model

extension Settings {
    /// How a camera's video is watched.
    package struct Video: Hashable, Sendable {
        /// `rtsp://HOST[:PORT]/PATH` of the stream, never with a user; nothing means that the stream is not looked at.
        package var rtsp: String?
        /// Whether the camera's pictures are looked at.
        package var snapshot = false
        /// Time between two looks.
        package var every = Span.seconds(60)

        package init(rtsp: String? = nil, snapshot: Bool = false, every: Span = .seconds(60)) {
            self.rtsp = rtsp
            self.snapshot = snapshot
            self.every = every
        }
    }

    /// Reads the key `video` of a camera; nothing where it is absent.
    static func video(of camera: Section) -> Video? {
        guard let section = camera.value("video")?.section() else { return nil }
        defer { section.finish() }
        let video = Video(
            rtsp: section.value("rtsp")?.streamURL(), snapshot: section.value("snapshot")?.bool() ?? false,
            // Each look starts an encoder session in some recorders.
            every: section.value("every")?.span(.seconds(60) ... .days(1)) ?? .seconds(60))
        if section.value("rtsp") == nil, !video.snapshot {
            section.findings.add(
                "nothing to look at; write rtsp: rtsp://HOST/PATH or snapshot: true", key: section.key, at: section.mark)
        }
        return video
    }
}

extension Entry {
    /// A picture stream's address, without user and password.
    fileprivate func streamURL() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("rtsp://") else {
            report("expected an address that begins with rtsp://, found \"\(text.prefix(20))\"")
            return nil
        }
        let rest = text.dropFirst(7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else {
            report("user and password do not belong into the address; the camera's own are used")
            return nil
        }
        let address = authority.last == "]" || !authority.contains(":") ? authority + ":554" : String(authority)
        guard text.utf8.count <= 1024, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            Settings.Address(address).map({ $0.port > 0 }) == true
        else {
            report("expected an address such as rtsp://192.0.2.7:554/Streaming/Channels/101, found \"\(text)\"")
            return nil
        }
        return text
    }
}
