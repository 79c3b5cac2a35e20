public import Manifests

/// The container images that an object runs.
public enum ImageReferences {
    /// The images of containers and init containers, of workloads and of CronJobs; sorted, each once.
    public static func images(in manifest: Manifest) -> [String] {
        let lists = PodTemplate.paths.flatMap { path in
            ["containers", "initContainers"].map { path + ["spec", $0, "image"] }
        }
        return Set(lists.flatMap { ReferenceWalker.strings(in: manifest.object, at: $0) }).sortedByBytes()
    }
}
