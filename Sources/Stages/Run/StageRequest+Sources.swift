import ManifestSources
import Rollouts

extension StageRequest {
    /// Where the manifests of the stage come from, one line for each way, with the targets when there are several ways.
    ///
    /// It is none for a stage that needs no manifests, or when that cannot be said: running the stage tells why.
    package var manifestSources: [String] {
        guard let selection = try? selection(),
            let version = try? SourceVersion(stage.kind.planner.source, of: self), version.hasManifests
        else { return [] }
        var ways: [(text: String, targets: [String])] = []
        for entry in selection.entries {
            guard let target = targets.first(where: { $0.name == entry.name }),
                let input = try? version.input(for: target, selectedBy: entry),
                let text = version.loadRequest(input).origin
            else { return [] }
            if let index = ways.firstIndex(where: { $0.text == text }) {
                ways[index].targets.append(entry.name)
            } else {
                ways.append((text, [entry.name]))
            }
        }
        return ways.map { ways.count == 1 ? $0.text : "\($0.text) (\($0.targets.joined(separator: ", ")))" }
    }
}

extension LoadRequest {
    /// What makes the manifests, and out of what; `nil` when that cannot be said.
    fileprivate var origin: String? {
        let method = try? PlainFiles.templatingMethod(
            in: directory,
            kustomizeDirectory: kustomize.directory,
            hasHelmChart: helm != nil,
            confinedTo: "/"
        )
        return switch method {
        case .plain?: manifests.isEmpty ? "the files of the application directory" : manifests.joined(separator: ", ")
        case .kustomize?: "kustomize in \(kustomize.directory ?? "the application directory")"
        case .helm?: helm?.chart.origin
        case nil: nil
        }
    }
}

extension HelmRelease.Chart {
    /// Where the chart is; an address of Git may hold a password.
    fileprivate var origin: String {
        let name = path ?? [repository, name].compactMap { $0 }.joined(separator: "/")
        let place = gitRemote == nil ? "" : " in another repository"
        return "helm chart \(name)\(place)\((version ?? ref).map { " \($0)" } ?? "")"
    }
}
