import Manifests
import Testing

@testable import Stages

extension AllTypesTests {
    @Suite("Stages on all clusters at once")
    struct StageTests {
        @Test("lead the Service to the canary and back, and clean up")
        func podSelector() async throws {
            try await TestFleet.with { fleet in
                var application = TestApplication()
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                try await expect(fleet, "deployments", "orders", in: "apps/v1") { deployment in
                    deployment[path: "status", "readyReplicas"] == 4
                }
                application.image = "registry.test/shop/orders:1.5.0"
                application.region = "us"
                try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 50%}", of: application)
                try await expectCanary(fleet)
                try await expectService(fleet, selects: "primary")
                try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{all: canary}", of: application)
                try await expectService(fleet, selects: "canary")
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                try await expectService(fleet, selects: "canary")
                try await expectPrimary(fleet, application)
                try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{all: primary}", of: application)
                try await expectService(fleet, selects: "primary")
                try await fleet.succeed("K8S_CANARY_CLEAN", of: application)
                try await expectClean(fleet)
                try await expectPrimary(fleet, application)
            }
        }

        @Test("share the requests by weights, keep them through the rollout, and clean up")
        func istio() async throws {
            try await TestFleet.with { fleet in
                let application = TestApplication(routing: .istio)
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                try await expectWeights(fleet, [100])
                try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 2}", of: application)
                try await expectCanary(fleet)
                try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{canary: 30}", of: application)
                try await expectWeights(fleet, [70, 30])
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                try await expectWeights(fleet, [70, 30])
                let early = try await fleet.run("K8S_CANARY_CLEAN", of: application)
                #expect(early.outcome == .failed, "\(early)")
                try await expectCanary(fleet)
                try await fleet.succeed("K8S_TRAFFIC_ROUTING", "{primary: 100}", of: application)
                try await fleet.succeed("K8S_CANARY_CLEAN", of: application)
                try await expectClean(fleet)
            }
        }

        @Test("change nothing the second time, and say so", arguments: [TestApplication.Routing.podSelector, .istio])
        func again(routing: TestApplication.Routing) async throws {
            try await TestFleet.with { fleet in
                let application = TestApplication(routing: routing)
                let share = routing == .istio ? "{canary: 30}" : "{all: canary}"
                for (stage, options) in [
                    ("K8S_PRIMARY_ROLLOUT", "{}"), ("K8S_CANARY_ROLLOUT", "{replicas: 1}"),
                    ("K8S_TRAFFIC_ROUTING", share),
                    ("K8S_PRIMARY_ROLLOUT", "{}"),
                ] {
                    try await fleet.succeed(stage, options, of: application)
                    let before = try await states(fleet)
                    let second = try await fleet.run(stage, options, of: application)
                    #expect(second.outcome == .succeeded)
                    let changes = Set(second.targets.flatMap(\.changes).map(\.change))
                    #expect(changes == [.unchanged], "\(stage): \(second)")
                    #expect(try await states(fleet) == before, "\(stage)")
                }
            }
        }

        @Test("make the namespace when they may, and are ready in it")
        func namespace() async throws {
            try await TestFleet.with(namespace: .missing) { fleet in
                let application = TestApplication(createsNamespace: true)
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                let mark: Value = ["metadata": ["labels": [TestNamespace.label: .string(TestNamespace.run)]]]
                for place in fleet.namespaces {
                    let path = "/api/v1/namespaces/\(fleet.name)"
                    #expect(try await place.send("PATCH", path, mark, type: TestNamespace.merge).code == 200)
                }
                try await expectPrimary(fleet, application)
            }
        }

        @Test("end before the deadline when an image cannot be had, naming pod, container and reason")
        func badImage() async throws {
            try await TestFleet.with { fleet in
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: TestApplication())
                let bad = TestApplication(image: "registry.test/shop/orders:bad")
                let report = try await fleet.run("K8S_CANARY_ROLLOUT", "{replicas: 1}", of: bad)
                #expect(report.outcome == .failed)
                #expect(report.targets.count == fleet.namespaces.count)
                for target in report.targets {
                    let error = target.error ?? ""
                    #expect(error.contains("Deployment/\(fleet.name)/orders-canary is not ready"), "\(error)")
                    for word in ["pod orders-canary-", "container web", "ImagePullBackOff"] {
                        #expect(error.contains(word), "\(error)")
                    }
                }
                let routing = try await fleet.run("K8S_TRAFFIC_ROUTING", "{all: canary}", of: bad)
                #expect(routing.outcome == .failed, "\(routing)")
                try await expectService(fleet, selects: "primary")
                try await fleet.succeed("K8S_CANARY_CLEAN", of: bad)
                try await expectClean(fleet)
            }
        }
    }
}

extension AllTypesTests.StageTests {
    private func expect(
        _ fleet: TestFleet,
        _ plural: String,
        _ name: String,
        in version: String = "v1",
        sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: (Value) -> Bool
    ) async throws {
        for object in try await fleet.objects(plural, name, in: version) {
            let object = try #require(object, "there is no \(plural)/\(name)", sourceLocation: sourceLocation)
            #expect(condition(object), "\(object)", sourceLocation: sourceLocation)
        }
    }

    private func expectCanary(_ fleet: TestFleet, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect(fleet, "deployments", "orders-canary", in: "apps/v1", sourceLocation: sourceLocation) {
            canary in
            let pods = canary[path: "spec", "template"]
            let container = pods?[path: "spec", "containers"]?.array?.first
            return canary[path: "spec", "replicas"] == 2 && canary[path: "status", "readyReplicas"] == 2
                && pods?[path: "metadata", "labels", "pipecd.dev/variant"] == "canary"
                && container?["envFrom"]?.array?.first?[path: "configMapRef", "name"] == "orders-settings-canary"
                && canary.fields(of: "flotilla") != nil
        }
        try await expect(fleet, "configmaps", "orders-settings-canary") { $0.writers == ["flotilla Apply"] }
        try await expect(fleet, "secrets", "orders-db-canary") { $0.writers == ["flotilla Apply"] }
    }

    private func expectPrimary(_ fleet: TestFleet, _ application: TestApplication) async throws {
        try await expect(fleet, "deployments", "orders", in: "apps/v1") { deployment in
            let container = deployment[path: "spec", "template", "spec", "containers"]?.array?.first
            return container?["image"]?.string == application.image
                && deployment[path: "status", "readyReplicas"] == 4
                && deployment[path: "status", "updatedReplicas"] == 4
                && deployment[path: "metadata", "annotations", "pipecd.dev/managed-by"] == "piped"
        }
        try await expect(fleet, "configmaps", "orders-settings") {
            $0[path: "data", "REGION"]?.string == application.region
        }
        try await expect(fleet, "secrets", "orders-db") {
            $0[path: "data", "dsn"] == "cG9zdGdyZXM6Ly91OnBAZGIvb3JkZXJz"
        }
    }

    private func expectService(
        _ fleet: TestFleet,
        selects variant: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expect(fleet, "services", "orders", sourceLocation: sourceLocation) { service in
            service[path: "spec", "selector"] == ["app": "orders", "pipecd.dev/variant": .string(variant)]
        }
    }

    private func expectWeights(_ fleet: TestFleet, _ weights: [Int]) async throws {
        try await expect(fleet, "virtualservices", "orders-routes", in: "networking.istio.io/v1") { routes in
            let route = routes[path: "spec", "http"]?.array?.first?["route"]?.array
            return route?.map { $0["weight"]?.int } == weights
        }
    }

    private func expectClean(_ fleet: TestFleet) async throws {
        for (plural, name, version) in [
            ("deployments", "orders-canary", "apps/v1"), ("configmaps", "orders-settings-canary", "v1"),
            ("secrets", "orders-db-canary", "v1"),
        ] {
            let left = try await fleet.objects(plural, name, in: version).compactMap { $0 }
            #expect(left.allSatisfy { $0[path: "metadata", "deletionTimestamp"] != nil }, "\(left)")
        }
        let primary = try await fleet.objects("deployments", "orders", in: "apps/v1")
        #expect(primary.allSatisfy { $0 != nil })
    }

    /// What a stage could change in every object: generations where there are any, else versions.
    private func states(_ fleet: TestFleet) async throws -> [String] {
        var states: [String] = []
        for (plural, version) in [
            ("deployments", "apps/v1"), ("services", "v1"), ("configmaps", "v1"), ("secrets", "v1"),
            ("virtualservices", "networking.istio.io/v1"),
        ] {
            for place in fleet.namespaces {
                let list = try await place.object(place.path(plural, in: version))
                for object in list?["items"]?.array ?? [] {
                    let metadata = object["metadata"]
                    guard let name = metadata?["name"]?.string, name.hasPrefix("orders") else { continue }
                    let count = plural == "deployments" ? metadata?["generation"]?.int : nil
                    let state = count.map { "\($0)" } ?? metadata?["resourceVersion"]?.string ?? ""
                    states.append("\(place.cluster.name) \(plural)/\(name) \(state)")
                }
            }
        }
        return states
    }
}
