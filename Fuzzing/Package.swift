// swift-tools-version: 6.2
import PackageDescription

/// The same settings as the package that is tested.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let manifests: Target.Dependency = .product(name: "Manifests", package: "flotilla")
let rollouts: Target.Dependency = .product(name: "Rollouts", package: "flotilla")
let kubernetesAPI: Target.Dependency = .product(name: "KubernetesAPI", package: "flotilla")

/// A program that checks one part of the library; `run` builds it with libFuzzer.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: ["FuzzSupport", manifests] + dependencies, swiftSettings: settings)
}

let package = Package(
    name: "flotilla-fuzzing",
    dependencies: [.package(name: "flotilla", path: "..")],
    targets: [
        .systemLibrary(name: "CFuzzer"),
        .target(name: "FuzzSupport", dependencies: ["CFuzzer", manifests], swiftSettings: settings),
        // Changes the nodes of YAML documents; whatever links it is fuzzed in this way.
        .target(name: "TreeMutator", dependencies: ["CFuzzer", manifests], swiftSettings: settings),

        fuzzer("fuzz-yaml", []),
        fuzzer("fuzz-json", []),
        fuzzer("fuzz-kubeconfig", [kubernetesAPI, "TreeMutator"]),
        fuzzer("fuzz-application", [rollouts, "TreeMutator"]),
        fuzzer("fuzz-rewriting", [rollouts, "TreeMutator"]),
        fuzzer("fuzz-traffic", [rollouts, "TreeMutator"]),
        fuzzer("fuzz-image", [rollouts]),
    ]
)
