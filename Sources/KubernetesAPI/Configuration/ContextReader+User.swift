import Manifests

extension ContextReader {
    /// What proves who a user is, beside a client certificate; whatever is there keeps the plugin from running.
    mutating func credentials(of user: Entry, cluster: Entry?, _ tls: TLSSettings) -> Credentials {
        let place = place(of: user, "user")
        let hasProvider = isSet(user.fields["auth-provider"])
        if hasProvider { report(.unsupported(entry: place, field: "auth-provider", why: "use exec instead")) }
        let plugin = plugin(of: user, cluster: cluster)
        if hasProvider, isSet(user.fields["exec"]) {
            report(.field(entry: place, field: "exec", why: "cannot go with auth-provider; remove that"))
        }
        let secret = secret(of: user, place)
        guard case .none = secret, tls.clientIdentity == nil, let plugin else { return secret }
        return .plugin(plugin)
    }

    private mutating func secret(of user: Entry, _ place: String) -> Credentials {
        let token = token(of: user, place)
        let tokenFile = text(user, "tokenFile", place).map { resolve($0, in: user) }
        let name = text(user, "username", place)
        let password = text(user, "password", place)
        if name != nil || password != nil {
            guard token == nil, tokenFile == nil else {
                report(.field(entry: place, field: "token", why: "cannot go with username; remove one"))
                return .none
            }
            return .basic(user: name ?? "", password: password ?? "")
        }
        guard let tokenFile else { return token.map { .token($0) } ?? .none }
        do {
            _ = try TokenFile.read(tokenFile)
        } catch {
            guard token != nil else {
                report(.field(entry: place, field: "tokenFile", why: "\"\(tokenFile)\" \(error.cause)"))
                return .none
            }
        }
        return .tokenFile(path: tokenFile, initial: token)
    }

    private mutating func token(of user: Entry, _ place: String) -> String? {
        guard let text = text(user, "token", place) else { return nil }
        guard let token = TokenFile.token(in: text) else {
            report(.field(entry: place, field: "token", why: "holds blanks or characters that no token has"))
            return nil
        }
        return token
    }

    /// Whom a user acts as.
    mutating func impersonation(of user: Entry) -> Impersonation? {
        let place = place(of: user, "user")
        let others = ["as-uid", "as-groups", "as-user-extra"].filter { isSet(user.fields[$0]) }
        guard let name = text(user, "as", place) else {
            for field in others { report(.field(entry: place, field: field, why: "needs \"as\" beside it")) }
            return nil
        }
        var impersonation = Impersonation(user: name)
        impersonation.uid = text(user, "as-uid", place)
        impersonation.groups = strings(user.fields["as-groups"], place, "as-groups")
        if let extra = user.fields["as-user-extra"], !extra.isNull, extra.mapping == nil {
            report(.field(entry: place, field: "as-user-extra", why: "must map names to lists of strings"))
        }
        for member in user.fields["as-user-extra"]?.mapping ?? [:] {
            impersonation.extra[member.key] = strings(member.value, place, "as-user-extra.\(member.key)".onOneLine())
        }
        guard impersonation.values.allSatisfy({ $0.onOneLine() == $0 }) else {
            report(.field(entry: place, field: "as", why: "and its kin must each be one line of text"))
            return nil
        }
        return impersonation
    }

    /// The strings of a list; whoever is left out by mistake must not go unnoticed.
    mutating func strings(_ value: Value?, _ place: String, _ field: String) -> [String] {
        guard let value, !value.isNull else { return [] }
        let strings = value.array?.compactMap(\.string) ?? []
        guard let count = value.array?.count, count == strings.count else {
            report(.field(entry: place, field: field, why: "must be a list of strings (quote them)"))
            return []
        }
        return strings
    }
}
