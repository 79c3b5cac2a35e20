/// What helm makes the manifests of an application of.
package struct HelmRelease: Sendable, Hashable {
    /// Where a chart is: on disk, in Git, or in a chart repository.
    package struct Chart: Sendable, Hashable {
        /// The directory of the chart.
        package var path: String?
        /// The Git repository of the chart.
        package var gitRemote: String?
        /// The commit, branch or tag in that repository.
        package var ref: String?
        /// The name of a configured chart repository, or an `oci://` address.
        package var repository: String?
        /// The name of the chart in the chart repository.
        package var name: String?
        /// The version of the chart in the chart repository.
        package var version: String?

        /// A chart of which nothing is said yet.
        package init() {}
    }

    /// The chart.
    package var chart = Chart()
    /// Whether the certificate of the chart repository is not checked.
    package var insecureRepository = false
    /// The name of the release.
    package var releaseName: String
    /// The namespace that templates are told.
    package var namespace: String?
    /// Values, one `--set` each.
    package var setValues: [String: String] = [:]
    /// Files of values, in this order.
    package var valueFiles: [String] = []
    /// Values out of files, one `--set-file` each.
    package var setFiles: [String: String] = [:]
    /// API versions that templates can ask for.
    package var apiVersions: [String] = []
    /// The Kubernetes version that templates can ask for.
    package var kubeVersion: String?
    /// The wanted version of helm, such as `3.17.0`.
    package var version: String?

    /// A release of the defaults.
    package init(releaseName: String) {
        self.releaseName = releaseName
    }
}
