/// What recordings without any header are taken for: one channel of one coding.
package struct HeaderlessSound: Hashable, Sendable {
    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// ITU-T G.711, one byte a sample.
        case alaw, ulaw
        /// 16 bits linear.
        case pcm
        /// Four bits a sample (Dialogic).
        case adpcm

        /// Samples of that many bytes.
        func samples(_ bytes: Int64) -> Int64 {
            switch self {
            case .alaw, .ulaw: bytes
            case .pcm: bytes / 2
            case .adpcm: bytes * 2
            }
        }

        /// As `RecordingFile.format` names it.
        var name: String {
            switch self {
            case .alaw: "a-law"
            case .ulaw: "mu-law"
            case .pcm: "pcm"
            case .adpcm: "dialogic-adpcm"
            }
        }
    }

    /// Endings of files that have no header.
    static let suffixes = [".v3", ".pcm", ".vox", ".raw", ".alaw", ".ulaw", ".al", ".ul"]

    package var format: Format
    /// Samples a second.
    package var rate: Int

    package init(format: Format = .alaw, rate: Int = 8000) {
        self.format = format
        self.rate = rate
    }

    /// Whether a name says that there is no header.
    static func isMeant(by name: String) -> Bool {
        let lower = name.lowercased()
        return suffixes.contains { lower.hasSuffix($0) }
    }

    func header(length: Int64) -> WAVHeader {
        var header = WAVHeader(
            format: format.name,
            note: "no header; format and rate (\(rate) a second) are the configuration's, and the length follows from them")
        header.channels = 1
        header.sampleRate = rate
        header.seconds = rate > 0 ? (Double(format.samples(length)) / Double(rate) * 1000).rounded() / 1000 : nil
        return header
    }
}
