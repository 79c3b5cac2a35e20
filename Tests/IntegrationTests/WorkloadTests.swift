import Manifests
import Testing

@testable import Stages

extension AllTypesTests {
    @Suite("Workloads on all clusters")
    struct WorkloadTests {
        @Test("keep the number of pods that an autoscaler set, through a rollout and a second one")
        func autoscaler() async throws {
            try await TestFleet.with { fleet in
                var application = TestApplication()
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                for place in fleet.namespaces { try await scale(place, to: 3) }
                for image in ["registry.test/shop/orders:1.5.0", "registry.test/shop/orders:1.6.0"] {
                    application.image = image
                    try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                    for object in try await fleet.objects("deployments", "orders", in: "apps/v1") {
                        let spec = object?["spec"]
                        #expect(spec?["replicas"] == 3)
                        let containers = spec?[path: "template", "spec", "containers"]?.array
                        #expect(containers?.first?["image"]?.string == image)
                    }
                }
                try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 50%}", of: application)
                for object in try await fleet.objects("deployments", "orders-canary", in: "apps/v1") {
                    #expect(object?[path: "spec", "replicas"] == 2)
                }
            }
        }

        @Test("without claims of their own have a canary, of which a newer version replaces the pods")
        func statefulSet() async throws {
            try await TestFleet.with { fleet in
                var application = TestApplication(workloads: "[{kind: StatefulSet}]", more: [Self.database("1")])
                try await fleet.succeed("K8S_PRIMARY_ROLLOUT", of: application)
                for version in ["2", "3"] {
                    application.more = [Self.database(version)]
                    try await fleet.succeed("K8S_CANARY_ROLLOUT", "{replicas: 1}", of: application)
                    for place in fleet.namespaces {
                        let pod = try await place.object(place.path("pods", "db-canary-0"))
                        let image = pod?[path: "spec", "containers"]?.array?.first?["image"]
                        #expect(image?.string == "registry.test/shop/db:\(version)")
                        let primary = try await place.object(place.path("pods", "db-1"))
                        #expect(primary?[path: "metadata", "labels", "pipecd.dev/variant"] == "primary")
                    }
                }
                let clean = try await fleet.run("K8S_CANARY_CLEAN", of: application)
                #expect(clean.outcome == .succeeded, "\(clean)")
                #expect(clean.targets.allSatisfy { $0.changes.first?.resource.name == "db-canary" }, "\(clean)")
            }
        }

        /// Makes an autoscaler that is not in Git, and does what it does.
        private func scale(_ place: TestNamespace, to pods: Int) async throws {
            let autoscaler = try place.manifest(
                """
                apiVersion: autoscaling/v1
                kind: HorizontalPodAutoscaler
                metadata: {name: orders}
                spec:
                  minReplicas: 1
                  maxReplicas: 9
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}
                """
            )
            let path = place.path("horizontalpodautoscalers", in: "autoscaling/v1")
            #expect(try await place.send("POST", path, autoscaler.object).code == 201)
            let body: Value = ["spec": ["replicas": .int(pods)]]
            let scale = place.path("deployments", "orders/scale", in: "apps/v1")
            #expect(try await place.send("PATCH", scale, body, type: TestNamespace.merge).code == 200)
        }

        /// A StatefulSet of which a partition holds all pods back.
        private static func database(_ version: String) -> String {
            """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              replicas: 2
              serviceName: db
              selector: {matchLabels: {app: db, pipecd.dev/variant: primary}}
              updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}
              template:
                metadata: {labels: {app: db, pipecd.dev/variant: primary}}
                spec: {containers: [{name: db, image: "registry.test/shop/db:\(version)"}]}

            """
        }
    }
}
