import Manifests

extension ContextReader {
    /// The credential plugin of a user, `nil` when there is none or it cannot be used.
    mutating func plugin(of user: Entry, cluster: Entry?) -> ExecPlugin? {
        guard let fields = user.fields["exec"], !fields.isNull else { return nil }
        let place = place(of: user, "user")
        guard fields.mapping != nil else {
            report(.field(entry: place, field: "exec", why: "must be a mapping"))
            return nil
        }
        let exec = Entry(name: user.name, fields: fields, file: user.file)
        let version = version(exec, place)
        checkMode(exec, place, version)
        let command = command(exec, place)
        let arguments = strings(fields["args"], place, "exec.args")
        let environment = environment(fields["env"], place)
        let tellsCluster = flag(exec, "provideClusterInfo", "\(place): exec")
        let hint = text(exec, "installHint", "\(place): exec")?.onOneLine()
        guard let version, let command else { return nil }
        return ExecPlugin(
            user: user.name,
            version: version,
            command: command,
            arguments: arguments,
            environment: environment,
            installHint: hint,
            clusterInfo: tellsCluster ? ExecPlugin.ClusterInfo(config: config(of: cluster)) : nil
        )
    }

    private mutating func version(_ exec: Entry, _ place: String) -> ExecPlugin.Version? {
        guard let text = text(exec, "apiVersion", "\(place): exec") else {
            if exec.fields["apiVersion"]?.string?.isEmpty ?? !isSet(exec.fields["apiVersion"]) {
                report(.field(entry: place, field: "exec.apiVersion", why: "is missing"))
            }
            return nil
        }
        guard let version = ExecPlugin.Version(rawValue: text) else {
            let why = "must be \(ExecPlugin.Version.v1.rawValue); upgrade the plugin and then this field"
            report(.field(entry: place, field: "exec.apiVersion", why: why))
            return nil
        }
        return version
    }

    /// There is never a terminal, so a plugin that insists on one cannot work.
    private mutating func checkMode(_ exec: Entry, _ place: String, _ version: ExecPlugin.Version?) {
        let modes = "Never, IfAvailable or Always"
        switch exec.fields["interactiveMode"] {
        case "Never", "IfAvailable": break
        case "Always":
            let why = "is Always, but there is no terminal here; use a plugin that does not ask"
            report(.field(entry: place, field: "exec.interactiveMode", why: why))
        case nil, .null, "":
            guard version == .v1 else { return }
            report(.field(entry: place, field: "exec.interactiveMode", why: "is missing; set it to \(modes)"))
        default: report(.field(entry: place, field: "exec.interactiveMode", why: "must be \(modes)"))
        }
    }

    /// A bare name stays, to be looked up in `PATH`.
    private mutating func command(_ exec: Entry, _ place: String) -> String? {
        guard let text = text(exec, "command", "\(place): exec") else {
            if exec.fields["command"]?.string?.isEmpty ?? !isSet(exec.fields["command"]) {
                report(.field(entry: place, field: "exec.command", why: "is missing"))
            }
            return nil
        }
        return text.contains("/") ? resolve(text, in: exec) : text
    }

    private mutating func environment(_ list: Value?, _ place: String) -> [String: String] {
        guard let list, !list.isNull else { return [:] }
        guard let entries = list.array else {
            report(.field(entry: place, field: "exec.env", why: "must be a list of names and values"))
            return [:]
        }
        var environment: [String: String] = [:]
        for entry in entries {
            guard let name = entry["name"]?.string, !name.isEmpty, !name.contains("="), !name.contains("\0") else {
                report(.field(entry: place, field: "exec.env", why: "has an entry without a proper name"))
                continue
            }
            guard let value = entry["value"]?.string ?? (isSet(entry["value"]) ? nil : "") else {
                let why = "\"\(name.onOneLine())\" must be a string (quote it)"
                report(.field(entry: place, field: "exec.env", why: why))
                continue
            }
            environment[name] = value
        }
        return environment
    }

    /// What a cluster's entry has for credential plugins to read.
    private func config(of cluster: Entry?) -> Value? {
        let name: Value = "client.authentication.k8s.io/exec"
        return cluster?.fields["extensions"]?.array?.first { $0["name"] == name }?["extension"]
    }
}
