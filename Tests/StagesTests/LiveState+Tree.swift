import Stages

extension LiveState {
    /// The objects without an owner among the others: where the tree begins.
    var roots: [LiveObject] {
        let known = Set(objects.map(\.uid))
        return objects.filter { known.isDisjoint(with: $0.owners) }
    }

    /// The objects that an object owns, in their order.
    func children(of object: LiveObject) -> [LiveObject] {
        object.uid.isEmpty ? [] : objects.filter { $0.owners.contains(object.uid) }
    }
}
