"""Bookinfo in three versions, each in a checkout of one Git repository."""

import copy
import json
import os
import subprocess

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "corpora", "bookinfo")
# A namespace that stays empty: what the server adds to objects is asked there.
EMPTY = f"acceptance-empty-{os.getpid()}"
LABEL = "pipecd.dev/variant"
TAGS = {"v1": "1.20.3", "v2": "1.20.4", "v3": "1.20.5"}
IMAGE = "registry.istio.io/release/examples-bookinfo-productpage-v1:"

CANARY = {"name": "K8S_CANARY_ROLLOUT", "with": {"replicas": "50%", "createService": True}}
BASELINE = {"name": "K8S_BASELINE_ROLLOUT", "with": {"replicas": "25%", "createService": True}}
SPLIT = {"name": "K8S_TRAFFIC_ROUTING", "with": {"primary": 80, "canary": 10, "baseline": 10}}
PRIMARY = {"name": "K8S_PRIMARY_ROLLOUT", "with": {"addVariantLabelToSelector": True}}
BACK = {"name": "K8S_TRAFFIC_ROUTING", "with": {"primary": 100}}
CLEAN = [{"name": "K8S_CANARY_CLEAN"}, {"name": "K8S_BASELINE_CLEAN"}]
PIPELINE = [CANARY, BASELINE, SPLIT, PRIMARY, BACK, *CLEAN]
# The canary of the version whose primary cannot start has an image that can.
HEALTHY = {
    "target": {"kind": "Deployment", "name": "productpage-v1"},
    "ops": [{"op": "yaml-replace", "path": "$.spec.template.spec.containers[0].image", "value": IMAGE + "1.20.5"}],
}


def corpus(path):
    with open(os.path.join(CORPUS, path), encoding="utf-8") as file:
        return file.read()


def replaced(text, old, new):
    """The text with every occurrence replaced; it must have one."""
    if old not in text:
        raise RuntimeError(f"{CORPUS} has changed: no {old!r}")
    return text.replace(old, new)


def services(version, gateway):
    """The Services, accounts and Deployments, with settings for the page and four pods of it."""
    text = replaced(corpus("platform/kube/bookinfo.yaml"), ":1.20.3", f":{TAGS[version]}")
    if version == "v3":
        text = replaced(text, IMAGE + TAGS[version], IMAGE + TAGS[version] + "-bad")
    head, page = text.split("  name: productpage-v1\n")
    page = replaced(page, "replicas: 1", "replicas: 4")
    settings = "      - name: productpage\n        envFrom:\n        - configMapRef:\n            name: productpage-settings\n"
    page = replaced(page, "      - name: productpage\n", settings)
    if gateway:
        old = "    name: http\n  selector:\n    app: productpage\n"
        head = replaced(head, old, f"{old}    {LABEL}: primary\n")
    return f"{head}  name: productpage-v1\n{page}"


def istio_objects():
    """The VirtualService of the page, and its DestinationRule with a subset for each variant."""
    route = corpus("networking/bookinfo-gateway.yaml").split("\n---\n")[1]
    port = "        port:\n          number: 9080\n"
    route = replaced(route.rstrip() + "\n", port, port + "        subset: primary\n      weight: 100\n")
    rule = corpus("networking/destination-rule-all.yaml").split("\n---\n")[0]
    subsets = "".join(
        f"  - name: {name}\n    labels:\n      {LABEL}: {name}\n" for name in ("primary", "canary", "baseline")
    )
    rule = replaced(rule + "\n", "  - name: v1\n    labels:\n      version: v1\n", subsets)
    return f"{route}---\n{rule}"


def gateway_objects():
    """An HTTPRoute of the page."""
    match = [{"path": {"type": "PathPrefix", "value": path}} for path in ("/productpage", "/static", "/api/v1/products")]
    backends = [{"name": "productpage", "port": 9080, "weight": 100}]
    return json.dumps({
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "bookinfo"},
        "spec": {"parentRefs": [{"name": "bookinfo-gateway"}], "rules": [{"matches": match, "backendRefs": backends}]},
    })


def settings(version):
    made = {"productpage-settings": {"RELEASE": version, "MOTD": "<hello & welcome>"}}
    if version == "v3":
        made["productpage-extra"] = {"NEW": "yes"}
    return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data} for name, data in made.items()]


def git(directory, *arguments):
    identity = ["-c", "user.name=acceptance", "-c", "user.email=acceptance@example.com"]
    command = ["git", "-C", directory, *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


class Application:
    """Bookinfo under a name of its own, so that parts do not disturb each other."""

    def __init__(self, directory, name, *, gateway=False, stages=PIPELINE, namespace=None):
        self.name = name
        self.namespace = name if namespace is None else namespace
        self.gateway = gateway
        self.own_namespace = namespace is None
        self.root = os.path.join(directory, name)
        self.commits = {}
        self.cache = {}
        source = os.path.join(self.root, "source")
        os.makedirs(source)
        git(source, "init", "--quiet")
        for version in TAGS:
            healthy = {**CANARY, "with": {**CANARY["with"], "patches": [HEALTHY]}}
            self.write(os.path.join(source, "bookinfo"), version, [healthy, *stages[1:]] if version == "v3" else stages)
            git(source, "add", "-A")
            git(source, "commit", "--quiet", "-m", f"bookinfo {version}")
            self.commits[version] = git(source, "rev-parse", "HEAD")
        for version, commit in self.commits.items():
            copy_of = os.path.join(self.root, version)
            git(source, "clone", "--quiet", source, copy_of)
            git(copy_of, "checkout", "--quiet", commit)

    def write(self, directory, version, stages):
        os.makedirs(directory, exist_ok=True)
        files = {
            "app.pipecd.yaml": json.dumps(self.configuration(stages), indent=2),
            "bookinfo.yaml": services(version, self.gateway),
            "traffic.yaml": gateway_objects() if self.gateway else istio_objects(),
            **{f"{made['metadata']['name']}.json": json.dumps(made) for made in settings(version)},
        }
        for name, text in files.items():
            with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
                file.write(text)

    def configuration(self, stages):
        traffic = {"method": "istio", "istio": {"host": "productpage", "virtualService": {"name": "bookinfo"}}}
        plugin = {
            "workloads": [{"kind": "Deployment", "name": "productpage-v1"}],
            "service": {"name": "productpage"},
            "quickSync": {"addVariantLabelToSelector": True},
            "trafficRouting": {"method": "gatewayapi"} if self.gateway else traffic,
            "readiness": {"deadline": "40s"},
        }
        if self.own_namespace:
            plugin["input"] = {"namespace": self.namespace, "autoCreateNamespace": True}
        spec = {"name": self.name, "pipeline": {"stages": stages}, "plugins": {"kubernetes_multicluster": plugin}}
        return {"apiVersion": "pipecd.dev/v1beta1", "kind": "Application", "spec": spec}

    def path(self, version):
        return os.path.join(self.root, version, "bookinfo")

    def manifests(self, version, cluster):
        """The objects as Git has them, read by kubectl."""
        if version not in self.cache:
            path = self.path(version)
            files = [f"-f{os.path.join(path, name)}" for name in sorted(os.listdir(path)) if name != "app.pipecd.yaml"]
            text = cluster.kubectl("create", "--dry-run=client", "--validate=false", "-o", "json", *files)
            found, decoder = [], json.JSONDecoder()
            while text := text.strip():
                item, end = decoder.raw_decode(text)
                found += item["items"] if item["kind"] == "List" else [item]
                text = text[end:]
            for item in found:
                item["metadata"].pop("namespace", None)
            self.cache[version] = found
        return copy.deepcopy(self.cache[version])
