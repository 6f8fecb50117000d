import Model

/// Whether a camera's video is there, by looks at its stream and its pictures: looks in, actions out.
///
/// One failed look of a camera that was fine may be the network's hiccup or somebody else's session, and is only
/// believed when the next one fails too. What the device says itself, and a lost picture, is believed at once.
package struct VideoWatch: Sendable {
    package enum Action: Hashable, Sendable {
        /// The video is there.
        case heard
        /// Not known yet: look again at the usual time.
        case doubt
        /// There is no sight of the video.
        case failed(String)
        /// The device says no; the sentence says what to change.
        case refused(String)
        /// The video was lost.
        case lost(String)
        /// Lost video is there again.
        case back(String)
    }

    private enum Finding {
        case good
        /// May be over at the next look.
        case passing(String)
        case refused(String)
        /// The device answers, and there is no video.
        case lost(String)
        case failed(String)
    }

    private var isGood = false
    private var isLost = false
    private var doubts = 0
    private let patience: Int

    /// - Parameter patience: how many looks in a row must fail in passing ways before that is believed.
    package init(patience: Int = 2) {
        self.patience = max(1, patience)
    }

    /// Takes what one look found; nothing where it did not look that way.
    package mutating func on(stream: RTSPVerdict?, picture: PictureVerdict?) -> [Action] {
        switch Self.finding(stream, picture) {
        case .good: return good()
        case .passing(let sentence):
            doubts += 1
            guard isGood, doubts < patience else { return fail(.failed(sentence)) }
            return [.doubt]
        case .failed(let sentence): return fail(.failed(sentence))
        case .refused(let sentence): return fail(.refused(sentence))
        case .lost(let sentence):
            defer { isLost = true }
            return (isLost ? [] : [.lost(sentence)]) + fail(.failed(sentence))
        }
    }

    private mutating func good() -> [Action] {
        defer { (isGood, isLost, doubts) = (true, false, 0) }
        return [.heard] + (isLost ? [.back("the video is there again")] : [])
    }

    private mutating func fail(_ action: Action) -> [Action] {
        isGood = false
        return [action]
    }

    /// The worse of both; a stream that is there outweighs a camera that cannot make pictures.
    private static func finding(_ stream: RTSPVerdict?, _ picture: PictureVerdict?) -> Finding {
        if let stream {
            switch stream.outcome {
            case .alive: break
            case .noChannel: return .lost(stream.sentence)
            case .refused: return .refused(stream.sentence)
            case .busy, .unreachable: return .passing(stream.sentence)
            case .otherProtocol: return .failed(stream.sentence)
            }
        }
        guard let picture else { return stream == nil ? .failed("nothing to look at: set rtsp or snapshot") : .good }
        switch picture.outcome {
        case .picture: return .good
        case .frozen, .none: return .lost(picture.sentence)
        case .problem(.unsupported) where stream != nil: return .good
        case .problem(.refused), .problem(.locked), .problem(.unsupported): return .refused(picture.sentence)
        case .problem(.unreachable), .problem(.busy): return .passing(picture.sentence)
        case .problem(.otherProtocol), .problem(.unreadable): return .failed(picture.sentence)
        }
    }
}
