import FakeKubernetes
import Manifests
import Testing

@testable import KubernetesAPI

@Suite("Force replace", .timeLimit(.minutes(5)))
struct ForceReplaceTests {
    private static let path = "\(Foreign.configMaps)/settings"
    private static let claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: data, namespace: default}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """

    @Test("creates what is not there, and puts a new object in the place of one that is")
    func replaced() async throws {
        try await withClient { cluster, client in
            let created = try await client.forceReplace(.configMap("settings"))
            #expect(created.before == nil)
            let replaced = try await client.forceReplace(.configMap("settings", data: ["b": "2"]))
            #expect(replaced.before?.uid == created.resource.uid)
            #expect(replaced.resource.uid != created.resource.uid)
            #expect(cluster.object(Self.path)?["data"] == ["b": "2"])
            #expect(cluster.object(Self.path)?[path: "metadata", "uid"] == .string(replaced.resource.uid))
        }
    }

    @Test("refuses to destroy data unless that is allowed")
    func destructive() async throws {
        try await withClient { cluster, client in
            let claims = "/api/v1/namespaces/default/persistentvolumeclaims"
            let manifest = try Manifest(yaml: Self.claim)
            _ = try await client.forceReplace(manifest)
            let before = cluster.object("\(claims)/data")
            let error = await #expect(throws: APIError.self) { try await client.forceReplace(manifest) }
            #expect(error?.reason == .destructive("the data on the volume"))
            #expect(
                error.text == "osaka: replace PersistentVolumeClaim/default/data: deleting it destroys the data on the "
                    + "volume; allow that with the annotation pipecd.dev/allow-destructive-replace: \"true\", "
                    + "or replace it by hand"
            )
            #expect(cluster.object("\(claims)/data") == before)
            let replaced = try await client.forceReplace(manifest, destroysData: true)
            #expect(replaced.resource.uid != replaced.before?.uid)
        }
    }

    @Test(
        "knows what deletion destroys",
        arguments: [
            ("v1", "Namespace", true), ("v1", "PersistentVolume", true), ("v1", "ConfigMap", false),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition", true), ("apps/v1", "StatefulSet", false),
            ("acme.test/v1", "Namespace", false),
        ]
    )
    func loss(apiVersion: String, kind: String, isLoss: Bool) throws {
        let resource = try LiveResource(yaml: "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}")
        #expect((resource.lossOnDeletion != nil) == isLoss)
    }

    @Test("knows that a StatefulSet may take its volumes with it")
    func statefulSet() throws {
        let policy = "spec: {persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}}"
        let resource = try LiveResource(yaml: "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: x}\n\(policy)")
        #expect(resource.lossOnDeletion == "the volumes of its pods")
    }

    @Test("says which finalizers hold an object that does not go in time")
    func finalizer() async throws {
        try await withClient { cluster, client in
            var manifest = try Manifest.configMap("settings")
            try manifest.set(["example.com/hold"], at: ["metadata", "finalizers"])
            _ = try await client.create(manifest)
            let error = await #expect(throws: APIError.self) {
                try await client.forceReplace(.configMap("settings"), deadline: .milliseconds(60))
            }
            let reason = APIError.Reason.stillTerminating(after: .milliseconds(60), finalizers: ["example.com/hold"])
            #expect(error?.reason == reason)
            #expect(error.text.hasSuffix("0.06 seconds after its deletion, held by example.com/hold"), "\(error.text)")
            #expect(cluster.object(Self.path)?[path: "metadata", "deletionTimestamp"] != nil)
        }
    }

    @Test("starts again when somebody else makes the object first, at most three times", arguments: [2, 3])
    func recreated(times: Int) async throws {
        try await withClient { cluster, client in
            _ = try await client.create(.configMap("settings"))
            let effect = Fault.Effect.status(code: 409, reason: "AlreadyExists", message: "it exists already")
            cluster.inject(Fault(effect, verbs: [.create], resource: "configmaps", times: times))
            var error: APIError?
            do {
                _ = try await client.forceReplace(.configMap("settings", data: ["b": "2"]))
            } catch let failure as APIError {
                error = failure
            }
            #expect(error?.reason == (times < 3 ? nil : .alreadyExists))
            #expect(cluster.object(Self.path)?["data"] == (times < 3 ? ["b": "2"] : nil))
        }
    }
}

extension ForceReplaceTests {
    private static func shown(_ uid: String, by manager: String) -> String {
        """
        {"kind":"ConfigMap","apiVersion":"v1","data":{"changed":"1"},
        "metadata":{"name":"settings","namespace":"default","uid":"\(uid)","creationTimestamp":"2026-01-01T00:00:04Z",
        "managedFields":[{"manager":"\(manager)","operation":"Update","time":"2026-01-01T00:00:04Z"}]}}
        """
    }

    @Test(
        "never deletes what it has made itself, though the answer was lost and a webhook has changed it",
        arguments: [("flotilla", 1, "new"), ("kubectl", 2, "newer")]
    )
    func ownObject(manager: String, deletions: Int, uid: String) async throws {
        let missing = #"{"kind":"Status","apiVersion":"v1","details":{"kind":"configmaps","name":"settings"}}"#
        try await withScriptedServer { request, number in
            if let answer = ScriptedServer.discovery(request) { return answer }
            switch number {
            case 3: return .respond(200, Self.shown("old", by: "flotilla"))
            case 4, 9: return .respond(200, #"{"kind":"Status","apiVersion":"v1"}"#)
            case 5, 10: return .respond(404, missing)
            case 6: return .hangUp
            case 7, 8: return .respond(200, Self.shown("new", by: manager))
            default: return .respond(201, Self.shown("newer", by: "flotilla"))
            }
        } _: { server, client in
            let replaced = try await client.forceReplace(.configMap("settings"))
            #expect(replaced.resource.uid == uid)
            #expect(replaced.before?.uid == "old")
            #expect(server.requests.count { $0.hasPrefix("DELETE") } == deletions)
        }
    }
}

@Suite("What replacing carries over")
struct CarryOverTests {
    @Test(
        "from the live object, unless the manifest says otherwise",
        arguments: [
            (
                "v1", "PersistentVolumeClaim", "spec: {accessModes: [a], storageClassName: mine}",
                "spec: {volumeName: pv-1, storageClassName: std, volumeMode: Filesystem}",
                "spec: {accessModes: [a], storageClassName: mine, volumeName: pv-1, volumeMode: Filesystem}"
            ),
            (
                "v1", "Service", "spec: {type: ClusterIP, ports: [{port: 80}]}",
                "spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{port: 80, nodePort: 30000}]}",
                "spec: {type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{port: 80}]}"
            ),
            (
                "v1", "Service", "spec: {type: NodePort, ports: [{port: 80}, {port: 53, protocol: UDP}]}",
                "spec: {clusterIP: 1.1.1.1, ports: [{port: 53, protocol: UDP, nodePort: 2}, {port: 80, protocol: TCP, nodePort: 1}]}",
                "spec: {type: NodePort, clusterIP: 1.1.1.1, ports: [{port: 80, nodePort: 1}, {port: 53, protocol: UDP, nodePort: 2}]}"
            ),
            (
                "v1", "Service", "spec: {type: ExternalName, externalName: a.test}", "spec: {clusterIP: 1.1.1.1}",
                "spec: {type: ExternalName, externalName: a.test}"
            ),
            ("v1", "ServiceAccount", "secrets: []", "secrets: [{name: t}]", "secrets: []"),
            ("v1", "ServiceAccount", "{}", "secrets: [{name: t}]", "secrets: [{name: t}]"),
            (
                "batch/v1", "Job", "spec: {template: {metadata: {labels: {app: x}}}}",
                "spec: {selector: {matchLabels: {u: i}}, template: {metadata: {labels: {job-name: x, controller-uid: u, other: o}}}}",
                "spec: {selector: {matchLabels: {u: i}}, template: {metadata: {labels: {app: x, job-name: x, controller-uid: u}}}}"
            ),
            (
                "v1", "Pod", "spec: {containers: [{name: web, image: b}]}",
                "spec: {nodeName: n, containers: [{name: web, image: a, imagePullPolicy: Always}]}",
                "spec: {nodeName: n, containers: [{name: web, image: b, imagePullPolicy: Always}]}"
            ),
            (
                "apps/v1", "DaemonSet", "spec: {a: 1}", "spec: {b: 1}\nsecrets: [x]\nstatus: {n: 1}",
                "spec: {a: 1}\nstatus: {n: 1}"
            ),
        ]
    )
    func carried(apiVersion: String, kind: String, manifest: String, live: String, sent: String) throws {
        let head = "apiVersion: \(apiVersion)\nkind: \(kind)\n"
        let tail = { (text: String) in text == "{}" ? "" : text }
        let ours = try Value(yaml: "\(head)metadata: {name: x}\n\(tail(manifest))")
        let theirs = try LiveResource(
            yaml: "\(head)metadata: {name: x, uid: u-1, resourceVersion: \"7\"}\n\(tail(live))"
        )
        let expected = try Value(yaml: "\(head)metadata: {name: x, resourceVersion: \"7\", uid: u-1}\n\(tail(sent))")
        #expect(ours.carryingOver(from: theirs) == expected)
    }
}
