package import Rollouts

/// A cluster that applications are deployed to.
package struct DeployTarget: Sendable, Hashable {
    /// How the cluster is reached.
    package enum Access: Sendable, Hashable {
        /// By a kubeconfig file and one of its contexts, `nil` being its current one, and a server in place of the file's.
        ///
        /// Without a path the places are tried that `ClusterSource` names.
        case cluster(path: String?, context: String? = nil, masterURL: String? = nil)
        /// Not at all: plans are made from the manifests alone.
        case offline
    }

    /// The name under which configuration and reports know it.
    package let name: String
    /// Labels for selecting targets.
    package let labels: [String: String]
    /// How the cluster is reached.
    package let access: Access
    /// The wanted version of kubectl, for applications that want none.
    package let kubectlVersion: String?
    /// Which of its objects live state and drift look at.
    package let informer: AppStateInformer

    package init(
        name: String,
        labels: [String: String] = [:],
        access: Access,
        kubectlVersion: String? = nil,
        informer: AppStateInformer = AppStateInformer()
    ) {
        self.name = name
        self.labels = labels
        self.access = access
        self.kubectlVersion = kubectlVersion
        self.informer = informer
    }
}
