package import GRPCCore

/// A status that is no success, and its text.
package struct Refusal: Error, Sendable, Hashable {
    package let code: RPCError.Code
    package let message: String

    package init(_ code: RPCError.Code, _ message: String) {
        (self.code, self.message) = (code, message)
    }

    /// The same for gRPC.
    package var rpcError: RPCError { RPCError(code: code, message: message) }
}
