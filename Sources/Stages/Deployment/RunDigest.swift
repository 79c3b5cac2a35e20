import Crypto
import ManifestSources
import Manifests
import Rollouts

/// The digest of all that a run deploys: SHA-256 over application files and loaded manifests.
///
/// What only looks different, such as comments, does not count. Each part is preceded by its length, so that no two
/// sets of parts run together into the same bytes.
package enum RunDigest {
    /// The digest in hexadecimal digits.
    ///
    /// - Throws: What the manifests of the new version cannot be loaded for.
    static func digest(
        of requests: [StageRequest],
        _ manifests: ManifestLoader = ManifestLoader()
    ) async throws -> String {
        var sha = SHA256()
        var seen: Set<String> = []
        for request in requests {
            add("\(request.identity.piped)/\(request.identity.application)", to: &sha)
            if isNew(request.application, &seen) {
                add(request.application.document.value.jsonText(.sortedKeys), to: &sha)
                let preparation = TargetPreparation(request: request.onAllTargets, manifests: manifests)
                for target in try await preparation.prepare(with: ManifestsOnly()) {
                    add(target.input.manifests, of: target.target.name, to: &sha)
                }
            }
            if let running = request.running?.application, isNew(running, &seen) {
                add(running.document.value.jsonText(.sortedKeys), to: &sha)
                let loaded = await VersionManifests(request, manifests).running()
                addRunning(loaded, of: request, to: &sha)
            }
        }
        let digits = Array("0123456789abcdef")
        return String(sha.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func isNew(_ application: Application, _ seen: inout Set<String>) -> Bool {
        seen.insert("\(application.directory)/\(application.fileName)").inserted
    }

    /// Adds the running version; where it cannot be loaded, as planning tolerates, just that.
    ///
    /// Why names directories, processes and times, which are others the next time.
    private static func addRunning(
        _ loaded: [String: VersionManifests.Loaded],
        of request: StageRequest,
        to sha: inout SHA256
    ) {
        for target in request.targets {
            switch loaded[target.name] {
            case .success(let manifests)?: add(manifests, of: target.name, to: &sha)
            case .failure?: add("\(target.name): cannot be loaded", to: &sha)
            case nil: continue
            }
        }
    }

    private static func add(_ manifests: [Manifest], of target: String, to sha: inout SHA256) {
        add(target, to: &sha)
        for manifest in manifests { add(manifest.object.jsonText(.sortedKeys), to: &sha) }
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
