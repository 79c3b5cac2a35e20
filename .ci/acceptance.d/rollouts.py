"""The pipeline stage by stage and as a whole, with Istio and with the Gateway API, and the rollback."""

import json
import os
import signal
import subprocess
import time

from bookinfo import Application
from expected import Expected, content, identity
from lab import Flotilla, everywhere
from network import Forwarder

SPLIT = {"primary": 80, "canary": 10, "baseline": 10}
SHARES = ["--with", "primary=80", "--with", "canary=10", "--with", "baseline=10"]
# Each stage: its name and options, what the clusters must have after it, and the objects that it may write.
STAGES = [
    ("K8S_CANARY_ROLLOUT", [], {"primary": "v1", "canary": "v2"}, "canary"),
    ("K8S_BASELINE_ROLLOUT", [], {"primary": "v1", "canary": "v2", "baseline": "v1"}, "baseline"),
    (
        "K8S_TRAFFIC_ROUTING",
        SHARES,
        {"primary": "v1", "canary": "v2", "baseline": "v1", "split": SPLIT, "route": "v2"},
        "route",
    ),
    ("K8S_PRIMARY_ROLLOUT", [], {"primary": "v2", "canary": "v2", "baseline": "v1", "split": SPLIT}, "primary"),
    ("K8S_TRAFFIC_ROUTING", ["--with", "primary=100"], {"primary": "v2", "canary": "v2", "baseline": "v1"}, "route"),
    ("K8S_CANARY_CLEAN", [], {"primary": "v2", "baseline": "v1"}, "canary"),
    ("K8S_BASELINE_CLEAN", [], {"primary": "v2"}, "baseline"),
]


class Lab:
    """What every part works with."""

    def __init__(self, binary, clusters, checks, directory):
        self.binary = binary
        self.clusters = clusters
        self.checks = checks
        self.directory = directory
        self.flotilla = Flotilla(binary, clusters)

    def application(self, name, **options):
        """An application that no cluster has anything of."""
        application = Application(self.directory, name, **options)
        self.remove(application)
        return application

    def remove(self, application):
        everywhere(self.clusters, lambda cluster: cluster.remove(application.namespace))
        lease = f"flotilla-{application.name}"
        everywhere(self.clusters, lambda one: one.kubectl("delete", "lease", lease, "-n", "default", "--ignore-not-found"))

    def settled(self, application):
        return everywhere(self.clusters, lambda cluster: cluster.settled(application.namespace))

    def succeeds(self, result, text):
        return self.checks.that(result.code == 0, f"{text}: exit code 0", result.all_text())

    def has(self, application, state, text):
        """Checks every field of every object of the application in every cluster."""
        expected = Expected(application, self.clusters[0])
        wanted = expected.with_defaults(expected.objects(**state))
        live = self.settled(application)
        for name, found in live.items():
            self.checks.equal(sorted(found), sorted(wanted), f"{text}: {name} has exactly the objects wanted")
            for key in sorted(set(found) & set(wanted)):
                place = f"{text}: {name} {'/'.join(key)}"
                self.checks.equal(content(found[key]), content(wanted[key]), place)
                mark = found[key]["metadata"].get("annotations", {}).get("pipecd.dev/deploy-target")
                self.checks.equal(mark, name, f"{place} names its target")
        return live

    def first_version(self, application):
        """Deploys version 1 where nothing is: a quick sync."""
        result = self.flotilla.run("run", application.path("v1"), "--journal", os.path.join(application.root, "v1.journal"))
        self.succeeds(result, "first deployment")
        self.checks.that("quickSync" in result.notes, "the first deployment is a quick sync", result.all_text())
        return self.has(application, {"primary": "v1"}, "first deployment")

    def back_to_first(self, application, text):
        """Makes the clusters have version 1 again, and nothing else."""
        options = ["--with", "prune=true", "--with", "addVariantLabelToSelector=true"]
        result = self.flotilla.run("stage", "K8S_SYNC", application.path("v1"), *options)
        return self.succeeds(result, f"{text}: sync of v1")


def role(key, item):
    """Which stages may write an object: those of its variant, or of traffic."""
    if key[0] in ("VirtualService", "HTTPRoute"):
        return "route"
    return item["metadata"]["labels"]["pipecd.dev/variant"]


def untouched(checks, before, after, writes, text):
    """Checks that objects of others have not been written: the same resourceVersion."""
    for name in before:
        for key, item in before[name].items():
            if role(key, item) == writes or writes == "primary" and key[0] in ("VirtualService", "HTTPRoute"):
                continue
            now = after[name].get(key, {"metadata": {}})
            version = item["metadata"]["resourceVersion"]
            place = f"{text}: {name} {'/'.join(key)} is not written"
            checks.equal(now["metadata"].get("resourceVersion"), version, place)


def whole(live):
    """What all clusters have, to compare ends of runs with."""
    return {name: {"/".join(key): content(item) for key, item in found.items()} for name, found in live.items()}


def exact(live):
    return {name: {"/".join(key): identity(item) for key, item in found.items()} for name, found in live.items()}


def pipeline(lab, name="acceptance-pipeline", gateway=False):
    """Version 1, then version 2: stage by stage, each twice, and then as a whole run."""
    application = lab.application(name, gateway=gateway)
    checks, path = lab.checks, application.path("v2")
    live = lab.first_version(application)
    for number, (stage, options, state, writes) in enumerate(STAGES, 1):
        text = f"stage {number} {stage}"
        if stage == "K8S_BASELINE_ROLLOUT":
            options = [*options, "--running-ref", application.commits["v1"]]
        lab.succeeds(lab.flotilla.run("stage", stage, path, *options), text)
        after = lab.has(application, state, text)
        untouched(checks, live, after, writes, text)
        again = lab.flotilla.run("stage", stage, path, *options)
        lab.succeeds(again, f"{text} again")
        changes = [change["change"] for target in again.value.get("targets", []) for change in target["changes"]]
        checks.that(set(changes) <= {"unchanged"}, f"{text} again changes nothing", again.all_text())
        live = lab.settled(application)
        untouched(checks, after, live, None, f"{text} again")
    by_stages = whole(live)
    lab.back_to_first(application, "before the whole run")
    lab.has(application, {"primary": "v1"}, "before the whole run")
    result = lab.flotilla.run("run", path, "--journal", os.path.join(application.root, "whole.journal"))
    lab.succeeds(result, "whole run")
    checks.equal(len(result.value.get("stages", [])), 7, "whole run: seven stages")
    after = lab.has(application, {"primary": "v2"}, "whole run")
    checks.equal(whole(after), by_stages, "the whole run ends as its stages do one by one")
    lab.remove(application)


def gateway(lab):
    """The same with an HTTPRoute."""
    pipeline(lab, "acceptance-gateway", gateway=True)


def rollback(lab):
    """A version whose primary does not start: everything is again as it was, everywhere."""
    application = lab.application("acceptance-rollback")
    checks = lab.checks
    lab.first_version(application)
    options = ["--journal", os.path.join(application.root, "v2.journal")]
    lab.succeeds(lab.flotilla.run("run", application.path("v2"), *options), "v2")
    before = exact(lab.settled(application))
    begin = time.monotonic()
    options = ["--journal", os.path.join(application.root, "v3.journal")]
    result = lab.flotilla.run("run", application.path("v3"), *options)
    checks.that(result.code == 1, "v3 fails with exit code 1", result.all_text())
    checks.that("ImagePullBackOff" in result.text + result.notes, "the reason is named", result.all_text())
    stages = [(stage["stage"], stage["outcome"]) for stage in result.value.get("stages", [])]
    wanted = [(stage[0], "succeeded") for stage in STAGES[:3]] + [("K8S_PRIMARY_ROLLOUT", "failed")]
    checks.equal(stages, wanted, "v3 fails in its primary")
    restored(checks, result, lab.clusters)
    print(f"  v3 failed and was rolled back in {time.monotonic() - begin:.1f} s")
    checks.equal(exact(lab.settled(application)), before, "after the rollback every object is as before")
    moments = [(3, 0.1), (3, 0.4), (7, 0), (7, 0.2), (7, 0.5), (7, 1), (7, 1.5)]
    for stage, delay in moments:
        killed(lab, application, before, stage, delay)
    for silent in (True, False):
        unreachable(lab, application, before, silent)
    lab.remove(application)


def killed(lab, application, before, stage, delay):
    """The run is killed in the stage that fails, or in the rollback, and goes on: the same end."""
    checks, text = lab.checks, f"killed {delay} s after the beginning of stage {stage}"
    journal = os.path.join(application.root, f"killed-{stage}-{delay}.journal")
    process = lab.flotilla.start("run", application.path("v3"), "--journal", journal)
    while process.poll() is None and f'"stageStarted","stage":{stage},' not in journal_text(journal):
        time.sleep(0.01)
    try:
        process.communicate(timeout=delay + 0.001)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    if '"runFinished"' in journal_text(journal):
        print(f"  {text}: it was over already")
    else:
        result = lab.flotilla.run("run", application.path("v3"), "--journal", journal, "--resume")
        checks.that(result.code == 1, f"{text}: exit code 1", result.all_text())
        restored(checks, result, lab.clusters)
    checks.equal(exact(lab.settled(application)), before, f"{text}: every object is as before")


def restored(checks, result, clusters):
    """Checks that the report says of every cluster that it is restored."""
    outcomes = [(target["name"], target["outcome"]) for target in result.value.get("rollback", {}).get("targets", [])]
    wanted = [(cluster.name, "succeeded") for cluster in clusters]
    checks.equal(outcomes, wanted, "the report names every cluster as restored")


def unreachable(lab, application, before, silent):
    """The last cluster goes away when the rollback begins; the others are restored, and it is when it is back."""
    checks, lost = lab.checks, lab.clusters[-1]
    text = "a cluster that keeps silent" if silent else "a cluster that refuses connections"
    door = Forwarder(lost)
    flotilla = Flotilla(lab.binary, lab.clusters)
    flotilla.kubeconfigs[-1] = door.kubeconfig
    journal = os.path.join(application.root, f"lost-{silent}.journal")
    begin = time.monotonic()
    process = flotilla.start("run", application.path("v3"), "--journal", journal)
    try:
        while process.poll() is None and '"stageStarted","stage":7' not in journal_text(journal):
            time.sleep(0.01)
        door.silence() if silent else door.close()
        output, notes = process.communicate(timeout=420)
    finally:
        process.kill()
        door.end()
    print(f"  {text}: the run ended after {time.monotonic() - begin:.1f} s")
    everything = f"exit {process.returncode}\n{output[-3000:]}\n{notes[-3000:]}"
    checks.that(process.returncode == 1, f"{text}: exit code 1", everything)
    report = json.loads(output or "{}").get("rollback", {})
    checks.equal(report.get("outcome"), "partial", f"{text}: the rollback is partial")
    outcomes = {target["name"]: target["outcome"] for target in report.get("targets", [])}
    wanted = {cluster.name: "failed" if cluster is lost else "succeeded" for cluster in lab.clusters}
    checks.equal(outcomes, wanted, f"{text}: the report names it as not restored")
    others = [cluster for cluster in lab.clusters if cluster is not lost]
    live = exact(everywhere(others, lambda cluster: cluster.settled(application.namespace)))
    checks.equal(live, {name: before[name] for name in live}, f"{text}: the others are as before")
    options = [application.path("v3"), "--running-ref", application.commits["v2"]]
    again = lab.flotilla.run("stage", "K8S_ROLLBACK", *options)
    end = time.monotonic() + 90
    # The lost cluster still has the lease of the run, which nobody could give back; it ends by itself.
    while "is being deployed by" in again.notes and time.monotonic() < end:
        time.sleep(5)
        again = lab.flotilla.run("stage", "K8S_ROLLBACK", *options)
    lab.succeeds(again, f"{text}: the rollback again")
    checks.equal(exact(lab.settled(application)), before, f"{text}: back, it is as before, too")


def journal_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().replace('": ', '":').replace(', "', ',"')
    except OSError:
        return ""
