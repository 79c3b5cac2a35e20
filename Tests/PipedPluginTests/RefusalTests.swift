import GRPCCore
import Testing

@testable import PipedPlugin

@Suite("Refusals")
struct RefusalTests {
    @Test("a text that clients take stays as it is", arguments: ["", "no name", String(repeating: "x", count: 4096)])
    func short(text: String) {
        #expect(RPCError.refusal(.internalError, text).message == text)
    }

    @Test(
        "a longer text is cut",
        arguments: [String(repeating: "x", count: 4097), String(repeating: "é", count: 90_000)]
    )
    func long(text: String) {
        let message = RPCError.refusal(.internalError, text).message
        #expect(message.utf8.count < 4110)
        #expect(message.hasSuffix("…"))
    }
}
