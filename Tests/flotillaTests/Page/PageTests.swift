import KubernetesAPI
import Manifests
import Rollouts
import TestSupport
import Testing

@testable import Stages
@testable import flotilla

@Suite("The page of a status")
struct PageTests {
    @Test("is one well-formed document that needs nothing from elsewhere")
    func selfContained() throws {
        let html = try PageFixture.page().html
        let markup = Markup(html)
        #expect(markup.problems == [])
        #expect(
            ["html", "head", "title", "header", "main", "footer", "h1"].allSatisfy { name in
                markup.names.count { $0 == name } == 1
            }
        )
        #expect(!markup.names.contains("script") && !html.contains("url(") && !html.contains("://"))
        let ids = markup.attributes.filter { $0.0 == "id" }.map(\.1)
        #expect(Set(ids).count == ids.count)
        let links = markup.attributes.filter { $0.0 == "href" && $0.1.hasPrefix("#") }.map { String($0.1.dropFirst()) }
        #expect(!links.isEmpty && Set(links).isSubset(of: ids))
        let labels = markup.attributes.filter { $0.0 == "aria-labelledby" }.map(\.1)
        #expect(labels.count == 4 && Set(labels).isSubset(of: ids))
    }

    @Test(
        "takes no text for markup",
        arguments: [
            "<script>alert(1)</script>", "\" onload=\"alert(1)", "' x='", "&lt;b&gt;&amp;", "</style><b>", "a>b",
        ]
    )
    func escaped(text: String) throws {
        let html = try PageFixture.hostile(text).html
        let markup = Markup(html)
        #expect(markup.problems == [])
        #expect(!markup.names.contains("script") && !markup.names.contains("b"))
        #expect(!markup.attributes.contains { ["onload", "x"].contains($0.0) })
        let shown = "\("\(text)" as HTML)"
        let escaped = ("\(text)" as HTML).text
        #expect(shown.isEmpty == false)
        #expect(html.components(of: escaped) > 15, "\(html.components(of: escaped))")
    }

    @Test("shows no value of a Secret")
    func secrets() throws {
        let secret = "aHVzaCBodXNo"
        let fields: (String) -> Mapping = { ["data": ["token": .string($0)]] }
        let object = try StatusFixture.object("Secret", "web-token", fields(secret), commit: "c0ffee2")
        let comparison = ManifestComparison(
            from: [try StatusFixture.manifest("Secret", "web-token", fields(secret))],
            to: [try StatusFixture.manifest("Secret", "web-token", fields("b3RoZXI="))],
            rules: ComparisonRules()
        )
        let report = StatusReport(
            application: "shop",
            commit: "c0ffee2",
            time: StatusFixture.now,
            clusters: [
                StatusFixture.cluster(
                    LiveState(target: "eu", objects: [object]),
                    TargetDrift(target: "eu", verdict: .outOfSync(comparison))
                )
            ]
        )
        let html = Page(report: report, run: nil).html
        let text = StatusText(report: report, style: TextStyle(), folds: false).text
        for output in [html, text, report.value.jsonText()] {
            #expect(output.contains("web-token"))
            #expect(!output.contains(secret) && !output.contains("b3RoZXI="))
        }
    }

    @Test("says why only of what is not healthy, as the text does; programs get every reason")
    func quietHealth() throws {
        var object = try StatusFixture.object("ConfigMap", "web-settings")
        object.health = Health(.healthy, "applied successfully")
        let report = StatusReport(
            application: "shop",
            commit: "c0ffee2",
            time: StatusFixture.now,
            clusters: [StatusFixture.cluster(LiveState(target: "eu", objects: [object]))]
        )
        let text = StatusText(report: report, style: TextStyle(), folds: false).text
        for output in [text, Page(report: report, run: nil).html] {
            #expect(output.contains("web-settings") && !output.contains("applied successfully"))
        }
        #expect(report.value.jsonText().contains("applied successfully"))
    }

    @Test("shows no value of a ConfigMap that differs, since more people see a page than a cluster")
    func configMaps() throws {
        let cluster = StatusFixture.cluster(try StatusFixture.rollout("us"), try StatusFixture.drift("us"))
        let report = StatusReport(application: "shop", commit: "c", time: StatusFixture.now, clusters: [cluster])
        let html = Page(report: report, run: nil).html
        #expect(html.contains("data.CURRENCY") && !html.contains("CHF") && !html.contains("EUR"))
    }

    @Test("shows each stage on each cluster with its outcome and how long it took, the rollback too")
    func matrix() throws {
        let html = try PageFixture.page().html
        let rows = html.components(between: "<table class=\"matrix\"", "</table>").components(separatedBy: "<tr ")
        #expect(rows.count == 5)
        let words = rows[3].components(separatedBy: "<td").dropFirst().map { "<td\($0)".withoutTags }
        #expect(words == ["done 13 s", "done 3 s", "failed 1 min 16 s", "not reached", "not reached", "done 28 s"])
        #expect(rows[2].contains("55 s") && rows[4].contains("stopped"))
        #expect(html.contains("CrashLoopBackOff: last exit code 1"))
    }

    @Test("draws the shares of the traffic as steps, clusters with the same ones together")
    func traffic() throws {
        let html = try PageFixture.page().html
        let figures = html.components(separatedBy: "<figure").dropFirst()
        #expect(figures.count == 2)
        #expect(figures.first?.contains("<figcaption>eu, us</figcaption>") == true)
        #expect(figures.last?.contains("<figcaption>ap</figcaption>") == true)
        // Routed 20 and 105 seconds after the beginning, of 131.
        #expect(figures.first?.contains("class=\"line primary\" d=\"M152 10H801V0H1000\"") == true)
        #expect(figures.first?.contains("class=\"line canary\" d=\"M152 90H801V100H1000\"") == true)
        #expect(figures.last?.contains("class=\"line primary\" d=\"M152 10H1000\"") == true)
        #expect(figures.first?.withoutTags.contains("17:47:00 primary 90 %, canary 10 %") == true)
    }

    @Test("puts what needs attention first, and folds clusters on which all is well")
    func attention() throws {
        let html = try PageFixture.page().html
        let items = html.components(between: "<ul class=\"attention\">", "</ul>").withoutTags
        let order = ["cannot be looked at", "degraded", "progressing"].compactMap {
            items.firstRange(of: $0)?.lowerBound
        }
        #expect(order.count == 3 && order == order.sorted())
        #expect(html.contains("<details id=\"cluster-eu\">") && html.contains("<details id=\"cluster-ap\" open>"))
        #expect(html.withoutTags.contains("1 of 4 clusters healthy; 1 not in sync with Git"))
    }

    @Test("needs no run and no comparison with Git")
    func least() throws {
        let html = Page(report: try StatusFixture.report(comparesWithGit: false), run: nil).html
        #expect(Markup(html).problems == [])
        #expect(!html.contains("Latest run") && !html.contains(">Git</th>"))
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { components(separatedBy: text).count - 1 }

    fileprivate func components(separatedBy text: String) -> [String] {
        split(separator: text, omittingEmptySubsequences: false).map(String.init)
    }

    fileprivate func components(between start: String, _ end: String) -> String {
        components(separatedBy: start).dropFirst().first?.components(separatedBy: end).first ?? ""
    }

    /// The text as a reader sees it.
    fileprivate var withoutTags: String {
        var isInside = false
        var text = ""
        for letter in self {
            if letter == "<" { isInside = true }
            if !isInside { text.append(letter) }
            if letter == ">", isInside { isInside = false }
        }
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
