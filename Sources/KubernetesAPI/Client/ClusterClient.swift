import Manifests

/// One cluster, through its API.
///
/// Reading is in `get`, `list` and `watch`, writing in `apply`, `create`, `replace` and `delete`; each needs a
/// `ResourceMapping`, or finds it with `mapping(for:)`. `waitUntilReady` waits for what was applied. Every error is an `APIError` that begins
/// with the name of the deploy target, or a `CancellationError`. What may pass is tried again as `RetryPolicy` says; at
/// most `requestsInFlight` requests are under way at once, watches apart.
public final class ClusterClient: Sendable {
    /// The name of the deploy target, which begins every error.
    public let target: String

    let configuration: ClusterConfiguration
    let engine: HTTPEngine
    let fieldManager: FieldManager
    let retry: RetryPolicy
    let requestTimeout: Duration
    let cache: DiscoveryCache
    private let rate: RequestRate
    private let discoveryRate: RequestRate
    private let gate: RequestGate
    let authorizer: Authorizer
    private let connection: ConnectionSettings
    private let baseURL: String
    private let userAgent: String
    private let activity = Lock(Activity())

    /// A client for one deploy target; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - target: The name of the deploy target.
    ///   - configuration: Where the cluster is, and who we are there.
    ///   - engine: What moves the bytes; the same one for all clusters.
    ///   - options: What else may be changed.
    public init(
        target: String,
        configuration: ClusterConfiguration,
        engine: HTTPEngine,
        options: Options = Options()
    ) {
        self.target = target
        self.configuration = configuration
        self.engine = engine
        fieldManager = options.fieldManager
        retry = options.retry
        cache = DiscoveryCache(now: options.now)
        requestTimeout = options.requestTimeout
        let (perSecond, sleep) = (options.requestsPerSecond, options.retry.sleep)
        rate = RequestRate(perSecond: perSecond, burst: options.requestBurst, sleep: sleep)
        discoveryRate = RequestRate(perSecond: perSecond, burst: 300, sleep: sleep)
        gate = RequestGate(limit: options.requestsInFlight)
        authorizer = Authorizer(configuration, options: options.credentials)
        connection = ConnectionSettings(configuration)
        baseURL = configuration.urlForRequests
        userAgent = "\(options.product) (\(Self.platform))"
    }

    /// Told of every wait before a request is sent again, by any client in the task where it is set: why, and how long.
    @TaskLocal public static var onWait: (@Sendable (APIError, Duration) -> Void)?

    /// The namespace of the kubeconfig context, else `default`.
    public var defaultNamespace: String { configuration.defaultNamespace }

    /// What is odd about the configuration, one line each.
    public var warnings: [String] { configuration.warnings }

    /// A number that stands still only while the cluster owes us an answer and gives none.
    ///
    /// Waiting for credentials, for room or for the time that the server has asked for is no silence of the cluster.
    package var signsOfLife: Int {
        activity.withLock { activity in
            if activity.inFlight == 0 { activity.signs += 1 }
            return activity.signs
        }
    }

    /// Lets at least so many requests be in flight at once from now on.
    package func allowRequestsInFlight(_ limit: Int) {
        gate.allow(limit)
    }

    /// The address of the API server, for messages.
    public var server: String { configuration.server.description }
}

extension ClusterClient {
    /// Sends a call, again where that is safe and may help, and gives the answer of a success.
    func send(_ call: APICall) async throws -> HTTPResponse {
        var trouble: RetryPolicy.Trouble?
        return try await send(call, givingUpOn: &trouble)
    }

    /// Sends a call as above, and tells which trouble was the last one when it throws.
    func send(_ call: APICall, givingUpOn trouble: inout RetryPolicy.Trouble?) async throws -> HTTPResponse {
        var progress = RetryPolicy.Progress()
        var hasRenewed = false
        while true {
            let request = try await request(for: call)
            switch try await attempt(call, request) {
            case .answered(let response): return response
            case .refused(let status, _) where status.code == 401 && !hasRenewed && renews(request):
                hasRenewed = true
            case .refused(let status, let advice):
                trouble = RetryPolicy.Trouble(status, advice: advice)
                try await pause(call, trouble, advice: advice, &progress, orThrow: error(call, status))
            case .broken(.tls) where !hasRenewed && authorizer.hasNewerFiles(than: request):
                hasRenewed = true
            case .broken(let failure):
                trouble = RetryPolicy.Trouble(failure, hasAnswered: activity.withLock { $0.hasAnswered })
                try await pause(call, trouble, &progress, orThrow: error(call, failure))
            }
        }
    }

    /// The request for a call, with server address and credentials.
    func request(for call: APICall) async throws -> HTTPRequest {
        var request = HTTPRequest(method: call.method, url: baseURL + call.pathAndQuery, connection: connection)
        do {
            try await authorizer.authorize(&request)
        } catch let failure as Authorizer.Failure {
            throw self.error(call, .credentials(failure.text))
        }
        request.headers += [
            HTTPHeader(name: "Accept", value: call.accept),
            HTTPHeader(name: "User-Agent", value: userAgent),
        ]
        if configuration.tls.serverName != nil {
            request.headers.append(HTTPHeader(name: "Host", value: configuration.server.authority))
        }
        request.body = call.body
        if let type = call.contentType { request.headers.append(HTTPHeader(name: "Content-Type", value: type)) }
        request.timeout = call.patience
        request.mayRepeat = call.isIdempotent
        request.acceptsCompression = call.acceptsCompression && !configuration.disablesCompression
        return request
    }

    private struct Activity {
        /// The requests that the server has and has not answered.
        var inFlight = 0
        var signs = 0
        /// Whether anybody has ever answered at the address.
        var hasAnswered = false
    }

    private enum Attempt {
        case answered(HTTPResponse)
        case refused(APIStatus, retryAfter: Int?)
        case broken(HTTPFailure)
    }

    private func exchange(_ request: HTTPRequest) async throws -> HTTPResponse {
        activity.withLock { $0.inFlight += 1 }
        defer { activity.withLock { $0.inFlight -= 1 } }
        let response = try await engine.response(to: request)
        activity.withLock { activity in
            activity.hasAnswered = true
            activity.signs += 1
        }
        return response
    }

    private func attempt(_ call: APICall, _ request: HTTPRequest) async throws -> Attempt {
        try await (call.verb == .discover ? discoveryRate : rate).take()
        do {
            let response = try await gate.run { try await exchange(request) }
            guard !(200..<300).contains(response.status) else { return .answered(response) }
            let status = APIStatus(body: response.body, code: response.status)
            // A time of day is no advice: clocks differ.
            let header = response.head.values("retry-after").first.flatMap { Int($0) }
            return .refused(status, retryAfter: header ?? status.retryAfterSeconds)
        } catch let failure as HTTPFailure {
            return .broken(failure)
        }
    }

    /// Waits before the next try of a call, or throws when there is none.
    func pause(
        _ call: APICall,
        _ trouble: RetryPolicy.Trouble?,
        advice: Int? = nil,
        _ progress: inout RetryPolicy.Progress,
        orThrow error: APIError
    ) async throws {
        let isIdempotent = call.isIdempotent
        guard let trouble,
            let wait = retry.wait(after: trouble, advice: advice, isIdempotent: isIdempotent, progress: &progress)
        else { throw error }
        Self.onWait?(error, wait)
        try await retry.sleep(wait)
    }

    /// Whether a request that was refused with 401 may fare better with the credentials of now.
    func renews(_ request: HTTPRequest) -> Bool {
        authorizer.renew(refused: request)
    }

    private static var platform: String {
        #if arch(arm64)
            "linux/arm64"
        #else
            "linux/amd64"
        #endif
    }
}

extension ClusterClient {
    /// What the server's refusal means.
    func error(_ call: APICall, _ status: APIStatus) -> APIError {
        let reads = [.discover, .get, .list, .watch].contains(call.verb)
        let reason = APIError.Reason(status, hidesValues: call.hidesValues, readsOnly: reads)
        return switch reason {
        case .forbidden(let message, _):
            error(call, .forbidden(message: message, grant: call.grant(afterRefusal: message)))
        case .invalid(let code, let message, _) where call.verb == .apply && status.isAboutOtherStrategy:
            error(call, .invalid(code: code, message: message, remedy: APIStatus.strategyRemedy))
        default: error(call, reason)
        }
    }

    /// What a broken exchange means.
    func error(_ call: APICall, _ failure: HTTPFailure) -> APIError {
        APIError(failure, of: call, target: target, address: configuration.server.authority)
    }

    /// An error of a call.
    func error(_ call: APICall, _ reason: APIError.Reason) -> APIError {
        APIError(target: target, verb: call.verb.rawValue, resource: call.resource, reason: reason)
    }

    /// The body of an answer as a tree.
    func value(of body: [UInt8], _ call: APICall) throws -> Value {
        do {
            return try Value(json: body, file: "answer")
        } catch {
            let details = call.hidesValues ? "" : ": \(error)".onOneLine()
            throw self.error(call, .malformedAnswer("the answer is no JSON\(details)"))
        }
    }
}

extension ConnectionSettings {
    /// What a configuration says about reaching the server.
    init(_ configuration: ClusterConfiguration) {
        self.init()
        certificateAuthority = configuration.tls.certificateAuthority
        skipsVerification = configuration.tls.skipsVerification
        proxy = configuration.proxy
        guard configuration.server.isSecure else { return }
        clientCertificate = configuration.tls.clientIdentity?.certificate
        clientKey = configuration.tls.clientIdentity?.key
        guard let name = configuration.tls.serverName else { return }
        connectTo = "\(name):\(configuration.server.port):\(configuration.server.authority)"
    }
}

extension ClusterConfiguration {
    /// What comes before the path of a request; the host is the name that TLS shall check.
    var urlForRequests: String {
        guard server.isSecure, let name = tls.serverName else { return server.description }
        return "https://\(name):\(server.port)\(server.pathPrefix)"
    }
}
