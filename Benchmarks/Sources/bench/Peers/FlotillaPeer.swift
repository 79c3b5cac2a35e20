/// One `flotilla stage` for all clusters, from the application directory.
struct FlotillaPeer: Peer {
    let tool = Tool.flotilla
    let program: String

    func prepare(_ trial: Trial) throws {
        try trial.writeManifests()
        for revision in Revision.allCases {
            try TextFile.write(application(trial.namespace).yaml, to: "\(trial.manifests(revision))/app.pipecd.yaml")
        }
    }

    func lanes(_ revision: Revision, _ trial: Trial) -> [[Command]] {
        let targets = trial.clusters.flatMap { ["--kubeconfig", $0.kubeconfig] }
        let options = ["--with", "readiness={wait: false}", "--commit", revision.rawValue, "-o", "json"]
        return [[Command(program, ["stage", "K8S_PRIMARY_ROLLOUT", trial.manifests(revision)] + targets + options)]]
    }

    /// An application without a pipeline.
    private func application(_ namespace: String) -> Tree {
        [
            "apiVersion": "pipecd.dev/v1beta1",
            "kind": "Application",
            "spec": [
                "name": "flotilla-bench",
                "plugins": ["kubernetes_multicluster": ["input": ["namespace": .text(namespace)]]],
            ],
        ]
    }
}
