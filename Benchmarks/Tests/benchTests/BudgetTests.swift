import Testing

@testable import bench

@Suite("Budget")
struct BudgetTests {
    @Test("is met when every condition keeps within the bound", arguments: [(20, true), (21, false)])
    func verdict(milliseconds: Int, met: Bool) {
        var samples = Samples()
        for condition in Condition.allCases {
            let own = condition == .changed ? milliseconds : 10
            samples.add(usage(own), .flotilla, .one, condition)
            samples.add(usage(10), .bareRequests, .one, condition)
        }
        let budget = Budget(text: "", form: .multiple, part: .wall(.flotilla, .one), whole: .wall(.bareRequests, .one))
        #expect(budget.isMet(2, in: samples) == met)
        #expect(budget.isMet(nil, in: samples) == nil)
    }

    @Test("has no verdict when a condition was not measured")
    func incomplete() {
        var samples = Samples()
        samples.add(usage(10), .flotilla, .one, .new)
        let budget = Budget(text: "", form: .mebibytes, part: .memory(.flotilla, .one))
        #expect(budget.value(in: samples, .new) == 1)
        #expect(budget.isMet(100, in: samples) == nil)
    }

    @Test(
        "writes figures in their form",
        arguments: [(.fraction, "1/60.0"), (.multiple, "0.02 ×"), (.mebibytes, "0.0 MiB")] as [(Budget.Form, String)]
    )
    func text(form: Budget.Form, text: String) {
        #expect(form.text(1 / 60) == text)
    }

    private func usage(_ milliseconds: Int) -> Usage {
        Usage(wall: .milliseconds(milliseconds), cpu: .zero, peakMemory: 1_048_576)
    }
}
