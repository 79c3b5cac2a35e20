import FoundationEssentials
import Manifests

/// Lists that clients read page by page, each as it was when its first page was read.
struct ListSnapshots: Sendable {
    /// A part of a list.
    struct Page {
        var items: [Value]
        var revision: Int
        var continueToken: String?
        var remaining = 0
    }

    private struct Snapshot {
        let id: Int
        let revision: Int
        let items: [Value]
    }

    private static let limit = 128

    private var snapshots: [Snapshot] = []
    private var nextID = 1

    mutating func first(_ items: [Value], revision: Int, limit: Int) -> Page {
        guard limit > 0, items.count > limit else { return Page(items: items, revision: revision) }
        let snapshot = Snapshot(id: nextID, revision: revision, items: items)
        nextID += 1
        snapshots.append(snapshot)
        if snapshots.count > Self.limit { snapshots.removeFirst() }
        return page(snapshot, from: 0, limit: limit)
    }

    /// The page at a token; `nil` when its list is forgotten.
    func next(_ token: ContinueToken, limit: Int) -> Page? {
        snapshots.first { $0.id == token.snapshot }.map { page($0, from: token.offset, limit: limit) }
    }

    /// Forgets every list, so that all tokens are expired.
    mutating func forget() {
        snapshots = []
    }

    private func page(_ snapshot: Snapshot, from offset: Int, limit: Int) -> Page {
        let start = min(max(0, offset), snapshot.items.count)
        let end = limit > 0 ? min(start + min(limit, snapshot.items.count), snapshot.items.count) : snapshot.items.count
        var page = Page(items: Array(snapshot.items[start..<end]), revision: snapshot.revision)
        guard end < snapshot.items.count, let last = page.items.last else { return page }
        let token = ContinueToken(
            snapshot: snapshot.id,
            offset: end,
            last: ObjectKey(namespace: last.namespace, name: last.name)
        )
        page.continueToken = token.text
        page.remaining = snapshot.items.count - end
        return page
    }
}

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
