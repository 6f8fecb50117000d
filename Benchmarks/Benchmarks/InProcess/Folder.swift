import Foundation

/// A folder of its own for one run.
struct Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/patrold-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Repeats a step until the time is over; returns steps a second.
func repeated(seconds: Double, _ step: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let began = clock.now
    var count = 0
    repeat {
        try step()
        count += 1
    } while clock.now - began < .seconds(seconds)
    return Double(count) / ((clock.now - began) / .seconds(1))
}
