/// One `kubectl apply --server-side` for the whole directory, one process for each cluster.
struct KubectlServerSide: Peer {
    let tool = Tool.kubectlServerSide
    let kubectl: Kubectl

    func prepare(_ trial: Trial) throws { try trial.writeManifests() }

    func lanes(_ revision: Revision, _ trial: Trial) -> [[Command]] {
        trial.clusters.map { [kubectl.command($0, ["apply", "--server-side", "-f", trial.manifests(revision)])] }
    }
}

/// One `kubectl apply` for each manifest, one process after another, the clusters at once.
struct KubectlEach: Peer {
    let tool = Tool.kubectlEach
    let kubectl: Kubectl

    func prepare(_ trial: Trial) throws { try trial.writeManifests() }

    func lanes(_ revision: Revision, _ trial: Trial) -> [[Command]] {
        let files = trial.workload(revision).files(in: trial.manifests(revision))
        return trial.clusters.map { cluster in files.map { kubectl.command(cluster, ["apply", "-f", $0]) } }
    }
}
