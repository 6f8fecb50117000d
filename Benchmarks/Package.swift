// swift-tools-version: 6.2
//
// Measures patrold; `make bench` at the root builds and runs it. The modules' access level keeps them from other
// packages, so Sources holds links to the root's and they are built here once more, with the daemon itself, so that all
// that is measured comes from one build. Not for `swift test` or installation: that is the root package.

import PackageDescription

let swift6: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// A module of the root package, as it stands there.
func linked(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swift6)
}

let package = Package(
    name: "patrold-benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What is measured: the root package's targets, in its order
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CExpat", pkgConfig: "expat"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
        .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter"),
        linked("Platform", [logging]),
        linked("Model", []),
        linked("Tables", ["Model", "CExpat", "CZlib"]),
        linked("Evidence", ["Platform", "Model", crypto]),
        linked("Feeds", ["Platform", "Model", "Tables", "Evidence", "CCurl", "CExpat", crypto]),
        linked("Journal", ["Platform", "Model", grdb, sqlite, crypto]),
        linked("Incidents", ["Model"]),
        linked("Ledger", ["Platform", "Model", "Incidents", "Journal", grdb, sqlite]),
        linked(
            "Disclosure", ["Model", "Tables", "Ledger", "CXlsxWriter", crypto, mustache, yams], resources: [.embedInCode("Data")]),
        linked("Settings", ["Model", yams], resources: [.embedInCode("Data")]),
        linked("Console", ["Platform", "Model", "Journal", "Ledger", hummingbird, nioPosix]),
        linked("PatrolSim", ["Platform", "Model", crypto, nioCore, nioPosix, nioHTTP]),
        .executableTarget(
            name: "patrold",
            dependencies: [
                "Platform", "Model", "Tables", "Evidence", "Feeds", "Journal", "Incidents", "Ledger", "Disclosure", "Settings",
                "Console", "PatrolSim", "CCurl", arguments, lifecycle,
            ],
            swiftSettings: swift6,
            linkerSettings: [.unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])]),

        // What measures: a server that does nothing, a client that asks, a very large year, and what needs no second process
        .executableTarget(name: "noop-server", dependencies: [hummingbird, logging, nioCore, nioPosix], swiftSettings: swift6),
        .target(name: "SampleEvent", swiftSettings: swift6),
        .executableTarget(
            name: "load-generator", dependencies: ["SampleEvent", nioCore, nioPosix, arguments], swiftSettings: swift6),
        .executableTarget(
            name: "complaint-year", dependencies: ["Journal", "Ledger", "Incidents", "Model", arguments],
            swiftSettings: swift6),
        .executableTarget(
            name: "InProcess",
            dependencies: [
                "SampleEvent", "Feeds", "Journal", "Model", "Settings", sqlite, .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/InProcess", swiftSettings: swift6,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
