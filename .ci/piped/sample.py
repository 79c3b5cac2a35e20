"""The shop of manifests/shop in any number of versions, each a checkout that piped would have made."""

import hashlib
import json
import os

from driver import Version

SHOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "manifests", "shop")
SUBSET = "    - name: canary\n      labels:\n        pipecd.dev/variant: canary\n"
# The seven stages of a pipeline with everything; two thirds of a hundred percent is on purpose no whole number of pods.
PIPELINE = [
    {"name": "K8S_CANARY_ROLLOUT", "desc": "some pods", "with": {"replicas": "34%"}},
    {"name": "K8S_BASELINE_ROLLOUT", "with": {"replicas": 1}},
    {"name": "K8S_TRAFFIC_ROUTING", "with": {"primary": 80, "canary": 10, "baseline": 10}},
    {"name": "K8S_PRIMARY_ROLLOUT"},
    {"name": "K8S_TRAFFIC_ROUTING", "with": {"primary": 100}},
    {"name": "K8S_BASELINE_CLEAN"},
    {"name": "K8S_CANARY_CLEAN"},
]


class Shop:
    """An application with a namespace of its own."""

    def __init__(self, directory, name, plugin="multi", pods=5, **options):
        self.name = name
        self.namespace = name
        self.root = os.path.join(directory, name)
        self.plugin = plugin
        self.pods = pods
        self.options = options

    def version(self, tag, *, image=None, stages=None, ready_after=None, **options):
        """A version; its images have the tag, those of `web` another one when asked, and take so long (ms) to be ready."""
        text = json.dumps([tag, image, stages, ready_after, options])
        commit = hashlib.sha1(f"{self.name} {text}".encode()).hexdigest()
        checkout = os.path.join(self.root, commit)
        place = os.path.join(checkout, "shop")
        if not os.path.exists(place):
            os.makedirs(place)
            for name in ("cart.yaml", "routing.yaml", "web.yaml"):
                with open(os.path.join(SHOP, name), encoding="utf-8") as file:
                    text = file.read()
                self.write(place, name, self.changed(name, text, tag, image, ready_after))
            self.write(place, "app.pipecd.yaml", json.dumps(self.configuration(stages, options), indent=2))
        return Version(checkout, "shop", commit)

    def changed(self, name, text, tag, image, ready_after):
        if name == "routing.yaml":
            return replaced(text, SUBSET, SUBSET + SUBSET.replace("canary", "baseline"))
        if name == "web.yaml":
            text = replaced(text, "replicas: 5", f"replicas: {self.pods}")
        if name == "web.yaml" and image:
            text = replaced(text, "shop/web:1.0.0", f"shop/{image}:1.0.0")
        if name == "web.yaml" and ready_after:
            labels = "        pipecd.dev/variant: primary\n    spec:"
            mark = f'      annotations:\n        fake.flotilla.dev/ready-after: "{ready_after}"\n    spec:'
            text = replaced(text, labels, labels.replace("    spec:", mark))
        return replaced(text, ":1.0.0", f":{tag}")

    def configuration(self, stages, options):
        own = {
            "input": {"namespace": self.namespace, "autoCreateNamespace": True},
            "service": {"name": "web"},
            "trafficRouting": {"method": "istio", "istio": {"virtualService": {"name": "web"}}},
            "readiness": {"deadline": "20s"},
            **self.options,
            **options,
        }
        spec = {"name": self.name, "plugins": {self.plugin: own}}
        if stages:
            spec["pipeline"] = {"stages": stages}
        return {"apiVersion": "pipecd.dev/v1beta1", "kind": "Application", "spec": spec}

    def write(self, place, name, text):
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.write(text)


def replaced(text, old, new):
    """The text with every occurrence replaced; it must have one."""
    if old not in text:
        raise RuntimeError(f"{SHOP} has changed: no {old!r}")
    return text.replace(old, new)
