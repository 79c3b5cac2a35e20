import Glibc
import Manifests
import ManifestSources
import TestSupport
import Testing

@Suite("A manifest file")
struct ConfinementTests {
    @Test("BEYOND-20 may not lie outside of the application directory, however it is named")
    func outside() throws {
        try withTemporaryDirectory { root in
            try layOut(root)
            let app = "\(root)/app"
            try link("\(root)/secret/x.yaml", at: "\(app)/link.yaml")
            try link("\(root)/secret", at: "\(app)/folder")
            try link("link.yaml", at: "\(app)/twice.yaml")
            for name in [
                "../secret/x.yaml", "\(root)/secret/x.yaml", "link.yaml", "folder/x.yaml", "twice.yaml",
                "../app-two/x.yaml",
            ] {
                let message = "\(name): lies outside of \(app), links resolved; move it inside"
                #expect(refusal(LoadRequest(directory: app, manifests: [name])) == message)
            }
            let scan = "link.yaml: lies outside of \(app), links resolved; move it inside"
            #expect(refusal(LoadRequest(directory: app))?.split(separator: "\n").first == scan[...])
        }
    }

    @Test("may lie anywhere in the repository when that is the bound")
    func repository() throws {
        try withTemporaryDirectory { root in
            try layOut(root)
            try link("../secret/x.yaml", at: "\(root)/app/link.yaml")
            for name in ["../secret/x.yaml", "link.yaml", "../app-two/x.yaml", "a.yaml"] {
                let request = LoadRequest(directory: "\(root)/app", manifests: [name], confinedTo: root)
                #expect(try PlainFiles.load(request).manifests.count == 1)
            }
            let outside = LoadRequest(directory: root, confinedTo: "\(root)/app")
            #expect(refusal(outside) == "\(root): lies outside of \(root)/app")
        }
    }

    @Test("may be reached through a link whose target is inside")
    func linkInside() throws {
        try withTemporaryDirectory { root in
            try TestFiles.write(configMap("a"), to: "\(root)/files/a.txt")
            try link("files/a.txt", at: "\(root)/a.yaml")
            #expect(try PlainFiles.load(LoadRequest(directory: root)).manifests.map(\.name) == ["a"])
        }
    }

    @Test("must be a regular file")
    func regular() throws {
        try withTemporaryDirectory { root in
            try TestFiles.makeDirectory("\(root)/files")
            try link("files", at: "\(root)/a.yaml")
            mkfifo("\(root)/pipe.yaml", 0o644)
            try link("loop.yaml", at: "\(root)/loop.yaml")
            #expect(
                refusal(LoadRequest(directory: root)) == """
                    a.yaml: is no regular file
                    loop.yaml: too many levels of symbolic links
                    pipe.yaml: is no regular file
                    """
            )
            #expect(refusal(LoadRequest(directory: root, manifests: ["a\0b"])) == "a\\u0000b: invalid argument")
        }
    }

    @Test("must not be longer than the limit")
    func size() throws {
        try withTemporaryDirectory { root in
            try TestFiles.write(configMap("a"), to: "\(root)/a.yaml")
            var request = LoadRequest(directory: root)
            request.limits.bytes = configMap("a").utf8.count
            #expect(try PlainFiles.load(request).manifests.count == 1)
            request.limits.bytes -= 1
            #expect(refusal(request) == "a.yaml: has more than \(request.limits.bytes) bytes; split the file")
        }
    }

    private func layOut(_ root: String) throws {
        try TestFiles.write(configMap("a"), to: "\(root)/app/a.yaml")
        try TestFiles.write(configMap("x"), to: "\(root)/secret/x.yaml")
        try TestFiles.write(configMap("two"), to: "\(root)/app-two/x.yaml")
    }

    private func link(_ target: String, at path: String) throws {
        try #require(symlink(target, path) == 0)
    }
}
