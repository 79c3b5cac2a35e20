import Manifests
import Testing

@testable import flotilla

@Suite("What is to know beyond the stages of a plan")
struct PlanOutlookTests {
    @Test(
        "tells apart as JSON that there is nothing, that nobody knows, and that nobody has looked",
        arguments: [
            (PlanOutlook(), "{}"), (PlanOutlook(stays: []), #"{"stays":[]}"#),
            (PlanOutlook(searchFailure: "no"), #"{"staysUnknown":"no"}"#),
            (PlanOutlook(stays: [], rollbackFailure: "no"), #"{"stays":[],"rollbackUnknown":"no"}"#),
        ]
    )
    func json(outlook: PlanOutlook, text: String) {
        #expect(outlook.value.jsonText() == text)
    }
}
