import Manifests
import Rollouts
import Testing

@Suite("Versions")
struct ArtifactVersionTests {
    @Test(
        "VER-05, BEYOND-28 are read from image references, ports of registries and digests included",
        arguments: [
            ("orders", "orders", ""), ("reg.test/orders:3", "orders", "3"), ("reg.test/shop/orders", "orders", ""),
            ("shop/orders:3", "orders", "3"), ("reg.test/team/api:2.1", "api", "2.1"),
            ("reg.test:5000/team/api:2.1", "api", "2.1"), ("reg.test:5000/team/api", "api", ""),
            ("api@sha256:ab12", "api", "sha256:ab12"), ("api:2.1@sha256:ab12", "api", "2.1"),
            ("reg.test:5000/api@sha256:ab12", "api", "sha256:ab12"), ("api:", "api", ""), ("api@", "api", ""),
            ("reg.test/", "", ""), ("", "", ""), (":@/", "", "/"), ("api:\u{301}2", "api", "\u{301}2"),
            ("reg.test/\u{301}api@\u{301}a", "\u{301}api", "\u{301}a"),
        ] as [(String, String, String)]
    )
    func parsed(image: String, name: String, version: String) {
        let parsed = ArtifactVersion(image: image)
        #expect(parsed.name == name && parsed.version == version && parsed.url == image)
    }

    @Test("keep the digest beside the tag")
    func digest() {
        let reference = ImageReference("api:2.1@sha256:ab12")
        #expect(reference.tag == "2.1" && reference.digest == "sha256:ab12")
    }

    @Test(
        "VER-01 to VER-04, VER-06, VER-07 are those of all pod templates, each image once, sorted by url",
        arguments: [
            ([pods("Deployment", "[{image: 'orders:1.4.0'}]")], ["orders:1.4.0"]),
            (
                [pods("Deployment", "[{image: 'orders:1'}]"), pods("Deployment", "[{image: 'cache:7'}]", name: "b")],
                ["cache:7", "orders:1"]
            ),
            ([pods("Deployment", "[{image: 'orders:1'}, {image: 'orders:1'}]")], ["orders:1"]),
            (
                [
                    pods("Deployment", "[]"), pods("Deployment", "[{name: web}]", name: "b"),
                    pods("Deployment", "[web]", name: "c"), pods("Deployment", "[{image: ''}]", name: "d"),
                    pods("Deployment", "{image: {}}", name: "e"),
                ], []
            ),
            (
                [pods("Deployment", "[{image: 'orders:3'}], initContainers: [{image: 'migrate:2'}]")],
                ["migrate:2", "orders:3"]
            ),
            ([cronJob], ["init:1", "job:2"]),
            ([pods("StatefulSet", "[{image: b}]"), pods("Rollout", "[{image: a}]", name: "x")], ["a", "b"]),
        ] as [([String], [String])]
    )
    func collected(texts: [String], images: [String]) throws {
        let versions = ArtifactVersions.versions(in: try manifests(texts.joined(separator: "\n---\n")))
        #expect(versions.map(\.url) == images)
    }

    @Test("BEYOND-27 are told for each target when the same object has another image there")
    func targets() throws {
        let eu = try manifests(Fixture.deployment(image: "orders:1"))
        let us = try manifests(Fixture.deployment(image: "orders:2"))
        let versions = ArtifactVersions([("eu", eu), ("us", us), ("ap", eu)])
        #expect(versions.all.map(\.url) == ["orders:1", "orders:2"])
        #expect(!versions.areSameEverywhere)
        #expect(versions.targets.map(\.name) == ["eu", "us", "ap"])
        #expect(versions.targets.map { $0.versions.map(\.version) } == [["1"], ["2"], ["1"]])
        #expect(ArtifactVersions([("eu", eu), ("ap", eu)]).areSameEverywhere)
    }

    private static func pods(_ kind: String, _ containers: String, name: String = "a") -> String {
        """
        apiVersion: apps/v1
        kind: \(kind)
        metadata: {name: \(name)}
        spec: {template: {spec: {containers: \(containers)}}}
        """
    }

    private static let cronJob = """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec:
          jobTemplate:
            spec:
              template: {spec: {initContainers: [{image: 'init:1'}], containers: [{image: 'job:2'}]}}
        """
}
