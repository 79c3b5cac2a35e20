import KubernetesAPI
import Manifests
import Rollouts
import Testing

@testable import Stages
@testable import flotilla

@Suite("A plan as Markdown")
struct PlanMarkdownTests {
    /// A report of one stage that creates a ConfigMap of these data on each target; `{}` in a refusal is the name of the target.
    private func report(_ data: Mapping, targets: [String], refusal: String? = nil) throws -> PlanReport {
        let clusters = try targets.map { target in
            let object: Value = [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m"], "data": .mapping(data),
            ]
            return ClusterPlan(target: target, phases: [[.apply(try Manifest(object))]])
        }
        let answers = clusters.map { cluster in
            let outcome = refusal.map { text in
                DryRunAnswer.Outcome.refused("\(cluster.target): \(text.replacing("{}", with: cluster.target))")
            }
            let answer = DryRunAnswer(
                resource: ResourceKey(group: "", kind: "ConfigMap", namespace: nil, name: "m"),
                outcome: outcome ?? .change(.created, [])
            )
            return TargetDryRun(target: cluster.target, answers: [answer], cluster: PredictedCluster())
        }
        let plan = DeploymentPlan(
            decision: StrategyDecision(.requested(.pipeline)),
            versions: ArtifactVersions(targets.map { (target: $0, manifests: []) }),
            stages: [],
            requests: [],
            rollback: nil,
            notes: []
        )
        let stage = StageForecast(plan: StagePlan(stage: "K8S_SYNC", clusters: clusters), answers: answers)
        return PlanReport(plan: plan, pipeline: [], stages: [stage])
    }

    /// The lines inside of fenced blocks and the others; a block ends as Markdown says.
    private func parts(_ text: String) -> (inside: [Substring], outside: [Substring], isOpen: Bool) {
        var (inside, outside): ([Substring], [Substring]) = ([], [])
        var fence: Int?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let count = line.prefix { $0 == "`" }.count
            if let open = fence {
                if count >= open, line.dropFirst(count).allSatisfy({ $0 == " " }) {
                    fence = nil
                } else {
                    inside.append(line)
                }
            } else if count >= 3 {
                fence = count
            } else {
                outside.append(line)
            }
        }
        return (inside, outside, fence != nil)
    }

    @Test(
        "shows what stands in manifests only inside of blocks",
        arguments: [
            "a\n```\n<b>EVIL</b>\n", "`````EVIL", "</details>EVIL", "```\n```\n````\nEVIL", "\n<!-- EVIL",
            "EVIL | @all",
        ]
    )
    func blocks(value: String) throws {
        let text = PlanMarkdown(report: try report(["k": .string(value), value: "k"], targets: ["eu"])).text
        let parts = parts(text)
        #expect(!parts.isOpen)
        #expect(parts.inside.contains { $0.contains("EVIL") }, "\(text)")
        #expect(!parts.outside.contains { $0.contains("EVIL") }, "\(text)")
        #expect(parts.outside.filter { $0 == "</details>" }.count == 1)
    }

    @Test("writes names so that they mean nothing in Markdown, and mention nobody")
    func names() throws {
        let names = ["admin@prod|x", "`a`<b>*_"]
        let text = PlanMarkdown(report: try report(["k": "v"], targets: names, refusal: "no\n| <i> @team")).text
        let parts = parts(text)
        #expect(!parts.isOpen)
        let outside = parts.outside.joined(separator: "\n")
        #expect(outside.contains("<code>admin&#64;prod&#124;x, &#96;a&#96;&#60;b&#62;&#42;&#95;"), "\(outside)")
        #expect(!outside.contains("@") && !outside.contains("<i>") && !outside.contains("<b>"), "\(outside)")
        #expect(outside.contains("**REFUSED: this deployment would fail**"))
        let columns = parts.outside.filter { $0.hasPrefix("|") }.map { $0.count { $0 == "|" } }
        #expect(columns == [3, 3, 3], "\(outside)")
    }

    @Test("is no longer than a comment may be, and says what is left out", arguments: [3000, 1200, 65_536])
    func limit(limit: Int) throws {
        let data = Mapping((0..<5000).map { ("key-\($0)", .string("```x")) })
        let text = PlanMarkdown(report: try report(data, targets: ["eu", "us"]), limit: limit).text
        #expect(text.utf8.count <= limit)
        #expect(text.contains("The last section is cut or left out: a comment takes \(limit) characters."), "\(text)")
        let parts = parts(text)
        #expect(!parts.isOpen && parts.inside.contains { $0.contains("key-3:") })
        #expect(parts.outside.count { $0.hasPrefix("<details>") } == parts.outside.count { $0 == "</details>" })
    }

    @Test("says that a deployment would be refused, and how often, however many refusals there are")
    func refusals() throws {
        let names = (0..<300).map { "cluster-\($0)" }
        let refusal = "denied {} by " + String(repeating: "policy ", count: 30)
        let text = PlanMarkdown(report: try report(["k": "v"], targets: names, refusal: refusal)).text
        #expect(text.utf8.count <= PlanMarkdown.limit)
        let parts = parts(text)
        #expect(!parts.isOpen && parts.outside.contains("**REFUSED: this deployment would fail**"))
        let shown = parts.inside.count { $0.contains("K8S_SYNC: denied") }
        #expect(shown > 50 && shown < 300)
        #expect(parts.outside.contains("\(300 - shown) refusals left out."), "\(parts.outside)")
        #expect(parts.outside.contains { $0.hasPrefix("| clusters |") })
    }

    @Test("shows the blank lines of a text that is new")
    func blankLines() throws {
        let text = PlanMarkdown(report: try report(["k": "a\n\nb\n"], targets: ["eu"])).text
        #expect(text.contains("+       a\n+   \n+       b\n"), "\(text)")
    }

    @Test("leaves nothing out of what fits")
    func whole() throws {
        let text = PlanMarkdown(report: try report(["k": "v"], targets: ["eu", "us"])).text
        #expect(!text.contains("left out") && text.hasSuffix("</details>\n\n"))
        #expect(text.contains("+     k: v\n"), "\(text)")
    }
}
