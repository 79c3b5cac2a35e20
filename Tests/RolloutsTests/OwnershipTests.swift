import Manifests
import Rollouts
import Testing

@Suite("Ownership marks")
struct OwnershipTests {
    @Test("OWN-05, LDR-08 are added as labels and annotations; what is there stays")
    func marks() throws {
        let text = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: a, namespace: shop, annotations: {team: cart}}
            """
        let owner = try Ownership(piped: "p1", application: "app-1", commit: "0123456789abcdef", deployTarget: "eu/1 x")
        let marked = try owner.mark(try manifests(text)[0])
        let labels = [
            "pipecd.dev/managed-by": "piped", "pipecd.dev/piped": "p1", "pipecd.dev/application": "app-1",
            "pipecd.dev/commit-hash": "0123456789abcdef",
        ]
        #expect(marked.labels == labels)
        let more = [
            "team": "cart", "pipecd.dev/original-api-version": "v1", "pipecd.dev/resource-key": ":ConfigMap:shop:a",
            "pipecd.dev/deploy-target": "eu/1 x",
        ]
        #expect(marked.annotations == labels.merging(more) { $1 })
    }

    @Test("LDR-08 leave pod templates alone, and a namespace that is not written")
    func podTemplate() throws {
        let marked = try loaded(Fixture.deployment())[0]
        #expect(marked[path: "spec", "template", "metadata"] == ["labels": ["app": "orders"]])
        let marks = [
            "pipecd.dev/managed-by": "piped", "pipecd.dev/piped": "agent-7", "pipecd.dev/application": "app-orders",
            "pipecd.dev/commit-hash": "c0ffee2",
        ]
        #expect(marked.labels == marks.merging(["app": "orders"]) { $1 })
        let more = [
            "pipecd.dev/original-api-version": "apps/v1", "pipecd.dev/resource-key": "apps:Deployment::orders",
            "pipecd.dev/deploy-target": "eu",
        ]
        #expect(marked.annotations == marks.merging(more) { $1 })
    }

    @Test("E56 may be empty, but must be label values")
    func labelValues() throws {
        _ = try Ownership(piped: "", application: "", commit: "", deployTarget: "eu")
        let long = String(repeating: "a", count: 64)
        for (bad, key) in [(long, "piped"), ("a b", "application"), ("-x", "commit-hash")] {
            let text = message {
                _ = try Ownership(
                    piped: key == "piped" ? bad : "p",
                    application: key == "application" ? bad : "a",
                    commit: key == "commit-hash" ? bad : "c",
                    deployTarget: "eu"
                )
            }
            let rule = "at most 63 letters, digits, \"-\", \"_\" and \".\""
            #expect(text == "\"\(bad)\" cannot be the label pipecd.dev/\(key): \(rule)")
        }
    }

    @Test(
        "OWN-01, OWN-02, OWN-03, OWN-04 are believed only as annotations of an object without owner",
        arguments: [
            ("{annotations: {pipecd.dev/managed-by: piped}}", true),
            ("{annotations: {pipecd.dev/managed-by: piped}, ownerReferences: []}", true),
            ("{labels: {pipecd.dev/managed-by: piped}}", false),
            ("{annotations: {pipecd.dev/managed-by: piped}, ownerReferences: [{kind: ReplicaSet, uid: u-1}]}", false),
            ("{annotations: {pipecd.dev/managed-by: piped, prometheus.io/port: 9100}}", false),
            ("{annotations: {pipecd.dev/managed-by: other}}", false),
            ("{}", false),
        ] as [(String, Bool)]
    )
    func managedByPiped(metadata: String, managed: Bool) throws {
        let object: Value = ["kind": "ConfigMap", "metadata": try value(metadata)]
        #expect(OwnershipPredicate.isManagedByPiped(object: object) == managed)
    }

    @Test("tell application, deploy target, commit, and whether to keep the object")
    func reading() throws {
        let object = try loaded(Fixture.configMap)[0].object
        #expect(OwnershipPredicate.application(of: object) == "app-orders")
        #expect(OwnershipPredicate.deployTarget(of: object) == "eu")
        #expect(OwnershipPredicate.commit(of: object) == "c0ffee2")
        #expect(!OwnershipPredicate.isKeptFromPrune(object: object))
        let kept: Value = ["metadata": ["annotations": ["pipecd.dev/prune": "false"]]]
        #expect(OwnershipPredicate.isKeptFromPrune(object: kept))
        #expect(OwnershipPredicate.deployTarget(of: kept) == nil)
    }
}

@Suite("Kinds")
struct KindTests {
    @Test(
        "KIND-01 to KIND-09 KEY-07 count only with their own group",
        arguments: [
            ("apps/v1", "Deployment", ["Deployment", "workload"]), ("acme.io/v1", "Deployment", []),
            ("v1", "Service", ["Service"]), ("apps/v1", "StatefulSet", ["StatefulSet", "workload"]),
            ("v1", "ConfigMap", ["ConfigMap"]), ("acme.io/v1", "Secret", []), ("v1", "Pod", ["Pod", "workload"]),
            ("batch/v1", "Job", []), ("extensions/v1beta1", "Deployment", []),
            ("apps/v1", "DaemonSet", ["DaemonSet", "workload"]),
            ("apps/v1", "ReplicaSet", ["ReplicaSet", "workload"]), ("serving.knative.dev/v1", "Service", []),
            ("apps/v1", "deployment", []), ("v1", "Secret", ["Secret"]),
        ] as [(String, String, Set<String>)]
    )
    func predicates(apiVersion: String, kind: String, expected: Set<String>) throws {
        let object = try manifests("{apiVersion: \(apiVersion), kind: \(kind), metadata: {name: a}}")[0]
        let answers = [
            "Deployment": object.isDeployment, "StatefulSet": object.isStatefulSet, "DaemonSet": object.isDaemonSet,
            "ReplicaSet": object.isReplicaSet, "Pod": object.isPod, "Service": object.isService,
            "ConfigMap": object.isConfigMap, "Secret": object.isSecret, "workload": object.isWorkload,
        ]
        #expect(Set(answers.filter(\.value).keys) == expected)
    }

    @Test(
        "KEY-06 to KEY-08 tell ConfigMaps and Secrets from everything else",
        arguments: [
            (
                [("v1", "ConfigMap", "env", "default"), ("v1", "Secret", "db", "default")],
                [":ConfigMap:default:env", ":Secret:default:db"]
            ),
            ([("acme.io/v1", "ConfigMap", "x", "")], []),
            (
                [("v1", "ConfigMap", "env", "shop"), ("v1", "Secret", "db", "shop")],
                [":ConfigMap:shop:env", ":Secret:shop:db"]
            ),
        ] as [([(String, String, String, String)], [String])]
    )
    func configs(objects: [(String, String, String, String)], keys: [String]) throws {
        let deployment = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: cart},
             spec: {template: {spec: {containers: [{name: main, image: 'web:1'}]}}}}
            """
        let texts = objects.map { version, kind, name, namespace in
            "{apiVersion: \(version), kind: \(kind), metadata: {name: \(name), namespace: '\(namespace)'}}"
        }
        let found = try manifests(([deployment] + texts).joined(separator: "\n---\n"))
            .filter { $0.isConfigMap || $0.isSecret }
        #expect(found.map(\.key.description).sorted() == keys)
    }

    @Test(
        "KEY-01, KEY-02, KEY-03 give keys and normalized keys",
        arguments: [
            ("apps/v1", "Deployment", "default", "cart", "apps:Deployment:default:cart", "apps:deployment::cart"),
            ("apps/v1", "Deployment", "shop", "cart", "apps:Deployment:shop:cart", "apps:deployment:shop:cart"),
            (
                "rbac.authorization.k8s.io/v1", "ClusterRole", "''", "system:cart-reader",
                "rbac.authorization.k8s.io:ClusterRole::system:cart-reader",
                "rbac.authorization.k8s.io:clusterrole::system:cart-reader"
            ),
        ] as [(String, String, String, String, String, String)]
    )
    func keys(
        apiVersion: String,
        kind: String,
        namespace: String,
        name: String,
        key: String,
        normalized: String
    ) throws {
        let text = "{apiVersion: \(apiVersion), kind: \(kind), metadata: {namespace: \(namespace), name: '\(name)'}}"
        let found = try manifests(text)[0].key
        #expect(found.description == key && found.normalized.description == normalized)
    }
}
