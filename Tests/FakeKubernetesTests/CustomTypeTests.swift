import Manifests
import Testing

@testable import FakeKubernetes

@Suite("Custom types")
struct CustomTypeTests {
    private static let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    private static let widgets = "/apis/example.com/v1/widgets"

    private static let definition: Value = [
        "metadata": ["name": "widgets.example.com"],
        "spec": [
            "group": "example.com", "scope": "Cluster", "names": ["kind": "Widget", "plural": "widgets"],
            "versions": [
                [
                    "name": "v1", "served": true, "storage": true, "subresources": ["status": [:]],
                    "additionalPrinterColumns": [["name": "Size", "type": "integer", "jsonPath": ".spec.size"]],
                    "schema": [
                        "openAPIV3Schema": [
                            "type": "object",
                            "properties": [
                                "spec": [
                                    "type": "object", "required": ["size"],
                                    "properties": [
                                        "size": ["type": "integer", "minimum": 1],
                                        "mode": ["type": "string", "enum": ["Auto", "Manual"], "default": "Auto"],
                                        "open": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                                        "parts": [
                                            "type": "array", "x-kubernetes-list-type": "map",
                                            "x-kubernetes-list-map-keys": ["id"],
                                            "items": [
                                                "type": "object",
                                                "properties": ["id": ["type": "string"], "n": ["type": "integer"]],
                                            ],
                                        ],
                                    ],
                                ],
                                "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                            ],
                        ]
                    ],
                ]
            ],
        ],
    ]

    private func driver() -> APIDriver {
        var driver = APIDriver()
        driver.send("POST", Self.definitions, Self.definition)
        return driver
    }

    private func widget(_ spec: Value) -> Value {
        ["apiVersion": "example.com/v1", "kind": "Widget", "metadata": ["name": "w"], "spec": spec]
    }

    @Test("are served as soon as their definition is established, and no longer without it")
    func lifeCycle() {
        var driver = driver()
        let established = driver.get("\(Self.definitions)/widgets.example.com").condition("Established")
        #expect(established?["status"] == "True")
        #expect(driver.send("POST", Self.widgets, widget(["size": 1])).code == 201)
        driver.send("DELETE", "\(Self.definitions)/widgets.example.com")
        #expect(driver.send("GET", Self.widgets).object == .string("404 page not found\n"))
    }

    @Test("have defaults, lose unknown fields, and keep what is open")
    func pruning() {
        var driver = driver()
        let answer = driver.send("POST", Self.widgets, widget(["size": 1, "nope": 2, "open": ["any": [1]]]))
        #expect(answer.object["spec"] == ["size": 1, "open": ["any": [1]], "mode": "Auto"])
        #expect(answer.response.warnings == [#"unknown field "spec.nope""#])
    }

    @Test(
        "are checked against their schema",
        arguments: [
            (["size": 0], "spec.size", "spec.size in body should be greater than or equal to 1"),
            (["mode": "Auto"], "spec.size", "Required value"),
            (["size": "big"], "spec.size", #"spec.size in body must be of type integer: "string""#),
            (
                ["size": 1, "mode": "Off"], "spec.mode",
                #"Unsupported value: "Off": supported values: "Auto", "Manual""#
            ),
        ] as [(Value, String, String)]
    )
    func validation(spec: Value, field: String, text: String) {
        var driver = driver()
        let answer = driver.send("POST", Self.widgets, widget(spec))
        #expect(answer.code == 422)
        #expect(answer.causes == [field])
        #expect(answer.message.hasPrefix(#"Widget.example.com "w" is invalid: "#))
        #expect(answer.message.contains(text))
    }

    @Test("need the version that they replace")
    func replace() {
        var driver = driver()
        let first = driver.send("POST", Self.widgets, widget(["size": 1])).object
        let blind = driver.send("PUT", "\(Self.widgets)/w", widget(["size": 2]))
        #expect(blind.code == 422)
        #expect(blind.message.contains("metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"))
        var next = first
        next.put(2, "spec", "size")
        let answer = driver.send("PUT", "\(Self.widgets)/w", next)
        #expect(answer.object["metadata"]?["generation"] == 2)
    }

    @Test("merge lists by the keys of their schema when applied")
    func apply() {
        var driver = driver()
        driver.apply("\(Self.widgets)/w", widget(["size": 1, "parts": [["id": "a", "n": 1]]]), as: "one")
        let answer = driver.apply("\(Self.widgets)/w", widget(["size": 1, "parts": [["id": "b", "n": 2]]]), as: "two")
        #expect(answer.object["spec"]?["parts"] == [["id": "a", "n": 1], ["id": "b", "n": 2]])
        let unknown = driver.apply("\(Self.widgets)/w", widget(["nope": 1]), as: "one")
        #expect(unknown.message.hasSuffix(".spec.nope: field not declared in schema"))
    }

    @Test("are shown in every version that is served")
    func versions() {
        var driver = APIDriver()
        let place = "namespaces/default/virtualservices"
        driver.send(
            "POST",
            "/apis/networking.istio.io/v1beta1/\(place)",
            ["kind": "VirtualService", "metadata": ["name": "web"], "spec": ["hosts": ["a"]]]
        )
        let shown = driver.get("/apis/networking.istio.io/v1alpha3/\(place)/web")
        #expect(shown["apiVersion"] == "networking.istio.io/v1alpha3")
        #expect(shown["spec"] == ["hosts": ["a"]])
        let managed = shown["metadata"]?["managedFields"]?.array?.first
        #expect(managed?["apiVersion"] == "networking.istio.io/v1beta1")
    }

    @Test("fill the printer columns of their definition")
    func columns() {
        var driver = driver()
        driver.send("POST", Self.widgets, widget(["size": 7]))
        let table = driver.send("GET", Self.widgets, accept: "application/json;as=Table;g=meta.k8s.io;v=v1").object
        #expect(table["rows"]?.array?.first?["cells"] == ["w", 7])
    }

    @Test("need a definition whose name follows from group and plural")
    func definitionName() {
        var driver = APIDriver()
        var definition = Self.definition
        definition.put("other", "metadata", "name")
        let answer = driver.send("POST", Self.definitions, definition)
        #expect(answer.code == 422)
        #expect(answer.message.contains(#"must be spec.names.plural+"."+spec.group"#))
    }
}
