import Testing

@testable import bench

@Suite("The 20 MB of manifests")
struct LoadWorkloadTests {
    @Test("are objects of different names, in the same mix whenever they are made")
    func mix() {
        let texts = (0..<100).map { LoadWorkload.object($0).yaml }
        #expect(Set(texts).count == 100)
        for (kind, count) in [("Deployment", 30), ("Service", 30), ("ConfigMap", 30), ("CustomResourceDefinition", 10)]
        {
            #expect(texts.count { $0.contains("\nkind: \(kind)\n") } == count, "\(kind)")
        }
        #expect(texts == (0..<100).map { LoadWorkload.object($0).yaml })
    }

    @Test("are about 20 MB")
    func size() {
        let bytes = (0..<100).map { LoadWorkload.object($0).yaml.utf8.count }.reduce(0, +)
        #expect((190_000...220_000).contains(bytes), "\(bytes) for 100 objects")
    }
}
