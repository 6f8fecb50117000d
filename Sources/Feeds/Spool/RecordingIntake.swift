import Evidence
import Glibc
import Model
import Platform

/// A recorder's files: evidence first, then the event, and then the file is removed.
struct RecordingIntake: FolderIntake {
    let recorder: SpoolRecorder
    let evidence: EvidenceStore
    let names: RecordingNameReader

    func read(_ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp) throws -> FolderReading {
        let lower = path.lowercased()
        if recorder.sidecars.contains(where: { lower.hasSuffix($0.lowercased()) }) {
            return try record(file, path: path, certain: certain, received: received)
        }
        let headerless = recorder.headerless.header(length: file.signature.size)
        let isRIFF = file.begins(with: "RIFF")
        let header =
            HeaderlessSound.isMeant(by: path) && !isRIFF
            ? headerless : file.header()
        if !certain, header.isTruncated { return .unfinished }
        do {
            let stored = try evidence.take(descriptor: file.descriptor, path: path)
            let event = recorder.event(
                path: path, name: names.read(path), header: header, stored: stored, received: received)
            return .arrivals([.event(event)])
        } catch let error as EvidenceError where error.code == .changed {
            return .changed
        }
    }

    /// A record of a call beside the sound.
    private func record(
        _ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp
    ) throws -> FolderReading {
        guard file.signature.size <= Sidecar.limit else { throw SystemError("read", path, number: EFBIG) }
        guard let bytes = try file.contents(path: path) else { return .changed }
        let sidecar = Sidecar(recorder: recorder, fileName: Files.name(of: path))
        // A document that is cut is waited for like sound that is cut.
        if !certain, sidecar.isCut(bytes) { return .unfinished }
        return .arrivals(sidecar.arrivals(bytes, received: received))
    }

    func dismiss(_ file: SpoolFolder.File, path: String) throws {
        guard unlink(file.rawPath) == 0 || errno == ENOENT else { throw SystemError("remove", path) }
    }
}

extension FolderWords {
    static let recordings = FolderWords(
        adapter: "spool", folder: "spool folder",
        silent: "no recording has come for longer than expected; check the recorder",
        full: "the evidence store is full; make room on its disk", others: "see the feed's suffixes")
}
