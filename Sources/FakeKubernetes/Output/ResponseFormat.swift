import Manifests

/// The shape in which a client wants objects.
enum ResponseFormat: Sendable, Hashable {
    case full
    /// Rows for people, as `kubectl get` prints them.
    case table(includeObject: TableObject)
    /// Metadata only.
    case partial

    /// What a row of a table carries beside its cells.
    enum TableObject: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// Takes the first kind of answer in the `Accept` header that this server can give.
    init(_ request: APIRequest) throws(APIStatus) {
        let accepted = request.header("accept") ?? "*/*"
        for range in accepted.split(separator: ",") {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let media = parts.first, ["application/json", "application/*", "*/*"].contains(media) else {
                continue
            }
            guard let shape = parts.first(where: { $0.hasPrefix("as=") })?.dropFirst(3) else {
                self = .full
                return
            }
            guard parts.contains("g=meta.k8s.io"), parts.contains("v=v1") else { continue }
            switch shape {
            case "Table":
                self = .table(
                    includeObject: TableObject(rawValue: request.parameter("includeObject") ?? "") ?? .metadata
                )
            case "PartialObjectMetadata", "PartialObjectMetadataList": self = .partial
            default: continue
            }
            return
        }
        throw .noRoute(406, "Not Acceptable", "NotAcceptable")
    }
}
