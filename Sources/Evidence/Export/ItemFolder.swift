import Crypto
import FoundationEssentials
import Glibc
import Model
import Platform

/// One item's folder: the file, its metadata, custody log, transcript, proof and certificate, and the sums over them.
struct ItemFolder {
    private let store: EvidenceStore
    private let facts: EvidenceExport.Facts
    private let copy: EvidenceCopy

    init(_ store: EvidenceStore, _ facts: EvidenceExport.Facts, _ copy: EvidenceCopy) {
        self.store = store
        self.facts = facts
        self.copy = copy
    }

    func write(into folder: String) throws -> [ExportedFile] {
        guard copy.inclusion.position == copy.item.position else {
            throw EvidenceError(code: .unproven, sha256: copy.item.sha256)
        }
        var copy = copy
        let (file, bytes) = try writeContent(copy.item.sha256, into: folder)
        var item = copy.item
        item.bytes = bytes
        copy = EvidenceCopy(item: item, inclusion: copy.inclusion)
        var files = [file]
        if let transcript = item.custody.transcript { files.append(try writeTranscript(transcript, into: folder)) }
        files.append(try ExportedFile.write(Array(metadata(item, file).prettyText.utf8), "metadata.json", into: folder))
        files.append(try ExportedFile.write(Array(custody(item).prettyText.utf8), "custody.json", into: folder))
        files.append(try ExportedFile.write(Array(proof(copy).prettyText.utf8), "proof.json", into: folder))
        let certificate = Certificate(copy: copy, facts: facts, files: files)
        files.append(try ExportedFile.write(Array(certificate.html.utf8), "certificate.html", into: folder))
        files.append(try ExportedFile.sums(of: files, into: folder))
        return files
    }

    /// Copies the stored file, and refuses one that is not what its name says.
    private func writeContent(_ sha256: String, into folder: String) throws -> (ExportedFile, Int64) {
        let source = try open(sha256)
        var name: String?
        var target: Int32 = -1
        defer { if target >= 0 { close(target) } }
        while true {
            let piece = try source.next()
            let path = folder + "/" + (name ?? copy.stem + "." + copy.ending(piece ?? []))
            if name == nil {
                name = Files.name(of: path)
                target = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
                guard target >= 0 else { throw SystemError("create", path) }
            }
            guard let piece else { break }
            try Files.write(piece, to: target, path: path)
        }
        guard source.finish() == sha256 else { throw EvidenceError(code: .damaged, sha256: sha256) }
        guard fsync(target) == 0 else { throw SystemError("fsync", folder) }
        return (ExportedFile(name: name ?? "", sha256: sha256), source.bytes)
    }

    private func writeTranscript(_ sha256: String, into folder: String) throws -> ExportedFile {
        let source = try open(sha256)
        var text: [UInt8] = []
        while let piece = try source.next() { text += piece }
        guard source.finish() == sha256 else { throw EvidenceError(code: .damaged, sha256: sha256) }
        return try ExportedFile.write(text, "transcript.txt", into: folder)
    }

    private func open(_ sha256: String) throws -> FileHashing {
        do throws(SystemError) {
            return try FileHashing(store.path(of: sha256))
        } catch {
            if error.number == ENOENT { throw EvidenceError(code: .missing, sha256: sha256) }
            throw error
        }
    }

    private func metadata(_ item: EvidenceItem, _ file: ExportedFile) -> JSON {
        [
            "format": "patrold-evidence/1", "bureau": .string(facts.bureau), "maker": .string(facts.maker),
            "purpose": .string(facts.personal ? facts.purpose : PersonalText.masked(facts.purpose)),
            "made": .string(facts.made.text()), "program": .string(facts.program),
            "personal": .bool(facts.personal), "file": .string(file.name), "item": item.json(personal: facts.personal),
        ]
    }

    private func custody(_ item: EvidenceItem) -> JSON {
        ["sha256": .string(item.sha256), "entries": .array(item.custody.entries.map { facts.shown($0).json })]
    }

    /// RFC 6962: a leaf is SHA-256 over a zero byte and `input`; the path leads from it to `root`.
    private func proof(_ copy: EvidenceCopy) -> JSON {
        let inclusion = copy.inclusion
        let isShown = facts.personal || !copy.item.isPersonal
        return .object(present: [
            ("format", "patrold-inclusion/1"), ("tree", "RFC 6962, SHA-256"), ("sha256", .string(copy.item.sha256)),
            ("position", .int(inclusion.position)), ("index", .int(inclusion.position - 1)), ("size", .int(inclusion.size)),
            ("root", .string(hexadecimal(inclusion.root))), ("leaf", .string(hexadecimal(inclusion.leaf))),
            ("input", isShown ? .string(Data(inclusion.input).base64EncodedString()) : nil),
            ("withheld", isShown ? nil : "input: it holds personal data; an export with personal data has it"),
            ("path", .array(inclusion.path.map { .string(hexadecimal($0)) })),
        ])
    }
}

extension EvidenceExport.Facts {
    /// A line of the custody log as this export may show it: numbers that somebody typed are masked.
    func shown(_ entry: CustodyEntry) -> CustodyEntry {
        guard !personal else { return entry }
        var event = entry.event
        event.reason = event.reason.map(PersonalText.masked)
        event.purpose = event.purpose.map(PersonalText.masked)
        return CustodyEntry(position: entry.position, received: entry.received, event: event)
    }
}
