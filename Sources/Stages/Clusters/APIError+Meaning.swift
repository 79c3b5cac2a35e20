import KubernetesAPI

extension APIError {
    /// Whether it says that what was to be done is wrong, and not how the cluster is.
    var isAboutManifests: Bool {
        switch reason {
        case .noMatch, .badRequest, .invalid, .immutable, .destructive: true
        default: false
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

    /// Whether the object was changed since it was read.
    var isModified: Bool {
        guard case .modified = reason else { return false }
        return true
    }

    /// Whether the cluster does not serve a type.
    var isNoMatch: Bool {
        guard case .noMatch = reason else { return false }
        return true
    }
}
