import Manifests
import Testing

@testable import KubernetesAPI

@Suite("API errors")
struct APIErrorTests {
    private static func reason(_ json: String, code: Int, hidesValues: Bool = false) -> APIError.Reason {
        APIError.Reason(APIStatus(body: Array(json.utf8), code: code), hidesValues: hidesValues)
    }

    private static func status(_ code: Int, _ reason: String, _ message: String, details: String = "{}") -> String {
        """
        {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"\(reason)","code":\(code),\
        "message":"\(message)","details":\(details)}
        """
    }

    @Test("API-01 a conflict of field managers is understood")
    func conflict() {
        let json = #"""
            {"kind":"Status","apiVersion":"v1","status":"Failure","message":"Apply failed with 1 conflict: conflict with \"kubectl\": .data.a","reason":"Conflict","details":{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\"","field":".data.a"}]},"code":409}
            """#
        #expect(Self.reason(json, code: 409) == .fieldConflicts([FieldConflict(field: ".data.a", manager: "kubectl")]))
    }

    @Test(
        "API-02 other 409s are told apart",
        arguments: [
            (
                "Conflict", "Operation cannot be fulfilled on configmaps: the object has been modified",
                APIError.Reason.modified(
                    message: "Operation cannot be fulfilled on configmaps: the object has been modified"
                )
            ),
            ("AlreadyExists", "configmaps already exists", .alreadyExists),
            ("Conflict", "the UID in the precondition (a) does not match the UID in record (b)", .uidMismatch),
            ("Conflict", "Precondition failed: UID in precondition: a, UID in object meta: b", .uidMismatch),
        ]
    )
    func others(reason: String, message: String, expected: APIError.Reason) {
        #expect(Self.reason(Self.status(409, reason, message), code: 409) == expected)
    }

    @Test(
        "a conflict names manager, subresource and remedy",
        arguments: [
            (
                #"conflict with "kube-controller-manager" with subresource "scale" using apps/v1"#, ".spec.replicas",
                #".spec.replicas is owned by "kube-controller-manager" through its subresource "scale"; remove spec.replicas from Git when an autoscaler manages it"#
            ),
            (
                #"conflict with "kubectl-client-side-apply" using v1 at 2024-01-01T00:00:00Z"#, ".data.a",
                #".data.a is owned by "kubectl-client-side-apply" since 2024-01-01T00:00:00Z; drop it from the manifest, or take it over with the annotation pipecd.dev/force-conflicts: "true""#
            ),
        ]
    )
    func remedies(message: String, field: String, text: String) throws {
        let cause = APIStatus.Cause(reason: "FieldManagerConflict", field: field, message: message)
        let conflict = try #require(FieldConflict(cause))
        let error = APIError(
            target: "osaka",
            verb: "apply",
            resource: "Deployment/shop/cart",
            reason: .fieldConflicts([conflict])
        )
        #expect("\(error)" == "osaka: apply Deployment/shop/cart: \(text)")
    }

    @Test("API-10 a type error of an old server is an invalid manifest, whatever its code")
    func typeError() {
        let message = "failed to create typed patch object: .spec.nope: field not declared in schema"
        #expect(Self.reason(Self.status(500, "", message), code: 500) == .invalid(code: 500, message: message))
    }

    @Test("API-18 404 without a Status is not \"object not found\"")
    func notServed() {
        #expect(Self.reason("404 page not found", code: 404) == .notServed)
        #expect(
            Self.reason(Self.status(404, "NotFound", "the server could not find the requested resource"), code: 404)
                == .notServed
        )
    }

    @Test("API-19 a missing namespace is named, with the option that makes it")
    func missingNamespace() {
        let details = #"{"name":"shop","kind":"namespaces"}"#
        let reason = Self.reason(Self.status(404, "NotFound", "namespaces not found", details: details), code: 404)
        #expect(reason == .namespaceNotFound("shop"))
        #expect(reason.text.contains("\"shop\"") && reason.text.contains("autoCreateNamespace"))
    }

    @Test(
        "the codes have their reasons",
        arguments: [
            (401, APIError.Reason.unauthorized(message: "m")), (403, .forbidden(message: "m")),
            (410, .expired(message: "m")), (422, .invalid(code: 422, message: "m")),
            (503, .status(code: 503, reason: "R", message: "m")),
        ]
    )
    func codes(code: Int, reason: APIError.Reason) {
        #expect(Self.reason(Self.status(code, "R", "m"), code: code) == reason)
    }

    @Test("an answer that is no Status keeps its beginning, on one line")
    func html() {
        let reason = Self.reason("<html>\nBad Gateway</html>" + String(repeating: "x", count: 5000), code: 502)
        guard case .status(502, "", let message) = reason else {
            Issue.record("\(reason)")
            return
        }
        #expect(message.hasPrefix("<html> Bad Gateway</html>xxx"))
        #expect(message.utf8.count <= 2048)
    }

    @Test(
        "words that may hold values of a Secret are not shown",
        arguments: [400, 422, 500, 502]
    )
    func secrets(code: Int) {
        let details = #"{"causes":[{"reason":"FieldValueInvalid","field":"data[key]","message":"hunter2"}]}"#
        let text = Self.reason(Self.status(code, "R", "got hunter2", details: details), code: code, hidesValues: true)
            .text
        #expect(!text.contains("hunter2"))
        #expect(text.contains("data[key]"))
        #expect(!Self.reason("hunter2", code: code, hidesValues: true).text.contains("hunter2"))
    }

    @Test(
        "of who refuses a Secret only the name is shown, for a webhook has seen its values",
        arguments: [
            (
                403, #"admission webhook "passwords.corp.test" denied the request: hunter2 is weak"#,
                #"admission webhook "passwords.corp.test" denied the request (details are hidden: a Secret)"#
            ),
            (
                400, #"admission webhook "p" denied the request: hunter2"#,
                #"admission webhook "p" denied the request (details are hidden: a Secret)"#
            ),
            (
                422,
                "secrets \"s\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: hunter2",
                "secrets \"s\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request "
                    + "(details are hidden: a Secret)"
            ),
            (403, "secrets is forbidden: User \"u\" cannot patch", "secrets is forbidden: User \"u\" cannot patch"),
        ]
    )
    func refusals(code: Int, message: String, shown: String) {
        let text = Value.string(message).jsonText().dropFirst().dropLast()
        let hidden = Self.reason(Self.status(code, "Forbidden", String(text)), code: code, hidesValues: true).text
        #expect(hidden.contains(shown) && !hidden.contains("hunter2"), "\(hidden)")
        #expect(Self.reason(Self.status(code, "Forbidden", String(text)), code: code).text.contains(message))
    }

    @Test(
        "a field that cannot change is told from a wrong one, also when values are hidden",
        arguments: [
            ("spec.selector: Invalid value: {}: field is immutable", true),
            ("spec: Forbidden: spec is immutable after creation except resources.requests", true),
            ("spec.replicas: Invalid value: -1: must be greater than or equal to 0", false),
        ]
    )
    func immutable(message: String, isImmutable: Bool) {
        let json = Self.status(422, "Invalid", message)
        for hidesValues in [false, true] {
            let text = Self.reason(json, code: 422, hidesValues: hidesValues).text
            #expect(text.hasSuffix("pipecd.dev/force-sync-by-replace: enabled") == isImmutable, "\(text)")
        }
    }

    /// What a server says of fields, and what is left of it.
    struct Words: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let causes: [(field: String, message: String)]
        let message: String

        init(_ name: String, _ causes: [(String, String)], _ message: String) {
            testDescription = name
            self.causes = causes
            self.message = message
        }

        /// The answer of a server that gives the causes on their own, or only in its message.
        func status(hasCauses: Bool) -> APIStatus? {
            let texts = causes.map { "\($0.field): \($0.message)" }
            let all = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
            var status: Value = [
                "kind": "Status", "apiVersion": "v1", "reason": "Invalid", "code": 422,
                "message": .string("Job.batch \"x\" is invalid: \(all)"),
            ]
            let list = causes.map { cause -> Value in
                ["field": .string(cause.field), "message": .string(cause.message)]
            }
            if hasCauses { status["details"] = ["causes": .array(list)] }
            return APIStatus(status)
        }
    }

    private static let long = String(repeating: "a", count: 500)
    private static let claim =
        "Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"

    private static let words = [
        Words(
            "a dump of an object",
            [("spec.template", #"Invalid value: v1.Spec{Env:v1.Env{"a: }\": "}, X:(*int)(nil)}: field is immutable"#)],
            "spec.template: field is immutable"
        ),
        Words("a difference", [("spec", "\(claim)\n  core.Spec{\n-\tA: \"x\",\n  }\n")], "spec: \(claim)"),
        Words(
            "a dump that does not end",
            [("spec", #"Invalid value: {"a: b: field is immutable"#)],
            "spec: field is immutable"
        ),
        Words(
            "a long value",
            [("spec", "Invalid value: \"\(long): {\": must be short: 63 at most")],
            "spec: Invalid value: \"\(long.prefix(199))…: must be short: 63 at most"
        ),
        Words(
            "a long value and nothing more",
            [("a", "Duplicate value: \(long)")],
            "a: Duplicate value: \(long.prefix(200))…"
        ),
        Words("a short value", [("a", "Invalid value: -1: must be: 0")], "a: Invalid value: -1: must be: 0"),
        Words("no value", [("a", "Required value")], "a: Required value"),
    ]

    @Test("a message does not repeat long values, and none of what cannot change", arguments: words, [true, false])
    func values(words: Words, hasCauses: Bool) throws {
        let status = try #require(words.status(hasCauses: hasCauses))
        #expect(status.shortMessage == "Job.batch \"x\" is invalid: \(words.message)")
    }

    @Test("a message about several fields is cut field by field")
    func severalValues() throws {
        let causes = [
            ("a", "Invalid value: {\"b\": 1}: field is immutable"), ("c", "Invalid value: \"\(Self.long)\": is wrong"),
            ("d", "\(Self.claim)\n  difference"), ("e", "Invalid value: 7: is odd"),
        ]
        let status = try #require(Words("", causes, "").status(hasCauses: true))
        guard case .immutable(let message) = APIError.Reason(status, hidesValues: false) else {
            Issue.record("\(status)")
            return
        }
        let long = "Invalid value: \"\(Self.long.prefix(199))…: is wrong"
        let texts = "a: field is immutable, c: \(long), d: \(Self.claim), e: Invalid value: 7: is odd"
        #expect(message == "Job.batch \"x\" is invalid: [\(texts)]")
    }

    @Test("only what may pass by itself is transient")
    func transient() {
        let transient: [APIError.Reason] = [
            .unreachable(address: "a", cause: "c"), .connectionLost(address: "a", cause: "c"),
            .timedOut(address: "a", after: nil), .status(code: 503, reason: "", message: ""),
        ]
        let lasting: [APIError.Reason] = [
            .tls(address: "a", cause: "c"), .forbidden(message: ""), .invalid(code: 500, message: ""),
            .status(code: 405, reason: "", message: ""), .status(code: 501, reason: "", message: ""),
        ]
        let error = { APIError(target: "t", verb: "get", resource: "r", reason: $0) }
        #expect(transient.allSatisfy { error($0).isTransient })
        #expect(!lasting.contains { error($0).isTransient })
    }
}

@Suite("Warning header")
struct WarningHeaderTests {
    @Test(
        "API-17 gives the texts without quotes",
        arguments: [
            (
                [#"299 - "extensions/v1beta1 Ingress is deprecated in v1.14+; use networking.k8s.io/v1 Ingress""#],
                ["extensions/v1beta1 Ingress is deprecated in v1.14+; use networking.k8s.io/v1 Ingress"]
            ),
            (
                [#"299 a "one", 299 b "two, \"quoted\"" "Tue, 15 Nov 1994 08:12:31 GMT", 299 c "three""#],
                ["one", "two, \"quoted\"", "three"]
            ),
            ([#"299 - "same""#, #"299 - "same""#], ["same"]),
            ([#"110 - "stale""#, "nonsense", #"299 - "open"#, ""], []),
        ] as [([String], [String])]
    )
    func texts(values: [String], texts: [String]) {
        #expect(WarningHeader.texts(in: values) == texts)
    }
}
