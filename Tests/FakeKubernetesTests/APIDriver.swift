import NIOConcurrencyHelpers
import Manifests

@testable import FakeKubernetes

/// Drives the state of one cluster by requests, with no network and no clock.
struct APIDriver {
    var state: ClusterState
    /// What an open watch has received.
    let events = EventRecorder()

    init(_ options: FakeClusterOptions = .init()) {
        state = ClusterState(name: "test", options: options)
    }

    /// Sends one request and lets the controllers work.
    @discardableResult
    mutating func send(
        _ method: String,
        _ target: String,
        _ body: Value? = nil,
        type: String = "application/json",
        accept: String = "application/json"
    ) -> Answer {
        send(method, target, text: body?.jsonText() ?? "", type: type, accept: accept)
    }

    /// Sends one request whose body is a text as it is.
    @discardableResult
    mutating func send(
        _ method: String,
        _ target: String,
        text: String,
        type: String,
        accept: String = "application/json"
    ) -> Answer {
        let headers = [("Content-Type", type), ("Accept", accept), ("User-Agent", "tester/1.0 (linux)")]
        let request = APIRequest(method: method, target: target, headers: headers, body: Array(text.utf8))
        let response = state.respond(to: request, sink: events)
        state.runControllers()
        return Answer(response)
    }

    /// Applies an object on the server's side.
    @discardableResult
    mutating func apply(_ target: String, _ object: Value, as manager: String, force: Bool = false) -> Answer {
        let query = "fieldManager=\(manager)" + (force ? "&force=true" : "")
        return send("PATCH", "\(target)?\(query)", object, type: "application/apply-patch+yaml")
    }

    mutating func get(_ target: String) -> Value {
        send("GET", target).object
    }
}

/// The answer to one request.
struct Answer {
    let code: Int
    let object: Value
    let response: APIResponse

    init(_ response: APIResponse) {
        self.response = response
        code = response.code
        switch response.body {
        case .object(let object): self.object = object
        case .text(let bytes):
            object = (try? Value(json: bytes, file: "answer")) ?? .string(String(decoding: bytes, as: UTF8.self))
        case .events: object = .null
        }
    }

    var message: String { object["message"]?.string ?? "" }

    var reason: String { object["reason"]?.string ?? "" }

    /// The fields that the causes of a refusal name.
    var causes: [String] { object["details"]?["causes"]?.array?.compactMap { $0["field"]?.string } ?? [] }

    /// The names of the objects in a list.
    var names: [String] { object["items"]?.array?.map(\.name) ?? [] }

    /// The writers in `managedFields`, as `manager/operation`.
    var writers: [String] {
        (object["metadata"]?["managedFields"]?.array ?? []).map {
            "\($0["manager"]?.string ?? "")/\($0["operation"]?.string ?? "")"
        }
    }

    /// What one manager owns, as `fieldsV1`.
    func fields(of manager: String) -> String? {
        object["metadata"]?["managedFields"]?.array?.first { $0["manager"]?.string == manager }?["fieldsV1"]?
            .jsonText(.sortedKeys)
    }
}

/// Keeps the events of a watch.
final class EventRecorder: WatchSink {
    private let events = NIOLockedValueBox<[WatchEvent]>([])
    private let ends = NIOLockedValueBox(0)

    func send(_ event: WatchEvent) {
        events.withLockedValue { $0.append(event) }
    }

    func end() {
        ends.withLockedValue { $0 += 1 }
    }

    var hasEnded: Bool { ends.withLockedValue { $0 > 0 } }

    /// The events so far as `TYPE name`, which are then forgotten.
    func take() -> [String] {
        takeEvents().map { "\($0.type) \($0.object.name)" }
    }

    func takeEvents() -> [WatchEvent] {
        events.withLockedValue { events in
            defer { events = [] }
            return events
        }
    }
}

/// Objects that many tests need.
enum Sample {
    static let configMaps = "/api/v1/namespaces/default/configmaps"
    static let deployments = "/apis/apps/v1/namespaces/default/deployments"
    static let pods = "/api/v1/namespaces/default/pods"

    static func configMap(_ name: String, _ data: [String: String] = [:], labels: [String: String] = [:]) -> Value {
        var metadata: Mapping = ["name": .string(name)]
        if !labels.isEmpty {
            metadata["labels"] = .mapping(Mapping(labels.sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
        }
        var object: Mapping = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": .mapping(metadata)]
        if !data.isEmpty {
            object["data"] = .mapping(Mapping(data.sorted { $0.key < $1.key }.map { ($0, .string($1)) }))
        }
        return .mapping(object)
    }

    static func deployment(
        _ name: String,
        image: String = "nginx:1",
        replicas: Int? = nil,
        annotations: Mapping = [:]
    ) -> Value {
        let labels: Value = ["app": .string(name)]
        var template: Mapping = ["labels": labels]
        if !annotations.isEmpty { template["annotations"] = .mapping(annotations) }
        var spec: Mapping = [
            "selector": ["matchLabels": labels],
            "template": [
                "metadata": .mapping(template),
                "spec": ["containers": [["name": "main", "image": .string(image)]]],
            ],
        ]
        spec["replicas"] = replicas.map(Value.int)
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": .string(name)], "spec": .mapping(spec),
        ]
    }
}
