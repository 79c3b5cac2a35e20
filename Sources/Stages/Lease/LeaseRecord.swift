import Crypto
import KubernetesAPI
import Manifests

/// What the Lease of an application says.
///
/// [Lease](https://kubernetes.io/docs/concepts/architecture/leases/)
struct LeaseRecord: Sendable, Hashable {
    /// `spec.holderIdentity`.
    var holder: String
    /// When the holder got it.
    var acquired: Moment
    /// When the holder last said that it is still there.
    var renewed: Moment
    /// For how long that counts.
    var duration = Self.usualDuration
    /// How often the holder has changed.
    var transitions = 0

    /// How long a holder may be silent.
    static let usualDuration = Duration.seconds(60)
    /// How far the clocks of two machines may be apart without one taking the other for silent.
    static let clockSlack = Duration.seconds(60)
    /// How often a holder speaks up.
    static let renewalInterval = Duration.seconds(20)
    static let type = GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease")

    /// When somebody else may take it, a minute after the time is over, as clocks differ.
    var takeover: Moment { renewed + duration + Self.clockSlack }

    /// The record of a run that takes the lease now.
    init(holder: LeaseHolder, at moment: Moment) {
        self.holder = "\(holder)"
        acquired = moment
        renewed = moment
    }

    /// Reads a live Lease, `nil` when nobody holds it or it does not say since when.
    init?(_ live: LiveResource) {
        let spec = live.object["spec"]
        guard let holder = spec?["holderIdentity"]?.string, !holder.isEmpty,
            let renewed = spec?["renewTime"]?.string.flatMap({ Moment($0) })
        else { return nil }
        self.holder = holder
        self.renewed = renewed
        acquired = spec?["acquireTime"]?.string.flatMap { Moment($0) } ?? renewed
        duration = .seconds(min(max(0, spec?["leaseDurationSeconds"]?.int ?? 0), 86400))
        transitions = min(max(0, spec?["leaseTransitions"]?.int ?? 0), 1_000_000)
    }

    /// The record with which a run follows this one, its own or that of a holder before it.
    func succeeded(by next: LeaseHolder, at moment: Moment) -> LeaseRecord {
        var record = LeaseRecord(holder: next, at: moment)
        let isOurs = next.isSameRun(as: holder)
        record.acquired = isOurs ? acquired : moment
        record.transitions = transitions + (isOurs ? 0 : 1)
        return record
    }

    /// The object to be written.
    func manifest(name: String, namespace: String) throws -> Manifest {
        try Manifest([
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": .string(name), "namespace": .string(namespace),
                "labels": ["app.kubernetes.io/managed-by": "flotilla"],
            ],
            "spec": [
                "holderIdentity": .string(holder),
                "leaseDurationSeconds": .int(Int(duration.components.seconds)),
                "acquireTime": .string("\(acquired)"),
                "renewTime": .string("\(renewed)"),
                "leaseTransitions": .int(transitions),
            ],
        ])
    }

    /// The name of an application's Lease: `flotilla-` and the application's id.
    ///
    /// Where the id has letters that names must not have, others take their place, and a part of its digest keeps two
    /// applications apart.
    static func name(for application: String) -> String {
        let letters = application.lowercased().map { letter in
            letter.isASCII && (letter.isLetter || letter.isNumber || letter == "-") ? letter : "-"
        }
        let name = String(letters.prefix(200))
        let isSame = name == application && name.last.map { $0 != "-" } == true
        guard !isSame else { return "flotilla-\(name)" }
        let digits = Array("0123456789abcdef")
        let digest = SHA256.hash(data: Array(application.utf8)).prefix(4)
        return "flotilla-\(name)-" + String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
