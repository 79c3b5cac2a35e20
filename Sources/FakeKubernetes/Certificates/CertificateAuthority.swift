import Crypto
import FoundationEssentials
import X509

/// Makes the certificates of one cluster: its own authority, the server's and a client's.
struct CertificateAuthority: Sendable {
    /// A certificate with its key, both as PEM.
    struct Identity: Sendable {
        let certificate: String
        let key: String
    }

    private let name: DistinguishedName
    private let key = P256.Signing.PrivateKey()
    /// The authority's own certificate as PEM.
    let certificate: String

    init(cluster: String) throws {
        name = try DistinguishedName { CommonName("\(cluster)-ca") }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
            Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
        }
        certificate = try Self.sign(subject: name, publicKey: key.publicKey, extensions, issuer: name, issuerKey: key)
    }

    /// A certificate for 127.0.0.1 and localhost.
    func server() throws -> Identity {
        let localhost = Array("localhost".utf8)
        // GeneralNames: iPAddress 127.0.0.1 and dNSName localhost.
        let names: [UInt8] = DER.sequence([0x87, 4, 127, 0, 0, 1] + [0x82, UInt8(localhost.count)] + localhost)
        let alternatives = Certificate.Extension(
            oid: .X509ExtensionID.subjectAlternativeName,
            critical: false,
            value: names[...]
        )
        let extensions = try Certificate.Extensions {
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            alternatives
        }
        return try issue(DistinguishedName { CommonName("kube-apiserver") }, extensions)
    }

    /// A certificate that makes its holder an administrator.
    func client() throws -> Identity {
        let extensions = try Certificate.Extensions {
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.clientAuth])
        }
        let subject = try DistinguishedName {
            OrganizationName("system:masters")
            CommonName("fake-admin")
        }
        return try issue(subject, extensions)
    }

    private func issue(_ subject: DistinguishedName, _ extensions: Certificate.Extensions) throws -> Identity {
        let own = P256.Signing.PrivateKey()
        let certificate = try Self.sign(
            subject: subject,
            publicKey: own.publicKey,
            extensions,
            issuer: name,
            issuerKey: key
        )
        return Identity(certificate: certificate, key: own.pemRepresentation)
    }

    private static func sign(
        subject: DistinguishedName,
        publicKey: P256.Signing.PublicKey,
        _ extensions: Certificate.Extensions,
        issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey
    ) throws -> String {
        let now = Date()
        let signed = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(publicKey),
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(365 * 24 * 3600),
            issuer: issuer,
            subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(issuerKey)
        )
        return pem(signed)
    }

    /// The certificate as PEM: its signed part, the algorithm (ecdsa-with-SHA256), the signature.
    private static func pem(_ certificate: Certificate) -> String {
        let algorithm: [UInt8] = [0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
        let signature = DER.element(0x03, [0] + certificate.signature.rawRepresentation)
        let bytes = DER.sequence(Array(certificate.tbsCertificateBytes) + algorithm + signature)
        let text = Data(bytes).base64EncodedString(options: .lineLength64Characters)
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }
}

/// The frame around the parts of a certificate.
private enum DER {
    static func sequence(_ content: [UInt8]) -> [UInt8] {
        element(0x30, content)
    }

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count >= 128 else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var rest = content.count
        while rest > 0 {
            length.insert(UInt8(rest & 0xff), at: 0)
            rest >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}
