public import Manifests

/// Which objects of a cluster live state and drift look at: the block `appStateInformer` of a deploy target.
///
/// It holds for what Git has as well as for what runs, so that what is left out is no difference.
public struct AppStateInformer: Sendable, Hashable {
    /// Types of objects; what is not written matches every one.
    public struct Matcher: Sendable, Hashable {
        /// Group and version, such as `apps/v1`; `nil` for all.
        public var apiVersion: String?
        /// The kind, such as `Secret`; `nil` for all.
        public var kind: String?

        /// A matcher; both fields are compared exactly, upper and lower case included.
        public init(apiVersion: String? = nil, kind: String? = nil) {
            self.apiVersion = apiVersion
            self.kind = kind
        }

        /// Whether objects of a type are meant.
        public func matches(_ type: GroupVersionKind) -> Bool {
            apiVersion ?? "\(type.groupVersion)" == "\(type.groupVersion)" && kind ?? type.kind == type.kind
        }
    }

    /// The only namespace to look at; `nil` for all of them, and for objects that live in none.
    public var namespace: String?
    /// The only types to look at; empty for all.
    public var includeResources: [Matcher] = []
    /// Types that are left out, also when they are included.
    public var excludeResources: [Matcher] = []

    /// What a target without such a block has: everything counts.
    public init() {}

    /// Whether objects of a type count.
    public func covers(_ type: GroupVersionKind) -> Bool {
        (includeResources.isEmpty || includeResources.contains { $0.matches(type) })
            && !excludeResources.contains { $0.matches(type) }
    }

    /// Whether an object counts.
    ///
    /// - Parameters:
    ///   - type: Its type, in the version in which it is written or was read.
    ///   - namespace: Where it is, `nil` for an object that lives in no namespace.
    /// - Returns: Whether its type and its namespace are covered.
    public func covers(_ type: GroupVersionKind, in namespace: String?) -> Bool {
        covers(type) && (self.namespace == nil || self.namespace == namespace)
    }
}

extension AppStateInformer {
    /// Reads the block; empty texts are as if not written.
    init(_ fields: ConfigurationFields) {
        namespace = fields.string("namespace").nonEmpty
        includeResources = Self.matchers(fields.elements("includeResources"))
        excludeResources = Self.matchers(fields.elements("excludeResources"))
        fields.finish()
    }

    private static func matchers(_ elements: [ConfigurationFields]) -> [Matcher] {
        elements.map { element in
            defer { element.finish() }
            return Matcher(
                apiVersion: element.string("apiVersion").nonEmpty,
                kind: element.string("kind").nonEmpty
            )
        }
    }
}

extension String? {
    /// The text, unless it is empty.
    fileprivate var nonEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
