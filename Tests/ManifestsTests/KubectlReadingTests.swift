import Manifests
import TestSupport
import Testing

/// kubectl reads YAML with sigs.k8s.io/yaml, as PipeCD does: it is the judge of what a text means.
@Suite("YAML that kubectl reads too", .enabled(if: LocalKubectl.isPresent, "kubectl is not installed"))
struct KubectlReadingTests {
    @Test("has the same value, or the table has the reason", arguments: [1, 2, 3] as [UInt64])
    func agrees(seed: UInt64) throws {
        var grammar = YAMLGrammar(seed: seed)
        let texts = Dictionary(uniqueKeysWithValues: (0..<400).map { ("case-\($0).yaml", grammar.text()) })
        let readings = try withTemporaryDirectory { folder in
            for (name, text) in texts { try TestFiles.write(text, to: "\(folder)/\(name)") }
            return try LocalKubectl.read(folder, names: Array(texts.keys))
        }
        var agreed = 0
        for (name, text) in texts {
            guard let difference = Self.difference(text, try #require(readings[name])) else {
                agreed += 1
                continue
            }
            #expect(difference.reason != nil, "\(text.debugDescription): \(difference.how)")
        }
        // Many of the texts are no YAML for either; this many are known to be read alike or refused alike.
        #expect(agreed >= 360)
    }

    @Test(
        "has the same value in every form of a key",
        arguments: [
            "1e3", "1.0", "1.10", "1e400", "1e6", "999999.5", "1234567.0", "1e-7", "0.0001", "0.00001", "-0", "-0.0",
            ".5",
            "1.23456789", "16777217.0", "-9223372036854775809", "9223372036854775807", "0x1F", "0o17", "1_000", "True",
            "1e21",
            "!!float 3", "!!int \"0x10\"", "!!bool \"yes\"", "! yes", "! 0x10", "&a 12", "!own 12", "!!binary aGVsbG8=",
        ]
    )
    func keys(text: String) throws {
        let text = "\(text): v\n"
        let reading = try withTemporaryDirectory { folder in
            try TestFiles.write(text, to: "\(folder)/key.yaml")
            return try LocalKubectl.read(folder, names: ["key.yaml"])["key.yaml"]
        }
        #expect(Self.difference(text, try #require(reading))?.how == nil)
    }

    @Test(
        "has the same value in real applications",
        .enabled(if: Corpora.isPresent),
        arguments: ["bookinfo", "online-boutique", "health"]
    )
    func corpora(folder: String) throws {
        var documents: [String: Value] = [:]
        let readings = try withTemporaryDirectory { directory in
            for path in try CorporaTests.files(in: folder) where !path.hasSuffix(".json") {
                // A CR and a LF are one character.
                let text = try TestFiles.text(Corpora.path(path)).replacing("\r\n", with: "\n")
                for part in text.split(separator: "\n---") {
                    let read = try YAML.documents(in: Array(part.utf8), file: path, limits: .machineWritten)
                    guard let value = read.first?.value else { continue }
                    // kubectl tells the JSON of what has no kind.
                    let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
                    let body = lines.map { $0.hasPrefix("---") || $0.isEmpty ? "" : "  \($0)" }.joined(separator: "\n")
                    let name = "document-\(documents.count).yaml"
                    documents[name] = value
                    try TestFiles.write("object:\n\(body)\n", to: "\(directory)/\(name)")
                }
            }
            return try LocalKubectl.read(directory, names: Array(documents.keys))
        }
        #expect(documents.count >= 40)
        for (name, value) in documents {
            #expect(readings[name]?.documents == [["object": value]], "\(name): \(value)")
        }
    }

    /// How our reading differs, and why it may.
    private struct Difference {
        let how: String
        let reason: String?
    }

    private static func difference(_ text: String, _ reading: LocalKubectl.Reading) -> Difference? {
        let theirs = reading.documents.map { $0.jsonText(.sortedKeys) }
        let documents: [YAMLDocument]
        do {
            documents = try YAML.documents(in: Array(text.utf8), file: "a.yaml")
        } catch {
            guard reading.problem == nil else { return nil }
            return Difference(how: "refused with \(error); kubectl reads \(theirs)", reason: reason(refused: error))
        }
        let ours = documents.map { $0.value.jsonText(.sortedKeys) }
        if let problem = reading.problem {
            let reason = problem.contains("unknown escape") && text.contains("\\/") ? #"JSON has the escape \/"# : nil
            return Difference(how: "\(ours); kubectl refuses it: \(problem)", reason: reason)
        }
        guard ours != theirs else { return nil }
        let warnings = documents.flatMap(\.warnings).map(\.text)
        let reason = warnings.first { $0.contains("kubectl") }
        return Difference(how: "\(ours) instead of \(theirs)", reason: reason)
    }

    /// What kubectl reads and we do not.
    private static func reason(refused error: ManifestError) -> String? {
        switch error.reason {
        case .duplicateKey: "a key that stands twice is a mistake"
        case .syntax("a key must be a string, found a number"):
            "an infinite key, which kubectl takes for its text, is a mistake"
        case .syntax("the text of !!binary must be UTF-8 in base64"): "what is no UTF-8 would be changed silently"
        default: nil
        }
    }
}
