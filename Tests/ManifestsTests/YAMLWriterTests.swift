import Manifests
import TestSupport
import Testing

@Suite("The YAML writer")
struct YAMLWriterTests {
    @Test("keeps the order, indents by two spaces, and leaves lists at the level of their key")
    func layout() {
        let value: Value = [
            "kind": "Deployment",
            "metadata": ["name": "orders", "labels": [:], "finalizers": []],
            "spec": [
                "containers": [["name": "web", "args": ["a", "b"]], ["name": "side"]], "replicas": 3, "none": .null,
            ],
            "data": ["motd": "hello\nworld\n", "cut": "hello\nworld"],
        ]
        #expect(
            value.yamlText() == """
                kind: Deployment
                metadata:
                  name: orders
                  labels: {}
                  finalizers: []
                spec:
                  containers:
                  - name: web
                    args:
                    - a
                    - b
                  - name: side
                  replicas: 3
                  none: null
                data:
                  motd: |
                    hello
                    world
                  cut: |-
                    hello
                    world

                """
        )
    }

    @Test(
        "quotes a string that a reader of YAML 1.1 or 1.2 takes for something else",
        arguments: [
            "true", "yes", "No", "y", "off", "null", "~", "", "12", "-1", "0777", "0o7", "0x1F", "1_000", "1.0", "1e3",
            ".5",
            ".inf", "-.INF", ".nan", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "12:30:45", "190:20:30.15", "1e400",
            "=",
            "<<", "+12", "08", "0b11", "12e03", "0b_", "-0b_1", "+0B1", "0x_1F", "0o", "1_0.5", "1__", "._5", "1_0e3",
        ]
    )
    func ambiguous(text: String) {
        #expect(Value.string(text).yamlText() == "\"\(text)\"\n")
        #expect(Value.mapping([text: 1]).yamlText() == "\"\(text)\": 1\n")
    }

    @Test(
        "leaves a string plain when nobody can misread it",
        arguments: [
            "orders", "100m", "1Gi", "1.2.3", "10.0.0.1", "v1", "registry.test/shop:1.0", "a b", "é", "10%", "yess",
        ]
    )
    func plain(text: String) {
        #expect(Value.string(text).yamlText() == "\(text)\n")
    }

    @Test(
        "writes numbers so that they stay what they are",
        arguments: [(3.0, "3"), (0.5, "0.5"), (1e21, "1.0e+21"), (1e-7, "1.0e-7"), (2.5e30, "2.5e+30")]
            as [(Double, String)]
    )
    func numbers(number: Double, text: String) {
        #expect(Value.double(number).yamlText() == "\(text)\n")
    }

    @Test(
        "gives back every string",
        arguments: [
            " a", "a ", "a: b", "a #b", "#a", "- a", "-", "?", ": ", "{a}", "[a", "a]", "*a", "&a", "!a", "%a", "@a",
            "`a", "|",
            ">", "'", "\"", "\\", "a\tb", "\t", "\n", "\n\n", "a\n", "a\n\n\n", "\na", " a\nb", "a\n b\n", "a \nb",
            "a\n\tb",
            "a\r\nb", "a\u{85}b", "a\u{2028}b", "\u{FEFF}a", "\0", "\u{7f}", "😀", "---", "--- a", "...", "a\n---\nb\n",
            "a\n...\nb",
            "\u{fffe}", "# a\n# b\n", String(repeating: "long ", count: 100), String(repeating: "k", count: 2000),
        ]
    )
    func strings(text: String) throws {
        for value: Value in [
            .string(text), .mapping([text: .string(text)]), .array([.string(text), .mapping(["k": .string(text)])]),
        ] {
            #expect(try read(value.yamlText()) == value)
        }
    }

    @Test("gives back random strings")
    func randomStrings() throws {
        for text in Self.random(5_000) {
            let value: Value = [text: .array([.string(text)]), "\(text)2": .mapping([text: .string(text)])]
            #expect(try read(value.yamlText()) == value)
        }
    }

    @Test(
        "gives every string to kubectl too",
        .enabled(if: LocalKubectl.isPresent, "kubectl is not installed")
    )
    func kubectl() throws {
        let texts = Self.random(2_000)
        let values: [String: Value] = [
            "list.yaml": ["list": .array(texts.map(Value.string))],
            "keys.yaml": ["keys": .mapping(Mapping(texts.map { ($0, .string($0)) }))],
        ]
        let readings = try withTemporaryDirectory { folder in
            for (name, value) in values { try TestFiles.write(value.yamlText(), to: "\(folder)/\(name)") }
            return try LocalKubectl.read(folder, names: Array(values.keys))
        }
        for (name, value) in values { #expect(readings[name]?.documents == [value]) }
    }

    /// Strings of the characters that mean something in YAML.
    private static func random(_ count: Int) -> [String] {
        var random = SeededRandom(seed: 3)
        let alphabet = Array(
            " \t\n\r-:#?,[]{}&*!|>'\"%@`\\aby01.é\u{85}\u{2028}😀\u{1}~=<+_ex\u{FEFF}\u{7F}".unicodeScalars
        )
        return (0..<count).map { _ in
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<12, using: &random) {
                text.append(alphabet.randomElement(using: &random) ?? "a")
            }
            return String(text)
        }
    }

    private func read(_ text: String) throws -> Value {
        try YAML.documents(in: Array(text.utf8), file: "a.yaml").first?.value ?? .null
    }
}
