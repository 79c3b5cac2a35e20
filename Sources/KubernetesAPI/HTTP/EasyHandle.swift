import CCurl

/// One libcurl transfer handle, used again and again by the curl thread.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(pointer)
        lists.forEach { curl_slist_free_all($0) }
        errorText.deallocate()
    }

    /// Forgets the last request; open connections stay with the multi handle.
    func reset() {
        curl_easy_reset(pointer)
        lists.forEach { curl_slist_free_all($0) }
        lists = []
        errorText.pointee = 0
    }

    /// Sets everything that a request says, and where its answer goes.
    func prepare(_ request: HTTPRequest, callbacks: Callbacks) {
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "https,http")
        flotilla_set_pointer(pointer, CURLOPT_ERRORBUFFER, errorText)
        prepareTransport(request)
        prepareTLS(request.connection)
        prepareMessage(request)
        set(CURLOPT_WRITEFUNCTION, callbacks.body)
        set(CURLOPT_HEADERFUNCTION, callbacks.header)
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PRIVATE] {
            flotilla_set_pointer(pointer, option, callbacks.context)
        }
    }

    private func prepareTransport(_ request: HTTPRequest) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_QUICK_EXIT, 1)  // a cancelled transfer must not wait for its name lookup
        set(CURLOPT_PATH_AS_IS, 1)
        if request.isStream {
            // A connection of its own: libcurl 7.88 tells an HTTP/2 server of a cancelled stream only with the next
            // request, and a paused stream holds up the others.
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        } else {
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
            set(CURLOPT_PIPEWAIT, 1)
        }
        // On a connection used before, libcurl sends a request a second time when the first got no answer.
        if !request.mayRepeat { set(CURLOPT_FRESH_CONNECT, 1) }
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // A watch waits for a server that may be gone without a word: after a minute of silence it knows.
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 30)
        set(CURLOPT_TCP_KEEPINTVL, 15)
        flotilla_set_few_probes(pointer)
        set(CURLOPT_CONNECTTIMEOUT_MS, 30_000)
        if let proxy = request.connection.proxy { set(CURLOPT_PROXY, proxy) }
        if let place = request.connection.connectTo { set(CURLOPT_CONNECT_TO, [place]) }
    }

    private func prepareTLS(_ connection: ConnectionSettings) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, connection.skipsVerification ? 0 : 1)
        set(CURLOPT_SSL_VERIFYHOST, connection.skipsVerification ? 0 : 2)
        if let authority = connection.certificateAuthority {
            // Else the system's directory of authorities would be trusted beside the one given.
            flotilla_set_string(pointer, CURLOPT_CAPATH, nil)
            set(CURLOPT_CAINFO_BLOB, authority)
        }
        if let certificate = connection.clientCertificate, let key = connection.clientKey {
            set(CURLOPT_SSLCERTTYPE, "PEM")
            set(CURLOPT_SSLKEYTYPE, "PEM")
            set(CURLOPT_SSLCERT_BLOB, certificate)
            set(CURLOPT_SSLKEY_BLOB, key)
        }
    }

    private func prepareMessage(_ request: HTTPRequest) {
        if let body = request.body {
            flotilla_set_size(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // What is sent is small, and every request in flight has a buffer; by default it is 64 KiB.
            set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
            _ = body.withUnsafeBytes { bytes in
                flotilla_set_pointer(
                    pointer,
                    CURLOPT_COPYPOSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                )
            }
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        set(CURLOPT_HTTPHEADER, request.headers.map { "\($0.name): \($0.value)" } + ["Expect:"])
    }
}

extension EasyHandle {
    /// What libcurl calls with the bytes of an answer.
    struct Callbacks {
        let body: curl_write_callback
        let header: curl_write_callback
        let context: UnsafeMutableRawPointer
    }

    /// What a result code of libcurl means for us, `nil` for success.
    func failure(_ code: CURLcode, timeout: Duration?) -> HTTPFailure? {
        let cause = String(cString: errorText)
        return switch code {
        case CURLE_OK: nil
        case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
            .unreachable(cause: unreachableCause(code, cause))
        case CURLE_OPERATION_TIMEDOUT: isConnected ? .timedOut(timeout) : .connectTimedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            .tls(cause: text(cause, code))
        case CURLE_HTTP2, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2_STREAM, CURLE_PARTIAL_FILE:
            .connectionLost(code: Int(code.rawValue), cause: text(cause, code))
        default: .other(code: Int(code.rawValue), cause: text(cause, code))
        }
    }

    private var isConnected: Bool {
        var microseconds: curl_off_t = 0
        flotilla_get_size(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    /// The operating system's own words where there are any: they are shorter, and say why.
    private func unreachableCause(_ code: CURLcode, _ cause: String) -> String {
        var number = 0
        flotilla_get_long(pointer, CURLINFO_OS_ERRNO, &number)
        guard code == CURLE_COULDNT_CONNECT, let system = SystemError.text(number) else {
            return text(cause, code)
        }
        return system
    }

    private func text(_ cause: String, _ code: CURLcode) -> String {
        let text = cause.isEmpty ? String(cString: curl_easy_strerror(code)) : cause
        return text.onOneLine().lowercasedFirst()
    }

    private func set(_ option: CURLoption, _ value: Int) {
        flotilla_set_long(pointer, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        flotilla_set_string(pointer, option, value)
    }

    private func set(_ option: CURLoption, _ value: @escaping curl_write_callback) {
        flotilla_set_callback(pointer, option, value)
    }

    private func set(_ option: CURLoption, _ bytes: [UInt8]) {
        _ = bytes.withUnsafeBytes { flotilla_set_blob(pointer, option, $0.baseAddress, $0.count) }
    }

    private func set(_ option: CURLoption, _ lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines { list = curl_slist_append(list, line) ?? list }
        guard let list else { return }
        lists.append(list)
        flotilla_set_list(pointer, option, list)
    }
}
