public import Manifests

/// The ConfigMaps and Secrets that the pods of a workload use, by name.
public struct ConfigReferences: Sendable, Hashable {
    /// How far to look.
    public enum Scope: Sendable, Hashable {
        /// Volumes, and variables of containers and init containers: what PipeCD's config hash covers.
        case common
        /// Projected volumes, ephemeral containers, credentials for images and volumes too.
        case everything
    }

    /// Names of ConfigMaps, sorted, each once.
    public let configMaps: [String]
    /// Names of Secrets, sorted, each once.
    public let secrets: [String]

    /// Finds the references in the pod template of a workload, or of the jobs of a CronJob.
    ///
    /// The pods of a CronJob are looked at only with scope `everything`.
    public init(in manifest: Manifest, scope: Scope = .common) {
        var (configMaps, secrets): (Set<String>, Set<String>) = ([], [])
        let templates = scope == .common ? [PodTemplate.ofWorkload] : PodTemplate.paths
        for pod in templates.compactMap({ manifest.object.at($0 + ["spec"]) }) {
            for place in ReferencePlace.all where scope == .everything || place.isCommon {
                let names = ReferenceWalker.strings(in: pod, at: place.path)
                place.kind == .configMap ? configMaps.formUnion(names) : secrets.formUnion(names)
            }
        }
        self.configMaps = configMaps.sortedByBytes()
        self.secrets = secrets.sortedByBytes()
    }
}

/// Where workloads keep their pod template.
enum PodTemplate {
    static let ofWorkload = ["spec", "template"]
    static let ofCronJob = ["spec", "jobTemplate", "spec", "template"]
    static let paths = [ofWorkload, ofCronJob]
}

/// One place in a pod that names a ConfigMap or a Secret.
struct ReferencePlace {
    enum Kind { case configMap, secret }

    let kind: Kind
    /// Field names below the pod's spec; lists on the way are followed into every element.
    let path: [String]
    /// Whether PipeCD knows the place.
    let isCommon: Bool

    static let all: [ReferencePlace] = volumes + drivers + containers

    private static let volumes = [
        ReferencePlace(kind: .configMap, path: ["volumes", "configMap", "name"], isCommon: true),
        ReferencePlace(kind: .secret, path: ["volumes", "secret", "secretName"], isCommon: true),
        ReferencePlace(
            kind: .configMap,
            path: ["volumes", "projected", "sources", "configMap", "name"],
            isCommon: false
        ),
        ReferencePlace(kind: .secret, path: ["volumes", "projected", "sources", "secret", "name"], isCommon: false),
    ]

    /// What the kubelet itself uses: credentials for images and for volumes.
    ///
    /// [Volume](https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/) lists them all.
    private static let drivers =
        [
            ["imagePullSecrets", "name"], ["volumes", "azureFile", "secretName"],
            ["volumes", "csi", "nodePublishSecretRef", "name"],
        ].map { ReferencePlace(kind: .secret, path: $0, isCommon: false) }
        + ["cephfs", "cinder", "flexVolume", "iscsi", "rbd", "scaleIO", "storageos"].map {
            ReferencePlace(kind: .secret, path: ["volumes", $0, "secretRef", "name"], isCommon: false)
        }

    private static let containers = ["containers", "initContainers", "ephemeralContainers"].flatMap { list in
        let isCommon = list != "ephemeralContainers"
        let fields: [(Kind, [String])] = [
            (.configMap, ["env", "valueFrom", "configMapKeyRef", "name"]),
            (.configMap, ["envFrom", "configMapRef", "name"]),
            (.secret, ["env", "valueFrom", "secretKeyRef", "name"]), (.secret, ["envFrom", "secretRef", "name"]),
        ]
        return fields.map { ReferencePlace(kind: $0.0, path: [list] + $0.1, isCommon: isCommon) }
    }
}
