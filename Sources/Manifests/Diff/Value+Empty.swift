extension Value {
    /// Whether there is nothing in the node: `null`, `""`, `0`, `false`, `[]` or `{}`.
    var isEmptyNode: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .mapping(let fields): fields.isEmpty
        }
    }

    /// Whether the object is of a type of Kubernetes itself, which has no fields that anybody could have made up.
    var isOfBuiltInType: Bool {
        guard let text = self["apiVersion"]?.string, !text.isEmpty, let version = GroupVersion(apiVersion: text)
        else { return false }
        return Self.builtInGroups.contains(version.group)
    }

    private static let builtInGroups: Set<String> = [
        "", "apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io",
        "scheduling.k8s.io", "storage.k8s.io",
    ]

    /// Whether a type of Kubernetes makes no difference between this value of a field and none.
    ///
    /// That is so for no list, and for fields without a pointer in the Go types of
    /// [k8s.io/api](https://github.com/kubernetes/api): their empty values are left out. Of those with a pointer zero
    /// is a value of its own, as in `replicas: 0`.
    func isLeftOut(at path: FieldPath) -> Bool {
        guard let key = path.lastKeys(1).first else { return false }
        return switch self {
        case .null: true
        case .bool(let flag): !flag && Self.plainFlags.contains(key)
        case .int(let number): number == 0 && Self.plainNumbers.contains(key)
        case .array(let elements): elements.isEmpty && !Self.plainMappings.contains(key)
        case .mapping(let fields): fields.isEmpty && Self.plainMappings.contains(key)
        default: false
        }
    }

    private static let plainFlags: Set<String> = [
        "hostIPC", "hostNetwork", "hostPID", "paused", "publishNotReadyAddresses", "readOnly", "stdin", "stdinOnce",
        "tty",
    ]
    private static let plainNumbers: Set<String> = ["initialDelaySeconds", "minReadySeconds"]
    private static let plainMappings: Set<String> = [
        "annotations", "binaryData", "data", "labels", "limits", "nodeSelector", "requests", "resources",
    ]
}
