import KubernetesAPI
import Manifests

/// The lease of an application in one cluster.
struct ClusterLease: Sendable {
    /// What a try to have it came to.
    enum Claim: Sendable {
        /// It is ours until the next renewal is due.
        case held
        /// Somebody else has it.
        case taken(LeaseRecord)
        /// The cluster has no leases for us; why.
        case unavailable(String)
        /// The cluster gave no answer, which says nothing about leases; whether it may have written ours all the same.
        case unanswered(mayBeHeld: Bool)
    }

    let client: ClusterClient
    let namespace: String
    let name: String
    let holder: LeaseHolder
    let now: @Sendable () -> Moment

    /// Takes the lease, or renews it.
    ///
    /// Never takes it from another run that has renewed it in time, give or take a minute by which clocks may differ, and
    /// never overwrites what was changed meanwhile.
    func claim() async -> Claim {
        var hasWritten = false
        for _ in 0..<5 {
            do {
                if let claim = try await tryOnce(&hasWritten) { return claim }
            } catch let error as APIError where error.isNamespaceNotFound {
                return .unavailable("namespace \"\(namespace)\" does not exist yet")
            } catch let error as APIError where !error.isTransient && !error.isAboutReaching {
                return .unavailable("\(error)")
            } catch {
                return .unanswered(mayBeHeld: hasWritten)
            }
        }
        return .unanswered(mayBeHeld: hasWritten)
    }

    /// Gives the lease back when it is ours.
    ///
    /// - Throws: `APIError` when the cluster does not let us, or gives no answer.
    func release() async throws {
        for _ in 0..<5 {
            let mapping = try await client.mapping(for: LeaseRecord.type)
            guard let live = try await client.get(mapping, namespace: namespace, name: name),
                let record = LeaseRecord(live), holder.isSameRun(as: record.holder)
            else { return }
            do {
                _ = try await client.delete(live, precondition: .unchanged)
                return
            } catch let error as APIError where error.isModified {
                // A renewal that was under way when the run ended came through.
            }
        }
    }

    /// One try; `nil` when somebody was quicker, so that it is worth another look.
    private func tryOnce(_ hasWritten: inout Bool) async throws -> Claim? {
        let mapping = try await client.mapping(for: LeaseRecord.type)
        do {
            guard let live = try await client.get(mapping, namespace: namespace, name: name) else {
                let record = LeaseRecord(holder: holder, at: now())
                hasWritten = true
                _ = try await client.create(try record.manifest(name: name, namespace: namespace))
                return .held
            }
            let record = LeaseRecord(live)
            if let record, !holder.isSameRun(as: record.holder), now() < record.takeover { return .taken(record) }
            let next = record?.succeeded(by: holder, at: now()) ?? LeaseRecord(holder: holder, at: now())
            hasWritten = true
            _ = try await client.replace(try next.manifest(name: name, namespace: namespace), over: live)
            return .held
        } catch let error as APIError where error.isModified || error.isAlreadyExists || error.isNotFound {
            return nil
        } catch let error as APIError where error.reason == .uidMismatch {
            return nil
        }
    }
}

extension APIError {
    fileprivate var isNamespaceNotFound: Bool {
        guard case .namespaceNotFound = reason else { return false }
        return true
    }

    /// Whether it is about reaching the cluster and not about leases, so that a stage will meet it too.
    fileprivate var isAboutReaching: Bool {
        switch reason {
        case .tls, .credentials, .unauthorized, .discoveryIncomplete, .malformedAnswer, .engineClosed: true
        default: false
        }
    }
}
