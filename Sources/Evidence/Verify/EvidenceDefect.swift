import Model

/// What is wrong with one file of the evidence store, in plain words.
package struct EvidenceDefect: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// No such file.
        case missing
        /// It ends before it should: so many bytes of so many.
        case shorter(found: Int64, expected: Int64)
        /// Its content is another.
        case changed
        /// The disk refuses it, or it is no regular file.
        case unreadable(String)
    }

    package let sha256: String
    package let kind: Kind
    package let path: String
    /// SHA-256 of what stands there, where that could be read.
    package let found: String?

    package init(sha256: String, kind: Kind, path: String, found: String? = nil) {
        self.sha256 = sha256
        self.kind = kind
        self.path = path
        self.found = found
    }

    package var zh: String {
        switch kind {
        case .missing: "证据文件 \(sha256) 不在证据库中(\(path)),请从备份恢复"
        case .shorter(let found, let expected): "证据文件 \(path) 只剩 \(found) 字节，应为 \(expected) 字节，请从备份恢复"
        case .changed: "证据文件 \(path) 的内容已不是当初存入的内容(现为 \(found ?? "?")),请从备份恢复"
        case .unreadable(let reason): "证据文件 \(path) 读不出来(\(reason)),请检查磁盘并从备份恢复"
        }
    }

    package var en: String {
        switch kind {
        case .missing: "the evidence file \(sha256) is missing (\(path)); restore it from a backup"
        case .shorter(let found, let expected):
            "the evidence file \(path) has only \(found) of its \(expected) bytes; restore it from a backup"
        case .changed:
            "the evidence file \(path) is no longer what was stored (now \(found ?? "?")); restore it from a backup"
        case .unreadable(let reason):
            "the evidence file \(path) cannot be read (\(reason)); check the disk and restore it from a backup"
        }
    }

    /// The line of the custody log.
    package func custodyEvent(by: String) -> CustodyEvent {
        var event = CustodyEvent(.damaged, sha256, by: by)
        event.reason = en
        event.found = kind == .missing ? "missing" : found ?? "unreadable"
        return event
    }

    package var json: JSON {
        .object(present: [
            ("sha256", .string(sha256)), ("path", .string(path)), ("found", found.map { .string($0) }), ("zh", .string(zh)),
            ("en", .string(en)),
        ])
    }
}
