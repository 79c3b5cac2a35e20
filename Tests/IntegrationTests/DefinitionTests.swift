import KubernetesAPI
import Manifests
import Testing

/// Tests that look at all types of a cluster, or change which there are, run one after another.
@Suite("Over all types,", .serialized, .timeLimit(.minutes(5)))
enum AllTypesTests {}

extension AllTypesTests {
    @Suite("Applying")
    struct DefinitionTests {
        @Test("creates a definition, and then objects of it", arguments: TestCluster.all)
        func definition(cluster: TestCluster) async throws {
            try await cluster.withNamespace { place in
                let group = "\(place.name).flotilla.test"
                let definition = try place.manifest(
                    """
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: things.\(group), labels: {\(TestNamespace.label): \(TestNamespace.run)}}
                    spec:
                      group: \(group)
                      scope: Namespaced
                      names: {plural: things, singular: thing, kind: Thing, listKind: ThingList}
                      versions:
                        - name: v1
                          served: true
                          storage: true
                          schema:
                            openAPIV3Schema:
                              type: object
                              properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}}}}
                    """
                )
                let created = try await place.client.apply(definition)
                try await place.waitUntilReady([created.resource])
                let thing = "apiVersion: \(group)/v1\nkind: Thing\nmetadata: {name: one}\nspec: {size: SIZE}"
                let one = try await place.client.apply(place.manifest(thing.replacing("SIZE", with: "2")))
                #expect(one.isNew && one.resource.object[path: "spec", "size"] == 2)
                let error = await #expect(throws: APIError.self) {
                    try await place.client.apply(place.manifest(thing.replacing("SIZE", with: "0")))
                }
                #expect(error?.isInvalid == true, "\(error.text)")
                #expect(error?.description.contains("spec.size") == true, "\(error.text)")
                _ = try await place.client.delete(created.resource)
                try await place.wait(until: {
                    let groups = try await place.send("GET", "/apis").object["groups"]?.array ?? []
                    return !groups.contains { $0["name"]?.string == group }
                })
            }
        }
    }
}
