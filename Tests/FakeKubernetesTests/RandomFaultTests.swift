import Testing

@testable import FakeKubernetes

@Suite("Faults by chance")
struct RandomFaultTests {
    private func effects(seed: UInt64, oneIn: UInt64, count: Int) -> [Fault.Effect?] {
        var faults = RandomFaults(seed: seed, oneIn: oneIn)
        return (0..<count).map { _ in faults.next() }
    }

    @Test("one seed gives the same faults, another seed others")
    func seeds() {
        #expect(effects(seed: 1, oneIn: 5, count: 200) == effects(seed: 1, oneIn: 5, count: 200))
        #expect(effects(seed: 1, oneIn: 5, count: 200) != effects(seed: 2, oneIn: 5, count: 200))
    }

    @Test("about one request of so many is hit", arguments: [1, 5, 25] as [UInt64])
    func share(oneIn: UInt64) {
        let hits = effects(seed: 7, oneIn: oneIn, count: 5000).count { $0 != nil }
        let expected = 5000 / Int(oneIn)
        #expect((expected * 7 / 10...expected * 13 / 10).contains(hits))
    }

    @Test("a fault that was injected comes before one by chance")
    func order() {
        var list = FaultList(random: RandomFaults(seed: 1, oneIn: 1))
        list.add(Fault(.resetAfter, times: 1))
        let request = APIRequest(method: "GET", target: "/api/v1/namespaces", headers: [], body: [])
        #expect(list.take(request) == .resetAfter)
        #expect(list.take(request) == effects(seed: 1, oneIn: 1, count: 1)[0])
    }
}
