import Glibc
import TestSupport
import Testing

/// The number of a case in the specification, such as `MODE-01`.
struct CaseID: Hashable, Comparable, CustomStringConvertible {
    let prefix: String
    let number: Int

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]), parts[1].count >= 2, !parts[0].isEmpty,
            parts[0].allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber) })
        else { return nil }
        self.init(prefix: String(parts[0]), number: number)
    }

    private init(prefix: String, number: Int) {
        self.prefix = prefix
        self.number = number
    }

    var description: String { number < 10 ? "\(prefix)-0\(number)" : "\(prefix)-\(number)" }

    static func < (left: CaseID, right: CaseID) -> Bool { (left.prefix, left.number) < (right.prefix, right.number) }

    /// The ids at the beginning of a text: `A-01 A-02 …`, `A-01, A-02 …` or `A-01 to A-09 …`.
    static func leading(in text: some StringProtocol) -> [CaseID] {
        var ids: [CaseID] = []
        var isRange = false
        for word in text.split(separator: " ") {
            if word == "to", !ids.isEmpty {
                isRange = true
                continue
            }
            guard let id = CaseID(word.last == "," ? word.dropLast() : word) else { break }
            if isRange, let first = ids.last, first.prefix == id.prefix, first.number < id.number {
                ids += (first.number + 1..<id.number).map { CaseID(prefix: id.prefix, number: $0) }
            }
            ids.append(id)
            isRange = false
        }
        return ids
    }
}

/// The cases of the specification beside the package, which is not everywhere.
enum Specification {
    private static let files = ["conformance-cases.md", "conformance-cases-provider.md"]

    private static func path(_ file: String) -> String { PackageRoot.path("../shared/spec/\(file)") }

    static let isPresent = files.allSatisfy { access(path($0), R_OK) == 0 }

    /// Every case: `### MODE-01 plain apply`, or a row of a table that begins with `| MODE-01 |`; and `BEYOND-07` for the
    /// seventh bug that others have.
    static func cases() throws -> Set<CaseID> {
        let cases = try files.map { try TestFiles.text(path($0)) }.reduce(into: Set<CaseID>()) { cases, text in
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                let isCase = line.hasPrefix("### ") || line.hasPrefix("| ") || line.hasPrefix("**")
                guard isCase, let word = words.first(where: { !["###", "|"].contains($0) }) else { continue }
                if let id = CaseID(word.trimming("*")) { cases.insert(id) }
            }
        }
        return try cases.union(bugs())
    }

    private static func bugs() throws -> [CaseID] {
        let rows = try TestFiles.text(path("beyond.md")).split(separator: "\n").map { $0.split(separator: " ") }
        return rows.filter { $0.count > 3 && ["S1", "S2", "S3"].contains($0[3]) }.compactMap { row in
            CaseID("BEYOND-\(row[1].count < 2 ? "0" : "")\(row[1])")
        }
    }
}

@Suite("Every case of the specification", .enabled(if: Specification.isPresent))
struct ConformanceTests {
    /// The families of cases that are looked at.
    private static let prefixes = [
        "AGG", "ALS", "API", "APL", "ARGV", "BAS", "BEYOND", "CAN", "CFG", "CLN", "CONF", "DEL", "DIFF", "DIR", "E2E",
        "HASH", "HEALTH", "HSH", "INF", "KEEP", "KEY", "KIND", "LDR", "LIST", "LIVE", "LOAD", "META", "MODE", "NSC",
        "OVR", "OWN", "PLAN", "PLN", "PRI", "PRUNE", "RBK", "REF", "REPL", "REWR", "STATE", "STR", "SYN", "SYNC",
        "TGT", "TMPL", "TOOL", "TREE", "TRI", "TRP", "VALF", "VER", "WATCH",
    ]

    @Test("has a test whose text begins with its id, or a reason in Tests/Conformance.md", arguments: prefixes)
    func isCovered(prefix: String) throws {
        let cases = try Specification.cases().filter { $0.prefix == prefix }
        #expect(!cases.isEmpty)
        if prefix == "BEYOND" { #expect(cases.count == 30) }
        let missing = try cases.subtracting(tested()).subtracting(excused())
        #expect(missing.sorted() == [])
    }

    @Test("is a case, when Tests/Conformance.md gives a reason for it")
    func isExcusedRightly() throws {
        let unknown = try excused().subtracting(Specification.cases())
        #expect(unknown.sorted() == [])
    }

    /// The ids in the texts of all tests.
    private func tested() throws -> Set<CaseID> {
        var ids: Set<CaseID> = []
        for target in try TestFiles.names(in: PackageRoot.path("Tests")) where target.hasSuffix("Tests") {
            let folder = PackageRoot.path("Tests/\(target)")
            for file in try TestFiles.names(in: folder) where file.hasSuffix(".swift") {
                ids.formUnion(testTexts(in: try TestFiles.text("\(folder)/\(file)")).flatMap(CaseID.leading))
            }
        }
        return ids
    }

    /// The first argument of each `@Test`, where it is a literal.
    private func testTexts(in source: String) -> [Substring] {
        source.split(separator: "@Test(").dropFirst().compactMap { rest in
            let text = rest.drop { $0.isWhitespace }
            return text.first == "\"" ? text.dropFirst().prefix { $0 != "\"" } : nil
        }
    }

    /// The ids of the table of cases that cannot be tested yet.
    private func excused() throws -> Set<CaseID> {
        let rows = try TestFiles.text(PackageRoot.path("Tests/Conformance.md")).split(separator: "\n")
        return Set(rows.filter { $0.hasPrefix("| ") }.flatMap { CaseID.leading(in: $0.dropFirst(2)) })
    }
}

extension Substring {
    /// The text without a character at its ends.
    fileprivate func trimming(_ character: Character) -> Substring {
        var rest = self
        while rest.first == character { rest.removeFirst() }
        while rest.last == character { rest.removeLast() }
        return rest
    }
}

@Suite("Ids of cases")
struct CaseIDTests {
    @Test(
        "are read from the beginning of a text",
        arguments: [
            ("MODE-01 writes", ["MODE-01"]), ("MODE-01, MODE-02 write like KEY-01", ["MODE-01", "MODE-02"]),
            ("KEY-08 to KEY-10 E2E-01 pair", ["KEY-08", "KEY-09", "KEY-10", "E2E-01"]), ("writes as MODE-01", []),
            ("E50 deletes", []), ("KEY-03 to the end", ["KEY-03"]), ("", []),
        ]
    )
    func leading(text: String, ids: [String]) {
        #expect(CaseID.leading(in: text).map(\.description) == ids)
    }
}
