import Testing

@testable import KubernetesAPI

@Suite("Resource paths")
struct ResourcePathTests {
    @Test(
        "follow group, scope and name",
        arguments: [
            (.configMaps, nil, nil, "/api/v1/configmaps"),
            (.configMaps, "shop", "cart", "/api/v1/namespaces/shop/configmaps/cart"),
            (.deployments, "shop", nil, "/apis/apps/v1/namespaces/shop/deployments"),
            (.namespaces, "ignored", "shop", "/api/v1/namespaces/shop"),
            (
                ResourceMapping("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", isNamespaced: false),
                nil,
                "system:node", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode"
            ),
        ] as [(ResourceMapping, String?, String?, String)]
    )
    func paths(mapping: ResourceMapping, namespace: String?, name: String?, path: String) {
        #expect(mapping.path(namespace: namespace, name: name) == path)
    }

    @Test("encode a query")
    func query() {
        var call = APICall(.list, "configmaps", path: "/api/v1/configmaps")
        call.query = [(name: "labelSelector", value: "pipecd.dev/managed-by=piped"), (name: "limit", value: "500")]
        #expect(call.pathAndQuery == "/api/v1/configmaps?labelSelector=pipecd.dev%2Fmanaged-by%3Dpiped&limit=500")
    }

    @Test(
        "tell the server when to give up, which is a little before we do",
        arguments: [
            (.get, "/x?timeout=30s", 34), (.apply, "/x?timeout=30s", 34), (.create, "/x?timeout=30s", 34),
            (.replace, "/x?timeout=30s", 34), (.delete, "/x?timeout=30s", 34), (.list, "/x", 30), (.watch, "/x", 30),
            (.discover, "/x", 30),
        ] as [(APICall.Verb, String, Int)]
    )
    func timeouts(verb: APICall.Verb, path: String, patience: Int) {
        let call = APICall(verb, "x", path: "/x")
        #expect(call.pathAndQuery == path)
        #expect(call.patience == .seconds(patience))
    }

    @Test(
        "give the server's own words up to four seconds, but no longer than the server has",
        arguments: [(1, 2), (3, 6), (4, 8), (60, 64)]
    )
    func patience(timeout: Int, patience: Int) {
        var call = APICall(.apply, "x", path: "/x")
        call.timeout = .seconds(timeout)
        #expect(call.patience == .seconds(patience))
    }

    @Test("encode every byte that is not unreserved")
    func encoding() {
        #expect(PercentEncoding.encode("a/ü %~") == "a%2F%C3%BC%20%25~")
    }

    @Test("do not leave the place for the sake of a name", arguments: ["..", ".", "a/b", "a%2fb", ""])
    func names(name: String) throws {
        let server = try #require(ServerAddress("https://h"))
        let client = ClusterClient(
            target: "osaka",
            configuration: ClusterConfiguration(server: server),
            engine: HTTPEngine()
        )
        let error = #expect(throws: APIError.self) {
            try client.call(.get, .configMaps, namespace: "shop", name: name)
        }
        #expect(error?.description.contains("cannot be a name") == true)
    }

    @Test("need a namespace where the kind has one")
    func namespace() throws {
        let server = try #require(ServerAddress("https://h"))
        let client = ClusterClient(
            target: "osaka",
            configuration: ClusterConfiguration(server: server),
            engine: HTTPEngine()
        )
        let error = #expect(throws: APIError.self) {
            try client.call(.apply, .deployments, namespace: nil, name: "cart")
        }
        #expect(
            error?.description == "osaka: apply Deployment/cart: it has no namespace, and a Deployment needs one"
        )
    }
}

@Suite("Label selector")
struct LabelSelectorTests {
    @Test("joins equalities, sorted")
    func joins() throws {
        let selector = try LabelSelector(["pipecd.dev/managed-by": "piped", "app": "cart", "empty": ""])
        #expect(selector.description == "app=cart,empty=,pipecd.dev/managed-by=piped")
        #expect(try LabelSelector([:]) == .everything)
        #expect(LabelSelector.everything.query.isEmpty)
    }

    @Test(
        "refuses what no label can be",
        arguments: ["a=b", "a,b", "a b", "-a", "a-", "ä", "x/", "/x", "a/b/c", String(repeating: "a", count: 64)]
    )
    func refuses(text: String) {
        #expect(throws: LabelSelector.InvalidLabel(text: text)) { try LabelSelector([text: "v"]) }
        guard !text.contains("/") else { return }
        #expect(throws: LabelSelector.InvalidLabel(text: text)) { try LabelSelector(["k": text]) }
    }
}
