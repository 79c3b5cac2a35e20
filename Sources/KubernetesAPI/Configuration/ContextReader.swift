import Manifests

/// Turns the entries of one kubeconfig context into a configuration, collecting every problem.
struct ContextReader {
    typealias Entry = KubeconfigEntry

    /// The kubeconfig, for telling whether an entry needs its file named.
    let path: String
    let context: String
    private(set) var problems: [KubeconfigError.Problem] = []

    init(path: String, context: String) {
        self.path = path
        self.context = context
    }

    /// Finds the entry that a context names.
    mutating func choose(_ name: Value?, from entries: KubeconfigList, list: String) -> Entry? {
        guard let name, !name.isNull, name != "" else {
            report(.field(entry: "context \"\(context)\"", field: String(list.dropLast()), why: "is missing"))
            return nil
        }
        guard let name = name.string else {
            let why = "must be a string (quote it)"
            report(.field(entry: "context \"\(context)\"", field: String(list.dropLast()), why: why))
            return nil
        }
        guard let entry = entries[name] else {
            report(.missing(list: list, name: name, context: context))
            return nil
        }
        return entry
    }

    /// The namespace that a context names.
    mutating func namespace(_ value: Value?) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else {
            report(.field(entry: "context \"\(context)\"", field: "namespace", why: "must be a string (quote it)"))
            return nil
        }
        return text.isEmpty ? nil : text
    }

    /// Everything that cluster and user say; `nil` only after adding a problem.
    mutating func configuration(cluster: Entry?, user: Entry?, namespace: String?) -> ClusterConfiguration? {
        let address = cluster.flatMap { server(of: $0) }
        var tls = TLSSettings()
        if let cluster { readTrust(cluster, &tls) }
        if let user { readIdentity(user, &tls) }
        let credentials = user.map { self.credentials(of: $0, cluster: cluster, tls) } ?? .none
        let impersonation = user.flatMap { self.impersonation(of: $0) }
        let proxy = cluster.flatMap { self.proxy(of: $0) }
        let disablesCompression = cluster.map { flag($0, "disable-compression", place(of: $0, "cluster")) } ?? false
        guard let address else { return nil }
        var configuration = ClusterConfiguration(server: address, tls: tls, credentials: credentials)
        configuration.impersonation = impersonation
        configuration.proxy = proxy
        configuration.disablesCompression = disablesCompression
        if let namespace { configuration.defaultNamespace = namespace }
        configuration.context = context
        return configuration
    }

    private mutating func server(of cluster: Entry) -> ServerAddress? {
        let place = place(of: cluster, "cluster")
        guard let text = text(cluster, "server", place) else {
            if cluster.fields["server"]?.string?.isEmpty ?? cluster.fields["server"]?.isNull ?? true {
                report(.field(entry: place, field: "server", why: "is missing"))
            }
            return nil
        }
        guard let server = ServerAddress(text) else {
            report(.field(entry: place, field: "server", why: "must be https://HOST[:PORT][/PATH]"))
            return nil
        }
        return server
    }

    private mutating func proxy(of cluster: Entry) -> String? {
        let place = place(of: cluster, "cluster")
        guard let text = text(cluster, "proxy-url", place) else { return nil }
        let schemes = ["http://", "https://", "socks5://", "socks5h://"]
        guard schemes.contains(where: { text.hasPrefix($0) }), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            report(.field(entry: place, field: "proxy-url", why: "must be an http, https or socks5 URL"))
            return nil
        }
        return text
    }

    private mutating func readTrust(_ cluster: Entry, _ tls: inout TLSSettings) {
        let place = place(of: cluster, "cluster")
        tls.skipsVerification = flag(cluster, "insecure-skip-tls-verify", place)
        tls.certificateAuthority = pem(cluster, "certificate-authority", place)
        tls.paths.certificateAuthority = pemPath(cluster, "certificate-authority")
        tls.serverName = serverName(of: cluster, place)
        if tls.skipsVerification, tls.certificateAuthority != nil {
            let why = "cannot go with insecure-skip-tls-verify; remove one"
            report(.field(entry: place, field: "certificate-authority", why: why))
        }
    }

    private mutating func readIdentity(_ user: Entry, _ tls: inout TLSSettings) {
        let place = place(of: user, "user")
        let certificate = pem(user, "client-certificate", place)
        let key = pem(user, "client-key", place)
        tls.paths.clientCertificate = pemPath(user, "client-certificate")
        tls.paths.clientKey = pemPath(user, "client-key")
        switch (certificate, key) {
        case (let certificate?, let key?): tls.clientIdentity = ClientIdentity(certificate: certificate, key: key)
        case (_?, nil): missingHalf(user, "client-key", place, other: "client-certificate")
        case (nil, _?): missingHalf(user, "client-certificate", place, other: "client-key")
        case (nil, nil): break
        }
    }

    private mutating func serverName(of cluster: Entry, _ place: String) -> String? {
        guard let name = text(cluster, "tls-server-name", place) else { return nil }
        guard let address = ServerAddress("https://\(name)"), address.host == name else {
            report(.field(entry: place, field: "tls-server-name", why: "must be a host name"))
            return nil
        }
        return name
    }

    /// Only when the half is not there at all: a half that cannot be read has its own problem.
    private mutating func missingHalf(_ user: Entry, _ field: String, _ place: String, other: String) {
        guard !isGiven(user.fields[field]), !isGiven(user.fields["\(field)-data"]) else { return }
        report(.field(entry: place, field: field, why: "is missing beside \(other)"))
    }
}

extension ContextReader {
    /// Notes a problem.
    mutating func report(_ problem: KubeconfigError.Problem) {
        problems.append(problem)
    }

    /// Whether a field says anything.
    func isSet(_ value: Value?) -> Bool {
        value.map { !$0.isNull } ?? false
    }

    /// Whether a field says anything; an empty text says nothing.
    func isGiven(_ value: Value?) -> Bool {
        isSet(value) && value != ""
    }

    /// How a problem names an entry; with its file when there are several.
    func place(of entry: Entry, _ kind: String) -> String {
        "\(kind) \"\(entry.name)\"" + (entry.file == path ? "" : " in \"\(entry.file)\"")
    }

    /// A path as seen from the file that defines an entry.
    func resolve(_ path: String, in entry: Entry) -> String {
        FileContents.resolve(path, in: FileContents.directory(of: entry.file))
    }

    /// A field that must be a string; an empty one counts as missing.
    mutating func text(_ entry: Entry, _ field: String, _ place: String) -> String? {
        guard let value = entry.fields[field], !value.isNull else { return nil }
        guard let text = value.string else {
            report(.field(entry: place, field: field, why: "must be a string (quote it)"))
            return nil
        }
        return text.isEmpty ? nil : text
    }

    /// A field that must be true or false; a missing one is false.
    mutating func flag(_ entry: Entry, _ field: String, _ place: String) -> Bool {
        guard let value = entry.fields[field], !value.isNull else { return false }
        guard let flag = value.bool else {
            report(.field(entry: place, field: field, why: "must be true or false"))
            return false
        }
        return flag
    }

    /// The file that a PEM text stands in, when it does not stand in the kubeconfig itself.
    private func pemPath(_ entry: Entry, _ field: String) -> String? {
        guard let path = entry.fields[field]?.string, !path.isEmpty else { return nil }
        return resolve(path, in: entry)
    }

    /// The PEM text of a field: a path, or base64 in the field with `-data` at its end.
    private mutating func pem(_ entry: Entry, _ field: String, _ place: String) -> [UInt8]? {
        let path = text(entry, field, place)
        let data = text(entry, "\(field)-data", place)
        switch (path, data) {
        case (nil, nil): return nil
        case (_?, _?):
            report(.field(entry: place, field: field, why: "cannot go with \(field)-data; remove one"))
            return nil
        case (nil, let data?):
            return checkedPEM(try? Base64.decode(data), place, "\(field)-data", otherwise: "is no base64")
        case (let path?, nil):
            let path = resolve(path, in: entry)
            do {
                return checkedPEM(try FileContents.read(path), place, field, otherwise: "")
            } catch {
                report(.field(entry: place, field: field, why: "\"\(path)\" cannot be read: \(error.cause)"))
                return nil
            }
        }
    }

    private mutating func checkedPEM(_ bytes: [UInt8]?, _ place: String, _ field: String, otherwise: String) -> [UInt8]?
    {
        guard let bytes else {
            report(.field(entry: place, field: field, why: otherwise))
            return nil
        }
        guard FileContents.isPEM(bytes) else {
            report(.field(entry: place, field: field, why: "holds no PEM block"))
            return nil
        }
        return bytes
    }
}
