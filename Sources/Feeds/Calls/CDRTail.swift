import Glibc
import Model
import Platform

/// Follows a file of calls from a mark on, across renaming, copying and truncating, line by line.
///
/// What `next` gives is given again until `commit` says that it is durable.
struct CDRTail {
    struct Line: Hashable {
        let number: Int
        let bytes: [UInt8]
    }

    enum Step {
        /// Lines, the names of their columns, and the mark for when they are durable.
        case lines([Line], columns: [String], then: CDRMark)
        /// Nothing new.
        case idle
        /// There is no file.
        case missing
    }

    /// Most bytes and lines of one step; a line longer than `longest` is taken apart.
    private static let room = 1 << 18
    private static let mostLines = 500
    private static let longest = 1 << 16

    private let generations: CDRGenerations
    private let lines: CDRLines
    /// How long a file that was rotated away must be still before it counts as finished.
    private let settle: Span
    private var file: CDRFile?
    private(set) var mark: CDRMark?
    /// Since when the rotated file has had that size.
    private var still: (size: Int64, since: Span)?
    /// What was rotated away and is read to its end.
    private var finished: Set<FileSignature> = []
    private var columns: [String] = []
    /// The file that the mark is of was gone: lines written to it since are lost to us.
    private(set) var hasLost = false

    init(path: String, lines: CDRLines, mark: CDRMark?, settle: Span = .seconds(2)) {
        generations = CDRGenerations(path: path)
        self.lines = lines
        self.mark = mark
        self.settle = settle
    }

    mutating func commit(_ mark: CDRMark) {
        self.mark = mark
    }

    /// - Parameter uptime: the monotonic clock.
    /// - Throws: `SystemError` where a file that is there cannot be read.
    mutating func next(at uptime: Span) throws(SystemError) -> Step {
        // A few files may have to be passed in one step: emptied ones, finished ones.
        for _ in 0..<100 {
            guard try open() else { return .missing }
            guard let step = try read(at: uptime) else { continue }
            return step
        }
        return .idle
    }

    /// Sees to it that the file of the mark is open; false where there is none at all.
    private mutating func open() throws(SystemError) -> Bool {
        if file != nil { return true }
        if let mark, let found = generations.file(of: mark) {
            file = try CDRFile(found.path)
            return true
        }
        // Where the mark's file is gone everything that is left is read: what is known is the same event.
        guard let first = (mark == nil ? nil : generations.rotated().first) ?? generations.current else { return false }
        hasLost = hasLost || mark != nil
        try begin(first)
        return true
    }

    private mutating func begin(_ member: CDRGenerations.Member) throws(SystemError) {
        let opened = try CDRFile(member.path)
        mark = CDRMark(inode: try opened.signature().inode)
        file = opened
        columns = []
        still = nil
    }

    /// Nothing where another file must be looked at first.
    private mutating func read(at uptime: Span) throws(SystemError) -> Step? {
        guard let mark, let file else { return .idle }
        let signature = try file.signature()
        guard signature.size >= mark.offset, mark.offset == 0 || file.head(mark.headLength) == mark.head else {
            // Emptied or written anew under our eyes: what we have not read is in a copy, if anywhere.
            self.file = nil
            return generations.file(of: mark) == nil && generations.current == nil ? .missing : nil
        }
        let bytes = try file.bytes(at: mark.offset, count: Self.room)
        let lines = Self.split(bytes, from: mark.lines)
        if !lines.isEmpty { return try step(lines, mark) }
        return try atEnd(signature, rest: bytes, mark, at: uptime)
    }

    private mutating func atEnd(
        _ signature: FileSignature, rest: [UInt8], _ mark: CDRMark, at uptime: Span
    ) throws(SystemError) -> Step? {
        guard let current = generations.current, current.signature.inode != signature.inode else {
            still = nil
            return .idle
        }
        guard let since = still, since.size == signature.size else {
            still = (signature.size, uptime)
            return settle == .zero ? nil : .idle
        }
        guard uptime.microseconds - since.since.microseconds >= settle.microseconds else { return .idle }
        // Nobody completes a line in a file that was rotated away and is still: it is what there is.
        if !rest.isEmpty { return try step([Line(number: mark.lines + 1, bytes: rest)], mark) }
        if finished.count >= 1000 { finished.removeAll() }
        finished.insert(signature)
        if let next = generations.following(signature, besides: finished) { try begin(next) }
        return nil
    }

    private mutating func step(_ lines: [Line], _ mark: CDRMark) throws(SystemError) -> Step {
        var then = mark
        then.offset += lines.reduce(0) { $0 + Int64($1.bytes.count) }
        then.lines += lines.count
        then.head = file?.head(then.headLength) ?? ""
        var lines = lines
        if columns.isEmpty { columns = try header() }
        // The header is no call; it is passed together with what follows it.
        if mark.offset == 0, let first = lines.first, self.lines.header(first.bytes) != nil { lines.removeFirst() }
        return .lines(lines, columns: columns, then: then)
    }

    private func header() throws(SystemError) -> [String] {
        let start = try file?.bytes(at: 0, count: Self.longest) ?? []
        let first = start.firstIndex(of: 0x0A).map { Array(start[...$0]) } ?? start
        return lines.header(first) ?? lines.format.columns
    }

    /// Complete lines with their ends; of a line without an end and too long to wait for, what there is.
    private static func split(_ bytes: [UInt8], from number: Int) -> [Line] {
        var lines: [Line] = []
        var rest = bytes[...]
        while lines.count < mostLines, let end = rest.firstIndex(of: 0x0A) {
            lines.append(Line(number: number + lines.count + 1, bytes: Array(rest[...end])))
            rest = rest[(end + 1)...]
        }
        if lines.isEmpty, bytes.count >= longest { lines = [Line(number: number + 1, bytes: bytes)] }
        return lines
    }
}
