import FuzzSupport
import Manifests
import Rollouts

/// A reference of parts that were read is read into the same parts; whatever is shown of it is one line.
@main
enum ImageFuzzing {
    static func main() {
        Fuzzer.run { bytes in
            let texts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            texts.forEach(checkReference)
            checkChange(from: texts[0], to: texts.last ?? "")
        }
    }

    private static func checkReference(_ text: String) {
        let image = ImageReference(text)
        require(image.text.utf8.elementsEqual(text.utf8), "the text is another one")
        require(image.version == image.tag ?? image.digest ?? "", "the version is neither tag nor digest")
        require(image.tag?.isEmpty != true && image.digest?.isEmpty != true, "an empty tag or digest")
        require(!image.name.utf8.contains { "/:@".utf8.contains($0) }, "the name holds more than a name")
        let printed = image.name + (image.tag.map { ":\($0)" } ?? "") + (image.digest.map { "@\($0)" } ?? "")
        let again = ImageReference(printed)
        require(
            again.name == image.name && again.tag == image.tag && again.digest == image.digest,
            "\(text.debugDescription) is printed as \(printed.debugDescription)"
        )
        if image.tag != nil, !text.contains("@") {
            require(
                text.utf8.reversed().starts(with: printed.utf8.reversed()),
                "\(printed) is not at the end of \(text)"
            )
        }
        let artifact = ArtifactVersion(image: text)
        require(artifact.url == text && artifact.version == image.version, "the artifact is another one")
    }

    private static func checkChange(from old: String, to new: String) {
        guard let running = deployment(old), let target = deployment(new) else { return }
        let versions = ArtifactVersions.versions(in: [running, target])
        require(versions.count == Set([old, new]).subtracting([""]).count, "\(versions.count) versions")
        let reason = VersionComparison(running: [running], new: [target], workloads: []).reason()
        requireOneLine("\(reason)", "the reason")
    }

    private static func deployment(_ image: String) -> Manifest? {
        let pod: Value = ["containers": [["name": "web", "image": .string(image)]]]
        return try? Manifest([
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "orders"],
            "spec": ["template": ["spec": pod]],
        ])
    }
}
