import Testing

@testable import bench

@Suite("Workload")
struct WorkloadTests {
    let first = Workload(namespace: "there", revision: .first)
    let second = Workload(namespace: "there", revision: .second)

    @Test(
        "has 34 Deployments, 33 Services and 33 ConfigMaps",
        arguments: [("Deployment", 34), ("Service", 33), ("ConfigMap", 33)]
    )
    func counts(kind: String, count: Int) {
        #expect(first.objects.count { $0.kind == kind } == count)
    }

    @Test("has a path of its own for each object")
    func paths() {
        #expect(Set(first.objects.map(\.resourcePath)).count == Workload.size)
        #expect(Set(first.files(in: "/x")).count == Workload.size)
        #expect(first.objects.first?.resourcePath == "/apis/apps/v1/namespaces/there/deployments/app-00")
    }

    @Test("differs between revisions in exactly one line of each object")
    func revisions() {
        for (old, new) in zip(first.objects, second.objects) {
            let lines = zip(old.tree.yaml.split(separator: "\n"), new.tree.yaml.split(separator: "\n"))
            #expect(lines.count { $0 != $1 } == 1, "\(old.kind) \(old.name)")
        }
    }
}
