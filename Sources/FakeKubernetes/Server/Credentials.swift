import Manifests

/// The credentials that a cluster takes at this moment.
struct Credentials: Sendable {
    /// The token that makes its holder an administrator.
    private(set) var token = RandomNames.uid()
    /// The token of the user with few rights.
    let limitedToken = RandomNames.uid()
    /// The one client certificate that makes its holder an administrator.
    var certificate: [UInt8] = []

    /// Replaces the token of the administrator.
    mutating func rotateToken() {
        token = RandomNames.uid()
    }

    /// Who sends a request.
    ///
    /// - Returns: `nil` when there are credentials and none of them is good.
    func user(_ request: APIRequest, certificate: [UInt8]?) -> User? {
        let authorization = request.header("authorization")
        if certificate == self.certificate || authorization == "Bearer \(token)" { return .administrator }
        if authorization == "Bearer \(limitedToken)" { return .limited }
        return certificate == nil && authorization == nil ? .anonymous : nil
    }
}

/// Somebody who sends requests.
enum User: String, Sendable {
    case administrator = "fake-admin"
    case limited = "system:serviceaccount:default:limited"
    case anonymous = "system:anonymous"

    var mayDoEverything: Bool { self == .administrator }

    /// The refusal of a request, in the words of a real server; `nil` when the rules allow it.
    func refusal(of request: RequestShape, _ rules: [AccessRule]) -> APIStatus? {
        guard request.verb != .discovery else { return pathRefusal(request) }
        if self == .limited, rules.contains(where: { $0.allows(request) }) { return nil }
        let place = request.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(request.namespace)\""
        let what = "resource \"\(request.resource)\" in API group \"\(request.group)\""
        let plural = request.resource.split(separator: "/").first.map(String.init) ?? ""
        let type = GroupResource(group: request.group, resource: plural)
        let object = request.name.isEmpty ? "\(type)" : "\(type) \"\(request.name)\""
        let message = "\(object) is forbidden: User \"\(rawValue)\" cannot \(request.verb) \(what) \(place)"
        return APIStatus(403, "Forbidden", message, details: APIStatus.details(type, request.name))
    }

    /// Everybody may ask how the server is, and who has proved a name may ask what it serves.
    private func pathRefusal(_ request: RequestShape) -> APIStatus? {
        let health = ["healthz", "livez", "readyz", "version"]
        let open = self == .limited ? health + ["api", "apis", "openapi"] : health
        guard !open.contains(request.path.split(separator: "/").first.map(String.init) ?? "") else { return nil }
        let verb = request.method.lowercased()
        let message = "forbidden: User \"\(rawValue)\" cannot \(verb) path \"\(request.path)\""
        return APIStatus(403, "Forbidden", message, details: [:])
    }
}
