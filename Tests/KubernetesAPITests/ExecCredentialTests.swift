import Testing

@testable import KubernetesAPI

@Suite("What a credential plugin prints")
struct ExecCredentialTests {
    private static let pem = #"-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"#

    private static func credential(_ status: String, version: ExecPlugin.Version = .v1) throws -> ExecCredential {
        let text = #"{"kind":"ExecCredential","apiVersion":"\#(version.rawValue)","status":\#(status)}"#
        return try ExecCredential(output: Array(text.utf8), version: .v1)
    }

    @Test("is a token, with the time of its end")
    func token() throws {
        let credential = try Self.credential(#"{"token":"abc","expirationTimestamp":"1970-01-01T00:01:40Z"}"#)
        #expect(credential.token == "abc")
        #expect(credential.identity == nil)
        #expect(credential.expiration == .seconds(100))
        #expect(try Self.credential(#"{"token":"abc","expirationTimestamp":null}"#).expiration == nil)
    }

    @Test("is a certificate with its key, alone or beside a token")
    func pair() throws {
        let pair = #""clientCertificateData":"\#(Self.pem)","clientKeyData":"\#(Self.pem)""#
        #expect(try Self.credential("{\(pair)}").token == nil)
        let both = try Self.credential(#"{"token":"abc",\#(pair)}"#)
        #expect(both.token == "abc")
        #expect(both.identity?.key.isEmpty == false)
    }

    @Test(
        "is refused when it is not what was agreed on",
        arguments: [
            ("{}", "printed neither a token nor a client certificate"),
            ("null", "printed no status"),
            (#"{"token":""}"#, "printed neither a token nor a client certificate"),
            (#"{"token":7}"#, "printed a token that is no string"),
            (#"{"token":"top secret"}"#, "printed a token with blanks or characters that no token has"),
            (#"{"clientKeyData":"\#(pem)"}"#, "printed clientKeyData without clientCertificateData"),
            (#"{"clientCertificateData":"\#(pem)"}"#, "printed clientCertificateData without clientKeyData"),
            (#"{"clientKeyData":"secret"}"#, "printed clientKeyData without a PEM block"),
            (
                #"{"token":"secret","expirationTimestamp":"tomorrow"}"#,
                "printed an expirationTimestamp that is no RFC 3339 time"
            ),
        ]
    )
    func refused(status: String, text: String) {
        #expect(throws: ExecFailure(text)) { try Self.credential(status) }
    }

    @Test("API-24 must have the version of the kubeconfig; the error names both, and nothing else that was printed")
    func version() {
        let text =
            "not client.authentication.k8s.io/v1 as the kubeconfig has it; "
            + "set exec.apiVersion to what the plugin prints"
        #expect(throws: ExecFailure("printed apiVersion client.authentication.k8s.io/v1beta1, \(text)")) {
            try Self.credential(#"{"token":"a"}"#, version: .v1beta1)
        }
        let odd = #"{"kind":"ExecCredential","apiVersion":"secret","status":{}}"#
        #expect(throws: ExecFailure("printed another apiVersion, \(text)")) {
            try ExecCredential(output: Array(odd.utf8), version: .v1)
        }
    }

    @Test("never appears in the error", arguments: ["secret", "{\"token\": secret}", "[\"secret\"]", ""])
    func silence(output: String) {
        #expect(throws: ExecFailure("did not print a JSON object")) {
            try ExecCredential(output: Array(output.utf8), version: .v1)
        }
    }

    @Test("never appears in a dump")
    func dump() throws {
        let credential = try Self.credential(#"{"token":"top-secret"}"#)
        #expect(!"\(credential) \(String(reflecting: credential))".contains("top-secret"))
    }
}

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "is counted from 1970",
        arguments: [
            ("1970-01-01T00:00:00Z", .zero),
            ("2000-02-29T12:00:00Z", .seconds(951_825_600)),
            ("2026-03-01T00:00:00+01:00", .seconds(1_772_319_600)),
            ("2026-03-01t00:00:00.25z", .seconds(1_772_323_200) + .milliseconds(250)),
            ("2026-03-01T00:00:00.1234567899-00:30", .seconds(1_772_325_000) + .nanoseconds(123_456_789)),
            ("2100-01-01T00:00:00Z", .seconds(4_102_444_800)),
        ] as [(String, Duration)]
    )
    func read(text: String, time: Duration) {
        #expect(Timestamp.sinceEpoch(text) == time)
    }

    @Test(
        "is refused in any other form",
        arguments: [
            "", "2026", "2026-03-01", "2026-03-01T00:00:00", "2026-13-01T00:00:00Z", "2026-03-00T00:00:00Z",
            "2026-03-01T24:00:00Z", "2026-03-01T00:60:00Z", "2026-03-01T00:00:00.Z", "2026-03-01T00:00:00+1:00",
            "2026-03-01T00:00:00+24:00", "2026-03-01T00:00:00ZZ", "+026-03-01T00:00:00Z", "2026-03-01T00:00:0éZ",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp.sinceEpoch(text) == nil)
    }
}
