import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Controllers")
struct ControllerTests {
    private static let place = "\(Sample.deployments)/web"
    private static let replicaSets = "/apis/apps/v1/namespaces/default/replicasets"

    private func deployed(_ object: Value) -> APIDriver {
        var driver = APIDriver()
        driver.send("POST", Sample.deployments, object)
        return driver
    }

    private func condition(_ object: Value, _ type: String) -> String {
        let condition = object.condition(type)
        return "\(condition?["status"]?.string ?? "") \(condition?["reason"]?.string ?? "")"
    }

    @Test("bring a Deployment up with ready pods and the status of the real controller")
    func deployment() {
        var driver = deployed(Sample.deployment("web", replicas: 2))
        let object = driver.get(Self.place)
        #expect(object["status"]?["readyReplicas"] == 2)
        #expect(object["status"]?["updatedReplicas"] == 2)
        #expect(object["status"]?["observedGeneration"] == 1)
        #expect(condition(object, "Available") == "True MinimumReplicasAvailable")
        #expect(condition(object, "Progressing") == "True NewReplicaSetAvailable")
        #expect(object.annotation("deployment.kubernetes.io/revision") == "1")
        let pods = driver.get(Sample.pods)["items"]?.array ?? []
        #expect(pods.allSatisfy { $0["status"]?["phase"] == "Running" && $0.isReadyPod })
        #expect(pods.compactMap { $0.ownerReferences.first?["kind"]?.string } == ["ReplicaSet", "ReplicaSet"])
    }

    @Test("roll a Deployment forward, and back to the ReplicaSet that it had")
    func rollout() {
        var driver = deployed(Sample.deployment("web", replicas: 2))
        driver.send("PUT", Self.place, Sample.deployment("web", image: "nginx:2", replicas: 2))
        let counts = driver.get(Self.replicaSets)["items"]?.array?.compactMap { $0["spec"]?["replicas"]?.int } ?? []
        #expect(counts.sorted() == [0, 2])
        #expect(driver.get(Self.place).annotation("deployment.kubernetes.io/revision") == "2")
        driver.send("PUT", Self.place, Sample.deployment("web", replicas: 2))
        #expect(driver.send("GET", Self.replicaSets).names.count == 2)
        #expect(driver.get(Self.place).annotation("deployment.kubernetes.io/revision") == "3")
        #expect(driver.get(Self.place)["status"]?["replicas"] == 2)
    }

    @Test("keep the old pods while the new image cannot be pulled")
    func badImage() {
        var driver = deployed(Sample.deployment("web"))
        driver.send("PUT", Self.place, Sample.deployment("web", image: "registry/bad:1"))
        let object = driver.get(Self.place)
        #expect(object["status"]?["replicas"] == 2)
        #expect(object["status"]?["readyReplicas"] == 1)
        #expect(condition(object, "Progressing") == "True ReplicaSetUpdated")
        let pods = driver.get(Sample.pods)["items"]?.array ?? []
        let waiting = pods.compactMap { $0["status"]?["containerStatuses"]?.array?.first?["state"]?["waiting"] }
        #expect(waiting == [["reason": "ImagePullBackOff", "message": "Back-off pulling image \"registry/bad:1\""]])
    }

    @Test(
        "let pods fail as their annotation says",
        arguments: [
            ("crash", "Running", "CrashLoopBackOff"), ("never-ready", "Running", ""),
            ("config-error", "Pending", "CreateContainerConfigError"), ("pending", "Pending", ""),
        ]
    )
    func failures(value: String, phase: String, reason: String) {
        var driver = deployed(Sample.deployment("web", annotations: ["fake.flotilla.dev/pods": .string(value)]))
        let pod = driver.get(Sample.pods)["items"]?.array?.first ?? [:]
        #expect(pod["status"]?["phase"]?.string == phase)
        let state = pod["status"]?["containerStatuses"]?.array?.first?["state"]
        #expect(state?["waiting"]?["reason"]?.string ?? "" == reason)
        #expect(!pod.isReadyPod)
        #expect(condition(driver.get(Self.place), "Available") == "False MinimumReplicasUnavailable")
    }

    @Test("say why a quota keeps pods from being made")
    func quota() {
        var driver = deployed(Sample.deployment("web", annotations: ["fake.flotilla.dev/pods": "quota"]))
        #expect(driver.send("GET", Sample.pods).names.isEmpty)
        #expect(condition(driver.get(Self.place), "ReplicaFailure") == "True FailedCreate")
        #expect(
            driver.get(Self.place).condition("ReplicaFailure")?["message"]?.string?.contains("exceeded quota") == true
        )
    }

    @Test("make pods ready when their time has come")
    func delay() {
        var driver = deployed(Sample.deployment("web", annotations: ["fake.flotilla.dev/ready-after": "250"]))
        #expect(driver.get(Self.place)["status"]?["readyReplicas"] == nil)
        let timers = driver.state.controllers.takeTimers()
        #expect(timers.map(\.delay).contains(250))
        for timer in timers where timer.delay == 250 { driver.state.controllers.add(timer.work) }
        driver.state.runControllers()
        #expect(driver.get(Self.place)["status"]?["readyReplicas"] == 1)
        #expect(condition(driver.get(Self.place), "Progressing") == "True NewReplicaSetAvailable")
    }

    @Test("give a Deployment up at its deadline")
    func deadline() {
        var object = Sample.deployment("web", image: "bad")
        object.put(1, "spec", "progressDeadlineSeconds")
        var driver = deployed(object)
        for timer in driver.state.controllers.takeTimers() { driver.state.controllers.add(timer.work) }
        driver.state.runControllers()
        #expect(condition(driver.get(Self.place), "Progressing") == "False ProgressDeadlineExceeded")
    }

    @Test("start a StatefulSet in order, and replace its pods from the last to the first")
    func statefulSet() {
        var driver = APIDriver()
        let sets = "/apis/apps/v1/namespaces/default/statefulsets"
        var object = Sample.deployment("db", replicas: 2)
        object["kind"] = "StatefulSet"
        driver.send("POST", sets, object)
        #expect(driver.send("GET", Sample.pods).names == ["db-0", "db-1"])
        let first = driver.get("\(sets)/db")["status"]
        #expect(first?["currentRevision"] == first?["updateRevision"])
        let containers: Value = [["name": "main", "image": "nginx:2"]]
        object.put(containers, "spec", "template", "spec", "containers")
        driver.send("PUT", "\(sets)/db", object)
        let images = driver.get(Sample.pods)["items"]?.array?.compactMap {
            $0["spec"]?["containers"]?.array?.first?["image"]?.string
        }
        #expect(images == ["nginx:2", "nginx:2"])
        let second = driver.get("\(sets)/db")["status"]
        #expect(second?["currentRevision"] == second?["updateRevision"])
        #expect(second?["currentRevision"] != first?["currentRevision"])
        #expect(second?["readyReplicas"] == 2)
    }

    @Test("run one pod of a DaemonSet on each node")
    func daemonSet() {
        var options = FakeClusterOptions()
        options.nodes = 3
        var driver = APIDriver(options)
        let sets = "/apis/apps/v1/namespaces/default/daemonsets"
        var object = Sample.deployment("agent")
        object["kind"] = "DaemonSet"
        driver.send("POST", sets, object)
        let status = driver.get("\(sets)/agent")["status"]
        #expect(status?["desiredNumberScheduled"] == 3)
        #expect(status?["numberReady"] == 3)
        let nodes = driver.get(Sample.pods)["items"]?.array?.compactMap { $0["spec"]?["nodeName"]?.string } ?? []
        #expect(nodes.sorted() == ["node-1", "node-2", "node-3"])
    }

    @Test("run a Job to its end, or to its back-off limit", arguments: [("ok", "Complete", 1), ("crash", "Failed", 3)])
    func job(behaviour: String, outcome: String, pods: Int) {
        var driver = APIDriver()
        let template: Value = [
            "metadata": ["annotations": ["fake.flotilla.dev/pods": .string(behaviour)]],
            "spec": ["restartPolicy": "Never", "containers": [["name": "main", "image": "busybox"]]],
        ]
        let job: Value = ["metadata": ["name": "once"], "spec": ["backoffLimit": 2, "template": template]]
        driver.send("POST", "/apis/batch/v1/namespaces/default/jobs", job)
        let status = driver.get("/apis/batch/v1/namespaces/default/jobs/once")
        #expect(status.condition(outcome)?["status"] == "True")
        #expect(driver.send("GET", Sample.pods).names.count == pods)
    }

    @Test("tell a Service's endpoints, with the labels of the Service and the ready pods alone")
    func endpoints() {
        var driver = deployed(Sample.deployment("web", replicas: 2))
        let ports: Value = [["port": 80, "targetPort": 8080]]
        let service: Value = [
            "metadata": ["name": "web", "labels": ["variant": "primary"]],
            "spec": ["selector": ["app": "web"], "ports": ports],
        ]
        driver.send("POST", "/api/v1/namespaces/default/services", service)
        let place = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
        let slice = driver.get(place)["items"]?.array?.first ?? [:]
        #expect(slice.labels["variant"] == "primary")
        #expect(slice.labels["kubernetes.io/service-name"] == "web")
        #expect(slice["endpoints"]?.array?.count == 2)
        #expect(slice["ports"]?.array?.first?["port"] == 8080)
        driver.send("PATCH", Self.place, ["spec": ["replicas": 1]], type: "application/merge-patch+json")
        let endpoints = driver.get("/api/v1/namespaces/default/endpoints/web")
        #expect(endpoints["subsets"]?.array?.first?["addresses"]?.array?.count == 1)
        driver.send("DELETE", "/api/v1/namespaces/default/services/web")
        #expect(driver.send("GET", place).names.isEmpty)
        #expect(driver.send("GET", "/api/v1/namespaces/default/endpoints/web").code == 404)
    }
}
