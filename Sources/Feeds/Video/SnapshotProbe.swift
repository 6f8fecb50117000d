import Crypto
import Model

/// Asks a camera for a picture of this moment; `PictureJudge` says what the picture is worth.
package struct SnapshotProbe: Sendable {
    private let control: any CameraControl

    package init(_ control: any CameraControl) {
        self.control = control
    }

    /// The picture as sent, or why there is none.
    package func take() async -> Result<[UInt8], DeviceProblem> {
        do throws(DeviceProblem) {
            return .success(try await control.snapshot())
        } catch {
            return .failure(error)
        }
    }
}

/// What a camera's picture says of its video.
package struct PictureVerdict: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case picture
        /// The same bytes again and again: some devices go on sending the last frame when the video is lost.
        case frozen
        /// No JPEG, or one too small to show anything.
        case none
        /// The device did not do it.
        case problem(DeviceProblem.Code)
    }

    package let outcome: Outcome
    /// What was found and what to change.
    package let sentence: String

    package init(_ outcome: Outcome, _ sentence: String) {
        self.outcome = outcome
        self.sentence = sentence
    }
}

/// Judges a camera's pictures one after the other; sensor noise alone makes two frames of a live picture differ.
package struct PictureJudge: Sendable {
    /// How many equal pictures in a row are a frozen one.
    private let limit: Int
    private var last: [UInt8] = []
    private var equal = 0
    /// A smaller file shows nothing: a grey square, or a sentence of the firmware.
    private static let leastBytes = 1024

    package init(limit: Int = 3) {
        self.limit = max(2, limit)
    }

    package mutating func judge(_ taken: Result<[UInt8], DeviceProblem>) -> PictureVerdict {
        switch taken {
        case .failure(let problem): return PictureVerdict(.problem(problem.code), problem.sentence)
        case .success(let bytes): return judge(bytes)
        }
    }

    private mutating func judge(_ bytes: [UInt8]) -> PictureVerdict {
        guard Self.isPicture(bytes) else {
            (last, equal) = ([], 0)
            return PictureVerdict(
                .none, "the camera sends no picture (\(bytes.count) bytes that are no JPEG or a tiny one); look at its live view")
        }
        let hash = Array(SHA256.hash(data: bytes))
        equal = hash == last ? equal + 1 : 1
        last = hash
        guard equal >= limit else { return PictureVerdict(.picture, "the camera sends pictures") }
        return PictureVerdict(
            .frozen, "the camera has sent the same picture \(equal) times; its video is lost or its encoder hangs, restart it")
    }

    /// Begins and ends as ITU-T T.81 says; some devices pad the end with zeros.
    static func isPicture(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= leastBytes, bytes.starts(with: [0xFF, 0xD8]) else { return false }
        let tail = bytes.suffix(64)
        return zip(tail, tail.dropFirst()).contains { $0 == 0xFF && $1 == 0xD9 }
    }
}
