package import Manifests

/// Whether one cluster has what Git wants.
package struct TargetDrift: Sendable {
    /// What it comes to.
    package enum Verdict: Sendable {
        /// The cluster has it.
        case synced
        /// Something differs: what was before is the cluster, what comes after is Git.
        case outOfSync(ManifestComparison)
        /// Nobody can tell; why, one line each.
        case unknown([String])
        /// Git cannot be read; every mistake, one line each.
        case invalidConfiguration([String])
    }

    /// The name of the deploy target.
    package let target: String
    /// The verdict.
    package let verdict: Verdict
    /// Objects of variants other than the primary one: they are there while a pipeline runs, and no drift.
    package let variants: [ResourceKey]
    /// What else is worth knowing, one line each.
    package let notes: [String]

    package init(target: String, verdict: Verdict, variants: [ResourceKey] = [], notes: [String] = []) {
        self.target = target
        self.verdict = verdict
        self.variants = variants
        self.notes = notes
    }

    /// What differs, where that is known.
    package var comparison: ManifestComparison? {
        guard case .outOfSync(let comparison) = verdict else { return nil }
        return comparison
    }

    /// Why nobody can tell, or every mistake in Git; empty where the two were compared.
    package var problems: [String] {
        switch verdict {
        case .synced, .outOfSync: []
        case .unknown(let lines), .invalidConfiguration(let lines): lines
        }
    }
}
