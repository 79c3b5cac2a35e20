import Crypto
import Manifests
import Rollouts

/// The digest of all that a run deploys: SHA-256 over application files and loaded manifests.
///
/// What only looks different, such as comments, does not count. Each part is preceded by its length, so that no two
/// sets of parts run together into the same bytes.
package enum RunDigest {
    /// The digest in hexadecimal digits.
    ///
    /// - Throws: What the manifests cannot be loaded for.
    static func digest(of requests: [StageRequest]) throws -> String {
        var sha = SHA256()
        var seen: Set<String> = []
        for request in requests.flatMap({ [$0] + $0.ofRunningVersion }) {
            let application = request.application
            add("\(request.identity.piped)/\(request.identity.application)", to: &sha)
            guard seen.insert("\(application.directory)/\(application.fileName)").inserted else { continue }
            add(application.document.value.jsonText(.sortedKeys), to: &sha)
            for target in try TargetPreparation(request: request.onAllTargets).prepare(with: ManifestsOnly()) {
                add(target.target.name, to: &sha)
                for manifest in target.input.manifests { add(manifest.object.jsonText(.sortedKeys), to: &sha) }
            }
        }
        let digits = Array("0123456789abcdef")
        return String(sha.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func add(_ part: String, to sha: inout SHA256) {
        let bytes = Array(part.utf8)
        sha.update(data: Array("\(bytes.count):".utf8) + bytes)
    }

    /// Stands in for a stage, so that manifests are loaded and nothing is planned.
    private struct ManifestsOnly: StagePlanner {
        func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
            ClusterPlan(target: view.target, phases: [])
        }
    }
}

extension StageRequest {
    /// The same request for the version that ran before, when one is known.
    fileprivate var ofRunningVersion: [StageRequest] {
        guard let running else { return [] }
        return [
            StageRequest(
                stage: stage,
                options: options,
                application: running.application,
                identity: identity,
                targets: targets
            )
        ]
    }

    /// The same request without a list of targets of its own.
    fileprivate var onAllTargets: StageRequest {
        var options = options
        options.targets = []
        return StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets
        )
    }
}
