public import Manifests

/// One image that a version of an application runs.
public struct ArtifactVersion: Sendable, Hashable {
    /// The name of the image, without registry and path.
    public let name: String
    /// The tag, else the digest; empty when the image has neither.
    public let version: String
    /// The image as the pods name it.
    public let url: String

    /// The version that an image stands for.
    public init(image: String) {
        let reference = ImageReference(image)
        name = reference.name
        version = reference.version
        url = image
    }
}

/// The images that an application runs on its deploy targets.
public struct ArtifactVersions: Sendable, Hashable {
    /// The images of one deploy target.
    public struct Target: Sendable, Hashable {
        /// The name of the target.
        public let name: String
        /// Its images, each once, sorted by `url`.
        public let versions: [ArtifactVersion]
    }

    /// The images of every target, in the order of the targets.
    public let targets: [Target]

    /// Collects the images of pod templates of any kind, init containers and the pods of CronJobs included.
    ///
    /// - Parameter manifests: The objects of each target.
    public init(_ manifests: [(target: String, manifests: [Manifest])]) {
        targets = manifests.map { Target(name: $0.target, versions: Self.versions(in: $0.manifests)) }
    }

    /// The images of all targets, each once, sorted by `url`.
    public var all: [ArtifactVersion] {
        Self.versions(of: targets.flatMap { $0.versions.map(\.url) })
    }

    /// Whether every target runs the same images.
    public var areSameEverywhere: Bool {
        targets.allSatisfy { $0.versions == targets.first?.versions }
    }

    /// The images in a list of objects, each once, sorted by `url`.
    public static func versions(in manifests: [Manifest]) -> [ArtifactVersion] {
        versions(of: manifests.flatMap(ImageReferences.images))
    }

    private static func versions(of images: [String]) -> [ArtifactVersion] {
        Set(images).subtracting([""]).sortedByBytes().map(ArtifactVersion.init)
    }
}
