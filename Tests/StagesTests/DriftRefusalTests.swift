import FakeKubernetes
import ManifestSources
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages

@Suite("Where the server refuses a dry run", .timeLimit(.minutes(5)))
struct DriftRefusalTests {
    private static let files = ["a.yaml": [Text.deployment(), Text.configMap].joined(separator: "---\n")]
    private static let cannot = """
        deployments.apps "orders" is forbidden: User "reader" cannot patch resource "deployments" in API group "apps" in \
        the namespace "default"
        """

    private func refused(_ effect: Fault.Effect, verbs: Set<Fault.Verb> = [.patch], resource: String = "deployments")
        async throws
        -> TargetDrift
    {
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                fleet.clusters[0].inject(Fault(effect, verbs: verbs, resource: resource))
                return try await fleet.fresh.drift(of: application)[0]
            }
        }
    }

    @Test(
        "for want of a right, or because a webhook cannot tell, fields are compared, and a note says so",
        arguments: [
            (Fault.Effect.webhookWithSideEffects("w.test"), "does not support dry run"),
            (
                .status(code: 403, reason: "Forbidden", message: cannot),
                "grant patch on deployments.apps in namespace default"
            ),
        ]
    )
    func compared(effect: Fault.Effect, text: String) async throws {
        let drift = try await refused(effect)
        #expect(drift.lines == [])
        #expect(drift.notes.count == 1 && drift.notes[0].contains(text), "\(drift.notes)")
        #expect(drift.notes.first?.hasSuffix("; compared field by field") == true, "\(drift.notes)")
    }

    @Test("for a reason that a deployment would meet, too, that is the difference")
    func wouldFail() async throws {
        let quota = "deployments.apps \"orders\" is forbidden: exceeded quota: small"
        let drift = try await refused(.status(code: 403, reason: "Forbidden", message: quota))
        #expect(
            drift.lines.count == 1 && drift.lines[0].hasPrefix("~ orders a deployment would be refused: "),
            "\(drift.lines)"
        )
        #expect(drift.lines.first?.contains("exceeded quota") == true)
    }

    @Test("because a field cannot be changed, the field and the reason are the difference")
    func immutable() async throws {
        try await ApplicationFixture.with(["a.yaml": Text.deployment()]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                let text = Text.deployment().replacing("{app: orders}", with: "{app: orders, tier: web}")
                try TestFiles.write(text, to: "\(application.directory)/a.yaml")
                let lines = try await fleet.drift(of: application)[0].lines
                #expect(lines.first?.contains("immutable") == true, "\(lines)")
                #expect(lines.contains("~ orders spec.selector.matchLabels.tier: none -> \"web\""), "\(lines)")
            }
        }
    }

    @Test("for a moment, nobody can tell")
    func unavailable() async throws {
        let drift = try await refused(.status(code: 503, reason: "ServiceUnavailable", message: "busy"))
        #expect(
            drift.lines.count == 1 && drift.lines[0].hasPrefix("? eu: apply Deployment/default/orders: "),
            "\(drift.lines)"
        )
    }

    @Test("or the type is hidden, nobody can tell, and the missing right is named")
    func hidden() async throws {
        let text =
            "configmaps is forbidden: User \"reader\" cannot list resource \"configmaps\" in API group \"\" at the cluster scope"
        let drift = try await refused(
            .status(code: 403, reason: "Forbidden", message: text),
            verbs: [.list],
            resource: "configmaps"
        )
        #expect(drift.lines.count == 1, "\(drift.lines)")
        #expect(
            drift.lines.first?.hasPrefix("? ConfigMap/default/orders-settings: eu: list configmaps") == true,
            "\(drift.lines)"
        )
        #expect(drift.lines.first?.contains("grant list on configmaps") == true)
    }

    @Test("a cluster that cannot be compared leaves the others, and so does a mistake in Git")
    func siblings() async throws {
        let plugin =
            "{input: {multiTargets: [{target: {name: eu}}, {target: {name: us}, manifests: [missing.yaml]}, {target: {name: asia}}]}}"
        try await ApplicationFixture.with(Self.files) { application in
            try await Fleet.with { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                try await ApplicationFixture.with(Self.files, plugin: plugin) { broken in
                    try await fleet.clusters[2].shutdown()
                    let lines = try await fleet.fresh.drift(of: broken).map(\.lines)
                    #expect(lines[0] == [])
                    #expect(lines[1].count == 1 && lines[1][0].contains("missing.yaml"), "\(lines[1])")
                    #expect(lines[2].count == 1 && lines[2][0].contains("cannot reach"), "\(lines[2])")
                }
            }
        }
    }

    @Test(
        "or the object changes from look to look, it is read again, and in the end nobody can tell",
        arguments: [(1, true), (4, true), (5, false)]
    )
    func restless(changes: Int, settles: Bool) async throws {
        try await ApplicationFixture.with(["a.yaml": Text.configMap]) { application in
            try await Fleet.with(["eu"]) { fleet in
                try await fleet.succeed("K8S_SYNC", of: application)
                for number in 0..<2 * changes {
                    let patch: Value = ["metadata": ["annotations": ["renewed": .string("\(number)")]]]
                    let other = Fault.OtherRequest(
                        "PATCH",
                        "\(Path.configMaps)/orders-settings?fieldManager=elector",
                        patch,
                        contentType: "application/merge-patch+json"
                    )
                    let verb: Fault.Verb = number % 2 == 0 ? .patch : .get
                    fleet.clusters[0].inject(
                        Fault(.precededBy([other]), verbs: [verb], resource: "configmaps", times: 1)
                    )
                }
                let drift = try await fleet.fresh.drift(of: application)[0]
                let text = "ConfigMap/default/orders-settings: it changes faster than it can be read; try again"
                #expect(drift.problems == (settles ? [] : [text]))
                #expect(drift.comparison == nil)
            }
        }
    }
}
