// swift-tools-version: 6.2
import PackageDescription

/// The compiler refuses an import that is wider than its use, and every warning.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let fakeServer: [Target.Dependency] = [
    crypto,
    .product(name: "X509", package: "swift-certificates"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

let package = Package(
    name: "flotilla",
    products: [
        .executable(name: "flotilla", targets: ["flotilla"]),
        .library(name: "Manifests", targets: ["Manifests"]),
        .library(name: "Rollouts", targets: ["Rollouts"]),
        .library(name: "KubernetesAPI", targets: ["KubernetesAPI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // Pure: no network, file system, environment or clock.
        .target(name: "Manifests", dependencies: ["CYAML"], swiftSettings: settings),
        .target(name: "Rollouts", dependencies: ["Manifests", crypto], swiftSettings: settings),

        .target(name: "KubernetesAPI", dependencies: ["Manifests", "CCurl", subprocess], swiftSettings: settings),
        .target(name: "ManifestSources", dependencies: ["Manifests", subprocess], swiftSettings: settings),
        .target(
            name: "Stages",
            dependencies: ["Manifests", "Rollouts", "KubernetesAPI", "ManifestSources", crypto],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "flotilla",
            dependencies: [
                "FakeKubernetes", "KubernetesAPI", "ManifestSources", "Manifests", "Rollouts", "Stages", argumentParser,
                signals, subprocess,
            ],
            swiftSettings: settings
        ),

        // For tests, benchmarks and the demo.
        .target(name: "FakeKubernetes", dependencies: ["Manifests"] + fakeServer, swiftSettings: settings),
        .target(name: "TestSupport", dependencies: ["Manifests"], swiftSettings: settings),

        .testTarget(name: "ManifestsTests", dependencies: ["Manifests", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "RolloutsTests",
            dependencies: ["Manifests", "Rollouts", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "KubernetesAPITests",
            dependencies: ["Manifests", "KubernetesAPI", "FakeKubernetes", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ManifestSourcesTests",
            dependencies: ["Manifests", "ManifestSources", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StagesTests",
            dependencies: [
                "KubernetesAPI", "ManifestSources", "Manifests", "Rollouts", "Stages", "FakeKubernetes", "TestSupport",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FakeKubernetesTests",
            dependencies: [
                "Manifests", "FakeKubernetes", "KubernetesAPI", "TestSupport", subprocess,
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        // The same tests on embedded clusters and, where FLOTILLA_TEST_KUBECONFIGS names some, on running ones.
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "KubernetesAPI", "Manifests", "Rollouts", "Stages", "FakeKubernetes", "TestSupport", subprocess,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "flotillaTests",
            dependencies: ["Manifests", "Stages", "flotilla", "FakeKubernetes", "TestSupport", signals, subprocess],
            swiftSettings: settings
        ),
    ]
)
