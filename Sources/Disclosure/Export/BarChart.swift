import Model

/// A plain bar chart as inline SVG, in integer coordinates so that the bytes never differ.
struct BarChart {
    struct Bar {
        let label: String
        let value: Int
    }

    let title: String
    let bars: [Bar]

    /// Upright bars, for months.
    var columns: String {
        let (width, height, base) = (640, 230, 196)
        let step = bars.isEmpty ? 0 : (width - 40) / bars.count
        let parts = bars.enumerated().map { index, bar -> String in
            let tall = length(bar.value, of: 150)
            let x = 20 + index * step
            let middle = x + step / 2
            return rectangle(x + step / 6, base - tall, step * 2 / 3, tall)
                + text(middle, base - tall - 5, String(bar.value), "middle") + text(middle, base + 17, bar.label, "middle")
        }
        return wrap(width, height, parts + ["<path class=\"axis\" d=\"M20 \(base)H\(width - 20)\"/>"])
    }

    /// Lying bars, for names that need room.
    var rows: String {
        let (width, left, step) = (640, 210, 26)
        let height = 30 + bars.count * step
        let parts = bars.enumerated().map { index, bar -> String in
            let y = 26 + index * step
            let long = length(bar.value, of: width - left - 80)
            return text(left - 8, y + 14, bar.label, "end") + rectangle(left, y, long, 18)
                + text(left + long + 6, y + 14, String(bar.value), "start")
        }
        return wrap(width, height, parts + ["<path class=\"axis\" d=\"M\(left) 22V\(height - 6)\"/>"])
    }

    private func length(_ value: Int, of full: Int) -> Int {
        let most = bars.map(\.value).max() ?? 0
        return most > 0 ? (value * full + most / 2) / most : 0
    }

    private func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String {
        "<rect x=\"\(x)\" y=\"\(y)\" width=\"\(width)\" height=\"\(height)\"/>"
    }

    private func text(_ x: Int, _ y: Int, _ words: String, _ anchor: String) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" text-anchor=\"\(anchor)\">\(words.markup)</text>"
    }

    private func wrap(_ width: Int, _ height: Int, _ parts: [String]) -> String {
        "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(title.markup)\">"
            + "<text class=\"title\" x=\"\(width / 2)\" y=\"15\" text-anchor=\"middle\">\(title.markup)</text>"
            + parts.joined() + "</svg>"
    }
}
