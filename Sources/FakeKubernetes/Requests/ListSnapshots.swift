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
