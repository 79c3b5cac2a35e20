import Manifests

extension ManifestPatch {
    /// The manifests with this patch done to the first one that has the kind and the name.
    func apply(to manifests: [Manifest]) throws(RolloutError) -> [Manifest] {
        guard let index = manifests.firstIndex(where: { $0.kind == kind && $0.name == name }) else {
            throw RolloutError(.patchTargetMissing(kind: kind, name: name))
        }
        var result = manifests
        result[index] = try apply(to: manifests[index])
        return result
    }

    private func apply(to manifest: Manifest) throws(RolloutError) -> Manifest {
        guard !operations.isEmpty else { return manifest }
        let object: Value
        if let documentRoot {
            object = try applyToDocument(documentRoot, in: manifest)
        } else {
            var value = manifest.object
            for operation in operations { value = try patched(value, operation, in: manifest).value }
            object = value
        }
        do {
            return try Manifest(object, position: manifest.position)
        } catch {
            throw RolloutError(.manifest(error), in: manifest)
        }
    }

    private func patched(
        _ value: Value,
        _ operation: Operation,
        in manifest: Manifest
    ) throws(RolloutError) -> (value: Value, places: [[NodeStep]]) {
        do {
            return try value.patched(operation)
        } catch {
            throw RolloutError(.patch(path: operation.path, text: error.text), in: manifest)
        }
    }

    /// The object with the changes done inside the YAML text of one of its strings.
    private func applyToDocument(_ root: String, in manifest: Manifest) throws(RolloutError) -> Value {
        let place = try self.place(of: root, in: manifest)
        guard let text = manifest.object.node(at: place)?.string else {
            throw RolloutError(.patch(path: root, text: "it is no string that could hold a document"), in: manifest)
        }
        var document = try PatchedDocument(text, root: root, manifest: manifest)
        for operation in operations {
            let (value, places) = try patched(document.value, operation, in: manifest)
            document.replace(places, with: value)
        }
        return manifest.object.replacing(place[...], with: .string(document.text))
    }

    private func place(of root: String, in manifest: Manifest) throws(RolloutError) -> [NodeStep] {
        let path: PatchPath
        do {
            path = try PatchPath(root)
        } catch {
            throw RolloutError(.patch(path: root, text: "\(error)"), in: manifest)
        }
        guard let place = manifest.object.places(of: path.steps).first else {
            throw RolloutError(.patch(path: root, text: "there is nothing at this path"), in: manifest)
        }
        return place
    }
}
