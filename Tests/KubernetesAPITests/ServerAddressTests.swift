import Testing

@testable import KubernetesAPI

@Suite("Server address")
struct ServerAddressTests {
    @Test(
        "splits a URL",
        arguments: [
            ("https://example.com", "https://example.com:443"),
            ("HTTPS://example.com:6443/", "https://example.com:6443"),
            ("http://10.0.0.1:8080/k8s/clusters/c-1/", "http://10.0.0.1:8080/k8s/clusters/c-1"),
            ("https://[::1]:6443", "https://[::1]:6443"),
        ]
    )
    func splits(text: String, whole: String) {
        #expect(ServerAddress(text)?.description == whole)
    }

    @Test(
        "refuses what is no such URL",
        arguments: [
            "", "example.com", "ftp://h", "https://", "https://h:0", "https://h:99999", "https://u:p@h", "https://h?q",
            "https://h /x", "https://[::1", "https://h//x", "https://h\r\nX: y", "https://h:6443x",
        ]
    )
    func refuses(text: String) {
        #expect(ServerAddress(text) == nil)
    }
}

@Suite("Base64")
struct Base64Tests {
    @Test(
        "goes both ways",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
    )
    func bothWays(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test("skips line breaks")
    func lineBreaks() {
        #expect(Base64.decode("Zm9v\nYmFy\n") == Array("foobar".utf8))
    }

    @Test("refuses what is none", arguments: ["Zg", "Z===", "Zm9*", "Zm=v"])
    func refuses(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
