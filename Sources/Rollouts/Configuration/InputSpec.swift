/// Where the manifests of an application come from: the block `input`.
public struct InputSpec: Sendable, Hashable {
    /// Files relative to the application directory; empty means all in it.
    public var manifests: [String] = []
    /// The wanted version of kubectl, which Flotilla does not run.
    public var kubectlVersion: String?
    /// The wanted version of kustomize.
    public var kustomizeVersion: String?
    /// Extra flags of kustomize without their dashes; an empty value means a flag alone.
    public var kustomizeOptions: [String: String] = [:]
    /// The wanted version of helm.
    public var helmVersion: String?
    /// The chart; its presence switches to helm.
    public var helmChart: HelmChart?
    /// Options of helm.
    public var helmOptions: HelmOptions?
    /// The namespace that every namespaced object is put into.
    public var namespace: String?
    /// Whether missing namespaces are created.
    public var autoCreateNamespace = false
    /// The clusters with settings of their own; if there are any, other clusters are left out.
    public var multiTargets: [TargetOverride] = []

    /// The defaults.
    public init() {}

    /// What to load for one deploy target.
    ///
    /// A value of the override replaces the one above it completely; lists and maps are not merged.
    public func effective(for override: TargetOverride?) -> EffectiveInput {
        EffectiveInput(input: self, override: override)
    }
}

/// What to load for one deploy target, after its override.
public struct EffectiveInput: Sendable, Hashable {
    /// Files relative to the application directory; empty means all in it.
    public let manifests: [String]
    /// The directory of the kustomization; `nil` means the application directory.
    public let kustomizeDirectory: String?
    /// The wanted version of kustomize.
    public let kustomizeVersion: String?
    /// Extra flags of kustomize without their dashes.
    public let kustomizeOptions: [String: String]
    /// The wanted version of helm.
    public let helmVersion: String?
    /// The chart; its presence switches to helm.
    public let helmChart: HelmChart?
    /// Options of helm.
    public let helmOptions: HelmOptions?
    /// The namespace that every namespaced object is put into.
    public let namespace: String?
    /// Whether missing namespaces are created.
    public let autoCreateNamespace: Bool
    private let explicitKubectlVersion: String?

    fileprivate init(input: InputSpec, override: TargetOverride?) {
        manifests = override.flatMap { $0.manifests.isEmpty ? nil : $0.manifests } ?? input.manifests
        kustomizeDirectory = override?.kustomizeDirectory
        kustomizeVersion = override?.kustomizeVersion ?? input.kustomizeVersion
        kustomizeOptions =
            override.flatMap { $0.kustomizeOptions.isEmpty ? nil : $0.kustomizeOptions } ?? input.kustomizeOptions
        helmVersion = input.helmVersion
        helmChart = input.helmChart
        helmOptions = input.helmOptions
        namespace = input.namespace
        autoCreateNamespace = input.autoCreateNamespace
        explicitKubectlVersion = override?.kubectlVersion ?? input.kubectlVersion
    }

    /// The wanted version of kubectl: the override's, else the application's, else the deploy target's.
    public func kubectlVersion(deployTarget version: String?) -> String? {
        explicitKubectlVersion ?? version
    }
}

/// Settings of one deploy target: an entry of `input.multiTargets`.
public struct TargetOverride: Sendable, Hashable {
    /// The deploy targets that the settings are for.
    public var target: TargetSelector
    /// Files instead of the application's.
    public var manifests: [String] = []
    /// The wanted version of kubectl.
    public var kubectlVersion: String?
    /// The directory of the kustomization.
    public var kustomizeDirectory: String?
    /// The wanted version of kustomize.
    public var kustomizeVersion: String?
    /// Flags of kustomize instead of the application's.
    public var kustomizeOptions: [String: String] = [:]

    /// An entry for some targets.
    public init(_ target: TargetSelector) {
        self.target = target
    }
}

/// A Helm chart: on disk, in Git, or in a chart repository.
public struct HelmChart: Sendable, Hashable {
    /// The directory of the chart.
    public var path: String?
    /// The Git repository of the chart.
    public var gitRemote: String?
    /// The commit, branch or tag in that repository.
    public var ref: String?
    /// The name of a configured chart repository.
    public var repository: String?
    /// The name of the chart in the chart repository.
    public var name: String?
    /// The version of the chart in the chart repository.
    public var version: String?

    /// A chart.
    public init() {}
}

/// How helm renders.
public struct HelmOptions: Sendable, Hashable {
    /// The name of the release; `nil` means the name of the application.
    public var releaseName: String?
    /// Values, one `--set` each.
    public var setValues: [String: String] = [:]
    /// Files of values, in this order.
    public var valueFiles: [String] = []
    /// Values out of files, one `--set-file` each.
    public var setFiles: [String: String] = [:]
    /// API versions that templates can ask for.
    public var apiVersions: [String] = []
    /// The Kubernetes version that templates can ask for.
    public var kubeVersion: String?

    /// No options.
    public init() {}
}
