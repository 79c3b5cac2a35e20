/// A repository with Online Boutique's kustomization as a base, and an application made of it.
package enum Boutique {
    /// Whether the corpora and a kubectl to render them are there.
    package static let isPresent = Corpora.isPresent && SystemTool.path("kubectl") != nil

    /// Writes the repository.
    ///
    /// - Returns: The application directory; its overlay `eu` has a component more than `us`.
    package static func write(in directory: String) throws -> String {
        let base = Corpora.path("online-boutique/kustomize/base")
        for name in try TestFiles.names(in: base) {
            try TestFiles.write(try TestFiles.text("\(base)/\(name)"), to: "\(directory)/base/\(name)")
        }
        try TestFiles.makeDirectory("\(directory)/.git")
        for (name, text) in files { try TestFiles.write(text, to: "\(directory)/\(name)") }
        return "\(directory)/apps/boutique"
    }

    private static let files = [
        "components/small/kustomization.yaml": """
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        configMapGenerator: [{name: size, literals: [size=small]}]
        patches:
          - target: {kind: Deployment, name: loadgenerator}
            patch: '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "loadgenerator"}, "$patch": "delete"}'
        """,
        "apps/boutique/overlays/eu/kustomization.yaml": """
        namespace: boutique
        resources: [../../../../base]
        components: [../../../../components/small]
        labels: [{pairs: {region: eu}}]
        """,
        "apps/boutique/overlays/us/kustomization.yaml": """
        namespace: boutique
        resources: [../../../../base]
        """,
        "apps/boutique/app.pipecd.yaml": """
        apiVersion: pipecd.dev/v1beta1
        kind: Application
        spec:
          name: boutique
          plugins:
            kubernetes_multicluster:
              input:
                multiTargets:
                  - {target: {name: eu}, kustomizeDir: overlays/eu}
                  - {target: {name: us}, kustomizeDir: overlays/us}
        """,
    ]
}
