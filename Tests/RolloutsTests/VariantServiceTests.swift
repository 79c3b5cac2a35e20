import Manifests
import Rollouts
import Testing

@Suite("A Service of a variant")
struct VariantServiceTests {
    private func copies(_ services: String...) throws -> [Manifest] {
        let objects = try loaded(Fixture.deployment(), services.joined(separator: "\n---\n"))
        let options = VariantRolloutOptions(suffix: "canary", createService: true)
        let copies = try VariantRollout.manifests(for: .canary, from: objects, spec: PluginSpec(), options: options)
        return copies.filter(\.isService)
    }

    private func service(_ spec: String, name: String = "orders", annotations: String = "{}") -> String {
        "{apiVersion: v1, kind: Service, metadata: {name: \(name), annotations: \(annotations)}, spec: \(spec)}"
    }

    @Test("CAN-16 E7 without a selector selects the variant alone")
    func withoutSelector() throws {
        let expected: Value = ["selector": ["pipecd.dev/variant": "canary"], "type": "ClusterIP"]
        #expect(try copies(service("{}"))[0][path: "spec"] == expected)
    }

    @Test("BEYOND-15 E9 is reachable inside the cluster only and keeps nothing that two cannot have")
    func stripped() throws {
        let original = """
            {type: LoadBalancer, selector: {app: orders}, clusterIP: 10.0.0.7, clusterIPs: [10.0.0.7],
             externalIPs: [1.2.3.4], loadBalancerIP: 1.2.3.5, loadBalancerSourceRanges: [0.0.0.0/0], loadBalancerClass: x/y,
             allocateLoadBalancerNodePorts: false, healthCheckNodePort: 31000, externalTrafficPolicy: Local,
             externalName: shop.test, sessionAffinity: ClientIP, ipFamilyPolicy: SingleStack,
             ports: [{name: http, port: 80, nodePort: 30080}, {name: admin, port: 81}]}
            """
        let expected = """
            {type: ClusterIP, selector: {app: orders, pipecd.dev/variant: canary}, sessionAffinity: ClientIP,
             ipFamilyPolicy: SingleStack, ports: [{name: http, port: 80}, {name: admin, port: 81}]}
            """
        #expect(try copies(service(original))[0][path: "spec"] == (try value(expected)))
    }

    @Test("E8 without an address stays so")
    func headless() throws {
        let spec = try copies(service("{clusterIP: None, clusterIPs: [None], selector: {a: b}}"))[0][path: "spec"]
        #expect(spec?["clusterIP"] == "None" && spec?["clusterIPs"] == ["None"])
    }

    @Test("does not ask for a load balancer or a public name of its own")
    func annotations() throws {
        let annotations = """
            {service.beta.kubernetes.io/aws-load-balancer-type: nlb, cloud.google.com/load-balancer-type: Internal,
             load-balancer.hetzner.cloud/location: fsn1, external-dns.alpha.kubernetes.io/hostname: shop.test,
             metallb.io/address-pool: p, cloud.google.com/neg: "{}", beta.cloud.google.com/backend-config: "{}",
             tailscale.com/expose: "true", networking.gke.io/x: z, lbipam.cilium.io/ips: 10.0.0.1, kube-vip.io/ip: x,
             external-dns.kubernetes.io/hostname: shop.test, getambassador.io/config: m, prometheus.io/scrape: "true"}
            """
        let copy = try copies(service("{}", annotations: annotations))[0]
        let kept = copy.annotations.keys.filter { !$0.hasPrefix("pipecd.dev/") }
        #expect(kept == ["prometheus.io/scrape"])
    }

    @Test("E6 is made for every Service when none is named")
    func several() throws {
        #expect(
            try copies(service("{}"), service("{}", name: "admin")).map(\.name) == ["orders-canary", "admin-canary"]
        )
    }

    @Test(
        "is refused for a selector that is no map of texts",
        arguments: [
            ("{selector: [a]}", "Service/orders: spec.selector must be a mapping, found a list"),
            ("{selector: {app: 1}}", "Service/orders: spec.selector.app must be a string (quote it), found an integer"),
        ] as [(String, String)]
    )
    func badSelector(spec: String, text: String) {
        #expect(message { _ = try copies(service(spec)) } == text)
    }
}
