"""What a prune takes away, with manifests without a namespace and a context that has one."""

import json
import os
import tempfile

from bookinfo import Application
from lab import Flotilla, everywhere

NAMESPACE = "team-a"


def prune(lab):
    """Nothing that was just applied is taken away; what has left Git is; too much is refused."""
    checks = lab.checks
    application = Application(lab.directory, "acceptance-prune", namespace=NAMESPACE)
    everywhere(lab.clusters, lambda cluster: cluster.remove(NAMESPACE))
    everywhere(lab.clusters, lambda cluster: cluster.kubectl("create", "namespace", NAMESPACE))
    flotilla = Flotilla(lab.binary, lab.clusters)
    flotilla.kubeconfigs = [with_namespace(lab, cluster) for cluster in lab.clusters]
    expected = {key for key in names(application, lab)}
    options = ["--with", "prune=true", "--with", "addVariantLabelToSelector=true"]
    path = application.path("v1")
    before = None
    for text in ("first sync", "second sync"):
        result = flotilla.run("stage", "K8S_SYNC", path, *options)
        lab.succeeds(result, text)
        deleted = [one for target in result.value.get("targets", []) for one in target["changes"] if one["change"] == "deleted"]
        checks.equal(deleted, [], f"{text} deletes nothing")
        live = lab.settled(application)
        for name, found in live.items():
            checks.equal(set(found), expected, f"{text}: {name} has every object, in the namespace of the context")
        now = {name: {key: item["metadata"]["uid"] for key, item in found.items()} for name, found in live.items()}
        checks.that(before in (None, now), f"{text}: the objects are the same ones")
        before = now
    for stage in ("K8S_PRIMARY_ROLLOUT", "K8S_ROLLBACK"):
        more = options if stage == "K8S_PRIMARY_ROLLOUT" else ["--running-ref", application.commits["v1"]]
        result = flotilla.run("stage", stage, path, *more)
        lab.succeeds(result, stage)
        live = lab.settled(application)
        now = {name: {key: item["metadata"]["uid"] for key, item in found.items()} for name, found in live.items()}
        checks.equal(now == before, True, f"{stage}: the objects are the same ones")
    os.unlink(os.path.join(path, "productpage-settings.json"))
    file = os.path.join(path, "bookinfo.yaml")
    with open(file, encoding="utf-8") as source:
        text = source.read()
    text = text.replace("        envFrom:\n        - configMapRef:\n            name: productpage-settings\n", "")
    parts = text.split("\n---\n")
    with open(file, "w", encoding="utf-8") as target:
        target.write("\n---\n".join(part for part in parts if "name: reviews-v3\n" not in part))
    gone = {("ConfigMap", "productpage-settings"), ("Deployment", "reviews-v3")}
    result = flotilla.run("stage", "K8S_SYNC", path, *options)
    lab.succeeds(result, "sync without two objects")
    for name, found in lab.settled(application).items():
        checks.equal(set(found), expected - gone, f"sync without two objects: {name} has the others")
    with open(file, "w", encoding="utf-8") as target:
        target.write("# nothing\n")
    before = lab.settled(application)
    result = flotilla.run("stage", "K8S_SYNC", path, *options)
    checks.that(result.code == 1, "a sync that would take most of it away is refused", result.all_text())
    checks.that("maxPrunePercent" in result.text + result.notes, "the refusal names maxPrunePercent", result.all_text())
    for name, found in lab.settled(application).items():
        same = {key: item["metadata"]["resourceVersion"] for key, item in found.items()}
        wanted = {key: item["metadata"]["resourceVersion"] for key, item in before[name].items()}
        checks.equal(same == wanted, True, f"the refused sync wrote nothing to {name}")
    everywhere(lab.clusters, lambda cluster: cluster.remove(NAMESPACE))


def names(application, lab):
    for item in application.manifests("v1", lab.clusters[0]):
        yield (item["kind"], item["metadata"]["name"])


def with_namespace(lab, cluster):
    """A kubeconfig whose context has a namespace."""
    config = json.loads(json.dumps(cluster.config))
    config["contexts"][0]["context"]["namespace"] = NAMESPACE
    handle, path = tempfile.mkstemp(suffix=".kubeconfig", dir=lab.directory)
    with os.fdopen(handle, "w") as file:
        json.dump(config, file)
    return path
