import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Secrets")
struct SecretTests {
    private static let path = "/api/v1/namespaces/default/secrets"

    private static func secret(_ content: Value) throws -> Value {
        var object: Value = ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "keys"]]
        for member in content.mapping ?? [:] { try object.set(member.value, at: [member.key]) }
        return object
    }

    @Test(
        "are refused when they lack what their type asks for, without a word of their values",
        arguments: [
            ("dockerconfigjson", ["stringData": [".dockerconfigjson": "hunter2"]], ["data[.dockerconfigjson]"]),
            ("dockercfg", [:], ["data[.dockercfg]"]),
            ("tls", ["data": ["tls.crt": "aGk="]], ["data[tls.key]"]),
            ("basic-auth", [:], ["data[%s][username]", "data[%s][password]"]),
            ("ssh-auth", [:], ["data[%s][ssh-privatekey]"]),
            ("service-account-token", [:], ["metadata.annotations[kubernetes.io/service-account.name]"]),
        ] as [(String, Value, [String])]
    )
    func types(type: String, content: Value, fields: [String]) throws {
        var api = APIDriver()
        var secret = try Self.secret(content)
        try secret.set(.string("kubernetes.io/\(type)"), at: ["type"])
        let answer = api.send("POST", Self.path, secret)
        #expect(answer.code == 422 && answer.causes == fields)
        #expect(!answer.message.contains("hunter2") && !answer.message.contains("aHVudGVyMg"))
    }

    @Test(
        "of a type are taken when complete",
        arguments: [
            ("dockerconfigjson", ["stringData": [".dockerconfigjson": "{}"]]),
            ("tls", ["stringData": ["tls.crt": "", "tls.key": ""]]),
            ("basic-auth", ["stringData": ["password": "x"]]),
        ] as [(String, Value)]
    )
    func complete(type: String, content: Value) throws {
        var api = APIDriver()
        var secret = try Self.secret(content)
        try secret.set(.string("kubernetes.io/\(type)"), at: ["type"])
        #expect(api.send("POST", Self.path, secret).code == 201)
    }

    @Test("must hold base64, as must the binary data of ConfigMaps")
    func encoding() throws {
        var api = APIDriver()
        let flaw = "illegal base64 data at input byte 7"
        let secret = try Self.secret(["data": ["p": "hunter2!"]])
        let created = api.send("POST", Self.path, secret)
        #expect(created.code == 400 && created.message.hasSuffix(flaw))
        let applied = api.apply("\(Self.path)/keys", secret, as: "me")
        #expect(applied.code == 500 && applied.message.hasSuffix(flaw))
        #expect(applied.message.hasPrefix("failed to convert new object to proper version: "))
        var settings = Sample.configMap("settings")
        try settings.set("hunter2!", at: ["binaryData", "p"])
        #expect(api.send("POST", Sample.configMaps, settings).code == 400)
    }
}
