import Glibc
import Manifests
import PipedPlugin
import Rollouts
import Stages
import TestSupport
import Testing

@testable import flotilla

@Suite("The files that users start from")
struct ShippedFilesTests {
    /// The paths of all files in a folder, seen from the top.
    private static func files(in folder: String) throws -> [String] {
        try TestFiles.names(in: PackageRoot.path(folder)).flatMap { name in
            let path = "\(folder)/\(name)"
            return (try? files(in: path)) ?? [path]
        }
    }

    private static func documents(_ path: String) throws -> [Value] {
        try YAML.documents(in: try TestFiles.read(PackageRoot.path(path)), file: path).map(\.value)
    }

    @Test("are objects of Kubernetes or of PipeCD, each of them, or are looked at below")
    func everyFile() throws {
        let files = try Self.files(in: "manifests")
        #expect(files.contains("manifests/shop/app.pipecd.yaml") && files.contains("manifests/piped.yaml"))
        for path in files where path != "manifests/Containerfile" {
            let documents = try Self.documents(path)
            #expect(path.hasSuffix(".yaml") && !documents.isEmpty, "\(path)")
            for document in documents {
                #expect(document["apiVersion"]?.string != nil && document["kind"]?.string != nil, "\(path)")
            }
        }
    }

    @Test("have a piped file that the commands and the plugin read, and in the same way")
    func pipedFile() throws {
        let path = PackageRoot.path("manifests/piped.yaml")
        let plugin = "kubernetes_multicluster"
        let (configuration, warnings) = try TargetsFile.configuration(path, plugin: plugin)
        #expect(warnings.isEmpty)
        let file = try #require(try Self.documents("manifests/piped.yaml").first)
        let entry = try #require(file[path: "spec", "plugins"]?.array?.first)
        let (settings, oddities) = try PluginSettings.decode(entry.jsonText(.htmlEscaped))
        #expect(oddities.isEmpty)
        #expect(settings.name == plugin)
        #expect(settings.configuration == configuration)
        #expect(settings.targets == (try TargetsFile.load(path, plugin: plugin)))
        #expect(settings.targets.map(\.name) == ["eu", "us", "home"])
        // A tool that is set and not there is a failure, and the image has none.
        #expect(configuration.tools == ToolPaths())
    }

    @Test("have a Containerfile that copies what is there and makes what can be made")
    func containerfile() throws {
        let text = try TestFiles.text(PackageRoot.path("manifests/Containerfile"))
        let lines = text.replacing("\\\n", with: " ").split(separator: "\n").filter { !$0.hasPrefix("#") }
        let words = lines.map { $0.split(separator: " ").map(String.init) }
        let copied = words.filter { $0.first == "COPY" && $0.count > 1 && !$0[1].hasPrefix("--from") }
        let sources = copied.flatMap { $0.dropFirst().dropLast() }
        #expect(sources.contains("Sources"))
        #expect(sources.filter { access(PackageRoot.path($0), F_OK) != 0 } == [])
        // What Package.swift needs to be read is copied: a folder for each target.
        #expect(Set(["Package.swift", "Makefile", ".ci", "Sources", "Tests"]).isSubset(of: sources))

        let makefile = try TestFiles.text(PackageRoot.path("Makefile"))
        #expect(text.contains("RUN make release") && makefile.contains("\nrelease: packages\n"))
        let release = try #require(makefile.firstMatch(of: #/--scratch-path (\.build-\S+)/#)?.1)
        #expect(text.contains("COPY --from=build /src/\(release)/release/flotilla "))
        let piped = try TestFiles.text(PackageRoot.path("manifests/piped.yaml"))
        #expect(text.contains("/.piped/plugins/kubernetes_multicluster"))
        #expect(
            piped.contains("name: kubernetes_multicluster") && piped.contains("url: file:///usr/local/bin/flotilla")
        )
    }

    @Test("have pages with links to files that are there", arguments: ["README.md", "docs/pipecd.md"])
    func links(page: String) throws {
        let folder = page.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        let text = try TestFiles.text(PackageRoot.path(page))
        let links = text.matches(of: #/\]\(([^)#:]+)\)/#).map { String($0.1) }
        #expect(!links.isEmpty)
        #expect(links.filter { access(PackageRoot.path(folder + $0), F_OK) != 0 } == [])
    }

    @Test("have a page that explains messages which there are")
    func messages() throws {
        let page = try TestFiles.text(PackageRoot.path("docs/pipecd.md"))
        let table = try #require(page.firstRange(of: "| in the log |"))
        let rows = page[table.upperBound...].split(separator: "\n").filter { $0.hasPrefix("| `") }
        let messages = rows.compactMap { $0.firstMatch(of: #/^\| `([^`]+)`/#)?.1 }
        let modules = ["Sources/PipedPlugin", "Sources/Rollouts", "Sources/KubernetesAPI"]
        let code = try modules.flatMap { try Self.files(in: $0) }.map { try TestFiles.text(PackageRoot.path($0)) }
        #expect(messages.contains("the port is taken"))
        #expect(messages.filter { message in !code.contains { $0.contains(message) } } == [])
    }
}
