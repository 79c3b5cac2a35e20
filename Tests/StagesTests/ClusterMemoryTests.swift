import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages

@Suite("The memory of a cluster")
struct ClusterMemoryTests {
    private static func mapping(_ group: String, _ version: String, _ kind: String, _ plural: String) -> ResourceMapping
    {
        ResourceMapping(
            resource: GroupVersionResource(group: group, version: version, resource: plural),
            groupVersionKind: GroupVersionKind(group: group, version: version, kind: kind),
            isNamespaced: true,
            verbs: ["list", "get", "delete", "watch"]
        )
    }

    private static let deployments = mapping("apps", "v1", "Deployment", "deployments")
    private static let sets = mapping("apps", "v1", "ReplicaSet", "replicasets")
    private static let pods = mapping("", "v1", "Pod", "pods")
    private static let sources: [LiveSource] = [.managed(deployments), .made(sets), .made(pods)]

    private static func object(_ version: String, _ kind: String, _ name: String, owner: String? = nil) -> LiveResource?
    {
        var object = owner == nil ? StoreFixture.object(kind, name, version: version) : ["apiVersion": .string(version)]
        object["kind"] = .string(kind)
        var metadata = object["metadata"] ?? ["name": .string(name), "namespace": "default"]
        metadata["uid"] = .string(name)
        metadata["resourceVersion"] = "1"
        if let owner {
            metadata["ownerReferences"] = [["kind": "Owner", "name": .string(owner), "uid": .string(owner)]]
        }
        object["metadata"] = metadata
        return LiveResource(object)
    }

    /// A memory after a search that found a Deployment, or nothing.
    private static func searched(finding isThere: Bool = true) throws -> (ClusterMemory, [LiveSource]) {
        var memory = ClusterMemory(target: "eu")
        let types = LiveTypes(Discovery(mappings: [deployments, sets, pods]), informer: AppStateInformer())
        let web = try #require(object("apps/v1", "Deployment", "web"))
        let wanted = memory.scanned(types, found: isThere ? [(deployments, [web])] : [], hidden: [])
        return (memory, wanted)
    }

    private static func isCurrent(_ memory: ClusterMemory) -> Bool {
        guard case .current = memory.verdict(at: .now, grace: .seconds(10)) else { return false }
        return true
    }

    private static func names(_ memory: ClusterMemory) -> [String] {
        let objects = memory.objects(of: "app-orders")
        return (objects.managed + objects.others).map(\.key.name).sorted()
    }

    @Test(
        "finds a chain of owners in whatever order its objects come, once all are listed and watched",
        arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]]
    )
    func order(order: [Int]) throws {
        let (found, wanted) = try Self.searched()
        var memory = found
        #expect(wanted == Self.sources)
        let items = [
            try #require(Self.object("apps/v1", "Deployment", "web")),
            try #require(Self.object("apps/v1", "ReplicaSet", "web-1", owner: "web")),
            try #require(Self.object("v1", "Pod", "web-1-a", owner: "web-1")),
        ]
        for index in order {
            #expect(!Self.isCurrent(memory))
            _ = memory.take(.synced([items[index]]), from: Self.sources[index])
            #expect(!Self.isCurrent(memory))
            memory.trouble(nil, of: Self.sources[index], at: .now)
        }
        #expect(Self.isCurrent(memory))
        #expect(Self.names(memory) == ["web", "web-1", "web-1-a"])
        _ = memory.take(.deleted(items[1].key, uid: "web-1"), from: Self.sources[1])
        #expect(Self.names(memory) == ["web"])
    }

    @Test("asks for what controllers make as soon as there is something that they make it for, once")
    func wants() throws {
        var (memory, wanted) = try Self.searched(finding: false)
        #expect(wanted == [] && Self.isCurrent(memory))
        #expect(memory.want(.managed(Self.deployments)) == [.managed(Self.deployments)])
        #expect(memory.want(.managed(Self.deployments)) == [] && !Self.isCurrent(memory))
        let web = try #require(Self.object("apps/v1", "Deployment", "web"))
        wanted = memory.take(.synced([web]), from: .managed(Self.deployments))
        #expect(wanted == [.made(Self.sets), .made(Self.pods)])
        #expect(memory.take(.modified(web), from: .managed(Self.deployments)) == [])
    }

    @Test("has nothing of an object that is not the application's any more")
    func unmarked() throws {
        var (memory, _) = try Self.searched()
        let web = try #require(Self.object("apps/v1", "Deployment", "web"))
        _ = memory.take(.synced([web]), from: .managed(Self.deployments))
        #expect(Self.names(memory) == ["web"])
        let owned = try #require(Self.object("apps/v1", "Deployment", "web", owner: "somebody"))
        _ = memory.take(.modified(owned), from: .managed(Self.deployments))
        #expect(Self.names(memory) == [])
    }

    @Test("waits for a failure to pass, tells of it when it does not, and forgets it when it is over")
    func trouble() throws {
        var (memory, _) = try Self.searched(finding: false)
        let source = LiveSource.managed(Self.deployments)
        _ = memory.want(source)
        _ = memory.take(.synced([]), from: source)
        memory.trouble(nil, of: source, at: .now)
        #expect(Self.isCurrent(memory))
        let began = ContinuousClock.now
        let lost = APIError(
            target: "eu",
            verb: "watch",
            resource: "deployments.apps",
            reason: .unreachable(address: "a:1", cause: "refused")
        )
        memory.trouble(lost, of: source, at: began)
        memory.trouble(lost, of: source, at: began + .seconds(9))
        guard case .awaited = memory.verdict(at: began + .seconds(9), grace: .seconds(10)) else {
            Issue.record("it should wait")
            return
        }
        guard case .lost(let why) = memory.verdict(at: began + .seconds(10), grace: .seconds(10)) else {
            Issue.record("it should be lost")
            return
        }
        #expect(why.hasPrefix("eu: watch deployments.apps: cannot reach a:1: refused; nothing is known of it since 20"))
        memory.trouble(nil, of: source, at: began + .seconds(11))
        #expect(Self.isCurrent(memory))
    }

    @Test("hides one type that does not answer, and not the cluster")
    func partial() throws {
        var (memory, _) = try Self.searched(finding: false)
        let source = LiveSource.managed(Self.deployments)
        _ = memory.want(source)
        _ = memory.take(.synced([]), from: source)
        memory.trouble(nil, of: source, at: .now)
        let error = APIError(
            target: "eu",
            verb: "watch",
            resource: "deployments.apps",
            reason: .status(code: 503, reason: "ServiceUnavailable", message: "no")
        )
        memory.trouble(error, of: source, at: .now)
        guard case .current(let hidden) = memory.verdict(at: .now + .seconds(11), grace: .seconds(10)) else {
            Issue.record("it should be current")
            return
        }
        #expect(hidden.map(\.type.kind) == ["Deployment"])
    }

    @Test("keeps of a pod what is needed to show it, and nothing of its managed fields")
    func summary() throws {
        let text = """
            metadata:
              name: web-1
              uid: u
              resourceVersion: "3"
              labels: {app: web}
              annotations:
                deployment.kubernetes.io/revision: "2"
                pipecd.dev/commit-hash: c0ffee
                argocd.argoproj.io/ignore-restart-policy: "true"
                argocd.argoproj.io/hook: Sync
                secret: value
              managedFields: [{manager: kubelet}]
              ownerReferences: [{kind: ReplicaSet, name: web, uid: w}]
            spec:
              restartPolicy: Always
              nodeName: a
              volumes: [{name: data, persistentVolumeClaim: {claimName: c, readOnly: true}}, {name: tmp, emptyDir: {}}]
              containers: [{name: app, image: i, env: [{name: A, value: b}]}]
            status:
              phase: Pending
              podIP: 10.0.0.1
              containerStatuses:
                - {name: app, image: i, imageID: x, ready: false, state: {waiting: {reason: ImagePullBackOff}}}
            """
        let expected = """
            metadata:
              name: web-1
              uid: u
              resourceVersion: "3"
              labels: {app: web}
              annotations:
                deployment.kubernetes.io/revision: "2"
                pipecd.dev/commit-hash: c0ffee
                argocd.argoproj.io/ignore-restart-policy: "true"
                argocd.argoproj.io/hook: Sync
              ownerReferences: [{kind: ReplicaSet, name: web, uid: w}]
            spec:
              restartPolicy: Always
              nodeName: a
              containers: [{name: app}]
              volumes: [{persistentVolumeClaim: {claimName: c}}]
            status:
              phase: Pending
              containerStatuses: [{name: app, ready: false, state: {waiting: {reason: ImagePullBackOff}}}]
            """
        let values = try [text, expected].map { text in
            try #require(try YAML.documents(in: Array(text.utf8), file: "pod").first?.value)
        }
        #expect(Descendants.summary(of: values[0], kind: GroupKind(kind: "Pod")) == values[1])
    }
}
