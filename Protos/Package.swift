// swift-tools-version: 6.2
import PackageDescription

/// Builds the two programs that make Swift of `.proto` files; `make proto` runs them.
///
/// Every package that words what they write has an exact version, so that the same files are made everywhere, at any time.
let package = Package(
    name: "protos",
    dependencies: [
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "generator",
            dependencies: [
                .product(name: "GRPCCodeGen", package: "grpc-swift-2"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ]
        )
    ]
)
