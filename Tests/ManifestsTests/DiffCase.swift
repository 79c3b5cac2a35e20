import Glibc
import Manifests
import TestSupport
import Testing

/// A comparison that the specification beside the package gives, which is not everywhere.
struct DiffCase: CustomTestStringConvertible {
    let id: String
    let old: [Manifest]
    let new: [Manifest]
    let rules: ComparisonRules
    /// The most changed objects to show.
    let limit: Int?
    /// The lists of names behind `Expected`, by the word before each.
    let names: [String: [String]]
    let rendering: String?

    var testDescription: String { id }

    private static let file = PackageRoot.path("../shared/spec/conformance-cases-provider.md")

    static let isPresent = access(file, R_OK) == 0

    /// The cases of a family whose expectation is not ours alone.
    static func all(_ prefix: String) throws -> [DiffCase] {
        try TestFiles.text(file).split(separator: "\n### ").filter { $0.hasPrefix(prefix) }
            .map { String($0.components(before: "\n## ")) }
            .filter { !$0.contains("(product)") }.map(DiffCase.init)
    }

    private init(_ section: String) throws {
        id = String(section.components(before: " "))
        old = try Self.manifests("Old", in: section)
        new = try Self.manifests("New", in: section)
        let options = String(try #require(section.components(after: "\nOptions: ")).components(before: "\n"))
        rules = Self.rules(options)
        limit = options.components(after: "max changes ").flatMap { Int($0) }
        let expected = try #require(section.components(after: "\nExpected")).components(before: "\n")
        var names: [String: [String]] = [:]
        for word in ["node paths", "adds", "deletes", "changes"] {
            let rest = expected.components(after: "\(word) `") ?? expected.components(after: "\(word): `")
            guard let list = rest?.components(before: "`") else { continue }
            names[word] = try Value(json: Array(list.utf8)).array?.compactMap(\.string)
        }
        self.names = names
        let json = section.components(after: "```json\n")?.components(before: "```")
        rendering = try json.flatMap {
            try Value(json: Array($0.utf8)).array?.compactMap(\.string).joined(separator: "\n")
        }
    }

    private static func manifests(_ word: String, in section: String) throws -> [Manifest] {
        let header = "apiVersion: acme.io/v1\nkind: Widget\nmetadata: {name: w}\n"
        let rest = try #require(section.components(after: "\n\(word)"))
        guard !rest.hasPrefix(": (empty text)") else { return [] }
        let yaml = try #require(rest.components(after: "```yaml\n")).components(before: "```")
        let text = section.contains("below the header") ? header + yaml : String(yaml)
        let parsed = ManifestParser.parse(Array(text.utf8), file: word)
        #expect(parsed.problems.isEmpty)
        return parsed.manifests
    }

    private static func rules(_ options: String) -> ComparisonRules {
        var rules = options.hasPrefix("drift") ? ComparisonRules.drift : ComparisonRules()
        if options.hasPrefix("plan") || options.contains("equateEmpty") { rules.equatesEmpty = true }
        if options.hasPrefix("plan") || options.contains("numericStrings") { rules.readsNumbers = true }
        if options.contains("booleanStrings") { rules.readsBooleans = true }
        if options.contains("ignoreExtraLiveKeys") { rules.ignoresExtraFields = true }
        if let paths = options.components(after: "ignore:k1=")?.components(before: ";") {
            rules.ignoredPaths = Set(paths.split(separator: "|").map(String.init))
        }
        return rules
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text up to a mark, all of it without one.
    fileprivate func components(before mark: String) -> Substring {
        var rest = self[...]
        while !rest.isEmpty, !rest.hasPrefix(mark) { rest = rest.dropFirst() }
        return self[startIndex..<rest.startIndex]
    }

    /// The text behind a mark, `nil` without one.
    fileprivate func components(after mark: String) -> Substring? {
        var rest = self[...]
        while !rest.hasPrefix(mark) {
            guard !rest.isEmpty else { return nil }
            rest = rest.dropFirst()
        }
        return rest.dropFirst(mark.count)
    }
}

@Suite("Comparisons of the specification", .enabled(if: DiffCase.isPresent))
struct DiffCaseTests {
    @Test(
        "DIFF-01 to DIFF-12 TREE-01 to TREE-19 LIST-01 to LIST-11 come out as it says",
        arguments: [("DIFF-", 9), ("TREE-", 16), ("LIST-", 11)]
    )
    func cases(prefix: String, count: Int) throws {
        let cases = try DiffCase.all(prefix)
        #expect(cases.count == count)
        for test in cases {
            if let paths = test.names["node paths"] {
                let differences = Difference.between(test.old[0].object, test.new[0].object, rules: test.rules)
                #expect(differences.map(\.path.description) == paths, "\(test.id)")
                if let text = test.rendering { #expect(differences.text() == text, "\(test.id)") }
            } else {
                let comparison = ManifestComparison(from: test.old, to: test.new, rules: test.rules)
                #expect(comparison.added.map(\.description) == test.names["adds"], "\(test.id)")
                #expect(comparison.deleted.map(\.description) == test.names["deletes"], "\(test.id)")
                #expect(comparison.changed.map(\.key.description) == test.names["changes"], "\(test.id)")
                #expect(comparison.text(changes: test.limit) == test.rendering ?? "", "\(test.id)")
            }
        }
    }
}
