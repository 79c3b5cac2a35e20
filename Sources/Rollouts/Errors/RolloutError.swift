public import Manifests

/// Why a rollout cannot be decided: bad options, or manifests that do not fit them.
public struct RolloutError: Error, Hashable {
    /// What is wrong.
    public enum Reason: Sendable, Hashable {
        // Configuration and targets.

        /// The configuration has mistakes.
        case badConfiguration([ConfigurationProblem])
        /// A value of an ownership mark is no label value.
        case badLabelValue(key: String, value: String)
        /// No deploy target is left to run on; why.
        case noTargets(String)
        /// Names of deploy targets that look like slips; each with what was probably meant.
        case unknownTargets([UnknownName])
        /// A deploy target is registered or listed twice.
        case targetTwice(String)
        /// A rollback has no stage to follow.
        case noStages

        // Manifests.

        /// There is nothing to roll out.
        case noManifests
        /// No workload is selected by the references.
        case noWorkload([ResourceReference])
        /// No Service is there, or none with that name.
        case noService(String?)
        /// No copy of a workload can run beside it; why, and what to do.
        case unsupportedWorkload(kind: String, String)
        /// A workload has no `spec.selector`.
        case noSelector
        /// A field has the wrong type.
        case badField(path: String, expected: String, found: String)
        /// A manifest cannot be read or edited.
        case manifest(ManifestError)
        /// Two variants use the same suffix.
        case sharedSuffix(String, Variant, Variant)
        /// A generated object has the name of one in Git.
        case nameTaken(by: ResourceKey)
        /// A generated name is not one that Kubernetes accepts.
        case badName(String, limit: Int)
        /// A workload does not carry the variant that the Service selects.
        case missingVariant(key: String, value: String)

        // Config hash.

        /// The hash of nothing was asked for.
        case nothingToHash
        /// A value of a ConfigMap is no string; the type as upstream calls it.
        case notConvertible(path: String, type: String)
        /// A value is no base64; the byte where it goes wrong.
        case badBase64(path: String, offset: Int)

        // Patches.

        /// No object has the kind and name of a patch.
        case patchTargetMissing(kind: String, name: String)
        /// A patch cannot be done; where in the object and why.
        case patch(path: String, text: String)

        // Traffic.

        /// Traffic cannot be moved as it is asked for; why, and what to do.
        case traffic(String)
    }

    /// A name that does not exist, with what was probably meant.
    public struct UnknownName: Sendable, Hashable {
        /// The name as it was given.
        public let name: String
        /// The nearest name that exists.
        public let near: String

        /// A name and the nearest one.
        public init(_ name: String, near: String) {
            self.name = name
            self.near = near
        }
    }

    /// What is wrong.
    public let reason: Reason
    /// The object, when one is to blame.
    public let resource: ResourceKey?
    /// Where the object was read from, when known.
    public let position: SourcePosition?

    /// An error about the whole.
    public init(_ reason: Reason) {
        self.reason = reason
        resource = nil
        position = nil
    }

    /// An error about one object.
    public init(_ reason: Reason, in manifest: Manifest) {
        self.reason = reason
        resource = manifest.key
        position = manifest.position
    }
}
