import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Listing objects")
struct ListTests {
    private static let place = "/api/v1/namespaces/shop/configmaps"

    private func driver(_ count: Int = 5) -> APIDriver {
        var driver = APIDriver()
        driver.send("POST", "/api/v1/namespaces", ["metadata": ["name": "shop"]])
        driver.send("DELETE", "\(Self.place)/kube-root-ca.crt")
        for index in 0..<count {
            let labels = ["tier": index.isMultiple(of: 2) ? "even" : "odd", "n": "\(index)"]
            driver.send("POST", Self.place, Sample.configMap("c\(index)", labels: labels))
        }
        driver.send("DELETE", "\(Self.place)/kube-root-ca.crt")
        return driver
    }

    @Test("carries the type once for built-in types, as real servers do")
    func types() {
        var driver = driver(1)
        let list = driver.send("GET", Self.place).object
        #expect(list["kind"] == "ConfigMapList")
        #expect(list["apiVersion"] == "v1")
        #expect(list["items"]?.array?.first?["kind"] == nil)
    }

    @Test(
        "selects by labels",
        arguments: [
            ("tier%3Deven", ["c0", "c2", "c4"]), ("tier!%3Deven", ["c1", "c3", "kube-root-ca.crt"]),
            ("n%20in%20(1,2)", ["c1", "c2"]), ("tier,n%20notin%20(0,1,2)", ["c3", "c4"]),
            ("!tier", ["kube-root-ca.crt"]), ("tier%3D%3Dodd,n%3D3", ["c3"]),
        ]
    )
    func labels(selector: String, names: [String]) {
        var driver = driver()
        #expect(driver.send("GET", "\(Self.place)?labelSelector=\(selector)").names == names)
    }

    @Test("selects by fields, and refuses those it cannot select by")
    func fields() {
        var driver = driver()
        #expect(driver.send("GET", "\(Self.place)?fieldSelector=metadata.name%3Dc1").names == ["c1"])
        let all = "/api/v1/configmaps?fieldSelector=metadata.namespace!%3Dshop,metadata.name%3Dkube-root-ca.crt"
        #expect(driver.send("GET", all).names.count == 4)
        let refused = driver.send("GET", "\(Self.place)?fieldSelector=data.x%3Dy")
        #expect(refused.code == 400)
        #expect(refused.message.hasPrefix("\"data.x\" is not a known field selector: only "))
    }

    @Test("refuses a selector that cannot be read")
    func badSelector() {
        var driver = driver(0)
        #expect(driver.send("GET", "\(Self.place)?labelSelector=a+b+c").code == 400)
        #expect(driver.send("GET", "\(Self.place)?labelSelector=a%3Db%26").message.contains("a valid label must be"))
    }

    @Test("comes page by page from one moment")
    func pages() throws {
        var driver = driver()
        let first = driver.send("GET", "\(Self.place)?limit=2").object
        #expect(first["items"]?.array?.map(\.name) == ["c0", "c1"])
        #expect(first["metadata"]?["remainingItemCount"] == 4)
        driver.send("DELETE", "\(Self.place)/c3")
        let token = try #require(first["metadata"]?["continue"]?.string)
        let second = driver.send("GET", "\(Self.place)?limit=3&continue=\(token)").object
        #expect(second["items"]?.array?.map(\.name) == ["c2", "c3", "c4"])
        #expect(second["metadata"]?["resourceVersion"] == first["metadata"]?["resourceVersion"])
    }

    @Test("expires a forgotten page with a token for the rest as it is now")
    func expired() throws {
        var driver = driver()
        let first = driver.send("GET", "\(Self.place)?limit=2").object
        let token = try #require(first["metadata"]?["continue"]?.string)
        driver.send("DELETE", "\(Self.place)/c3")
        driver.state.snapshots.forget()
        let refused = driver.send("GET", "\(Self.place)?limit=2&continue=\(token)")
        #expect(refused.code == 410)
        #expect(refused.reason == "Expired")
        let next = try #require(refused.object["metadata"]?["continue"]?.string)
        #expect(driver.send("GET", "\(Self.place)?continue=\(next)").names == ["c2", "c4", "kube-root-ca.crt"])
        #expect(driver.send("GET", "\(Self.place)?continue=nonsense").code == 400)
    }

    @Test("becomes a table, or metadata alone, when the client asks for it")
    func formats() {
        var driver = driver(1)
        let table = driver.send(
            "GET",
            Self.place,
            accept: "application/json;as=Table;g=meta.k8s.io;v=v1,application/json"
        )
        #expect(table.object["kind"] == "Table")
        #expect(table.object["columnDefinitions"]?.array?.compactMap { $0["name"]?.string } == ["Name", "Data", "Age"])
        #expect(table.object["rows"]?.array?.first?["cells"]?.array?.first == "c0")
        let accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        let partial = driver.send("GET", Self.place, accept: accept)
        #expect(partial.object["kind"] == "PartialObjectMetadataList")
        #expect(partial.object["items"]?.array?.first?["data"] == nil)
        #expect(driver.send("GET", Self.place, accept: "application/cbor").code == 406)
    }
}
