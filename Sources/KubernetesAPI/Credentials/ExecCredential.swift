import Manifests

/// What a credential plugin printed: a token, a client certificate, or both.
struct ExecCredential: Sendable, Hashable {
    let token: String?
    let identity: ClientIdentity?
    /// When it ends, counted from 1970; without one it lasts until the server refuses it.
    let expiration: Duration?

    /// A credential from its parts.
    init(token: String?, identity: ClientIdentity?, expiration: Duration?) {
        self.token = token
        self.identity = identity
        self.expiration = expiration
    }

    /// Reads the standard output of a plugin; no error repeats any of it but the name of a version.
    init(output: [UInt8], version: ExecPlugin.Version) throws(ExecFailure) {
        guard let root = try? Value(json: output, file: "output"), root.mapping != nil else {
            throw ExecFailure("did not print a JSON object")
        }
        guard root["kind"] == "ExecCredential" else { throw ExecFailure("printed an object of another kind") }
        guard root["apiVersion"]?.string == version.rawValue else {
            throw ExecFailure(
                "printed \(Self.versionName(root)), not \(version.rawValue) as the kubeconfig has it; "
                    + "set exec.apiVersion to what the plugin prints"
            )
        }
        guard let status = root["status"], status.mapping != nil else { throw ExecFailure("printed no status") }
        token = try Self.token(status)
        identity = try Self.identity(status)
        expiration = try Self.expiration(status)
        guard token != nil || identity != nil else {
            throw ExecFailure("printed neither a token nor a client certificate")
        }
    }

    private static func versionName(_ root: Value) -> String {
        let known = ["v1alpha1", "v1beta1", "v1"].map { "client.authentication.k8s.io/\($0)" }
        return known.first { root["apiVersion"]?.string == $0 }.map { "apiVersion \($0)" } ?? "another apiVersion"
    }

    private static func token(_ status: Value) throws(ExecFailure) -> String? {
        guard let text = try text(status, "token") else { return nil }
        guard let token = TokenFile.token(in: text) else {
            throw ExecFailure("printed a token with blanks or characters that no token has")
        }
        return token
    }

    private static func identity(_ status: Value) throws(ExecFailure) -> ClientIdentity? {
        let certificate = try pem(status, "clientCertificateData")
        let key = try pem(status, "clientKeyData")
        switch (certificate, key) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return ClientIdentity(certificate: certificate, key: key)
        case (_?, nil): throw ExecFailure("printed clientCertificateData without clientKeyData")
        case (nil, _?): throw ExecFailure("printed clientKeyData without clientCertificateData")
        }
    }

    private static func expiration(_ status: Value) throws(ExecFailure) -> Duration? {
        guard let text = try text(status, "expirationTimestamp") else { return nil }
        guard let time = Timestamp.sinceEpoch(text) else {
            throw ExecFailure("printed an expirationTimestamp that is no RFC 3339 time")
        }
        return time
    }

    private static func pem(_ status: Value, _ field: String) throws(ExecFailure) -> [UInt8]? {
        guard let text = try text(status, field) else { return nil }
        let bytes = Array(text.utf8)
        guard FileContents.isPEM(bytes) else { throw ExecFailure("printed \(field) without a PEM block") }
        return bytes
    }

    private static func text(_ status: Value, _ field: String) throws(ExecFailure) -> String? {
        guard let value = status[field], !value.isNull else { return nil }
        guard let text = value.string else { throw ExecFailure("printed a \(field) that is no string") }
        return text.isEmpty ? nil : text
    }
}

extension ExecCredential: CustomStringConvertible, CustomDebugStringConvertible {
    /// Not the secret.
    var description: String { "credential of a plugin" }

    /// Not the secret.
    var debugDescription: String { description }
}

/// Why a plugin gave no credential; the text goes after its name and never shows what it printed to standard output.
struct ExecFailure: Error, Hashable {
    let text: String

    init(_ text: String) {
        self.text = text
    }
}
