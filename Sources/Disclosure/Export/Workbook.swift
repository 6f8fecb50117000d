import CXlsxWriter
import Glibc
import Model

/// A spreadsheet file (ECMA-376) while it is written with libxlsxwriter; used by one caller at a time.
///
/// Its creation date is the report's last day, so that the same data give the same bytes.
final class Workbook {
    /// How a cell looks.
    enum Style: CaseIterable {
        case title, heading, label, figure, text, note, bad
    }

    /// A place in a sheet, from 0, with its spans.
    struct Place {
        var row: Int
        var column: Int
        var across = 1
        var down = 1
    }

    private let book: UnsafeMutablePointer<lxw_workbook>
    private var formats: [Style: UnsafeMutablePointer<lxw_format>] = [:]
    private var closed = false

    private init(path: String, title: String, created: Timestamp) throws {
        guard let book = workbook_new(path) else {
            throw DisclosureError(.cannotCreate, "Cannot create \(path): no memory for a spreadsheet; try again.")
        }
        self.book = book
        setProperties(title, created)
        for style in Style.allCases { formats[style] = format(style) }
    }

    deinit {
        if !closed { workbook_close(book) }
    }

    private func setProperties(_ title: String, _ created: Timestamp) {
        title.withCString { text in
            var properties = lxw_doc_properties()
            properties.title = UnsafeMutablePointer(mutating: text)
            properties.created = time_t(created.microseconds / 1_000_000)
            workbook_set_properties(book, &properties)
        }
    }

    private func format(_ style: Style) -> UnsafeMutablePointer<lxw_format>? {
        guard let format = workbook_add_format(book) else { return nil }
        format_set_font_name(format, style == .title || style == .heading ? "黑体" : "宋体")
        format_set_font_size(format, style == .title ? 16 : 10.5)
        format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        format_set_text_wrap(format)
        switch style {
        case .title, .heading, .figure: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
        case .label, .text, .note, .bad: format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
        }
        if style != .title, style != .note { format_set_border(format, UInt8(LXW_BORDER_THIN.rawValue)) }
        if style == .heading { format_set_bg_color(format, 0xE8EEF4) }
        if style == .bad { format_set_bg_color(format, 0xFBE3E0) }
        if style == .note { format_set_font_color(format, 0x666666) }
        return format
    }

    /// Adds a sheet, printed on A4 to the page's width.
    func addSheet(
        _ name: String, landscape: Bool, widths: [Int], onePage: Bool = false
    ) -> UnsafeMutablePointer<lxw_worksheet>? {
        guard let sheet = workbook_add_worksheet(book, name) else { return nil }
        for (column, width) in widths.enumerated() {
            worksheet_set_column(sheet, lxw_col_t(column), lxw_col_t(column), Double(width), nil)
        }
        worksheet_set_paper(sheet, 9)
        if landscape { worksheet_set_landscape(sheet) }
        worksheet_fit_to_pages(sheet, 1, onePage ? 1 : 0)
        worksheet_center_horizontally(sheet)
        return sheet
    }

    func write(_ sheet: UnsafeMutablePointer<lxw_worksheet>, _ place: Place, _ text: String, _ style: Style) {
        span(sheet, place, style, text)
        worksheet_write_string(sheet, UInt32(place.row), UInt16(place.column), text, formats[style] ?? nil)
    }

    /// Numbers go in as numbers; an exact decimal goes in as its text, because a spreadsheet's number is binary.
    func write(_ sheet: UnsafeMutablePointer<lxw_worksheet>, _ place: Place, _ value: FigureValue, _ style: Style = .figure) {
        switch value {
        case .count(let number), .reading(let number):
            span(sheet, place, style, "")
            worksheet_write_number(sheet, UInt32(place.row), UInt16(place.column), Double(number), formats[style] ?? nil)
        case .amount, .rate, .unknown: write(sheet, place, value.text, style)
        }
    }

    private func span(_ sheet: UnsafeMutablePointer<lxw_worksheet>, _ place: Place, _ style: Style, _ text: String) {
        guard place.across > 1 || place.down > 1 else { return }
        worksheet_merge_range(
            sheet, UInt32(place.row), UInt16(place.column), UInt32(place.row + place.down - 1),
            UInt16(place.column + place.across - 1), text, formats[style] ?? nil)
    }

    func setHeight(_ sheet: UnsafeMutablePointer<lxw_worksheet>, row: Int, points: Double) {
        worksheet_set_row(sheet, UInt32(row), points, nil)
    }

    func freeze(_ sheet: UnsafeMutablePointer<lxw_worksheet>, rows: Int, columns: Int) {
        worksheet_freeze_panes(sheet, UInt32(rows), UInt16(columns))
        if rows > 0 { worksheet_repeat_rows(sheet, 0, UInt32(rows - 1)) }
    }

    private func finish() -> lxw_error {
        closed = true
        return workbook_close(book)
    }

    /// Writes `report.xlsx`.
    ///
    /// - Throws: `DisclosureError` (`cannotCreate`, `writeFailed`).
    static func write(_ pages: ReportPages, to folder: String) throws -> ExportedFile {
        let temporary = folder + "/.report.xlsx.library"
        defer { unlink(temporary) }
        let book = try Workbook(path: temporary, title: pages.report.title, created: pages.report.period.to.start(in: .utc))
        for table in pages.report.form.tables { book.add(table, pages.report) }
        book.addNarrative(pages.report)
        book.addComplaints(pages)
        book.addIncidents(pages)
        book.addChecks(pages)
        let result = book.finish()
        guard result == LXW_NO_ERROR else {
            let reason = lxw_strerror(result).map { String(cString: $0) } ?? "unknown"
            throw DisclosureError(.writeFailed, "Cannot write report.xlsx in \(folder): \(reason)")
        }
        return try copy(temporary, "report.xlsx", folder)
    }

    /// Takes the library's file into the export, hashing it on the way.
    private static func copy(_ source: String, _ name: String, _ folder: String) throws -> ExportedFile {
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DisclosureError(.writeFailed, "Cannot read \(source): \(reason()).")
        }
        defer { close(descriptor) }
        let file = try OutputFile(folder: folder, name: name)
        while true {
            let room = file.room(1 << 16)
            let count = read(descriptor, room.baseAddress, room.count)
            guard count >= 0 else { throw DisclosureError(.writeFailed, "Cannot read \(source): \(reason()).") }
            if count == 0 { return try file.finish() }
            file.advance(count)
        }
    }
}
