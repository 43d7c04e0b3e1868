// swift-tools-version: 6.2
import PackageDescription

/// What `make fuzz` builds: the parsers of ours with AddressSanitizer and libFuzzer's counters, and libFuzzer around them.
let isFuzzing = Context.environment["STORYLINE_FUZZ"] == "1"
let sanitizers = ["-sanitize=fuzzer,address"]

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ] + (isFuzzing ? [.unsafeFlags(["-O", "-enable-testing"] + sanitizers)] : [])

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioCertificateReloading = Target.Dependency.product(
  name: "NIOCertificateReloading", package: "swift-nio-extras")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdHTTP2 = Target.Dependency.product(name: "HummingbirdHTTP2", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// Tests read their fixtures where they lie in the repository, so these are no resources of the bundle.
func tests(_ name: String, fixtures: Bool = false, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["StorylineTestSupport"], exclude: fixtures ? ["Fixtures"] : [],
    swiftSettings: settings)
}

/// An ordinary build has no libFuzzer to link: then the same folder is a test of what was kept of its runs.
let fuzzDependencies: [Target.Dependency] = [
  "StorylineServer", "StorylineStore", "StorylineModels", "StorylineSeeds", "StorylineGzip", hummingbird, httpTypes,
]
let fuzzing: [Target] =
  isFuzzing
  ? [
    .systemLibrary(name: "CLibFuzzer"),
    .executableTarget(
      name: "storyline-fuzz", dependencies: fuzzDependencies + ["CLibFuzzer"], path: "Tests/StorylineFuzzTests",
      exclude: ["Corpus", "CorpusTests.swift", "fuzz"], swiftSettings: settings,
      linkerSettings: [
        // libFuzzer's own main is linked too and never runs; what it would call has to have a name.
        .unsafeFlags(sanitizers + ["-use-ld=lld", "-Xlinker", "--defsym=LLVMFuzzerTestOneInput=storyline_fuzz_main"])
      ]),
  ]
  : [
    .testTarget(
      name: "StorylineFuzzTests", dependencies: fuzzDependencies + ["StorylineTestSupport"],
      exclude: ["Corpus", "Fuzzer", "fuzz"], swiftSettings: settings)
  ]

let package = Package(
  name: "storyline",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [
    .library(name: "StorylineModels", targets: ["StorylineModels"]),
    .library(name: "StorylineClient", targets: ["StorylineClient"]),
    .library(name: "StorylineClientNIO", targets: ["StorylineClientNIO"]),
    .library(name: "StorylineStore", targets: ["StorylineStore"]),
    .library(name: "StorylineServer", targets: ["StorylineServer"]),
    .library(name: "StorylineSeeds", targets: ["StorylineSeeds"]),
    .executable(name: "storylined", targets: ["storylined"]),
    .executable(name: "storyline", targets: ["storyline"]),
    .executable(name: "storyline-admin", targets: ["storyline-admin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0",
      traits: [.defaults, "CommandLineArguments", "YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.33.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    library("StorylineModels", []),
    .target(name: "CStorylineSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    library("StorylineSQLite", ["CStorylineSQLite", grdb]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBrotli", providers: [.apt(["libbrotli-dev"])]),
    .systemLibrary(name: "CQRencode", providers: [.apt(["libqrencode-dev"])]),
    library("StorylineGzip", ["CZlib"]),
    library("StorylineQR", ["CQRencode"]),
    library("StorylineStore", ["StorylineModels", "StorylineSQLite", "StorylineGzip", grdb, crypto]),
    .target(
      name: "StorylineServer",
      dependencies: [
        "StorylineModels", "StorylineStore", "StorylineGzip", "CBrotli", hummingbird, hummingbirdCore, hummingbirdHTTP2,
        httpTypes, crypto, nioCore, nioConcurrencyHelpers, nioSSL, nioCertificateReloading, nioHTTP1, nioHTTPTypes,
        configuration, logging, serviceLifecycle, unixSignals, metrics, yams,
      ],
      resources: [.embedInCode("Resources/openapi.yaml")],
      swiftSettings: settings),
    library("StorylineClient", ["StorylineModels", "StorylineSQLite", "StorylineGzip", grdb, crypto]),
    library(
      "StorylineClientNIO",
      [
        "StorylineModels", "StorylineClient", asyncHTTPClient, crypto, nioCore, nioPosix, nioSSL, nioHTTP1,
        nioHTTPCompression,
      ]),
    library("StorylineSeeds", ["StorylineModels", yams, crypto]),
    library(
      "StorylineAdmin",
      [
        "StorylineModels", "StorylineSeeds", "StorylineStore", "StorylineClient", "StorylineClientNIO", "StorylineQR",
        argumentParser, crypto, x509, swiftASN1,
      ]),
    .target(name: "CStorylineTerm", exclude: ["Demo"]),
    library("StorylineScreen", ["CStorylineTerm"]),
    library(
      "StorylineTerminal",
      [
        "StorylineModels", "StorylineClient", "StorylineQR", "StorylineScreen", "CStorylineTerm", argumentParser,
        tomlKit,
      ]),
    library(
      "StorylineSimulator",
      [
        "StorylineModels", "StorylineStore", "StorylineSQLite", "StorylineServer", "StorylineClient", "StorylineGzip",
        grdb, crypto, logging, argumentParser,
      ]
    ),
    tool("storyline-simulate", ["StorylineSimulator", argumentParser]),
    tool("storylined", ["StorylineServer"]),
    tool("storyline", ["StorylineTerminal", "StorylineClientNIO"]),
    tool("storyline-admin", ["StorylineAdmin"]),
    tool(
      "storyline-bench",
      [
        "StorylineModels", "StorylineSQLite", "StorylineStore", "StorylineServer", "StorylineClient",
        "StorylineClientNIO", "StorylineSeeds", "StorylineAdmin", "StorylineScreen", "StorylineTerminal", grdb,
        hummingbird,
        hummingbirdCore, hummingbirdHTTP2, asyncHTTPClient,
        nioCore, nioHTTP1, nioSSL, logging, serviceLifecycle,
      ]),

    .target(
      name: "StorylineTestSupport",
      dependencies: ["StorylineModels", "StorylineClient", "StorylineStore"],
      path: "Tests/StorylineTestSupport", swiftSettings: settings),
    tests("StorylineModelsTests", fixtures: true, ["StorylineModels", "StorylineGzip"]),
    tests(
      "StorylineStoreTests", fixtures: true,
      ["StorylineStore", "StorylineSQLite", "StorylineModels", "StorylineGzip", grdb, crypto]),
    tests("StorylineSeedsTests", fixtures: true, ["StorylineSeeds", "StorylineModels"]),
    tests(
      "StorylineAdminTests", fixtures: true,
      [
        "StorylineAdmin", "StorylineSeeds", "StorylineStore", "StorylineSQLite", "StorylineModels", "StorylineQR", x509,
        swiftASN1,
      ]),
    tests(
      "StorylineServerTests",
      [
        "CBrotli", "StorylineGzip", "StorylineSQLite", "StorylineServer", "StorylineStore", "StorylineModels",
        "storylined", hummingbird, hummingbirdTesting,
        hummingbirdCore, httpTypes, asyncHTTPClient, crypto, x509, swiftASN1, nioCore, nioConcurrencyHelpers,
        nioEmbedded, nioPosix,
        nioSSL, nioTLS, nioHTTP1, hummingbirdHTTP2, logging, metrics, serviceLifecycle, grdb, yams,
      ]),
    tests(
      "StorylineClientTests", fixtures: true,
      [
        "StorylineClient", "StorylineServer", "StorylineStore", "StorylineSQLite", "StorylineGzip", "StorylineModels",
        grdb, crypto, logging,
      ]),
    tests(
      "StorylineEndToEndTests",
      [
        "StorylineAdmin", "StorylineServer", "StorylineStore", "StorylineClient", "StorylineClientNIO",
        "StorylineModels", "StorylineSeeds", crypto, hummingbird, hummingbirdTesting, httpTypes, nioCore, nioPosix,
        nioConcurrencyHelpers, logging,
      ]),
    tests("StorylineSimulatorTests", ["StorylineSimulator"]),
    tests("StorylineScreenTests", ["StorylineScreen"]),
    tests(
      "StorylineTerminalTests", fixtures: true,
      [
        "StorylineTerminal", "StorylineScreen", "StorylineSeeds", "StorylineClient", "StorylineStore",
        "StorylineSQLite", "StorylineModels", crypto, grdb,
      ]),
  ] + fuzzing
)
