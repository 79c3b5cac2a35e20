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
