/// The requests alone: one curl for each cluster sends 100 server-side applies, 32 in flight on one HTTP/2 connection.
///
/// Nobody can be quicker without sending less: no manifest is read, no type is looked up, no answer is understood.
struct BareRequests: Peer {
    let tool = Tool.bareRequests
    let program: String

    func prepare(_ trial: Trial) throws {
        for revision in Revision.allCases {
            let folder = trial.manifests(revision)
            let objects = trial.workload(revision).objects
            try TextFile.makeDirectory(folder)
            for object in objects { try TextFile.write(object.tree.json, to: body(of: object, in: folder)) }
            for (index, cluster) in trial.clusters.enumerated() {
                let requests = objects.map { request($0, body: body(of: $0, in: folder), to: cluster) }
                try TextFile.write(requests.joined(separator: "next\n"), to: "\(folder)/requests-\(index)")
            }
        }
    }

    func lanes(_ revision: Revision, _ trial: Trial) -> [[Command]] {
        trial.clusters.indices.map { index in
            let requests = "\(trial.manifests(revision))/requests-\(index)"
            return [
                Command(
                    program,
                    ["--disable", "--no-progress-meter", "--parallel", "--parallel-max", "32", "--config", requests]
                )
            ]
        }
    }

    private func body(of object: WorkloadObject, in folder: String) -> String {
        "\(folder)/\(object.kind)-\(object.name).json"
    }

    /// One request in curl's configuration format; `fail` turns an error of the server into an exit code.
    private func request(_ object: WorkloadObject, body: String, to cluster: Cluster) -> String {
        var lines = [
            "silent", "show-error", "fail", "http2",
            "request = \"PATCH\"",
            "url = \"\(cluster.server)\(object.resourcePath)?fieldManager=flotilla-bench&force=true\"",
            "header = \"Content-Type: application/apply-patch+yaml\"",
            "data-binary = \"@\(body)\"",
            "output = \"/dev/null\"",
            "cacert = \"\(cluster.credentials)/ca.crt\"",
        ]
        if cluster.hasClientCertificate {
            lines.append("cert = \"\(cluster.credentials)/client.crt\"")
            lines.append("key = \"\(cluster.credentials)/client.key\"")
        }
        if let token = cluster.token { lines.append("header = \"Authorization: Bearer \(token)\"") }
        return lines.joined(separator: "\n") + "\n"
    }
}
