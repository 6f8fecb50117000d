import Benchmark
import Foundation

/// One iteration is one run of this length; what it reports is the mean over the run.
private let seconds = ProcessInfo.processInfo.environment["BENCH_SECONDS"].flatMap(Double.init) ?? 3

private func configuration(_ metrics: BenchmarkMetric...) -> Benchmark.Configuration {
    // Plain numbers: the tool would round them to thousands.
    .init(
        metrics: metrics, units: Dictionary(uniqueKeysWithValues: metrics.map { ($0, .count) }), warmupIterations: 0,
        maxDuration: .seconds(60), maxIterations: 1)
}

private let events = BenchmarkMetric.custom("events/s", polarity: .prefersLarger, useScalingFactor: false)
private let megabytes = BenchmarkMetric.custom("MB/s", polarity: .prefersLarger, useScalingFactor: false)
private let parts = BenchmarkMetric.custom("parts/s", polarity: .prefersLarger, useScalingFactor: false)

let benchmarks: @Sendable () -> Void = {
    for batch in [1, 100, 1000] {
        Benchmark("sqlite \(batch)", configuration: configuration(events)) { benchmark in
            let folder = try Folder()
            defer { folder.remove() }
            benchmark.measurement(events, try SQLiteFloor(folder.path).rate(batch: batch, seconds: seconds))
        }
        Benchmark("journal \(batch)", configuration: configuration(events)) { benchmark in
            let folder = try Folder()
            defer { folder.remove() }
            benchmark.measurement(events, try await JournalIntake(folder.path).rate(batch: batch, seconds: seconds))
        }
    }
    Benchmark("stream scan", configuration: configuration(megabytes, parts)) { benchmark in
        let speed = AlertStream().scan(seconds: seconds)
        benchmark.measurement(megabytes, speed.megabytes)
        benchmark.measurement(parts, speed.parts)
    }
    Benchmark("stream decode", configuration: configuration(megabytes, parts)) { benchmark in
        let speed = try AlertStream().decode(seconds: seconds)
        benchmark.measurement(megabytes, speed.megabytes)
        benchmark.measurement(parts, speed.parts)
    }
}
