import Manifests
import ManifestSources
import TestSupport
import Testing

@Suite("The manifests of one application")
struct TotalLimitsTests {
    @Test("must not have too many bytes in all, each file being small")
    func bytes() throws {
        try withTemporaryDirectory { root in
            for name in ["a", "b"] { try TestFiles.write(configMap(name), to: "\(root)/\(name).yaml") }
            var request = LoadRequest(directory: root)
            request.totalBytes = 2 * configMap("a").utf8.count
            #expect(try PlainFiles.load(request).manifests.count == 2)
            request.totalBytes -= 1
            #expect(
                refusal(request)
                    == "\(root): the manifests have more than \(request.totalBytes) bytes in all; split the application"
            )
        }
    }

    @Test("must not be too many objects")
    func objects() throws {
        try withTemporaryDirectory { root in
            for name in ["a", "b"] { try TestFiles.write(configMap(name), to: "\(root)/\(name).yaml") }
            var request = LoadRequest(directory: root)
            request.objects = 2
            #expect(try PlainFiles.load(request).manifests.count == 2)
            request.objects = 1
            #expect(refusal(request) == "\(root): the manifests have more than 1 objects in all; split the application")
        }
    }

    @Test("are told to be there twice at most a hundred times")
    func duplicates() throws {
        try withTemporaryDirectory { root in
            try TestFiles.write(String(repeating: "\(configMap("a"))---\n", count: 200), to: "\(root)/a.yaml")
            let lines = refusal(LoadRequest(directory: root))?.split(separator: "\n") ?? []
            #expect(lines.count == 101)
            #expect(lines.last == "99 more objects are there twice")
        }
    }
}
