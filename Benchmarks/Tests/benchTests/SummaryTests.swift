import Testing

@testable import bench

@Suite("Summary")
struct SummaryTests {
    @Test(
        "takes the middle one, or the mean of the middle two",
        arguments: [([3, 1, 9], 3), ([9, 1, 3, 5], 4), ([7], 7)]
    )
    func median(seconds: [Int], expected: Int) throws {
        let usages = seconds.map { Usage(wall: .seconds($0), cpu: .seconds(2 * $0), peakMemory: 10 * $0) }
        let summary = try #require(Summary(usages))
        #expect(summary.runs == seconds.count)
        #expect(
            summary.median == Usage(wall: .seconds(expected), cpu: .seconds(2 * expected), peakMemory: 10 * expected)
        )
        #expect(summary.shortest == .seconds(seconds.min() ?? 0))
        #expect(summary.longest == .seconds(seconds.max() ?? 0))
    }

    @Test("is missing when nothing was measured")
    func none() {
        #expect(Summary([]) == nil)
    }
}
