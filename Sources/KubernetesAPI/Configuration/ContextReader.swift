import Manifests

/// Turns the entries of one kubeconfig context into a configuration, collecting every problem.
struct ContextReader {
    typealias Entry = (name: String, fields: Value)

    let directory: String
    let context: String
    private(set) var problems: [KubeconfigError.Problem] = []

    init(directory: String, context: String) {
        self.directory = directory
        self.context = context
    }

    /// Finds the entry that a context names.
    mutating func choose(_ name: Value?, from entries: [String: Value], list: String) -> Entry? {
        let name = name?.string ?? ""
        guard let fields = entries[name] else {
            problems.append(.missing(list: list, name: name, context: context))
            return nil
        }
        return (name, fields)
    }

    /// Everything that cluster and user say; `nil` only after adding a problem.
    mutating func configuration(cluster: Entry?, user: Entry?, namespace: String?) -> ClusterConfiguration? {
        let address = cluster.flatMap { server(of: $0) }
        let tls = tls(cluster: cluster, user: user)
        let credentials = user.map { self.credentials(of: $0) } ?? .none
        let impersonation = user.flatMap { self.impersonation(of: $0) }
        let proxy = cluster.flatMap { self.proxy(of: $0) }
        guard let address else { return nil }
        var configuration = ClusterConfiguration(server: address, tls: tls, credentials: credentials)
        configuration.impersonation = impersonation
        configuration.proxy = proxy
        configuration.disablesCompression = cluster?.fields["disable-compression"]?.bool ?? false
        if let namespace, !namespace.isEmpty { configuration.defaultNamespace = namespace }
        configuration.context = context
        return configuration
    }

    private mutating func server(of cluster: Entry) -> ServerAddress? {
        let place = "cluster \"\(cluster.name)\""
        guard let text = text(cluster, "server", place) else {
            if cluster.fields["server"]?.string?.isEmpty ?? cluster.fields["server"]?.isNull ?? true {
                problems.append(.field(entry: place, field: "server", why: "is missing"))
            }
            return nil
        }
        guard let server = ServerAddress(text) else {
            problems.append(.field(entry: place, field: "server", why: "must be https://HOST[:PORT][/PATH]"))
            return nil
        }
        return server
    }

    private mutating func proxy(of cluster: Entry) -> String? {
        let place = "cluster \"\(cluster.name)\""
        guard let text = text(cluster, "proxy-url", place) else { return nil }
        let schemes = ["http://", "https://", "socks5://", "socks5h://"]
        guard schemes.contains(where: { text.hasPrefix($0) }), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            problems.append(.field(entry: place, field: "proxy-url", why: "must be an http, https or socks5 URL"))
            return nil
        }
        return text
    }

    private mutating func tls(cluster: Entry?, user: Entry?) -> TLSSettings {
        var tls = TLSSettings()
        if let cluster {
            let place = "cluster \"\(cluster.name)\""
            tls.skipsVerification = flag(cluster, "insecure-skip-tls-verify", place)
            tls.certificateAuthority = pem(cluster, "certificate-authority", place)
            tls.serverName = serverName(of: cluster, place)
            if tls.skipsVerification, tls.certificateAuthority != nil {
                let why = "cannot go with insecure-skip-tls-verify; remove one"
                problems.append(.field(entry: place, field: "certificate-authority", why: why))
            }
        }
        if let user {
            let place = "user \"\(user.name)\""
            let certificate = pem(user, "client-certificate", place)
            let key = pem(user, "client-key", place)
            switch (certificate, key) {
            case (let certificate?, let key?): tls.clientIdentity = ClientIdentity(certificate: certificate, key: key)
            case (_?, nil): missingHalf(user, "client-key", place, other: "client-certificate")
            case (nil, _?): missingHalf(user, "client-certificate", place, other: "client-key")
            case (nil, nil): break
            }
        }
        return tls
    }

    private mutating func serverName(of cluster: Entry, _ place: String) -> String? {
        guard let name = text(cluster, "tls-server-name", place) else { return nil }
        guard let address = ServerAddress("https://\(name)"), address.host == name else {
            problems.append(.field(entry: place, field: "tls-server-name", why: "must be a host name"))
            return nil
        }
        return name
    }

    /// Only when the half is not there at all: a half that cannot be read has its own problem.
    private mutating func missingHalf(_ user: Entry, _ field: String, _ place: String, other: String) {
        guard user.fields[field] == nil, user.fields["\(field)-data"] == nil else { return }
        problems.append(.field(entry: place, field: field, why: "is missing beside \(other)"))
    }
}

extension ContextReader {
    private mutating func credentials(of user: Entry) -> Credentials {
        let place = "user \"\(user.name)\""
        refuseUnsupported(user, place)
        let token = token(of: user, place)
        let tokenFile = text(user, "tokenFile", place).map { FileContents.resolve($0, in: directory) }
        let name = text(user, "username", place)
        let password = text(user, "password", place)
        if name != nil || password != nil {
            guard token == nil, tokenFile == nil else {
                problems.append(.field(entry: place, field: "token", why: "cannot go with username; remove one"))
                return .none
            }
            return .basic(user: name ?? "", password: password ?? "")
        }
        guard let tokenFile else { return token.map { .token($0) } ?? .none }
        do {
            _ = try TokenFile.read(tokenFile)
            return .tokenFile(path: tokenFile)
        } catch {
            if let token { return .token(token) }
            problems.append(.field(entry: place, field: "tokenFile", why: "\"\(tokenFile)\" \(error.cause)"))
            return .none
        }
    }

    private mutating func token(of user: Entry, _ place: String) -> String? {
        guard let text = text(user, "token", place) else { return nil }
        guard let token = TokenFile.token(in: text) else {
            problems.append(.field(entry: place, field: "token", why: "holds blanks or characters that no token has"))
            return nil
        }
        return token
    }

    private mutating func refuseUnsupported(_ user: Entry, _ place: String) {
        if user.fields["auth-provider"].map({ !$0.isNull }) ?? false {
            problems.append(.unsupported(entry: place, field: "auth-provider", why: "use a token or a certificate"))
        }
        if user.fields["exec"].map({ !$0.isNull }) ?? false {
            let why = "use a token, a tokenFile or a client certificate"
            problems.append(.unsupported(entry: place, field: "exec (credential plugin)", why: why))
        }
    }

    private mutating func impersonation(of user: Entry) -> Impersonation? {
        let place = "user \"\(user.name)\""
        let others = ["as-uid", "as-groups", "as-user-extra"].filter { user.fields[$0].map { !$0.isNull } ?? false }
        guard let name = text(user, "as", place) else {
            for field in others {
                problems.append(.field(entry: place, field: field, why: "needs \"as\" beside it"))
            }
            return nil
        }
        var impersonation = Impersonation(user: name)
        impersonation.uid = text(user, "as-uid", place)
        impersonation.groups = user.fields["as-groups"]?.array?.compactMap(\.string) ?? []
        for member in user.fields["as-user-extra"]?.mapping ?? [:] {
            impersonation.extra[member.key] = member.value.array?.compactMap(\.string)
        }
        guard impersonation.values.allSatisfy({ $0.onOneLine() == $0 }) else {
            problems.append(.field(entry: place, field: "as", why: "and its kin must each be one line of text"))
            return nil
        }
        return impersonation
    }

    /// A field that must be a string; an empty one counts as missing.
    private mutating func text(_ entry: Entry, _ field: String, _ place: String) -> String? {
        guard let value = entry.fields[field], !value.isNull else { return nil }
        guard let text = value.string else {
            problems.append(.field(entry: place, field: field, why: "must be a string (quote it)"))
            return nil
        }
        return text.isEmpty ? nil : text
    }

    private mutating func flag(_ entry: Entry, _ field: String, _ place: String) -> Bool {
        guard let value = entry.fields[field], !value.isNull else { return false }
        guard let flag = value.bool else {
            problems.append(.field(entry: place, field: field, why: "must be true or false"))
            return false
        }
        return flag
    }

    /// The PEM text of a field: a path, or base64 in the field with `-data` at its end.
    private mutating func pem(_ entry: Entry, _ field: String, _ place: String) -> [UInt8]? {
        let path = text(entry, field, place)
        let data = text(entry, "\(field)-data", place)
        switch (path, data) {
        case (nil, nil): return nil
        case (_?, _?):
            problems.append(.field(entry: place, field: field, why: "cannot go with \(field)-data; remove one"))
            return nil
        case (nil, let data?):
            return checkedPEM(try? Base64.decode(data), place, "\(field)-data", otherwise: "is no base64")
        case (let path?, nil):
            let path = FileContents.resolve(path, in: directory)
            do {
                return checkedPEM(try FileContents.read(path), place, field, otherwise: "")
            } catch {
                problems.append(.field(entry: place, field: field, why: "\"\(path)\" cannot be read: \(error.cause)"))
                return nil
            }
        }
    }

    private mutating func checkedPEM(_ bytes: [UInt8]?, _ place: String, _ field: String, otherwise: String) -> [UInt8]?
    {
        guard let bytes else {
            problems.append(.field(entry: place, field: field, why: otherwise))
            return nil
        }
        guard bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil else {
            problems.append(.field(entry: place, field: field, why: "holds no PEM block"))
            return nil
        }
        return bytes
    }
}
