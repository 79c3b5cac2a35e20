"""Differences between Git and the clusters: none that a deployment leaves, and each change by hand where it was made."""

import json
import os

import bookinfo
from lab import everywhere

BOUTIQUE = os.path.join(bookinfo.CORPUS, "..", "online-boutique", "release", "kubernetes-manifests.yaml")
CONTAINER = "spec.template.spec.containers"
NAME = "acceptance-drift-boutique"


class Change:
    """A change that somebody makes with kubectl, how it is set back, and the object and the path that must be found."""

    def __init__(self, text, command, undo, resource, path=None):
        self.text = text
        self.command = command
        self.undo = undo
        self.resource = resource
        self.path = path


def drift(lab):
    """After deployments nothing differs; five changes with kubectl are each found by path, on their cluster only."""
    application = lab.application("acceptance-drift")
    lab.first_version(application)
    is_clean(lab, application.path("v1"), "bookinfo")
    result = lab.flotilla.run("run", application.path("v2"), "--running", application.path("v1"), timeout=600)
    lab.succeeds(result, "bookinfo: second version")
    lab.settled(application)
    is_clean(lab, application.path("v2"), "bookinfo: second version")
    stages(lab, application)
    page, key = "deployment/productpage-v1", "apps:Deployment:{}:productpage-v1"
    image = f"productpage={bookinfo.IMAGE}{bookinfo.TAGS['v2']}"
    changes = [
        Change("scaled", ["scale", page, "--replicas=6"], ["scale", page, "--replicas=4"], key, "spec.replicas"),
        Change(
            "another image",
            ["set", "image", page, "productpage=example.com/other:1"],
            ["set", "image", page, image],
            key,
            f"{CONTAINER}[name=productpage].image",
        ),
        Change(
            "another label",
            ["label", page, "app=other", "--overwrite"],
            ["label", page, "app=productpage", "--overwrite"],
            key,
            "metadata.labels.app",
        ),
        Change("an object deleted", ["delete", "service", "ratings"], None, ":Service:{}:ratings"),
        Change(
            "a field added",
            ["set", "env", "deployment/details-v1", "ADDED=yes"],
            ["set", "env", "deployment/details-v1", "ADDED-"],
            "apps:Deployment:{}:details-v1",
            f"{CONTAINER}[name=details].env",
        ),
    ]
    sync = ["--with", "addVariantLabelToSelector=true"]
    by_hand(lab, application.path("v2"), application.namespace, changes, sync)
    lab.remove(application)
    boutique(lab)


def stages(lab, application):
    """A canary and a share of the traffic for it are no differences."""
    for name, options in (("K8S_CANARY_ROLLOUT", []), ("K8S_BASELINE_ROLLOUT", []), ("K8S_TRAFFIC_ROUTING", bookinfo_split())):
        result = lab.flotilla.run("stage", name, application.path("v2"), "--running", application.path("v1"), *options)
        lab.succeeds(result, f"bookinfo: {name}")
        lab.settled(application)
        result = is_clean(lab, application.path("v2"), f"bookinfo: {name}")
        for target in result.value.get("targets", []):
            lab.checks.that(target["variants"], f"bookinfo: {name}: {target['name']} has variants")
            if name == "K8S_TRAFFIC_ROUTING":
                lab.checks.that(any("canary gets 10%" in note for note in target["notes"]), "the split is a note", str(target))
    for name, options in (("K8S_TRAFFIC_ROUTING", ["--with", "all=primary"]), ("K8S_CANARY_CLEAN", []), ("K8S_BASELINE_CLEAN", [])):
        lab.succeeds(lab.flotilla.run("stage", name, application.path("v2"), *options), f"bookinfo: {name}, back")
    lab.settled(application)
    is_clean(lab, application.path("v2"), "bookinfo: back again")


def bookinfo_split():
    return [part for name, share in bookinfo.SPLIT["with"].items() for part in ("--with", f"{name}={share}")]


def boutique(lab):
    """Online Boutique by quick sync, with the same changes."""
    path = os.path.join(lab.directory, NAME)
    os.makedirs(path)
    everywhere(lab.clusters, lambda cluster: cluster.remove(NAME))
    with open(BOUTIQUE, encoding="utf-8") as source, open(os.path.join(path, "boutique.yaml"), "w", encoding="utf-8") as file:
        # Old servers know no probes by gRPC.
        file.write(source.read().replace(" grpc:\n", " tcpSocket:\n"))
    plugin = {"input": {"namespace": NAME, "autoCreateNamespace": True}, "readiness": {"deadline": "2m"}}
    spec = {"name": NAME, "plugins": {"kubernetes_multicluster": plugin}}
    with open(os.path.join(path, "app.pipecd.yaml"), "w", encoding="utf-8") as file:
        json.dump({"apiVersion": "pipecd.dev/v1beta1", "kind": "Application", "spec": spec}, file)
    if not lab.succeeds(lab.flotilla.run("run", path, "--commit", "b0071e"), "boutique"):
        raise RuntimeError("Online Boutique cannot be deployed")
    is_clean(lab, path, "boutique, at once")
    everywhere(lab.clusters, lambda cluster: cluster.settled(NAME))
    is_clean(lab, path, "boutique, at rest")
    everywhere(lab.clusters, lambda cluster: cluster.kubectl("rollout", "restart", "deployment/frontend", "-n", NAME))
    everywhere(lab.clusters, lambda cluster: cluster.settled(NAME))
    is_clean(lab, path, "boutique, restarted")
    page, key = "deployment/frontend", "apps:Deployment:{}:frontend"
    live = json.loads(lab.clusters[0].kubectl("get", page, "-n", NAME, "-o", "json"))
    image = live["spec"]["template"]["spec"]["containers"][0]["image"]
    changes = [
        # Git says no number: any will do.
        Change("scaled", ["scale", page, "--replicas=3"], ["scale", page, "--replicas=1"], key),
        Change(
            "another image",
            ["set", "image", page, "server=x:1"],
            ["set", "image", page, f"server={image}"],
            key,
            f"{CONTAINER}[name=server].image",
        ),
        Change("a label added", ["label", page, "extra=yes"], ["label", page, "extra-"], key, "metadata.labels.extra"),
        Change("an object deleted", ["delete", "deployment", "adservice"], None, "apps:Deployment:{}:adservice"),
        Change(
            "a variable changed",
            ["set", "env", page, "PORT=9999"],
            ["set", "env", page, "PORT=8080"],
            key,
            f"{CONTAINER}[name=server].env[name=PORT].value",
        ),
    ]
    by_hand(lab, path, NAME, changes, ["--commit", "b0071e"])
    everywhere(lab.clusters, lambda cluster: cluster.remove(NAME))


def is_clean(lab, path, text):
    """Checks that nothing differs anywhere."""
    result = lab.flotilla.run("diff", path)
    lab.checks.that(result.code == 0, f"{text}: nothing differs", result.all_text())
    return result


def by_hand(lab, path, namespace, changes, options):
    """Makes each change on one cluster, checks that it is found there and nowhere else, and sets it back."""
    checks = lab.checks
    for number, change in enumerate(changes):
        cluster = lab.clusters[number % len(lab.clusters)]
        cluster.kubectl("-n", namespace, *change.command)
        is_missing = change.undo is None
        result = lab.flotilla.run("diff", path)
        wanted = 2 if is_missing or change.path else 0
        checks.that(result.code == wanted, f"{change.text}: exit code {wanted}", result.all_text())
        resource = change.resource.format(namespace)
        for target in result.value.get("targets", []):
            place = f"{change.text} on {cluster.name}: {target['name']}"
            is_here = target["name"] == cluster.name
            found = [[one["resource"], field["path"]] for one in target["changes"] for field in one["differences"]]
            checks.equal(found, [[resource, change.path]] if is_here and change.path else [], place)
            checks.equal(target["adds"], [resource] if is_here and is_missing else [], f"{place}: missing objects")
            checks.equal(target["deletes"], [], f"{place}: other objects")
        if is_missing:
            lab.succeeds(lab.flotilla.run("stage", "K8S_SYNC", path, *options), f"{change.text}: sync")
        else:
            cluster.kubectl("-n", namespace, *change.undo)
        everywhere(lab.clusters, lambda one: one.settled(namespace))
        is_clean(lab, path, f"{change.text}: set back")
