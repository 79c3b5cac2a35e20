import FoundationEssentials
import Manifests

/// Where the next page of a list begins.
struct ContinueToken: Sendable {
    /// The list, 0 for the objects as they are now.
    let snapshot: Int
    let offset: Int
    /// The last object that was sent.
    let last: ObjectKey

    init(snapshot: Int, offset: Int, last: ObjectKey) {
        self.snapshot = snapshot
        self.offset = offset
        self.last = last
    }

    init(text: String) throws(APIStatus) {
        let bytes = Data(base64Encoded: text).map { [UInt8]($0) } ?? []
        guard let token = try? Value(json: bytes, file: "continue"), token["v"]?.string == "meta.k8s.io/v1",
            let snapshot = token["id"]?.int, let offset = token["offset"]?.int,
            let namespace = token["namespace"]?.string, let name = token["start"]?.string
        else { throw .badRequest("invalid continue token: continue key is not valid") }
        self.init(snapshot: snapshot, offset: offset, last: ObjectKey(namespace: namespace, name: name))
    }

    var isInconsistent: Bool { snapshot == 0 }

    var text: String {
        let token: Value = [
            "v": "meta.k8s.io/v1", "id": .int(snapshot), "offset": .int(offset),
            "namespace": .string(last.namespace), "start": .string(last.name),
        ]
        return Data(token.jsonBytes()).base64EncodedString()
    }

    func isBefore(_ object: Value) -> Bool {
        last < ObjectKey(namespace: object.namespace, name: object.name)
    }

    /// The refusal of a forgotten list, with a token for the rest of the objects as they are now.
    static func expired(_ token: ContinueToken) -> APIStatus {
        var status = APIStatus.tooOld(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
                + "without the continue parameter, or use the continue token in this response to retrieve the remainder "
                + "of the results. Continuing with the provided token results in an inconsistent list - objects that "
                + "were created, modified, or deleted between the time the first chunk was returned and now may show up "
                + "in the list."
        )
        status.continueToken = ContinueToken(snapshot: 0, offset: 0, last: token.last).text
        return status
    }
}
