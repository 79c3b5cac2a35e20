@testable import Manifests
import TestSupport
import Testing

/// The public suite is of YAML 1.2; a case may differ only when the table says why.
///
/// What kubectl makes of each of these cases was looked at: where we accept a text, and it can read it, the value is the same.
@Suite("The YAML test suite", .enabled(if: Corpora.isPresent))
struct YAMLSuiteTests {
    @Test("agrees, or the table has the reason and the direction", arguments: Corpora.isPresent ? try cases() : [])
    func agrees(name: String) throws {
        let outcome = try outcome(of: name)
        let entry = Self.differences.first { $0.cases.contains(name) }
        #expect(outcome.direction == entry?.direction, "\(outcome.text)")
        if let entry, entry.direction != .weRefuse {
            #expect(outcome.found.joined(separator: " ") == entry.values[name])
        }
    }

    @Test("has 402 cases, of which 314 agree")
    func count() throws {
        let names = try Self.cases()
        #expect(names.count == 402)
        let differing = Self.differences.flatMap(\.cases)
        #expect(differing.allSatisfy(names.contains))
        #expect(Set(differing).count == differing.count)
        let counts = [Direction.weRefuse, .weAccept, .otherValue].map { direction in
            Self.differences.filter { $0.direction == direction }.reduce(0) { $0 + $1.cases.count }
        }
        #expect(counts == [66, 16, 6])
        let valued = Self.differences.filter { $0.direction != .weRefuse }
        #expect(valued.allSatisfy { $0.values.count == $0.cases.count })
    }

    @Test("has no case with another value that PipeCD and kubectl do not read in the same way, unless we warn")
    func warned() throws {
        for name in ["JEF9/02", "L24T/01", "C4HZ"] {
            let bytes = try TestFiles.read(Corpora.path("yaml-test-suite/\(name)/in.yaml"))
            #expect(try YAML.documents(in: bytes, file: name).contains { !$0.warnings.isEmpty }, "\(name)")
        }
    }

    private enum Direction {
        /// The suite has a value, we have an error.
        case weRefuse
        /// The suite has an error, we have a value.
        case weAccept
        /// Both have a value, but not the same one.
        case otherValue
    }

    private struct Difference {
        let direction: Direction
        let reason: String
        let cases: [String]
        /// What we read each case as, its documents in JSON, unless we refuse it.
        let values: [String: String]

        init(_ direction: Direction, _ reason: String, _ cases: String) {
            self.direction = direction
            self.reason = reason
            self.cases = cases.split { $0 == " " || $0 == "\n" }.map(String.init)
            values = [:]
        }

        init(_ direction: Direction, _ reason: String, _ values: [String: String]) {
            self.direction = direction
            self.reason = reason
            self.values = values
            cases = Array(values.keys)
        }
    }

    /// Every case that differs, with the reason.
    private static let differences: [Difference] = [
        Difference(
            .weRefuse,
            "a key that is a list, a mapping or null has no form in JSON, and the suite has no in.json for it; so go-yaml",
            """
            4FJ6 6BFJ 6PBE 9MMW DFF7 FH7J KK5P LX3P M2N8/00 M2N8/01 M5DY PW8X Q9WF RZP5 SBG9 V9D5 X38W XW4D
            """
        ),
        Difference(
            .weRefuse,
            "libyaml and go-yaml read YAML 1.1: flow syntax of 1.2 (adjacent values, empty entries, multi-line keys)",
            "4ABK 4MUZ/01 4MUZ/02 58MP 5MUD 5T43 9SA2 CFD4 DBG4 FRK4 HM87/00 K3WX NJ66 UT92 VJP3/01"
        ),
        Difference(
            .weRefuse,
            "libyaml and go-yaml take no tab where indentation may be, even where 1.2 takes it as a separator",
            "6BCT 96NN/00 96NN/01 A2M4 DK95/00 DK95/03 DK95/04 R4YG Y79Y/001 Y79Y/010"
        ),
        Difference(
            .weRefuse,
            "libyaml and go-yaml take no empty key, and no bare or empty node in some places",
            "2JQS 6M2F NHX8 NKF9 S3PD SM9W/01 UKK6/00"
        ),
        Difference(
            .weRefuse,
            "libyaml wants \"---\" after \"...\" and after a directive, where go-yaml reads no further",
            "7Z25 M7A3"
        ),
        Difference(.weRefuse, "libyaml and go-yaml take no \"...\" without a document", "HWV9 QT73"),
        Difference(.weRefuse, "libyaml and go-yaml want a block that is a whole document to be indented", "DK3J FP8R"),
        Difference(.weRefuse, "a line of such a block that begins with % is a directive, for go-yaml too", "W4TN"),
        Difference(.weRefuse, "a colon ends an alias in YAML 1.1, for go-yaml too, and no key is left", "2SXE"),
        Difference(
            .weRefuse,
            "libyaml refuses directives that it does not know, and YAML 1.3; so go-yaml",
            "2LFX 6LVF BEC7 MUS6/05 MUS6/06"
        ),
        Difference(.weRefuse, "libyaml and go-yaml take letters, digits, - and _ in anchors", "8XYN W5VH"),
        Difference(.weRefuse, "data that is no UTF-8 is no string; go-yaml makes another text of it", "565N"),
        Difference(
            .weAccept,
            "no white space before a comment: the value is what is meant, and go-yaml has it too",
            [
                "9JBA": #"["a","b","c"]"#, "CVW2": #"["a","b","c"]"#, "SU5Z": #"{"key":"value"}"#,
                "X4QW": #"{"block":"scalar\n"}"#,
            ]
        ),
        Difference(
            .weAccept,
            "less indentation, or a tab, inside of brackets or quotation marks, or in an empty block; the value of go-yaml",
            [
                "9C9N": #"{"flow":["a","b","c"]}"#, "DK95/01": #"{"foo":"bar baz"}"#, "QB6E": #"{"quoted":"a b c"}"#,
                "S98Z": #"{"empty block scalar":""}"#, "Y79Y/003": #"[["foo","foo"]]"#,
            ]
        ),
        Difference(
            .weAccept,
            "\"-\" in brackets is a string, for go-yaml too",
            ["G5U8": #"[["-","-"]]"#, "YJV2": #"["-"]"#]
        ),
        Difference(
            .weAccept,
            "a directive after a document without \"...\", or twice, or with a comment, changes no value here",
            [
                "9HCY": #""bar" "bar""#, "EB22": #""scalar1" "scalar2""#, "MUS6/00": "", "MUS6/01": "",
                "RHX7": #"{"key":"value"}"#,
            ]
        ),
        Difference(
            .otherValue,
            "\"?\" in braces begins a key in YAML 1.1, for go-yaml too",
            ["652Z": #"{"bar":42,"foo":"bar"}"#, "HM87/01": #"[{"x":null}]"#]
        ),
        Difference(
            .otherValue,
            "a colon ends an anchor in YAML 1.1, for go-yaml too",
            ["Y2GN": #"{"key":":chor value"}"#]
        ),
        Difference(
            .otherValue,
            "a block at the end of a text without a line feed: the value of go-yaml and PipeCD; we warn, as kubectl differs",
            ["JEF9/02": #"[""]"#, "L24T/01": #"{"foo":"x\n "}"#]
        ),
        Difference(
            .otherValue,
            "y is true in YAML 1.1, for go-yaml too, and we warn",
            [
                "C4HZ": #"[{"center":{"true":129,"x":73},"radius":7},"#
                    + #"{"finish":{"true":102,"x":89},"start":{"true":129,"x":73}},"#
                    + #"{"color":16772795,"start":{"true":129,"x":73},"text":"Pretty vector drawing."}]"#
            ]
        ),
    ]

    private func outcome(of name: String) throws -> (direction: Direction?, text: String, found: [String]) {
        let folder = Corpora.path("yaml-test-suite/\(name)")
        let shouldFail = (try? TestFiles.read("\(folder)/error")) != nil
        let documents: [YAMLDocument]
        do {
            documents = try YAML.documents(in: try TestFiles.read("\(folder)/in.yaml"), file: name)
        } catch {
            return (shouldFail ? nil : .weRefuse, "\(error)", [])
        }
        let found = documents.map { $0.value.jsonText(.sortedKeys) }
        guard !shouldFail else { return (.weAccept, "accepted as \(found)", found) }
        for document in documents {
            let again = try YAML.documents(in: Array(document.value.yamlText().utf8), file: name)
            #expect(again.map { $0.value.jsonText(.sortedKeys) } == [document.value.jsonText(.sortedKeys)])
        }
        // One case has neither an error nor a value: a lone "!".
        guard let json = try? TestFiles.read("\(folder)/in.json") else { return (nil, "\(found)", found) }
        let expected = try values(json).filter { !$0.isNull }.map { $0.jsonText(.sortedKeys) }
        return (found == expected ? nil : .otherValue, "\(found) instead of \(expected)", found)
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
