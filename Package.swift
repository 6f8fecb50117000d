// swift-tools-version: 6.2
//
// One section for each module and its tests, in the order in which data passes them (docs/modules.md).
// scripts/import-walls holds the imports below to docs/modules.md.

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

/// Relocations in their packed form take two megabytes less of the daemon's memory; needs the toolchain's linker and glibc 2.36.
let packed: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"], .when(configuration: .release))
]

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

let package = Package(
    name: "patrold",
    products: [
        .executable(name: "patrold", targets: ["patrold"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Debian's C libraries
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CXlsxWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),

        // Platform
        .target(name: "Platform", dependencies: [logging], swiftSettings: strict),
        .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestKit", logging], swiftSettings: strict),

        // Model
        .target(name: "Model", dependencies: [], swiftSettings: strict),
        .testTarget(name: "ModelTests", dependencies: ["Model", "TestKit"], swiftSettings: strict),

        // Tables
        .target(name: "Tables", dependencies: ["Model", "CExpat", "CZlib"], swiftSettings: strict),
        .testTarget(name: "TablesTests", dependencies: ["Tables", "TestKit"], swiftSettings: strict),

        // Evidence
        .target(name: "Evidence", dependencies: ["Platform", "Model", crypto], swiftSettings: strict),
        .testTarget(name: "EvidenceTests", dependencies: ["Evidence", "TestKit"], swiftSettings: strict),

        // Feeds
        .target(
            name: "Feeds", dependencies: ["Platform", "Model", "Tables", "Evidence", "CCurl", "CExpat", crypto],
            swiftSettings: strict),
        .testTarget(
            name: "FeedsTests", dependencies: ["Feeds", "Tables", "Evidence", "PatrolSim", "TestKit"], swiftSettings: strict),

        // Journal
        .target(name: "Journal", dependencies: ["Platform", "Model", grdb, sqlite, crypto], swiftSettings: strict),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "TestKit", sqlite], swiftSettings: strict),

        // Incidents
        .target(name: "Incidents", dependencies: ["Model"], swiftSettings: strict),
        .testTarget(name: "IncidentsTests", dependencies: ["Incidents", "TestKit"], swiftSettings: strict),

        // Ledger
        .target(
            name: "Ledger", dependencies: ["Platform", "Model", "Incidents", "Journal", grdb, sqlite],
            swiftSettings: strict),
        .testTarget(name: "LedgerTests", dependencies: ["Ledger", "TestKit"], swiftSettings: strict),

        // Disclosure
        .target(
            name: "Disclosure",
            dependencies: [
                "Model", "Tables", "Ledger", "CXlsxWriter", crypto, .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Data")],
            swiftSettings: strict),
        .testTarget(name: "DisclosureTests", dependencies: ["Disclosure", "TestKit", crypto], swiftSettings: strict),

        // Settings
        .target(
            name: "Settings", dependencies: ["Model", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("Data")], swiftSettings: strict),
        .testTarget(name: "SettingsTests", dependencies: ["Settings", "TestKit"], swiftSettings: strict),

        // Console
        .target(
            name: "Console",
            dependencies: [
                "Platform", "Model", "Journal", "Ledger", hummingbird, .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "TestKit", .product(name: "HummingbirdTesting", package: "hummingbird")],
            swiftSettings: strict),

        // The executable
        .executableTarget(
            name: "patrold",
            dependencies: [
                "Platform", "Model", "Tables", "Evidence", "Feeds", "Journal", "Incidents", "Ledger", "Disclosure", "Settings",
                "Console",
                "PatrolSim", "CCurl", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict, linkerSettings: packed),
        .testTarget(
            name: "PatroldTests",
            dependencies: ["patrold", "Feeds", "Settings", "Tables", "Evidence", "PatrolSim", "TestKit"], swiftSettings: strict),

        // Devices that do not exist, and what tests share
        .target(
            name: "PatrolSim",
            dependencies: [
                "Platform", "Model", crypto, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PatrolSimTests", dependencies: ["PatrolSim", "Platform", "Model", "TestKit"], swiftSettings: strict),
        .target(name: "TestKit", dependencies: ["Model"], swiftSettings: strict),
    ]
)
