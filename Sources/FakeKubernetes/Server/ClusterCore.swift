import Manifests
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The part of a cluster that lives as long as somebody talks to it: its state, its lock and its clock.
final class ClusterCore: Sendable {
    /// What its clients prove with who they are.
    let credentials = NIOLockedValueBox(Credentials())
    let options: FakeClusterOptions
    private let state: NIOLockedValueBox<ClusterState>
    private let clock: any EventLoop

    init(name: String, options: FakeClusterOptions, group: any EventLoopGroup) {
        self.options = options
        state = NIOLockedValueBox(ClusterState(name: name, options: options))
        clock = group.next()
        settle()
    }

    /// Looks at or changes the state after the controllers have done what was left.
    func withState<Result>(_ body: (inout ClusterState) -> Result) -> Result {
        state.withLockedValue { state in
            state.runControllers()
            defer { state.resumeWaiters() }
            return body(&state)
        }
    }

    /// Remembers a request and says what goes wrong with it.
    func receive(_ request: APIRequest) -> Fault.Effect? {
        state.withLockedValue { state in
            state.requests.add(request, limit: options.requestLogLimit)
            state.resumeWaiters()
            return state.faults.take(request)
        }
    }

    /// Remembers what goes on with a request that a fault holds.
    func hold(_ goOn: @escaping @Sendable () -> Void) {
        state.withLockedValue { $0.held.append(goOn) }
    }

    func respond(to request: APIRequest, sink: any WatchSink) -> APIResponse {
        withState { $0.respond(to: request, sink: sink) }
    }

    /// Lets the controllers work, and remembers what they want to do later.
    func settle() {
        let timers = state.withLockedValue { state in
            state.runControllers()
            return state.controllers.takeTimers()
        }
        for timer in timers {
            clock.scheduleTask(in: .milliseconds(Int64(timer.delay))) { [weak self] in
                guard let self else { return }
                state.withLockedValue { $0.controllers.add(timer.work) }
                settle()
            }
        }
    }

    /// Executes a request that came past the network, and what follows from it.
    @discardableResult
    func perform(_ request: Fault.OtherRequest) -> APIResponse {
        let headers = [("Content-Type", request.contentType), ("User-Agent", "test/1.0")]
        let body = request.body?.jsonBytes() ?? []
        let request = APIRequest(method: request.method, target: request.target, headers: headers, body: body)
        let response = respond(to: request, sink: SilentSink())
        settle()
        return response
    }

    /// Whether a client may create what a request is about.
    func mayCreate(_ request: APIRequest, certificate: [UInt8]?) -> Bool {
        guard let user = credentials.withLockedValue({ $0.user(request, certificate: certificate) }) else {
            return false
        }
        guard !user.mayDoEverything else { return true }
        var shape = RequestShape(request)
        shape.verb = .create
        return user.refusal(of: shape, options.limitedRules) == nil
    }

    /// Why a client may not send a request at all; `nil` when it may.
    func refusal(of request: APIRequest, certificate: [UInt8]?) -> APIStatus? {
        guard let user = credentials.withLockedValue({ $0.user(request, certificate: certificate) }) else {
            return .unauthorized
        }
        return user.mayDoEverything ? nil : user.refusal(of: RequestShape(request), options.limitedRules)
    }
}
