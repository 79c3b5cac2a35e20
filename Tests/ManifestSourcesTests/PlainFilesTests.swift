import Glibc
import Manifests
import ManifestSources
import TestSupport
import Testing

@Suite("Plain files")
struct PlainFilesTests {
    @Test(
        "DIR-01 to DIR-03, DIR-05 are those that are named, else all of the directory",
        arguments: [
            ("DIR-01 explicit single file", ["env.yaml", "svc.yaml"], ["env.yaml"], [":ConfigMap::env"]),
            ("DIR-02 scan skips only the config file", ["svc.yaml"], [], [":ConfigMap::svc"]),
            (
                "DIR-03 scan: extensions, order, no recursion",
                ["b.yml", "a.yaml", "c.json", "UP.YAML", ".hidden.yaml", "sub/d.yaml"], [],
                [":ConfigMap::.hidden", ":ConfigMap::a", ":ConfigMap::b", ":ConfigMap::c"]
            ),
            (
                "DIR-05 explicit name in a sub-directory", ["eu/deploy.yaml", "us/eu.yaml"], ["eu/deploy.yaml"],
                [":ConfigMap::deploy"]
            ),
            (
                "explicit names in their own order", ["a.yaml", "b.yaml"], ["b.yaml", "a.yaml"],
                [":ConfigMap::b", ":ConfigMap::a"]
            ),
            ("an explicit name with any extension", ["a.txt"], ["a.txt"], [":ConfigMap::a"]),
            ("a directory whose name ends in .yaml", ["a.yaml", "d.yaml/x.yaml"], [], [":ConfigMap::a"]),
        ]
    )
    func chosen(name: String, files: [String], manifests: [String], keys: [String]) throws {
        try withTemporaryDirectory { directory in
            for file in files { try TestFiles.write(configMap(named(file)), to: "\(directory)/\(file)") }
            try TestFiles.write(
                "apiVersion: pipecd.dev/v1beta1\nkind: Application\n",
                to: "\(directory)/app.pipecd.yaml"
            )
            try TestFiles.write("not: [a manifest", to: "\(directory)/note.txt")
            let loaded = try PlainFiles.load(LoadRequest(directory: directory, manifests: manifests))
            #expect(loaded.manifests.map(\.key.description) == keys)
            #expect(loaded.warnings.isEmpty)
        }
    }

    @Test("DIR-04 of an empty directory are none")
    func emptyDirectory() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("", to: "\(directory)/readme.md")
            #expect(try PlainFiles.load(LoadRequest(directory: directory)).manifests.isEmpty)
        }
    }

    @Test("DIR-06 leave out the configuration of a second application, but not when it is named")
    func secondApplication() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("spec: {}\n", to: "\(directory)/app.pipecd.yaml")
            try TestFiles.write(
                "apiVersion: pipecd.dev/v1beta1\nkind: KubernetesApp\nmetadata: {name: other}\n",
                to: "\(directory)/other.pipecd.yaml"
            )
            try TestFiles.write(configMap("a"), to: "\(directory)/a.yaml")
            #expect(try PlainFiles.load(LoadRequest(directory: directory)).manifests.map(\.name) == ["a"])
            let named = LoadRequest(directory: directory, manifests: ["other.pipecd.yaml"])
            #expect(try PlainFiles.load(named).manifests.map(\.kind) == ["KubernetesApp"])
        }
    }

    @Test("of a version that runs may hold objects and keys twice, of which the last counts")
    func repeated() throws {
        try withTemporaryDirectory { directory in
            let text = [configMap("a"), configMap("b"), configMap("a", metadata: "labels: {x: '1', x: '2'}")]
            try TestFiles.write(text.joined(separator: "---\n"), to: "\(directory)/a.yaml")
            var request = LoadRequest(directory: directory)
            request.limits.allowsRepeatedKeys = true
            #expect(throws: ManifestSourceError.self) { try PlainFiles.load(request) }
            request.allowsRepeatedObjects = true
            let loaded = try PlainFiles.load(request)
            #expect(loaded.manifests.map(\.name) == ["b", "a"])
            #expect(loaded.manifests.last?.labels == ["x": "2"])
            #expect(loaded.warnings.count == 2 && loaded.warnings.allSatisfy { $0.hasSuffix("; the last one counts") })
            request.limits.allowsRepeatedKeys = false
            #expect(throws: ManifestSourceError.self) { try PlainFiles.load(request) }
        }
    }

    @Test("are sorted by their order annotation")
    func order() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write(
                configMap("a", metadata: "annotations: {pipecd.dev/order: '2'}"),
                to: "\(directory)/a.yaml"
            )
            try TestFiles.write(configMap("b"), to: "\(directory)/b.yaml")
            #expect(try PlainFiles.load(LoadRequest(directory: directory)).manifests.map(\.name) == ["b", "a"])
        }
    }

    @Test("warn of keys that YAML 1.1 reads as truth values")
    func warnings() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("\(configMap("a"))data: {y: x}\n", to: "\(directory)/a.yaml")
            let loaded = try PlainFiles.load(LoadRequest(directory: directory))
            #expect(loaded.warnings == ["a.yaml:5:8: the key \"y\" is read as \"true\"; quote it"])
        }
    }

    @Test("are refused with every problem of every file")
    func problems() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write("kind: A\n---\nhello\n", to: "\(directory)/a.yaml")
            try TestFiles.write(configMap("b"), to: "\(directory)/b.yaml")
            try TestFiles.write("{", to: "\(directory)/c.json")
            let names = ["a.yaml", "b.yaml", "c.json", "missing.yaml"]
            let error = #expect(throws: ManifestSourceError.self) {
                try PlainFiles.load(LoadRequest(directory: directory, manifests: names))
            }
            #expect(
                error?.problems == [
                    "a.yaml:1:1: metadata.name must be a name, found nothing",
                    "a.yaml:3:1: a manifest must be a mapping, found a string",
                    "c.json:2:1: did not find expected node content while parsing a flow node",
                    "missing.yaml: no such file or directory",
                ]
            )
            #expect(error?.description == error?.problems.joined(separator: "\n"))
        }
    }

    @Test("are refused when two are the same object, naming both files")
    func duplicates() throws {
        try withTemporaryDirectory { directory in
            try TestFiles.write(configMap("a", metadata: "namespace: default"), to: "\(directory)/a.yaml")
            try TestFiles.write("---\n\(configMap("a"))", to: "\(directory)/b.yaml")
            let message = "b.yaml:2:1: ConfigMap/a is already defined at a.yaml:1:1; remove one"
            #expect(refusal(LoadRequest(directory: directory)) == message)
        }
    }

    @Test("need a directory that is there")
    func missingDirectory() {
        let message = "/nowhere/at/all: no such file or directory"
        #expect(refusal(LoadRequest(directory: "/nowhere/at/all")) == message)
    }

    @Test("load a real application", .enabled(if: Corpora.isPresent))
    func onlineBoutique() throws {
        let release = LoadRequest(directory: Corpora.path("online-boutique/release"), namespace: "shop")
        let loaded = try PlainFiles.load(release)
        #expect(loaded.manifests.count == 40)
        #expect(loaded.manifests.allSatisfy { $0.namespace == "shop" })
    }

    private func named(_ file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        return String(name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex))
    }
}

/// The text of a ConfigMap, whose metadata have one more line when that is given.
func configMap(_ name: String, metadata: String? = nil) -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: \(name)\n" + (metadata.map { "  \($0)\n" } ?? "")
}

/// What loading is refused with, `nil` when it is not.
func refusal(_ request: LoadRequest) -> String? {
    do {
        _ = try PlainFiles.load(request)
        return nil
    } catch {
        return "\(error)"
    }
}
