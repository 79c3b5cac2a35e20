"""Runs that are killed at any moment and go on, and runs that must not begin."""

import json
import os
import random
import signal
import subprocess
import time

from bookinfo import CANARY, PIPELINE
from lab import everywhere
from network import Watch
from rollouts import journal_text, whole

SEED = 20
ROUNDS = 20
# The stages, by number, that may create or change an object of a role, and that may delete it.
WRITERS = {"canary": {0}, "baseline": {1}, "route": {2, 3, 4}, "primary": {3}}
CLEANERS = {"canary": {5}, "baseline": {6}, "route": set(), "primary": set()}


def kills(lab, rounds=ROUNDS):
    """Kills the run at moments spread over its duration, resumes it, and compares with a run that nobody disturbed."""
    application = lab.application("acceptance-kill")
    checks, path = lab.checks, application.path("v2")
    lab.first_version(application)
    begin = time.monotonic()
    lab.succeeds(lab.flotilla.run("run", path, "--journal", os.path.join(application.root, "calm.journal")), "undisturbed")
    duration = time.monotonic() - begin
    wanted = whole(lab.has(application, {"primary": "v2"}, "undisturbed"))
    print(f"  the undisturbed run took {duration:.1f} s")
    chance = random.Random(SEED)
    # A run may be quicker than the one measured; the last moments must not come after its end.
    moments = [(number + chance.random()) * 0.9 * duration / rounds for number in range(rounds)]
    good = 0
    for number, moment in enumerate(moments, 1):
        failures = len(checks.failed)
        one_round(lab, application, number, moment, wanted)
        good += len(checks.failed) == failures
    print(f"  {good}/{rounds} killed runs went on to the same end, and wrote nothing again")
    lab.remove(application)


def one_round(lab, application, number, moment, wanted):
    checks, path = lab.checks, application.path("v2")
    text = f"round {number}, killed after {moment:.2f} s"
    lab.back_to_first(application, text)
    lab.has(application, {"primary": "v1"}, text)
    journal = os.path.join(application.root, f"round-{number}.journal")
    process = lab.flotilla.start("run", path, "--journal", journal)
    try:
        process.communicate(timeout=moment)
        print(f"  {text}: it was over already")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    lines = records(journal)
    watches = {cluster.name: Watch(cluster, application.namespace) for cluster in lab.clusters}
    done = finished(lines)
    place = f"{sum(len(stages) for stages in done.values())} stages of clusters were finished"
    if not any(line["event"] == "runFinished" for line in lines):
        # A run that was killed before its journal begins has nothing to go on from.
        more = ["--resume"] if lines else []
        result = lab.flotilla.run("run", path, "--journal", journal, *more)
        checks.that(result.code == 0, f"{text}: going on succeeds", result.all_text())
    live = whole(lab.settled(application))
    print(f"  {text}: {place}", flush=True)
    checks.equal(live, wanted, f"{text}: it ends as the undisturbed run")
    for line in records(journal)[len(lines):]:
        at = (line.get("stage"), line.get("target"))
        if line["event"] in ("targetPlanned", "objectChanged"):
            checks.that(at[0] not in done.get(at[1], set()), f"{text}: stage {at[0]} is not run again on {at[1]}", str(line))
    for name, watch in watches.items():
        not_written_again(checks, watch, done.get(name, set()), f"{text}: {name}")


def records(journal):
    """The whole lines of a journal."""
    found = []
    for line in journal_text(journal).split("\n"):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def finished(lines):
    """The numbers of the stages that the journal says each cluster has finished."""
    done = {}
    for line in lines:
        if line["event"] == "targetFinished" and line["outcome"] == "succeeded":
            done.setdefault(line["target"], set()).add(line["stage"])
    return done


def written(item):
    """What the program has written of an object: the status and other managers' marks are not its."""
    metadata = {key: value for key, value in item["metadata"].items() if key != "resourceVersion"}
    metadata["managedFields"] = [one for one in metadata.get("managedFields", []) if one["manager"] == "flotilla"]
    annotations = dict(metadata.get("annotations", {}))
    annotations.pop("deployment.kubernetes.io/revision", None)
    kept = {key: value for key, value in item.items() if key not in ("status", "secrets")}
    return {**kept, "metadata": {**metadata, "annotations": annotations}}


def not_written_again(checks, watch, done, text):
    """Checks of every write after the kill that a stage was left to make it."""
    known = {key: written(item) for key, item in watch.start.items()}
    for change, item in watch.stop():
        if change not in ("ADDED", "MODIFIED", "DELETED"):
            continue
        key = (item["kind"], item["metadata"]["name"])
        if "pipecd.dev/application" not in item["metadata"].get("labels", {}):
            continue
        now = written(item)
        if change == "MODIFIED" and known.get(key) == now or item["metadata"].get("deletionTimestamp") and change != "DELETED":
            continue
        role = "route" if key[0] == "VirtualService" else item["metadata"]["labels"]["pipecd.dev/variant"]
        stages = CLEANERS[role] if change == "DELETED" else WRITERS[role]
        checks.that(not stages <= done, f"{text} {change} {'/'.join(key)} by stage {sorted(stages)}, which was finished")
        known[key] = now


def mistakes(lab):
    """Wrong options of the fifth stage are found before the first one starts."""
    wrong = {"canary": 30, "primary": 80}
    patch = {"target": {"kind": "Deployment", "name": "no-such"}, "ops": [{"path": "$.spec.replicas", "value": "2"}]}
    second = {"suffix": "second"}
    cases = {
        "sum": ({"name": "K8S_TRAFFIC_ROUTING", "with": wrong}, "110", {}),
        "patch": ({"name": "K8S_CANARY_ROLLOUT", "with": {**second, "patches": [patch]}}, "no-such", {}),
        "service": ({"name": "K8S_CANARY_ROLLOUT", "with": {**second, "createService": True}}, "no-service", {"name": "no-service"}),
        "target": ({"name": "K8S_PRIMARY_ROLLOUT", "with": {"multiTargets": ["no-target"]}}, "no-target", {}),
    }
    checks = lab.checks
    for name, (stage, named, service) in cases.items():
        first = {"name": CANARY["name"], "with": {"replicas": "50%"}} if service else CANARY
        second_stage = {"name": "K8S_BASELINE_ROLLOUT", "with": {"replicas": "25%"}} if service else PIPELINE[1]
        stages = [first, second_stage, *PIPELINE[2:4], stage, *PIPELINE[4:]]
        application = lab.application(f"acceptance-mistake-{name}")
        lab.first_version(application)
        path = application.path("v2")
        configuration = application.configuration(stages)
        if service:
            configuration["spec"]["plugins"]["kubernetes_multicluster"]["service"] = service
        with open(os.path.join(path, "app.pipecd.yaml"), "w", encoding="utf-8") as file:
            json.dump(configuration, file, indent=2)
        before = versions(lab, application)
        targets = os.path.join(application.root, "targets.yaml")
        with open(targets, "w", encoding="utf-8") as file:
            listed = [{"name": one.name, "config": {"kubeConfigPath": one.kubeconfig}} for one in lab.clusters]
            json.dump({"deployTargets": listed}, file)
        running = ["--running-ref", application.commits["v1"]]
        results = {
            "validate": lab.flotilla.run("validate", path, "--targets", targets, targets=False),
            "plan": lab.flotilla.run("plan", path, *running),
            "run": lab.flotilla.run("run", path, "--journal", os.path.join(application.root, "wrong.journal")),
        }
        for command, result in results.items():
            checks.that(result.code in (1, 64), f"mistake {name}: {command} fails", result.all_text())
            checks.that(named in result.text + result.notes, f"mistake {name}: {command} names {named}", result.all_text())
            print(f"  {name}, {command}: exit {result.code}: {(result.notes.strip() or result.text.strip()).splitlines()[-1][:160]}")
        checks.equal(versions(lab, application), before, f"mistake {name}: nothing is written anywhere")
        lab.remove(application)


def versions(lab, application):
    """The resourceVersion of all that a cluster has of an application, its leases included."""

    def look(cluster):
        found = cluster.settled(application.namespace)
        lease = cluster.kubectl("get", "lease", "-n", "default", "-o", "json")
        leases = [item for item in json.loads(lease)["items"] if item["metadata"]["name"] == f"flotilla-{application.name}"]
        return {"/".join(key): item["metadata"]["resourceVersion"] for key, item in found.items()} | {
            "lease": [item["metadata"]["resourceVersion"] for item in leases]
        }

    return everywhere(lab.clusters, look)
