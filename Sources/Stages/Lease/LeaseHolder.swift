import Glibc

/// Who deploys: a run, and the machine that it runs on.
package struct LeaseHolder: Sendable, Hashable, CustomStringConvertible {
    /// The run; a run that goes on in another process is still the same.
    package let run: RunID
    /// The name of the machine.
    package let host: String

    /// A run on a machine, by default this one.
    package init(run: RunID, host: String = LeaseHolder.thisHost) {
        self.run = run
        self.host = host
    }

    /// The form of `spec.holderIdentity`: `20300131-120000-500-k3xq7w@build-7`.
    package var description: String { "\(run)@\(host)" }

    /// Whether an identity names the same run, on whatever machine.
    func isSameRun(as identity: String) -> Bool {
        identity.split(separator: "@", maxSplits: 1).first.map(String.init) == run.description
    }

    /// The name of this machine.
    package static var thisHost: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
