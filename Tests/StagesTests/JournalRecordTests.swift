import Manifests
import Testing

@testable import Stages

@Suite("A line of a journal")
struct JournalRecordTests {
    private static let header = {
        var header = RunHeader(
            run: RunID("20300131-120000-500-k3xq7w"),
            application: "shop",
            commit: "c0ffee2",
            stages: ["K8S_CANARY_ROLLOUT", "K8S_TRAFFIC_ROUTING"],
            targets: ["eu", "us"],
            digest: "ab12"
        )
        header.servers = ["us": "https://b.test", "eu": "https://a.test"]
        header.live = ["c0ffee1": ["eu", "us"]]
        header.rollsBack = true
        return header
    }()
    private static let place = JournalRecord.Place(stage: 1, target: "eu")
    private static let role = ResourceKey(
        group: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        namespace: nil,
        name: "system:shop"
    )
    private static let web = ResourceKey(group: "apps", kind: "Deployment", namespace: "shop", name: "web")

    private static let lines: [(JournalRecord.Event, String)] = [
        (
            .runStarted(header),
            #""event":"runStarted","version":1,"run":"20300131-120000-500-k3xq7w","application":"shop","commit":"c0ffee2","strategy":"pipeline","stages":["K8S_CANARY_ROLLOUT","K8S_TRAFFIC_ROUTING"],"targets":["eu","us"],"digest":"ab12","servers":{"eu":"https://a.test","us":"https://b.test"},"live":{"c0ffee1":["eu","us"]},"rollback":true"#
        ),
        (.runResumed, #""event":"runResumed""#),
        (.stageStarted(stage: 0, name: "K8S_SYNC"), #""event":"stageStarted","stage":0,"name":"K8S_SYNC""#),
        (.targetStarted(place), #""event":"targetStarted","stage":1,"target":"eu""#),
        (.targetPlanned(place, steps: 3), #""event":"targetPlanned","stage":1,"target":"eu","steps":3"#),
        (
            .objectChanged(place, ResourceChange(resource: role, change: .created)),
            #""event":"objectChanged","stage":1,"target":"eu","change":"created","resource":"rbac.authorization.k8s.io:ClusterRole::system:shop""#
        ),
        (
            .trafficRouted(place, web, weights: ["primary": 90, "canary": 10]),
            #""event":"trafficRouted","stage":1,"target":"eu","resource":"apps:Deployment:shop:web","weights":{"canary":10,"primary":90}"#
        ),
        (
            .waitStarted(place, until: Moment(sinceEpoch: .seconds(1_900_000_000))),
            #""event":"waitStarted","stage":1,"target":"eu","until":"2030-03-17T17:46:40.000000Z""#
        ),
        (
            .waiting(place, web, reason: "1 of 2 pods are ready"),
            #""event":"waiting","stage":1,"target":"eu","resource":"apps:Deployment:shop:web","reason":"1 of 2 pods are ready""#
        ),
        (
            .ready(place, web),
            #""event":"ready","stage":1,"target":"eu","resource":"apps:Deployment:shop:web""#
        ),
        (.note(nil, "a \"word\"\n"), #""event":"note","text":"a \"word\"\n""#),
        (.note(place, "so"), #""event":"note","stage":1,"target":"eu","text":"so""#),
        (
            .targetFinished(place, .succeeded, error: nil, left: []),
            #""event":"targetFinished","stage":1,"target":"eu","outcome":"succeeded""#
        ),
        (
            .targetFinished(place, .failed, error: "eu: no", left: [web]),
            #""event":"targetFinished","stage":1,"target":"eu","outcome":"failed","error":"eu: no","left":["apps:Deployment:shop:web"]"#
        ),
        (
            .stageFinished(.init(stage: 1, outcome: .partial)),
            #""event":"stageFinished","stage":1,"outcome":"partial""#
        ),
        (
            .stageFinished(.init(stage: 1, outcome: .cancelled, problems: ["a", "b"], isStopped: true)),
            #""event":"stageFinished","stage":1,"outcome":"cancelled","problems":["a","b"],"stopped":true"#
        ),
        (.runInterrupted, #""event":"runInterrupted""#),
        (.runFinished(.failed), #""event":"runFinished","outcome":"failed""#),
    ]

    @Test("is one JSON object that reads back the same", arguments: lines)
    func roundTrip(event: JournalRecord.Event, fields: String) throws {
        let time = try #require(Moment("2030-01-31T12:00:00.5Z"))
        let record = JournalRecord(time: time, event: event)
        let text = "{\"time\":\"2030-01-31T12:00:00.500000Z\",\(fields)}"
        #expect(String(decoding: record.line, as: UTF8.self) == text + "\n")
        #expect(try JournalRecord(line: Array(text.utf8)) == record)
    }

    @Test("with an event that this version does not know is nothing")
    func unknownEvent() throws {
        let line = #"{"time":"2030-01-31T12:00:00Z","event":"podCounted","stage":1}"#
        #expect(try JournalRecord(line: Array(line.utf8)) == nil)
    }

    @Test(
        "that cannot be read says why",
        arguments: [
            ("", "it is no JSON"), ("[]", "field \"time\""), (#"{"time":"noon","event":"runResumed"}"#, "\"time\""),
            (#"{"time":"2030-01-31T12:00:00Z","event":7}"#, "\"event\""),
            (
                #"{"time":"2030-01-31T12:00:00Z","event":"targetPlanned","stage":-1,"target":"eu","steps":1}"#,
                "\"stage\""
            ),
            (#"{"time":"2030-01-31T12:00:00Z","event":"runFinished","outcome":"fine"}"#, "\"outcome\""),
            (
                #"{"time":"2030-01-31T12:00:00Z","event":"objectChanged","stage":0,"target":"eu","change":"created","resource":"web"}"#,
                "\"resource\""
            ),
            (
                #"{"time":"2030-01-31T12:00:00Z","event":"trafficRouted","stage":0,"target":"eu","resource":"v1:Service:shop:web","weights":{"canary":-9223372036854775808}}"#,
                "\"weights\""
            ),
            (
                #"{"time":"2030-01-31T12:00:00Z","event":"trafficRouted","stage":0,"target":"eu","resource":"v1:Service:shop:web","weights":{"canary":101}}"#,
                "\"weights\""
            ),
        ]
    )
    func malformed(line: String, part: String) {
        let error = #expect(throws: JournalError.Reason.self) { try JournalRecord(line: Array(line.utf8)) }
        guard case .malformed(let detail)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(detail.contains(part))
    }

    @Test("after one that was cut does not count, and neither does the cut one")
    func cut() throws {
        let whole = JournalRecord(time: try #require(Moment("2030-01-31T12:00:00Z")), event: .runStarted(Self.header))
        for count in [0, 1, 20, whole.line.count - 1] {
            let text = try JournalText(whole.line + whole.line.prefix(count))
            #expect(text.records == [whole])
            #expect(text.length == whole.line.count)
        }
        #expect(try JournalText(whole.line + whole.line).records == [whole, whole])
    }

    @Test("that is broken in the middle is named by its number")
    func brokenMiddle() throws {
        let time = try #require(Moment("2030-01-31T12:00:00Z"))
        let line = JournalRecord(time: time, event: .runStarted(Self.header)).line
        let error = #expect(throws: JournalError.Reason.self) { try JournalText(line + [0, 0, 10] + line) }
        #expect(error == .malformed("line 2: it is no JSON"))
    }

    @Test("of another format refuses the journal")
    func otherVersion() throws {
        let line = #"{"time":"2030-01-31T12:00:00Z","event":"runStarted","version":2}"# + "\n"
        #expect(throws: JournalError.Reason.otherVersion(2)) { try JournalText(Array(line.utf8)) }
    }

    @Test(
        "has a time that reads back, to the microsecond",
        arguments: [
            ("2030-01-31T12:00:00Z", "2030-01-31T12:00:00.000000Z"),
            ("1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.000001Z"),
            ("2024-02-29T23:59:59.9999999+01:00", "2024-02-29T22:59:59.999999Z"),
            ("9999-12-31T23:59:59.999999-10:00", "9999-12-31T23:59:59.999999Z"),
        ]
    )
    func moments(text: String, same: String) throws {
        let moment = try #require(Moment(text))
        #expect("\(moment)" == same)
        #expect(Moment("\(moment)") == moment)
    }
}
