import Manifests

extension Health {
    static func service(_ service: LiveResource) -> Health {
        service.object[path: "spec", "type"] == "LoadBalancer" ? loadBalancer(service) : Health(.healthy)
    }

    static func ingress(_ ingress: LiveResource) -> Health {
        loadBalancer(ingress)
    }

    private static func loadBalancer(_ resource: LiveResource) -> Health {
        let points = resource.object[path: "status", "loadBalancer", "ingress"]?.array ?? []
        return points.isEmpty
            ? Health(.progressing, "Ingress points for the load-balancer are in progress") : Health(.healthy)
    }
}
