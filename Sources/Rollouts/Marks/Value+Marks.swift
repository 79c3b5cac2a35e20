package import Manifests

extension Value {
    private static let templates = [
        ["spec", "template"], ["spec", "jobTemplate"], ["spec", "jobTemplate", "spec", "template"],
    ]

    /// The object without the marks that an apply puts on it.
    package var withoutWrittenMarks: Value { withoutMarks(where: MarkKey.written.contains) }

    /// The object without some of its labels and annotations.
    ///
    /// Of its pod templates only annotations go, since pods are selected by labels. What is empty then goes as well.
    ///
    /// - Parameter isMark: Whether the label or the annotation of a key goes.
    /// - Returns: What is left.
    package func withoutMarks(where isMark: (String) -> Bool) -> Value {
        var object = self
        for field in ["labels", "annotations"] { object.drop(at: ["metadata", field], where: isMark) }
        for template in Self.templates { object.drop(at: template + ["metadata", "annotations"], where: isMark) }
        return object
    }

    private mutating func drop(at path: [String], where isMark: (String) -> Bool) {
        guard let fields = at(path)?.mapping else { return }
        let kept = fields.filter { !isMark($0.key) }
        guard kept.count < fields.count else { return }
        if kept.isEmpty {
            remove(at: path)
        } else {
            try? set(.mapping(Mapping(kept.map { ($0.key, $0.value) })), at: path)
        }
    }
}
