import Glibc
import Manifests
import TestSupport
import Testing

@testable import ManifestSources

@Suite("A file that is changed while it is read")
struct ChangingFileTests {
    private static let changed = "a.yaml: was changed while it was read; try again"

    /// What happens to the file.
    enum Change: CaseIterable {
        case grows, isEmptied, isLonger

        func happen(to path: String) {
            guard let file = fopen(path, self == .isEmptied ? "w" : "a") else { return }
            if self == .grows { fputs("and new", file) }
            fclose(file)
            if self == .isLonger { truncate(path, 100) }
        }
    }

    @Test(
        "is refused, because half of an old version and half of a new one are no manifest",
        arguments: Change.allCases
    )
    func written(change: Change) throws {
        try withTemporaryDirectory { directory in
            let path = "\(try ConfinedDirectory.resolve(directory))/a.yaml"
            try TestFiles.write("old", to: path)
            let file = PlainFile(path, name: "a.yaml")
            #expect(try file.read(limit: 1000) == Array("old".utf8))
            let error = #expect(throws: ManifestSourceError.self) {
                try file.read(limit: 1000) { change.happen(to: path) }
            }
            #expect(error?.problems == [Self.changed])
        }
    }

    @Test("is read as it was when another one takes its place")
    func replaced() throws {
        try withTemporaryDirectory { directory in
            let path = "\(try ConfinedDirectory.resolve(directory))/a.yaml"
            try TestFiles.write("old", to: path)
            try TestFiles.write("new", to: "\(path).new")
            let content = try PlainFile(path, name: "a.yaml").read(limit: 1000) { rename("\(path).new", path) }
            #expect(content == Array("old".utf8))
        }
    }

    @Test(
        "is refused when it, or a directory above it, has become a link since its path was resolved",
        arguments: ["folder", "folder/a.yaml"]
    )
    func becomesLink(part: String) throws {
        try withTemporaryDirectory { directory in
            let root = try ConfinedDirectory.resolve(directory)
            try TestFiles.write("inside", to: "\(root)/folder/a.yaml")
            try TestFiles.write("outside", to: "\(root)/secret/a.yaml")
            let file = PlainFile("\(root)/folder/a.yaml", name: "a.yaml")
            #expect(try file.read(limit: 1000) == Array("inside".utf8))
            try #require(rename("\(root)/\(part)", "\(root)/away") == 0)
            try #require(symlink(part == "folder" ? "secret" : "../secret/a.yaml", "\(root)/\(part)") == 0)
            let error = #expect(throws: ManifestSourceError.self) { try file.read(limit: 1000) }
            #expect(error?.problems == [Self.changed])
        }
    }
}
