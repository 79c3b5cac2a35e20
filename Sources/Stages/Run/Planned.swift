import KubernetesAPI
import Manifests
import Rollouts

/// A target with its plan, or with why there is none.
struct Planned: Sendable {
    let target: DeployTarget
    let result: Result<ClusterPlan, any Error>

    var plan: ClusterPlan? { try? result.get() }

    var failure: (any Error)? {
        guard case .failure(let error) = result else { return nil }
        return error
    }

    var keys: [ResourceKey] { plan?.steps.filter { $0.manifest != nil }.flatMap(\.resources) ?? [] }

    /// Whether no other cluster may be touched either: the input is wrong, or the stage needs every cluster.
    func blocksOthers(_ stage: StageKind) -> Bool {
        guard let failure, !stage.planner.isForEachClusterAlone else { return false }
        switch failure {
        case is CancellationError: return false
        case let error as StageError where error.isStop: return false
        case _ where stage.planner.needsEveryCluster: return true
        case let error as StageError: return !error.isAboutOneCluster
        case let error as APIError: return error.isAboutManifests
        case is KubeconfigError, is ClusterSourceError: return false
        default: return true
        }
    }
}
