import Manifests

/// One entry of `status.conditions`.
struct Condition {
    let type: String
    /// `True`, `False` or `Unknown`.
    let status: String
    let reason: String
    let message: String
    let observedGeneration: Int?

    init?(_ object: Value) {
        guard let type = object["type"]?.string else { return nil }
        self.type = type
        let flag = object["status"]?.bool.map { $0 ? "True" : "False" }
        status = object["status"]?.string ?? flag ?? "Unknown"
        reason = object["reason"]?.string ?? ""
        message = object["message"]?.string ?? ""
        observedGeneration = object["observedGeneration"]?.int
    }

    var isTrue: Bool { status == "True" }
    var isFalse: Bool { status == "False" }

    /// The words for a person: the message, else the reason, else the condition itself.
    var text: String {
        let text = [message, reason].first { !$0.isEmpty } ?? "\(type) is \(status)"
        return text.onOneLine()
    }
}

extension LiveResource {
    /// The conditions of the status.
    var conditions: [Condition] {
        (object[path: "status", "conditions"]?.array ?? []).compactMap { Condition($0) }
    }

    /// The condition of a type.
    func condition(_ type: String) -> Condition? {
        conditions.first { $0.type == type }
    }

    /// A number of the status, 0 when it is not there: API servers leave out zeros.
    func count(_ field: String) -> Int {
        Self.podCount(object[path: "status", field]) ?? 0
    }

    /// The pods that it shall have; API servers fill in 1.
    var desiredReplicas: Int {
        Self.podCount(object[path: "spec", "replicas"]) ?? 1
    }

    /// A number of pods, in the range of the API, so that no sum or difference overflows.
    static func podCount(_ value: Value?) -> Int? {
        value?.int.map { min(max($0, 0), Int(Int32.max)) }
    }

    /// Whether the controller has seen the latest change.
    var isObserved: Bool {
        (observedGeneration ?? 0) >= (generation ?? 0)
    }
}
