import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// The part of a cluster that lives as long as somebody talks to it: its state, its lock and its clock.
final class ClusterCore: Sendable {
    /// The token that makes its holder an administrator.
    let token = RandomNames.uid()
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

    /// Whether the holder of these credentials may enter; everybody may ask how the server is.
    func admits(_ request: APIRequest) -> Bool {
        if request.hasClientCertificate || request.header("authorization") == "Bearer \(token)" { return true }
        return ["healthz", "livez", "readyz", "version"].contains(request.segments.first)
    }
}
