/// A call of a plugin that piped got, refused ones included.
package struct ReceivedCall: Sendable {
    /// The method, such as `ReportStageLogs`.
    package let method: String
    /// The request, one of the generated messages.
    package let request: any Sendable
}

/// Something that goes wrong with calls of plugins, on purpose.
package struct PipedFault: Sendable {
    /// What happens.
    package enum Effect: Sendable {
        /// The call is not executed and gets this status.
        case refuse(Refusal)
        /// The call is executed, and then gets this status: the answer is lost, or the control plane does not save.
        case refuseAfter(Refusal)
        /// No answer comes until the faults are cleared or the caller goes away; the call is executed then.
        case hang
    }

    package let effect: Effect
    /// The methods concerned, such as `ReportStageLogs`; empty means all.
    package let methods: Set<String>
    /// How many calls it hits; `nil` means until it is cleared.
    package var times: Int?

    package init(_ effect: Effect, methods: Set<String> = [], times: Int? = nil) {
        (self.effect, self.methods, self.times) = (effect, methods, times)
    }
}
