extension Value {
    /// The number in the annotation `pipecd.dev/order` of an object, 0 when it is missing or no integer.
    package var order: Int {
        self[path: "metadata", "annotations", "pipecd.dev/order"]?.string.flatMap { Int($0) } ?? 0
    }
}

extension Manifest {
    /// The number in the annotation `pipecd.dev/order`, 0 when it is missing or no integer.
    public var order: Int { object.order }
}

extension Array where Element == Manifest {
    /// The manifests by the annotation `pipecd.dev/order`, ascending; equal ones keep their places.
    public func sortedByOrder() -> [Manifest] {
        map { (order: $0.order, manifest: $0) }
            .sorted { $0.order < $1.order }
            .map(\.manifest)
    }

    /// The manifests in the groups in which they are applied, one group after the other.
    ///
    /// The annotation `pipecd.dev/order` decides first, the phase of the kind inside it. The manifests of one group may be
    /// applied at once; they keep their places. Deleting goes through the groups backwards.
    public func applyBatches() -> [[Manifest]] {
        let ranked = map { (order: $0.order, phase: $0.installPhase, manifest: $0) }
            .sorted { ($0.order, $0.phase) < ($1.order, $1.phase) }
        var batches: [[Manifest]] = []
        var last: (order: Int, phase: InstallPhase)?
        for item in ranked {
            if let last, last == (item.order, item.phase) {
                batches[batches.count - 1].append(item.manifest)
            } else {
                batches.append([item.manifest])
            }
            last = (item.order, item.phase)
        }
        return batches
    }

    /// An error for every manifest that is the same object as an earlier one, naming both places.
    ///
    /// Group and kind are compared without regard to case, and the namespace `default` is the same as none.
    public func duplicates() -> [ManifestError] {
        var first: [ResourceKey: SourcePosition] = [:]
        var problems: [ManifestError] = []
        for (index, manifest) in enumerated() {
            let place = manifest.position ?? SourcePosition(file: "manifest \(index + 1)", line: 1)
            if let earlier = first.updateValue(place, forKey: manifest.key.normalized) {
                problems.append(ManifestError(.sameObjectTwice(manifest.key, first: earlier), position: place))
                first[manifest.key.normalized] = earlier
            }
        }
        return problems
    }
}
