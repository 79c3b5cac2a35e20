import Manifests
import TestSupport
import Testing

@testable import Rollouts

@Suite("The state informer of a target")
struct AppStateInformerTests {
    private static func informer(_ text: String) throws -> AppStateInformer {
        let file = "- {name: eu, config: {appStateInformer: \(text)}}"
        let document = try #require(try YAML.documents(in: Array(file.utf8), file: "targets.yaml").first)
        let decoded = DeployTargetConfiguration.decode(document)
        return try #require(decoded.value?.first?.informer, "\(decoded.problems)")
    }

    private static let types = [
        GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"),
        GroupVersionKind(group: "", version: "v1", kind: "Secret"),
        GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"),
    ]

    @Test(
        "INF-01 to INF-04 keeps what is included, all when nothing is, without what is excluded",
        arguments: [
            ("{}", ["ConfigMap", "Secret", "Deployment"]),
            ("{includeResources: [], excludeResources: []}", ["ConfigMap", "Secret", "Deployment"]),
            ("{excludeResources: [{apiVersion: v1, kind: Secret}]}", ["ConfigMap", "Deployment"]),
            ("{includeResources: [{apiVersion: apps/v1}]}", ["Deployment"]),
            ("{includeResources: [{apiVersion: v1}], excludeResources: [{kind: Secret}]}", ["ConfigMap"]),
            (
                "{includeResources: [{}], excludeResources: [{apiVersion: v1, kind: Deployment}]}",
                [
                    "ConfigMap", "Secret", "Deployment",
                ]
            ),
            ("{excludeResources: [{}]}", []),
            ("{includeResources: [{kind: secret}]}", []),
            ("{includeResources: [{apiVersion: '', kind: Secret}]}", ["Secret"]),
            ("{includeResources: [{kind: Secret}, {apiVersion: apps/v1}]}", ["Secret", "Deployment"]),
        ]
    )
    func filter(text: String, kept: [String]) throws {
        let informer = try Self.informer(text)
        #expect(Self.types.filter { informer.covers($0) }.map(\.kind) == kept)
    }

    @Test(
        "keeps only what is in its namespace, when it has one",
        arguments: [
            ("{}", [true, true, true]), ("{namespace: shop}", [true, false, false]),
            ("{namespace: ''}", [true, true, true]),
        ]
    )
    func namespace(text: String, kept: [Bool]) throws {
        let informer = try Self.informer(text)
        #expect(["shop", "other", nil].map { informer.covers(Self.types[0], in: $0) } == kept)
    }
}
