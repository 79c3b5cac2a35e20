@testable import Manifests
import TestSupport
import Testing

/// The public suite is of YAML 1.2; a case may differ only when the table says why.
@Suite("The YAML test suite", .enabled(if: Corpora.isPresent))
struct YAMLSuiteTests {
    @Test("agrees, or the table has the reason", arguments: Corpora.isPresent ? try cases() : [])
    func agrees(name: String) throws {
        let outcome = try outcome(of: name)
        let reason = Self.differences.first { $0.cases.split(separator: " ").contains(name[...]) }?.reason
        switch outcome {
        case .asExpected: #expect(reason == nil, "no longer differs: take it out of the table")
        case .differs(let how): #expect(reason != nil, "\(how)")
        }
    }

    private enum Outcome {
        case asExpected
        case differs(String)
    }

    /// Every case that differs, with the reason.
    private static let differences: [(reason: String, cases: String)] = [
        (
            "a key that is a list, a mapping or null has no form in JSON, and the suite has no in.json for it either",
            """
            2SXE 4FJ6 6BFJ 6PBE 9MMW DFF7 FH7J KK5P LX3P M2N8/00 M2N8/01 M5DY PW8X Q9WF RZP5 SBG9 V9D5 X38W XW4D
            """
        ),
        (
            "libyaml reads YAML 1.1: flow syntax that came with 1.2 (adjacent values, empty entries, multi-line keys)",
            """
            4ABK 4MUZ/01 4MUZ/02 58MP 5MUD 5T43 652Z 9SA2 CFD4 DBG4 FRK4 HM87/00 HM87/01 K3WX NJ66 UT92 VJP3/01
            """
        ),
        (
            "libyaml takes no tab where indentation may be, even where 1.2 takes it as a separator",
            "6BCT 6CA3 96NN/00 96NN/01 A2M4 DK95/00 DK95/03 DK95/04 R4YG Y79Y/001 Y79Y/010"
        ),
        (
            "libyaml takes no empty key, and no bare or empty node in some places",
            "2JQS 6M2F NHX8 NKF9 S3PD SM9W/01 UKK6/00"
        ),
        (
            "libyaml wants \"---\" after \"...\" and after a directive",
            "7Z25 DK3J FP8R HWV9 M7A3 QT73 W4TN"
        ),
        ("libyaml refuses directives that it does not know, and YAML 1.3", "2LFX 6LVF BEC7 MUS6/05 MUS6/06"),
        ("libyaml takes letters, digits, - and _ in anchors, and a colon ends them", "8XYN W5VH Y2GN"),
        (
            "libyaml is laxer than 1.2: comments without a space before them, directives, indentation",
            "9C9N 9HCY 9JBA CVW2 DK95/01 EB22 G5U8 MUS6/00 MUS6/01 QB6E RHX7 S98Z SU5Z X4QW Y79Y/003 YJV2"
        ),
        ("libyaml drops white space in the last line of a block scalar without a line break", "JEF9/02 L24T/01"),
        ("y is true in YAML 1.1", "C4HZ"),
        ("go-yaml resolves a scalar with the tag !", "S4JQ"),
        ("a string must be text: binary data that is no UTF-8 is refused", "565N"),
    ]

    private func outcome(of name: String) throws -> Outcome {
        let folder = Corpora.path("yaml-test-suite/\(name)")
        let shouldFail = (try? TestFiles.read("\(folder)/error")) != nil
        let documents: [YAMLDocument]
        do {
            documents = try YAML.documents(in: try TestFiles.read("\(folder)/in.yaml"), file: name)
        } catch {
            return shouldFail ? .asExpected : .differs("\(error)")
        }
        guard !shouldFail else { return .differs("was accepted") }
        let found = documents.map { $0.value.jsonText(.sortedKeys) }
        for document in documents {
            let again = try YAML.documents(in: Array(document.value.yamlText().utf8), file: name)
            #expect(again.map { $0.value.jsonText(.sortedKeys) } == [document.value.jsonText(.sortedKeys)])
        }
        guard let json = try? TestFiles.read("\(folder)/in.json") else { return .asExpected }
        let expected = try values(json).filter { !$0.isNull }.map { $0.jsonText(.sortedKeys) }
        return found == expected ? .asExpected : .differs("\(found) instead of \(expected)")
    }

    /// The values of a file that has one or more JSON texts, each ended by a line feed.
    private func values(_ json: [UInt8]) throws -> [Value] {
        var values: [Value] = []
        var pending: [UInt8] = []
        for line in json.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            pending += line + [UInt8(ascii: "\n")]
            guard let value = try? Value(json: pending) else { continue }
            values.append(value)
            pending = []
        }
        let isComplete = pending.allSatisfy { $0 == UInt8(ascii: "\n") }
        return isComplete ? values : [try Value(json: json)]
    }

    /// The names of all cases: `229Q`, and `4MUZ/00` where a case has several parts.
    private static func cases() throws -> [String] {
        try TestFiles.names(in: Corpora.path("yaml-test-suite")).flatMap { name in
            let entries = try TestFiles.names(in: Corpora.path("yaml-test-suite/\(name)"))
            let parts = entries.filter { $0.allSatisfy(\.isWholeNumber) }.map { "\(name)/\($0)" }
            return parts.isEmpty ? [name] : parts
        }
    }
}
