import Crypto
import Glibc
import Model
import Platform

/// Recordings and snapshots as files named by the SHA-256 of their content: `<folder>/ab/cd/<sha256>`.
///
/// A file appears under its name only when all of it is durable; one that is there is never written again, so
/// storing the same content twice is a no-op. Several processes may store at the same time.
package struct EvidenceStore: Sendable {
    /// What a stored file is: its name in the store, and its length.
    package struct Stored: Hashable, Sendable {
        /// Lower-case hexadecimal.
        package let sha256: String
        package let bytes: Int64
    }

    package let folder: String

    /// Uses a folder, which is made with the first file.
    package init(folder: String) {
        self.folder = folder
    }

    /// Where the content of that hash stands or would stand.
    package func path(of sha256: String) -> String {
        folder + "/" + sha256.prefix(2) + "/" + sha256.dropFirst(2).prefix(2) + "/" + sha256
    }

    /// Whether content of that hash is in the store.
    package func holds(_ sha256: String) -> Bool { Files.exists(path(of: sha256)) }

    /// Stores bytes and returns their SHA-256; they are durable when it returns.
    ///
    /// - Throws: `SystemError` where the store cannot be written, `EvidenceError` where it is damaged.
    @discardableResult
    package func store(_ bytes: [UInt8]) throws -> String {
        try incoming { target, temporary in
            try Files.write(bytes, to: target, path: temporary)
            return Stored(sha256: hexadecimal(SHA256.hash(data: bytes)), bytes: Int64(bytes.count))
        }.sha256
    }

    /// Copies a file into the store, hashing as it goes; the original stays where it is.
    ///
    /// - Throws: `SystemError` where the file cannot be read or the store cannot be written; `EvidenceError` where the
    ///   file changes while it is read.
    package func take(file path: String) throws -> Stored {
        let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard source >= 0 else { throw SystemError("open", path) }
        defer { close(source) }
        return try take(descriptor: source, path: path)
    }

    /// Copies an open file from its beginning; `path` is for errors only.
    package func take(descriptor source: Int32, path: String) throws -> Stored {
        let before = try FileSignature(descriptor: source, path: path)
        guard before.isRegular else { throw EvidenceError(code: .notAFile) }
        guard lseek(source, 0, SEEK_SET) == 0 else { throw SystemError("read", path) }
        return try incoming { target, temporary in
            let copied = try copy(source, path, to: target, temporary)
            guard try FileSignature(descriptor: source, path: path) == before, copied.bytes == before.size else {
                throw EvidenceError(code: .changed)
            }
            return copied
        }
    }

    /// Removes what interrupted writes left behind, where it is older than a moment.
    package func sweep(before limit: Timestamp) {
        for name in (try? Files.list(incomingFolder)) ?? [] {
            let path = incomingFolder + "/" + name
            guard let signature = try? FileSignature(path: path), signature.modified / 1000 < limit.microseconds else { continue }
            try? Files.remove(path)
        }
    }

    private var incomingFolder: String { folder + "/incoming" }

    private func incoming(_ write: (_ target: Int32, _ path: String) throws -> Stored) throws -> Stored {
        if !Files.exists(incomingFolder) {
            try Files.makeFolder(incomingFolder)
            try Files.syncFolder(Files.folder(of: folder))
        }
        let temporary = incomingFolder + "/" + String(UInt64.random(in: .min ... .max), radix: 16)
        let target = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o440)
        guard target >= 0 else { throw SystemError("create", temporary) }
        do {
            defer { close(target) }
            let stored = try write(target, temporary)
            guard fsync(target) == 0 else { throw SystemError("fsync", temporary) }
            try place(temporary, stored)
            return stored
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private func place(_ temporary: String, _ stored: Stored) throws {
        let final = path(of: stored.sha256)
        let inner = Files.folder(of: final)
        try Files.makeFolder(inner)
        // link(2) never replaces; of two writers of the same content one wins and the other's copy goes.
        if link(temporary, final) != 0 {
            let failure = SystemError("name", final)
            guard failure.number == EEXIST else { throw failure }
            guard try FileSignature(path: final).size == stored.bytes else {
                throw EvidenceError(code: .damaged, sha256: stored.sha256)
            }
        }
        unlink(temporary)
        // Also where the file was there already: whoever made it may have died before this point.
        try Files.syncFolder(inner)
        try Files.syncFolder(Files.folder(of: inner))
        try Files.syncFolder(folder)
    }

    private func copy(_ source: Int32, _ path: String, to target: Int32, _ temporary: String) throws -> Stored {
        var hash = SHA256()
        var total: Int64 = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(source, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { break }
            let part = count == chunk.count ? chunk : Array(chunk[..<count])
            hash.update(data: part)
            try Files.write(part, to: target, path: temporary)
            total += Int64(count)
        }
        return Stored(sha256: hexadecimal(hash.finalize()), bytes: total)
    }
}
