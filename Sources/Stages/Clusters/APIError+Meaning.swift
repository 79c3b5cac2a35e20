import KubernetesAPI

extension APIError {
    /// Whether it is about the cluster as a whole, and says nothing about what was planned for it.
    var isClusterUnavailable: Bool {
        switch reason {
        case .tls, .unauthorized, .credentials, .discoveryIncomplete: true
        default: isTransient
        }
    }

    /// Whether the server shows no objects of a type, or not to us.
    var hidesType: Bool {
        switch reason {
        case .forbidden, .notFound, .notServed, .status(code: 405, reason: _, message: _): true
        default: false
        }
    }

    /// Whether the object to be created is there already.
    var isAlreadyExists: Bool {
        guard case .alreadyExists = reason else { return false }
        return true
    }

    /// Whether the cluster does not serve a type.
    var isNoMatch: Bool {
        guard case .noMatch = reason else { return false }
        return true
    }
}
