package import ManifestSources

/// How piped installs a program that renders manifests: from its official release, checked against the published sum.
struct ToolScript {
    /// The name of the program.
    let name: String
    /// Its version, without a `v`.
    let version: String
    private let directory: String
    private let archive: String
    /// The file with the sums of the archives, and where the program lies in the archive.
    private let sums: String
    private let member: String

    /// The installation of a program.
    ///
    /// - Parameters:
    ///   - tool: The program.
    ///   - version: The wanted version, with or without a `v`; `nil` for the one that PipeCD installs.
    /// - Throws: `PipedError` when piped does not install that program, or the version is none.
    init(_ tool: Tool, version: String?) throws {
        name = tool.rawValue
        switch tool {
        case .kustomize:
            self.version = try Self.checked(version ?? "3.8.1", of: tool)
            archive = "kustomize_v\(self.version)_{{ .Os }}_{{ .Arch }}.tar.gz"
            directory =
                "https://github.com/kubernetes-sigs/kustomize/releases/download/kustomize%2Fv\(self.version)"
            sums = "checksums.txt"
            member = "kustomize"
        case .helm:
            self.version = try Self.checked(version ?? "3.8.2", of: tool)
            archive = "helm-v\(self.version)-{{ .Os }}-{{ .Arch }}.tar.gz"
            directory = "https://get.helm.sh"
            sums = "\(archive).sha256sum"
            member = "{{ .Os }}-{{ .Arch }}/helm"
        case .kubectl, .git:
            throw PipedError(.refused, "InstallTool", "\(tool.rawValue) is not installed by piped; install it yourself")
        }
    }

    /// The version without a `v`, when it has only the characters of one: it becomes part of a shell script.
    private static func checked(_ version: String, of tool: Tool) throws -> String {
        let number = version.hasPrefix("v") ? version.dropFirst() : version[...]
        let isVersion =
            number.first?.isNumber == true && number.utf8.count <= 64
            && number.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || ".-+0123456789".unicodeScalars.contains($0))
            }
        guard isVersion, number.first?.isASCII == true else {
            throw PipedError(
                .refused,
                "InstallTool",
                "\"\(version.prefix(64))\" is no version of \(tool.rawValue); write one such as 3.17.0"
            )
        }
        return String(number)
    }

    /// The script, a Go template.
    ///
    /// A page that says "not found" is not taken for the program, and nothing is used that the sum does not fit.
    var text: String {
        """
        set -eu
        cd "{{ .TmpDir }}"
        fetch() {
          if command -v curl >/dev/null; then
            curl -fsSL --retry 3 -o "$2" "$1"
          elif command -v wget >/dev/null; then
            wget -q -O "$2" "$1"
          else
            echo "neither curl nor wget is there to download $1" >&2
            exit 1
          fi
        }
        sum() {
          if command -v sha256sum >/dev/null; then
            sha256sum "$1" | cut -d ' ' -f 1
          else
            shasum -a 256 "$1" | cut -d ' ' -f 1
          fi
        }
        fetch "\(directory)/\(archive)" archive
        fetch "\(directory)/\(sums)" sums
        wanted=$(awk -v name="\(archive)" '$2 == name || $2 == "*" name { print $1; exit }' sums)
        actual=$(sum archive)
        if [ -z "$wanted" ] || [ "$wanted" != "$actual" ]; then
          echo "the SHA-256 sum of \(archive) is $actual, and ${wanted:-none} is published" >&2
          exit 1
        fi
        tar -xzf archive "\(member)"
        mv "\(member)" "{{ .OutPath }}"

        """
    }
}

extension PipedClient {
    /// Provides the programs that were found nowhere, by piped's own registry.
    package var install: Tools.Install {
        { tool, version in
            let script = try ToolScript(tool, version: version)
            return try await installTool(name: script.name, version: script.version, script: script.text)
        }
    }
}
