import Manifests
import Rollouts
import Testing

@Suite("Messages about rollouts")
struct OneLineTests {
    @Test("stay in one line whatever the application file holds")
    func configuration() throws {
        let text = #"""
            {apiVersion: pipecd.dev/v1beta1, kind: "App\nlication", spec: {plugins: {"a\nb": {"c\u2028d": 1}}}}
            """#
        let decoded = try application(text)
        let texts = (decoded.problems + decoded.warnings).map(\.description)
        #expect(texts.contains { $0.contains(#"found "App\nlication""#) })
        #expect(texts.contains { $0.contains(#"spec.plugins.a\nb.c\u2028d"#) })
        #expect(message { _ = try decoded.get() }?.contains("\n") == false)
    }

    @Test("stay in one line whatever objects are called")
    func objects() throws {
        let objects = try manifests(#"{apiVersion: v1, kind: ConfigMap, metadata: {name: "a\nb"}, data: {"c\rd": 1}}"#)
        let text = message { _ = try ConfigHash.hash(of: objects) }
        #expect(text?.hasPrefix(#"ConfigMap/a\nb: data.c\rd: cannot convert"#) == true)
    }

    @Test("stay in one line whatever routes are called")
    func routes() throws {
        let http = #"[{name: "a\nb", route: [{destination: {host: orders}}]}, {name: "c\rd"}]"#
        let request = TrafficRequest(
            try manifests(Fixture.virtualService(http: http)),
            spec: try spec(Fixture.istio()),
            options: TrafficRoutingOptions(canary: 10)
        )
        let expected = [
            #"route "a\nb" updated: primary 90%, canary 10%, baseline 0%"#,
            #"route "c\rd" skipped: it has no destinations"#,
        ]
        #expect(try TrafficRouting.change(request).notes == expected)
    }

    @Test("stay in one line whatever images are called")
    func images() throws {
        func pods(_ image: String) throws -> [Manifest] { try manifests(Fixture.deployment(image: image)) }
        let comparison = VersionComparison(running: try pods(#"web:1\n"#), new: try pods("web:2"), workloads: [])
        #expect("\(comparison.reason())" == #"images change: web 1\n -> 2"#)
    }
}
