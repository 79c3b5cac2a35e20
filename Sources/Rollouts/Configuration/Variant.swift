/// One of the three editions of an application that may run side by side.
public enum Variant: String, Sendable, Hashable, CaseIterable {
    /// What users normally reach.
    case primary
    /// The new version, on trial.
    case canary
    /// A fresh copy of the running version, to compare the canary with.
    case baseline
}

/// The label that tells the variants apart: its key and one value for each variant.
///
/// The same key is used for the label and the annotation of objects, for pod labels and for selectors.
public struct VariantLabel: Sendable, Hashable {
    /// The key of the label.
    public var key: String
    /// The value on primary objects.
    public var primary: String
    /// The value on canary objects.
    public var canary: String
    /// The value on baseline objects.
    public var baseline: String

    /// A label; without arguments the one that PipeCD uses by default.
    public init(
        key: String = "pipecd.dev/variant",
        primary: String = "primary",
        canary: String = "canary",
        baseline: String = "baseline"
    ) {
        self.key = key
        self.primary = primary
        self.canary = canary
        self.baseline = baseline
    }

    /// The value that marks a variant.
    public func value(of variant: Variant) -> String {
        switch variant {
        case .primary: primary
        case .canary: canary
        case .baseline: baseline
        }
    }
}
