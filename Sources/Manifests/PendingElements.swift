/// The elements of all lists, or the fields of all mappings, that are still being read, the innermost ones last.
///
/// Each of them takes its own off the end when it is complete: one allocation of the right size, and nothing is copied.
struct PendingElements<Element>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>
    private var capacity = 64
    private(set) var count = 0

    init() {
        base = .allocate(capacity: capacity)
    }

    deinit {
        base.deinitialize(count: count)
        base.deallocate()
    }

    mutating func append(_ element: consuming Element) {
        if count == capacity { grow() }
        (base + count).initialize(to: element)
        count += 1
    }

    /// The elements from an index on, valid until the next change.
    func elements(from start: Int) -> UnsafeMutableBufferPointer<Element> {
        precondition(start <= count)
        return UnsafeMutableBufferPointer(start: base + start, count: count - start)
    }

    /// Takes the elements from an index on away.
    mutating func take(from start: Int) -> [Element] {
        let taken = elements(from: start)
        guard taken.count > 0 else { return [] }
        count = start
        return Array(unsafeUninitializedCapacity: taken.count) { array, initializedCount in
            initializedCount = array.moveInitialize(fromContentsOf: taken)
        }
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: base, count: count)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
