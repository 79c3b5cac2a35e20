public import Manifests

/// Who deploys what from where: the marks that every applied object carries.
public struct Ownership: Sendable, Hashable {
    /// The id of the agent, possibly empty.
    public let piped: String
    /// The id of the application, possibly empty.
    public let application: String
    /// The commit that the manifests were loaded from.
    public let commit: String
    /// The name of the deploy target.
    public let deployTarget: String

    /// Takes the ids after checking that they can be labels.
    ///
    /// - Throws: `RolloutError` with `.badLabelValue` when one of the first three is no label value. The deploy target
    ///   is only an annotation, so any name will do.
    public init(piped: String, application: String, commit: String, deployTarget: String) throws(RolloutError) {
        self.piped = piped
        self.application = application
        self.commit = commit
        self.deployTarget = deployTarget
        for (key, value) in labels where !NameSyntax.isLabelValue(value) {
            throw RolloutError(.badLabelValue(key: key, value: value))
        }
    }

    /// The manifest with the labels and annotations of an owned object; others stay, equal keys are replaced.
    ///
    /// - Throws: `RolloutError` when the result is no valid manifest.
    public func mark(_ manifest: Manifest) throws(RolloutError) -> Manifest {
        var copy = manifest
        for (key, value) in labels {
            copy.setLabel(key, value)
            copy.setAnnotation(key, value)
        }
        copy.setAnnotation(MarkKey.originalAPIVersion, manifest.apiVersion)
        copy.setAnnotation(MarkKey.resourceKey, manifest.key.description)
        copy.setAnnotation(MarkKey.deployTarget, deployTarget)
        return copy
    }

    private var labels: [(String, String)] {
        [
            (MarkKey.managedBy, MarkKey.managedByPiped),
            (MarkKey.piped, piped),
            (MarkKey.application, application),
            (MarkKey.commitHash, commit),
        ]
    }
}

extension Manifest {
    /// Marks the object as one of a variant, with a label and an annotation.
    mutating func setVariant(_ variant: Variant, _ label: VariantLabel) {
        setLabel(label.key, label.value(of: variant))
        setAnnotation(label.key, label.value(of: variant))
    }
}
