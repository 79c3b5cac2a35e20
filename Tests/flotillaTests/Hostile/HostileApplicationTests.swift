import Glibc
import Manifests
import TestSupport
import Testing

@Suite("A hostile application", .serialized, .timeLimit(.minutes(5)))
struct HostileApplicationTests {
    /// In MiB: twice what the worst of these files needs, and far less than what it would need if it were read to
    /// its end and kept.
    private static let memory = 600

    @Test(
        "is refused by every command in one line, with little memory, and nothing is written",
        arguments: texts + bytes + files + names
    )
    func refused(application: HostileApplication) async throws {
        try await withTemporaryDirectory { root in
            let (directory, temporary) = ("\(root)/app", "\(root)/tmp")
            try TestFiles.makeDirectory(temporary)
            try TestFiles.write(HostileApplication.file(), to: "\(directory)/app.pipecd.yaml")
            try application.write(directory)
            let before = try DirectoryListing(directory)
            for command in HostileApplication.commands(directory) {
                let outcome = try await Binary.run(command, memory: Self.memory, temporaryDirectory: temporary)
                #expect(outcome.code == 1, "\(command[0]): \(outcome)")
                #expect(said(outcome, in: directory) == application.problems, "\(command[0])")
            }
            #expect(try DirectoryListing(directory) == before)
            #expect(try DirectoryListing(temporary).isEmpty)
        }
    }

    @Test(
        "of a ConfigMap with 300,000 keys is planned and staged in time that grows with the keys",
        .timeLimit(.minutes(2))
    )
    func manyKeys() async throws {
        try await withTemporaryDirectory { root in
            let pipeline = "\n  pipeline: {stages: [{name: K8S_CANARY_ROLLOUT}, {name: K8S_CANARY_CLEAN}]}\n"
            try TestFiles.write(HostileApplication.file() + pipeline, to: "\(root)/app.pipecd.yaml")
            let keys = (0..<300_000).map { "  key-\($0): b\n" }.joined()
            let workload = """
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: web:1, envFrom: [{configMapRef: {name: a}}]}]}

                """
            try TestFiles.write("\(Self.configMap)data:\n\(keys)\(workload)", to: "\(root)/a.yaml")
            for command in [["plan"], ["stage", "K8S_CANARY_ROLLOUT", "--dry-run"]] {
                let arguments = command + [root, "--offline", "eu"]
                let outcome = try await Binary.run(arguments, memory: 2 * Self.memory, temporaryDirectory: root)
                #expect(outcome.code == 0 && outcome.output.contains("web"), "\(outcome)")
            }
        }
    }

    /// The lines of both streams, without the words around them.
    private func said(_ outcome: Binary.Outcome, in directory: String) -> [String] {
        var lines: [String] = []
        for line in (outcome.output + outcome.errors).split(separator: "\n") where line != "1 problem" {
            let text: Substring = line.hasPrefix("Error: ") ? line.dropFirst(7) : line
            lines.append(text.split(separator: directory, omittingEmptySubsequences: false).joined(separator: "APP"))
        }
        return lines
    }

    private static let configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    private static let laughs: String = {
        let ten = { (item: String) in Array(repeating: item, count: 10).joined(separator: ",") }
        return (1...12).reduce("a0: &a0 [\(ten("x"))]\n") { $0 + "a\($1): &a\($1) [\(ten("*a\($1 - 1)"))]\n" }
    }()
    private static let tooDeep = "more than 200 levels of nesting; simplify or split the file"
    private static let tooMuchByAlias = "more than 1000000 nodes by alias; simplify or split the file"
    private static let control = "a.yaml:1:1: control characters are not allowed"

    // MARK: Text

    private static let texts: [HostileApplication] = [
        HostileApplication(
            "aliases of aliases",
            HostileContent(configMap, times: 1, laughs),
            problem: "a.yaml:9:38: \(tooMuchByAlias)"
        ),
        HostileApplication(
            "ten thousand aliases of ten thousand nodes",
            HostileContent(
                "\(configMap)x: &x [\(String(repeating: "y,", count: 9999))y]\nz: [",
                times: 10_000,
                "*x,",
                "]\n"
            ),
            problem: "a.yaml:5:302: \(tooMuchByAlias)"
        ),
        HostileApplication(
            "aliases of aliases in the application file",
            problem: "APP/app.pipecd.yaml:11:38: \(tooMuchByAlias)"
        ) {
            try TestFiles.write(HostileApplication.file() + laughs, to: "\($0)/app.pipecd.yaml")
        },
        HostileApplication(
            "a line of 100 MB",
            HostileContent("\(configMap)data: {a: ", times: 100 << 20, "x", "}\n"),
            problem: "a.yaml: has more than 67108864 bytes; split the file"
        ),
        HostileApplication(
            "a quoted text of 8 MB that does not end",
            HostileContent("\(configMap)data: \"", times: 8 << 20, "x"),
            problem: "a.yaml:4:8388616: found unexpected end of stream while scanning a quoted scalar"
        ),
        HostileApplication(
            "a key of 8 MB",
            HostileContent("\(configMap)data: {", times: 8 << 20, "x", ": 1}\n"),
            problem: "a.yaml:4:8388616: did not find expected ',' or '}' while parsing a flow mapping"
        ),
        HostileApplication(
            "a comment of 8 MB and no object",
            HostileContent("[] #", times: 8 << 20, "x"),
            problem: "a.yaml:1:1: a manifest must be a mapping, found a list"
        ),
        HostileApplication(
            "a key of 1 MB that is there twice",
            HostileContent("\(configMap)data:\n  ? \"", times: 1 << 20, "x", "\"\n  : {}\nkind: a\n"),
            problem: "a.yaml:7:1: key \"kind\" is there twice in one mapping; remove one"
        ),
        HostileApplication(
            "100,000 lists in each other",
            HostileContent(times: 100_000, "["),
            problem: "a.yaml:1:201: \(tooDeep)"
        ),
        HostileApplication(
            "100,000 mappings in each other",
            HostileContent(times: 100_000, "{a: "),
            problem: "a.yaml:1:801: \(tooDeep)"
        ),
        HostileApplication(
            "100,000 mappings as keys of each other",
            HostileContent(times: 100_000, "{"),
            problem: "a.yaml:1:2: a key must be a string, found a mapping"
        ),
        HostileApplication(
            "100,000 block lists in each other",
            HostileContent(times: 100_000, "- "),
            problem: "a.yaml:1:401: \(tooDeep)"
        ),
        HostileApplication(
            "100,000 anchors",
            HostileContent("x:\n", times: 100_000, "- &a 1\n"),
            problem: "a.yaml:1:1: kind must be a name, found nothing"
        ),
        HostileApplication(
            "100,000 documents",
            HostileContent(times: 100_000, "---\n", "a\n"),
            problem: "a.yaml:100001:1: a manifest must be a mapping, found a string"
        ),
        HostileApplication(
            "%TAG directives without end",
            HostileContent(times: 200_000, "%TAG !a! tag:x\n", "---\na: 1\n"),
            problem: "a.yaml:1:1: more than 100 %TAG directives; simplify or split the file"
        ),
        HostileApplication(
            "one key 100,000 times",
            HostileContent("\(configMap)data:\n", times: 100_000, "  a: b\n"),
            problem: "a.yaml:6:3: key \"a\" is there twice in one mapping; remove one"
        ),
        HostileApplication(
            "keys that look alike to a hash",
            HostileContent(
                "\(configMap)data:\n",
                times: 1,
                (0..<20_000).map { "  same-start-\(100_000 + $0)-x: b\n" }.joined(),
                "  same-start-100000-x: b\n"
            ),
            problem: "a.yaml:20005:3: key \"same-start-100000-x\" is there twice in one mapping; remove one"
        ),
        HostileApplication(
            "words for one key that alternate below 40,000 others",
            HostileContent(
                "\(configMap)data:\n" + (0..<40_000).map { "  key-\($0): b\n" }.joined(),
                times: 40_000,
                "  y: a\n  yes: a\n",
                "  key-0: b\n"
            ),
            problem: "a.yaml:120005:3: key \"key-0\" is there twice in one mapping; remove one"
        ),
        HostileApplication(
            "JSON of six million numbers and a character that is a line break in YAML",
            HostileContent("{\"s\": \"\u{2028}\", \"x\": [", times: 6_000_000, "0,", "0]}"),
            problem: "a.yaml:1:10000008: more than 5000000 nodes; simplify or split the file"
        ),
        HostileApplication(
            "a number that is infinite by its tag",
            HostileContent(bytes: Array("\(configMap)data: {a: !!float .inf}\n".utf8)),
            problem: "a.yaml:4:11: an infinite number has no form in JSON; quote it"
        ),
        HostileApplication(
            "a number of a million digits as a name",
            HostileContent(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: 1e999999999999\n  labels: ",
                times: 1_000_000,
                "9"
            ),
            problem: "a.yaml:5:3: ConfigMap/1e999999999999: metadata.labels must be a mapping, found a string"
        ),
        HostileApplication(
            "names with line feeds and colours",
            "apiVersion: v1\nkind: \"Config\\nMap\"\nmetadata: {name: \"a\\e[31m\", labels: {\"x\\ny\": 1}}\n",
            problem:
                "a.yaml:3:38: Config\\nMap/a\\u001b[31m: metadata.labels.x\\ny must be a string (quote it), found an integer"
        ),
    ]

    // MARK: Bytes

    private static let bytes: [HostileApplication] = [
        HostileApplication(
            "bytes that are no UTF-8",
            HostileContent(bytes: Array(configMap.utf8) + [0x78, 0x3A, 0x20, 0xFF, 0xFE]),
            problem: "a.yaml:4:4: invalid leading UTF-8 octet"
        ),
        HostileApplication(
            "UTF-16 that is cut",
            HostileContent(bytes: [0xFF, 0xFE] + configMap.utf8.flatMap { [$0, 0] } + [0x41]),
            problem: "a.yaml:4:2: incomplete UTF-16 character"
        ),
        HostileApplication("zeros", HostileContent(times: 100_000, "\0"), problem: control),
        HostileApplication(
            "a program",
            HostileContent(bytes: [0x7F] + Array("ELF".utf8) + [2, 1, 1, 0, 0, 0]),
            problem: control
        ),
        HostileApplication("a gzip archive", HostileContent(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]), problem: control),
        HostileApplication(
            "a picture",
            HostileContent(bytes: [0x89] + Array("PNG\r\n\u{1A}\n".utf8)),
            problem: "a.yaml:1:1: invalid leading UTF-8 octet"
        ),
    ]

    // MARK: Files

    private static let files: [HostileApplication] = [
        HostileApplication(
            "a file of 64 MiB and a byte",
            problem: "a.yaml: has more than 67108864 bytes; split the file"
        ) {
            try HostileContent.makeZeros(64 << 20 + 1, at: "\($0)/a.yaml")
        },
        HostileApplication("a file of a terabyte", problem: "a.yaml: has more than 67108864 bytes; split the file") {
            try HostileContent.makeZeros(1 << 40, at: "\($0)/a.yaml")
        },
        HostileApplication("a pipe", problem: "a.yaml: is no regular file") { mkfifo("\($0)/a.yaml", 0o600) },
        HostileApplication("a socket", problem: "a.yaml: is no regular file") {
            mknod("\($0)/a.yaml", S_IFSOCK | 0o600, 0)
        },
        HostileApplication("a link to a device", problem: "a.yaml: lies outside of APP, links resolved; move it inside")
        {
            symlink("/dev/zero", "\($0)/a.yaml")
        },
        HostileApplication("a link to nothing", problem: "a.yaml: no such file or directory") {
            symlink("nowhere", "\($0)/a.yaml")
        },
        HostileApplication("a link to itself", problem: "a.yaml: too many levels of symbolic links") {
            symlink("a.yaml", "\($0)/a.yaml")
        },
        HostileApplication(
            "a link to a file outside",
            problem: "a.yaml: lies outside of APP, links resolved; move it inside"
        ) {
            symlink("/etc/passwd", "\($0)/a.yaml")
        },
        HostileApplication(
            "a link to a directory outside",
            problem: "a.yaml: lies outside of APP, links resolved; move it inside"
        ) {
            symlink("/etc", "\($0)/a.yaml")
        },
        HostileApplication("a link to a directory inside", problem: "a.yaml: is no regular file") {
            symlink(".", "\($0)/a.yaml")
        },
        HostileApplication(
            "a name with a line feed and a colour",
            problem: "a\\n\\u001b[31m.yaml:1:1: a manifest must be a mapping, found a string"
        ) {
            try TestFiles.write("x", to: "\($0)/a\n\u{1B}[31m.yaml")
        },
        HostileApplication(
            "a name that is no UTF-8",
            problem: "a\u{FFFD}.yaml: the name must be UTF-8; rename the file"
        ) {
            let descriptor = open(
                Array($0.utf8CString.dropLast()) + [0x2F, 0x61, -1, 0x2E, 0x79, 0x61, 0x6D, 0x6C, 0],
                O_CREAT | O_WRONLY,
                0o600
            )
            close(descriptor)
        },
        HostileApplication(
            "a pipe as application file",
            problem:
                "APP/app.pipecd.yaml: is no regular file; name the directory that holds the application file, or its name with --config"
        ) {
            unlink("\($0)/app.pipecd.yaml")
            mkfifo("\($0)/app.pipecd.yaml", 0o600)
        },
        HostileApplication(
            "a device as application file",
            problem:
                "APP/app.pipecd.yaml: is no regular file; name the directory that holds the application file, or its name with --config"
        ) {
            unlink("\($0)/app.pipecd.yaml")
            symlink("/dev/zero", "\($0)/app.pipecd.yaml")
        },
    ]

    // MARK: Names

    private static let names: [HostileApplication] = [
        HostileApplication(manifest: "../x.yaml", problem: "../x.yaml: no such file or directory"),
        HostileApplication(manifest: "..", problem: "..: lies outside of APP, links resolved; move it inside"),
        HostileApplication(
            manifest: "/etc/passwd",
            problem: "/etc/passwd: lies outside of APP, links resolved; move it inside"
        ),
        HostileApplication(manifest: "a\\0b", problem: "a\\u0000b: invalid argument"),
        HostileApplication(manifest: "a\\nb", problem: "a\\nb: no such file or directory"),
        HostileApplication(manifest: ".", problem: ".: is no regular file"),
        HostileApplication(manifest: "app.pipecd.yaml/", problem: "app.pipecd.yaml/: not a directory"),
        HostileApplication(
            manifest: "",
            problem:
                "APP/app.pipecd.yaml:5:59: spec.plugins.kubernetes_multicluster.input.manifests[0]: must not be empty"
        ),
        HostileApplication(
            manifest: String(repeating: "x", count: 5000),
            problem: "\(String(repeating: "x", count: 4096))…: file name too long"
        ),
    ]
}
