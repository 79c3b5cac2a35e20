import FakeKubernetes
import KubernetesAPI
import Manifests
import TestSupport
import Testing

@testable import Stages

@Suite("A clean", .timeLimit(.minutes(5)))
struct DeletionTests {
    private static let settings = "\(Path.configMaps)/orders-settings-canary"
    private let files = [
        "a.yaml": [Text.deployment(), Text.service(), Text.configMap].joined(separator: "---\n")
    ]

    /// Makes the canary of three objects, lets something happen, and cleans; meanwhile something happens between the
    /// plan and the first delete.
    private func clean(
        before: @Sendable (FakeCluster) throws -> Void = { _ in },
        meanwhile: @escaping @Sendable (FakeCluster) -> Void = { _ in },
        stop: StopSignal = StopSignal(),
        onEvent: @escaping StageEventHandler = { _ in },
        after: (FakeCluster, TargetReport, [String]) throws -> Void
    ) async throws {
        try await ApplicationFixture.with(files) { application in
            try await Fleet.with(["eu"]) { fleet in
                let cluster = fleet.clusters[0]
                let canary = try await fleet.run("K8S_CANARY_ROLLOUT", "{createService: true}", of: application)
                #expect(canary.outcome == .succeeded, "\(canary)")
                try before(cluster)
                cluster.clearRequests()
                let notes = Notes()
                let report = try await fleet.run("K8S_CANARY_CLEAN", of: application, stop: stop) { event in
                    if case .planned = event.kind { meanwhile(cluster) }
                    notes.add(event)
                    onEvent(event)
                }
                try after(cluster, report.targets[0], notes.all)
            }
        }
    }

    @Test("DEL-04 deletes in the namespace of the object")
    func otherNamespace() async throws {
        try await clean { cluster in
            let shop: Value = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]
            #expect(cluster.perform("POST", "/api/v1/namespaces", shop).code == 201)
            var env = Live.object("v1", "ConfigMap", "env", marks: ["pipecd.dev/resource-key": ":ConfigMap:shop:env"])
            env["metadata"]?["namespace"] = "shop"
            for field in ["uid", "resourceVersion"] { env["metadata"]?[field] = Value?.none }
            #expect(cluster.perform("POST", "/api/v1/namespaces/shop/configmaps", env).code == 201)
        } after: { cluster, report, _ in
            #expect(
                report.changes.contains { $0.resource.description == ":ConfigMap:shop:env" && $0.change == .deleted }
            )
            #expect(cluster.object("/api/v1/namespaces/shop/configmaps/env") == nil)
        }
    }

    @Test("DEL-02 deletes nothing that it cannot look at, and fails with that error")
    func unreadable() async throws {
        try await clean { cluster in
            cluster.inject(.internalError(verbs: [.get], resource: "configmaps"))
        } after: { cluster, report, _ in
            #expect(report.outcome == .failed)
            #expect(report.error?.contains("get ConfigMap/default/orders-settings-canary") == true, "\(report)")
            #expect(report.error?.contains("the server answered 500 InternalError") == true, "\(report)")
            #expect(cluster.requests.filter { $0.method == "DELETE" }.count == 2)
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test("DEL-07 tries every object, and says how many were deleted")
    func refused() async throws {
        try await clean { cluster in
            cluster.inject(.forbidden(verbs: [.delete], resource: "services"))
        } after: { cluster, report, _ in
            #expect(report.outcome == .failed)
            let text =
                "Failed to delete some resources, 2/3 resources were deleted: eu: delete Service/default/orders-canary"
            #expect(report.error?.hasPrefix(text) == true, "\(report)")
            #expect(report.left.map(\.kind) == ["Service"])
            #expect(cluster.requests.filter { $0.method == "DELETE" }.count == 3)
            #expect(cluster.object("\(Path.services)/orders-canary") != nil)
        }
    }

    @Test("stops between two objects, and says all the same what could not be deleted", .tags(.cancellation))
    func stopped() async throws {
        let stop = StopSignal()
        try await clean(
            before: { $0.inject(.forbidden(verbs: [.delete], resource: "services")) },
            stop: stop,
            onEvent: { if case .changed = $0.kind { stop.request() } }
        ) { cluster, report, _ in
            #expect(report.outcome == .failed)
            #expect(report.error?.contains(" 1/3 resources were deleted: eu: delete Service/") == true, "\(report)")
            #expect(report.left.map(\.kind) == ["Service", "ConfigMap"])
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test("DEL-06 skips what is gone, and counts it neither as deleted nor as failed")
    func gone() async throws {
        try await clean { cluster in
            cluster.inject(.forbidden(verbs: [.delete], resource: "services"))
        } meanwhile: { cluster in
            #expect(cluster.perform("DELETE", Self.settings).code == 200)
        } after: { _, report, notes in
            #expect(report.changes.map(\.change) == [.deleted, .skipped])
            #expect(report.error?.contains(" 1/2 resources were deleted") == true, "\(report)")
            let note = "ConfigMap/default/orders-settings-canary was not deleted: it is gone already"
            #expect(notes == [note])
        }
    }

    @Test("keeps an object that was made anew meanwhile, and says why")
    func recreated() async throws {
        try await clean { _ in
        } meanwhile: { cluster in
            guard var object = cluster.object(Self.settings) else { return }
            for field in ["uid", "resourceVersion"] { object["metadata"]?[field] = Value?.none }
            #expect(cluster.perform("DELETE", Self.settings).code == 200)
            #expect(cluster.perform("POST", Path.configMaps, object).code == 201)
        } after: { cluster, report, notes in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(report.changes.map(\.change) == [.deleted, .deleted, .skipped])
            let reason = "it was deleted, and another object has its name now"
            #expect(notes == ["ConfigMap/default/orders-settings-canary was not deleted: \(reason)"])
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test("keeps an object that was made anew between the look and the delete")
    func recreatedLate() async throws {
        try await clean { cluster in
            var object = try #require(cluster.object(Self.settings))
            for field in ["uid", "resourceVersion"] { object["metadata"]?[field] = Value?.none }
            let others = [
                Fault.OtherRequest("DELETE", Self.settings), Fault.OtherRequest("POST", Path.configMaps, object),
            ]
            cluster.inject(Fault(.precededBy(others), verbs: [.delete], resource: "configmaps", times: 1))
        } after: { cluster, report, notes in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(report.changes.map(\.change) == [.deleted, .deleted, .skipped])
            let reason = "it was deleted, and another object has its name now"
            #expect(notes == ["ConfigMap/default/orders-settings-canary was not deleted: \(reason)"])
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test("keeps an object that was given to another application between the look and the delete")
    func changedLate() async throws {
        try await clean { cluster in
            let patch: Value = ["metadata": ["annotations": ["pipecd.dev/application": "another"]]]
            cluster.inject(Self.change(patch))
        } after: { cluster, report, notes in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(report.changes.map(\.change) == [.deleted, .deleted, .skipped])
            let reason = "application \"app-orders\" does not own it on this target any more"
            #expect(notes == ["ConfigMap/default/orders-settings-canary was not deleted: \(reason)"])
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test(
        "looks again at an object that changes between the look and the delete, at most five times",
        arguments: [(1, true), (4, true), (5, false)]
    )
    func busyObject(changes: Int, isDeleted: Bool) async throws {
        try await clean { cluster in
            for number in 1...changes {
                cluster.inject(Self.change(["metadata": ["annotations": ["n": .string("\(number)")]]]))
            }
        } after: { cluster, report, notes in
            #expect(report.outcome == (isDeleted ? .succeeded : .failed), "\(report)")
            #expect(notes == [])
            #expect((cluster.object(Self.settings) == nil) == isDeleted)
            let deletes = cluster.requests.filter { $0.method == "DELETE" && $0.path == Self.settings }
            #expect(deletes.count == min(changes + 1, 5))
            guard !isDeleted else { return }
            #expect(report.error?.contains("it was changed meanwhile: ") == true, "\(report)")
            #expect(report.left.map(\.kind) == ["ConfigMap"])
        }
    }

    /// Somebody changes the settings right before they are deleted.
    private static func change(_ patch: Value) -> Fault {
        let type = "application/merge-patch+json"
        let other = Fault.OtherRequest("PATCH", settings, patch, contentType: type)
        return Fault(.precededBy([other]), verbs: [.delete], resource: "configmaps", times: 1)
    }

    @Test(
        "keeps an object whose marks were changed meanwhile, and says why",
        arguments: [
            ("annotations", "pipecd.dev/application", "another", "does not own it on this target any more"),
            ("annotations", "pipecd.dev/managed-by", "helm", "does not own it on this target any more"),
            ("annotations", "pipecd.dev/deploy-target", "us", "does not own it on this target any more"),
            ("annotations", "pipecd.dev/prune", "false", "it was given the annotation pipecd.dev/prune: \"false\""),
            ("labels", "pipecd.dev/variant", "primary", "its labels were changed meanwhile"),
        ]
    )
    func changedMarks(field: String, key: String, value: String, reason: String) async throws {
        try await clean { _ in
        } meanwhile: { cluster in
            let patch: Value = ["metadata": [field: [key: .string(value)]]]
            let answer = cluster.perform(
                "PATCH",
                Self.settings,
                patch,
                contentType: "application/merge-patch+json"
            )
            #expect(answer.code == 200)
        } after: { cluster, report, notes in
            #expect(report.outcome == .succeeded, "\(report)")
            #expect(report.changes.map(\.change) == [.deleted, .deleted, .skipped])
            #expect(notes.count == 1 && notes[0].contains(reason), "\(notes)")
            #expect(cluster.object(Self.settings) != nil)
        }
    }

    @Test("deletes what says that it is not pruned: a copy has the annotations of its origin")
    func keptFromPrune() async throws {
        try await clean { cluster in
            let patch: Value = ["metadata": ["annotations": ["pipecd.dev/prune": "false"]]]
            let type = "application/merge-patch+json"
            #expect(cluster.perform("PATCH", Self.settings, patch, contentType: type).code == 200)
        } after: { _, report, _ in
            #expect(report.changes.map(\.change) == [.deleted, .deleted, .deleted])
        }
    }
}

@Suite("A look before a deletion")
struct DeletionLookTests {
    private static func object(_ apiVersion: String, _ kind: String, _ name: String, _ namespace: String?) -> Value {
        var object = Live.object(apiVersion, kind, name)
        object["metadata"]?["namespace"] = namespace.map(Value.string)
        object["metadata"]?["uid"] = "u"
        return object
    }

    /// What was to be deleted, what the server answers, and why nothing is deleted, if so.
    struct Look: Sendable, CustomTestStringConvertible {
        let id: String
        let found: Value
        let now: Value?
        let reason: String?

        var testDescription: String { id }
    }

    private static let looks = [
        Look(
            id: "DEL-01",
            found: object("v1", "ConfigMap", "env", "default"),
            now: object("v1", "ConfigMap", "env", nil),
            reason: nil
        ),
        Look(
            id: "DEL-03",
            found: object("v1", "ConfigMap", "other", "default"),
            now: object("v1", "ConfigMap", "env", "default"),
            reason: DeletionLook.isGone
        ),
        Look(
            id: "DEL-04",
            found: object("v1", "ConfigMap", "env", "shop"),
            now: object("v1", "ConfigMap", "env", "shop"),
            reason: nil
        ),
        Look(
            id: "DEL-05",
            found: object("v1", "Service", "cart", "shop"),
            now: object("acme.io/v1", "Service", "cart", "shop"),
            reason: DeletionLook.isGone
        ),
        Look(
            id: "DEL-06",
            found: object("v1", "ConfigMap", "env", nil),
            now: nil,
            reason: DeletionLook.isGone
        ),
    ]

    @Test(
        "APL-10, DEL-01, DEL-03 to DEL-06, BEYOND-17 finds the object itself, and takes no other for it",
        arguments: looks
    )
    func look(_ look: Look) throws {
        let found = try #require(LiveResource(look.found))
        let deletion = DeletionLook(found: found, now: look.now.flatMap { LiveResource($0) })
        #expect(deletion.reasonToKeep(application: "app-orders", target: "eu") == look.reason)
    }
}
