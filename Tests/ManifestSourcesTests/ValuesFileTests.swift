import Glibc
import TestSupport
import Testing

@testable import ManifestSources

@Suite("The guard of values files")
struct ValuesFileTests {
    /// The application directory of the cases, with files around it.
    private func withApplication(_ body: (_ directory: String) throws -> Void) throws {
        try withTemporaryDirectory { root in
            let directory = "\(try ConfinedDirectory.resolve(root))/repo/apps/cart"
            try TestFiles.write("a: 1\n", to: "\(directory)/values.yaml")
            try TestFiles.write("a: 1\n", to: "\(directory)/eu/values.yaml")
            try TestFiles.write("a: 1\n", to: "\(root)/repo/apps/cart-secret/v.yaml")
            try TestFiles.write("a: 1\n", to: "\(root)/repo/outside")
            for (name, target) in [
                ("ok-link", "values.yaml"), ("bad-link", "/etc/hostname"), ("rel-bad", "../../../repo/outside"),
                ("eu/up-link", "../values.yaml"), ("secret", "../cart-secret"),
            ] {
                try #require(symlink(target, "\(directory)/\(name)") == 0)
            }
            try body(directory)
        }
    }

    @Test(
        "VALF-01 to VALF-03, VALF-08 lets helm read what lies inside, links resolved",
        arguments: [
            ("VALF-01", "values.yaml", "values.yaml"), ("VALF-02", "eu/values.yaml", "eu/values.yaml"),
            ("VALF-03", "../../apps/cart/values.yaml", "values.yaml"), ("VALF-08", "ok-link", "values.yaml"),
            ("a link seen from its own directory", "eu/up-link", "values.yaml"),
        ]
    )
    func inside(id: String, name: String, file: String) throws {
        try withApplication { directory in
            for use in [ValuesFile.Use.values, .set] {
                for path in [name, "\(directory)/\(name)"] {
                    let found = try ValuesFile(path, as: use, in: directory)
                    #expect(found == .local("\(directory)/\(file)"))
                }
            }
        }
    }

    @Test(
        "VALF-04, VALF-09 refuses what lies outside, links resolved",
        arguments: ["/etc/hostname", "../cart-secret/v.yaml", "bad-link", "rel-bad", "secret/v.yaml", "../../outside"]
    )
    func outside(name: String) throws {
        try withApplication { directory in
            for use in [ValuesFile.Use.values, .set] {
                let message = "\(use.rawValue) \(name) references outside the application configuration directory"
                #expect(refusal { try ValuesFile(name, as: use, in: directory) } == message)
            }
        }
    }

    @Test("allows the whole repository when that is the bound")
    func repository() throws {
        try withApplication { directory in
            let root = directory.replacing("/apps/cart", with: "")
            let file = try ValuesFile("../cart-secret/v.yaml", as: .values, in: directory, confinedTo: root)
            #expect(file == .local("\(root)/apps/cart-secret/v.yaml"))
            let message = "values file bad-link references outside the application configuration directory"
            #expect(refusal { try ValuesFile("bad-link", as: .values, in: directory, confinedTo: root) } == message)
        }
    }

    @Test(
        "VALF-05 to VALF-07 lets helm fetch over HTTP, and by no other scheme",
        arguments: [
            ("https://example.org/v.yaml", nil), ("HTTP://example.org/v.yaml", nil), ("hTTps://example.org/v", nil),
            ("s3://bucket/v.yaml", "s3"), ("S3://bucket/v.yaml", "s3"), ("C:\\v.yaml", "c"),
            ("file:///etc/passwd", "file"),
            ("secrets+gpg-import://k?v", "secrets+gpg-import"),
        ] as [(String, String?)]
    )
    func schemes(name: String, refused scheme: String?) throws {
        try withApplication { directory in
            let message = scheme.map { "scheme \($0) is not allowed to load values file" }
            #expect(refusal { try ValuesFile(name, as: .values, in: directory) } == message)
            guard scheme == nil else { return }
            let found = try ValuesFile(name, as: .values, in: directory)
            #expect(found == .remote(name))
        }
    }

    @Test("refuses a URL with a password, which it does not tell")
    func passwords() throws {
        try withApplication { directory in
            for user in ["me:hunter2", "hunter2"] {
                let message = refusal { try ValuesFile("https://\(user)@v.test/v.yaml", as: .values, in: directory) }
                #expect(
                    message == "values file https://v.test/v.yaml has a user or password in its URL; "
                        + "put the file into the application directory"
                )
            }
        }
    }

    @Test("tells names apart by their bytes")
    func bytes() throws {
        try withApplication { directory in
            // The same letter, once as one character and once as two.
            try TestFiles.write("", to: "\(directory)/caf\u{e9}/v.yaml")
            try TestFiles.write("", to: "\(directory)/cafe\u{301}/v.yaml")
            let message = "values file ../cafe\u{301}/v.yaml references outside the application configuration directory"
            let name = "../cafe\u{301}/v.yaml"
            #expect(refusal { try ValuesFile(name, as: .values, in: "\(directory)/caf\u{e9}") } == message)
        }
    }

    @Test("says which file is not there")
    func missing() throws {
        try withApplication { directory in
            let message = refusal { try ValuesFile("no.yaml", as: .values, in: directory) }
            #expect(message == "values file no.yaml: no such file or directory")
            #expect(
                refusal { try ValuesFile("1:a", as: .set, in: directory) } == "set file 1:a: no such file or directory"
            )
        }
    }
}
