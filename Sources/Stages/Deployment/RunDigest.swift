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
        for request in requests {
            let application = request.application
            if seen.insert("\(application.directory)/\(application.fileName)").inserted {
                add("\(request.identity.piped)/\(request.identity.application)", to: &sha)
                try add(application, .target, of: request, to: &sha)
            }
            guard let running = request.running, seen.insert("running").inserted else { continue }
            add(running.commit, to: &sha)
            try add(running.application, .running, of: request, to: &sha)
        }
        let digits = Array("0123456789abcdef")
        return String(sha.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func add(
        _ application: Application,
        _ source: StageSource,
        of request: StageRequest,
        to sha: inout SHA256
    ) throws {
        add(application.document.value.jsonText(.sortedKeys), to: &sha)
        let planner = ManifestsOnly(source: source)
        for target in try TargetPreparation(request: request.onAllTargets).prepare(with: planner) {
            add(target.target.name, to: &sha)
            for manifest in target.input.manifests { add(manifest.object.jsonText(.sortedKeys), to: &sha) }
        }
    }

    private static func add(_ part: String, to sha: inout SHA256) {
        let bytes = Array(part.utf8)
        sha.update(data: Array("\(bytes.count):".utf8) + bytes)
    }

    /// Stands in for a stage, so that manifests are loaded and nothing is planned.
    private struct ManifestsOnly: StagePlanner {
        let source: StageSource

        func plan(_ input: PlanInput, in view: any ClusterView) async throws -> ClusterPlan {
            ClusterPlan(target: view.target, phases: [])
        }
    }
}

extension StageRequest {
    /// The same request without a list of targets of its own.
    fileprivate var onAllTargets: StageRequest {
        var options = options
        options.targets = []
        return StageRequest(
            stage: stage,
            options: options,
            application: application,
            identity: identity,
            targets: targets,
            running: running
        )
    }
}
