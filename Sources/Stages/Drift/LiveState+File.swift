import KubernetesAPI
import ManifestSources
import Manifests
package import Rollouts

extension LiveState {
    /// The state of a cluster by a file: objects and lists of them, as `kubectl get -o yaml` prints them.
    ///
    /// - Parameters:
    ///   - path: The file, of YAML or JSON.
    ///   - target: The target that it is of.
    ///   - label: What tells the variants apart.
    /// - Throws: `ManifestSourceError` or `ManifestError` when it cannot be read, `ApplicationError` for what is no object.
    package init(file path: String, of target: DeployTarget, label: VariantLabel) throws {
        let documents = try YAML.documents(in: try PlainFiles.read(path), file: path)
        let objects = try documents.flatMap { document in
            try document.value.listed.map { object in
                guard let resource = LiveResource(object) else {
                    let place = document.position
                    throw ApplicationError(problems: ["\(place): an object needs apiVersion, kind and metadata.name"])
                }
                return resource
            }
        }
        self = LiveStateBuilder(target: target, label: label).state(managed: objects, others: [])
    }
}

extension Value {
    /// The objects of a list, or the object itself; nothing of an empty document.
    fileprivate var listed: [Value] {
        guard !isNull else { return [] }
        guard let items = self["items"], self["kind"]?.string?.hasSuffix("List") == true else { return [self] }
        return items.array ?? []
    }
}
