import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Discovery")
struct DiscoveryTests {
    private static let accept =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

    @Test("lists groups, versions and resources in the plain form")
    func plain() {
        var driver = APIDriver()
        #expect(driver.get("/api")["versions"] == ["v1"])
        let groups = driver.get("/apis")["groups"]?.array ?? []
        let autoscaling = groups.first { $0["name"] == "autoscaling" }
        #expect(autoscaling?["preferredVersion"]?["groupVersion"] == "autoscaling/v2")
        #expect(autoscaling?["versions"]?.array?.count == 2)
        let resources = driver.get("/apis/apps/v1")["resources"]?.array ?? []
        let deployments = resources.first { $0["name"] == "deployments" }
        #expect(deployments?["shortNames"] == ["deploy"])
        #expect(deployments?["namespaced"] == true)
        #expect(resources.contains { $0["name"] == "deployments/scale" && $0["group"] == "autoscaling" })
        #expect(driver.send("GET", "/apis/none/v1").code == 404)
    }

    @Test("answers with all types at once when the client can read it")
    func aggregated() {
        var driver = APIDriver()
        let answer = driver.send("GET", "/apis", accept: Self.accept)
        #expect(answer.response.contentType == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
        let istio = answer.object["items"]?.array?.first { $0.name == "networking.istio.io" }
        #expect(istio?["versions"]?.array?.compactMap { $0["version"]?.string } == ["v1", "v1beta1", "v1alpha3"])
        let resource = istio?["versions"]?.array?.first?["resources"]?.array?.first
        #expect(resource?["responseKind"]?["kind"] == "DestinationRule")
        #expect(resource?["scope"] == "Namespaced")
        let beta = Self.accept.split(separator: ",").dropFirst().joined(separator: ",")
        #expect(driver.send("GET", "/api", accept: beta).object["apiVersion"] == "apidiscovery.k8s.io/v2beta1")
    }

    @Test("keeps to the plain form when it is told to be an old server")
    func old() {
        var options = FakeClusterOptions()
        options.hasAggregatedDiscovery = false
        options.version = "v1.20.2"
        var driver = APIDriver(options)
        let answer = driver.send("GET", "/apis", accept: Self.accept)
        #expect(answer.response.contentType == "application/json")
        #expect(answer.object["kind"] == "APIGroupList")
        #expect(driver.get("/version")["minor"] == "20")
    }

    @Test("does not repeat a document that the client has")
    func entityTag() throws {
        var driver = APIDriver()
        func ask(_ tag: String?) -> APIResponse {
            let headers = [("Accept", Self.accept)] + (tag.map { [("If-None-Match", $0)] } ?? [])
            return driver.state.respond(
                to: APIRequest(method: "GET", target: "/apis", headers: headers),
                sink: driver.events
            )
        }
        let tag = try #require(ask(nil).headers.first { $0.name == "etag" }?.value)
        #expect(ask(tag).code == 304)
        driver.send(
            "DELETE",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/virtualservices.networking.istio.io"
        )
        #expect(ask(tag).code == 200)
    }

    @Test("describes what a PATCH takes, so that kubectl validates on the server")
    func openAPI() {
        var driver = APIDriver()
        let address = driver.get("/openapi/v3")["paths"]?["apis/apps/v1"]?["serverRelativeURL"]?.string ?? ""
        let document = driver.get(address)
        let patch = document["paths"]?["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?["patch"]
        #expect(patch?["parameters"]?.array?.contains { $0["name"] == "fieldValidation" } == true)
        let schemas = document["components"]?["schemas"]
        #expect(schemas?["PodSpec"]?["properties"]?["containers"]?["x-kubernetes-patch-merge-key"] == "name")
        #expect(schemas?["Deployment"]?["x-kubernetes-group-version-kind"]?.array?.first?["kind"] == "Deployment")
    }

    @Test("says that the server is well", arguments: ["/healthz", "/readyz", "/livez", "/readyz/ping"])
    func health(path: String) {
        var driver = APIDriver()
        #expect(driver.send("GET", path).object == "ok")
    }
}
