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
        return (objects.managed + objects.others).map(\.uid).sorted()
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
            _ = memory.take(KeptChange(.synced([items[index]]), from: Self.sources[index]))
            #expect(!Self.isCurrent(memory))
            memory.trouble(nil, of: Self.sources[index], at: .now)
        }
        #expect(Self.isCurrent(memory))
        #expect(Self.names(memory) == ["web", "web-1", "web-1-a"])
        _ = memory.take(KeptChange(.deleted(items[1].key, uid: "web-1"), from: Self.sources[1]))
        #expect(Self.names(memory) == ["web"])
    }

    @Test("asks for what controllers make as soon as there is something that they make it for, once")
    func wants() throws {
        var (memory, wanted) = try Self.searched(finding: false)
        #expect(wanted == [] && Self.isCurrent(memory))
        #expect(memory.want(.managed(Self.deployments)) == [.managed(Self.deployments)])
        #expect(memory.want(.managed(Self.deployments)) == [] && !Self.isCurrent(memory))
        let web = try #require(Self.object("apps/v1", "Deployment", "web"))
        wanted = memory.take(KeptChange(.synced([web]), from: .managed(Self.deployments)))
        #expect(wanted == [.made(Self.sets), .made(Self.pods)])
        #expect(memory.take(KeptChange(.modified(web), from: .managed(Self.deployments))) == [])
    }

    @Test("has nothing of an object that is not the application's any more")
    func unmarked() throws {
        var (memory, _) = try Self.searched()
        let web = try #require(Self.object("apps/v1", "Deployment", "web"))
        _ = memory.take(KeptChange(.synced([web]), from: .managed(Self.deployments)))
        #expect(Self.names(memory) == ["web"])
        let owned = try #require(Self.object("apps/v1", "Deployment", "web", owner: "somebody"))
        _ = memory.take(KeptChange(.modified(owned), from: .managed(Self.deployments)))
        #expect(Self.names(memory) == [])
    }

    @Test("waits for a failure to pass, tells of it when it does not, and forgets it when it is over")
    func trouble() throws {
        var (memory, _) = try Self.searched(finding: false)
        let source = LiveSource.managed(Self.deployments)
        _ = memory.want(source)
        _ = memory.take(KeptChange(.synced([]), from: source))
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

    private static func error(_ reason: APIError.Reason) -> APIError {
        APIError(target: "eu", verb: "watch", resource: "deployments.apps", reason: reason)
    }

    /// A memory of a Deployment with a pod, everything of which is known and watched.
    private static func watching() throws -> ClusterMemory {
        var (memory, _) = try searched()
        let items = [
            try #require(object("apps/v1", "Deployment", "web")),
            try #require(object("apps/v1", "ReplicaSet", "web-1", owner: "web")),
            try #require(object("v1", "Pod", "web-1-a", owner: "web-1")),
        ]
        for (item, source) in zip(items, sources) {
            _ = memory.take(KeptChange(.synced([item]), from: source))
            memory.trouble(nil, of: source, at: .now)
        }
        return memory
    }

    /// What is told when some sources are in the same trouble for longer than it is waited for.
    private static func told(_ sources: [Int], _ reason: APIError.Reason) throws -> (text: String, names: [String]) {
        var memory = try watching()
        let names = names(memory)
        #expect(names == ["web", "web-1", "web-1-a"])
        for index in sources { memory.trouble(error(reason), of: Self.sources[index], at: .now) }
        switch memory.verdict(at: .now + .seconds(11), grace: .seconds(10)) {
        case .lost: return ("lost", [])
        case .awaited: return ("awaited", [])
        case .current(let hidden): return (hidden.map(\.type.kind).joined(separator: " "), Self.names(memory))
        }
    }

    private static let unavailable = APIError.Reason.status(code: 503, reason: "ServiceUnavailable", message: "no")
    private static let slow = APIError.Reason.timedOut(address: "a:1", after: .seconds(60))

    @Test(
        "shows nothing that was true before a trouble: of one type it hides that, of most of them the cluster",
        arguments: [
            ([0], unavailable, "Deployment", []), ([2], unavailable, "Pod", ["web", "web-1"]),
            ([0, 2], unavailable, "lost", []), ([0, 1, 2], unavailable, "lost", []),
            ([2], slow, "Pod", ["web", "web-1"]), ([1, 2], slow, "lost", []),
        ] as [([Int], APIError.Reason, String, [String])]
    )
    func partial(sources: [Int], reason: APIError.Reason, text: String, names: [String]) throws {
        let told = try Self.told(sources, reason)
        #expect(told.text == text)
        #expect(told.names == names)
    }

    @Test("asks for a type that is gone only when a search has found it again")
    func gone() throws {
        var memory = try Self.watching()
        let source = Self.sources[0]
        memory.refuse(source, Self.error(.noMatch(kind: "Deployment", apiVersion: "apps/v1")))
        #expect(memory.types?.served(source.type) == nil && memory.types?.served(Self.sources[1].type) != nil)
        #expect(memory.types?.served(Self.deployments.groupVersionKind) == nil)
        #expect(memory.types?.mappings.contains(Self.deployments) == false)
        #expect(Self.isCurrent(memory) && Self.names(memory) == [])
    }

    @Test("does not hide a type that could not be searched once it is watched")
    func unseen() throws {
        var memory = try Self.watching()
        let hidden = LiveState.HiddenType(type: Self.sources[0].type, reason: "429")
        let other = LiveState.HiddenType(type: GroupKind(kind: "Secret"), reason: "429")
        let types = try #require(memory.types)
        _ = memory.scanned(types, found: [], hidden: [hidden, other])
        guard case .current(let told) = memory.verdict(at: .now, grace: .zero) else {
            Issue.record("it should be current")
            return
        }
        #expect(told == [other])
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
