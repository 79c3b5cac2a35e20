"""What clusters must have of Bookinfo, made from the manifests anew and not by the program."""

import copy
import hashlib
import json

from bookinfo import EMPTY, IMAGE, LABEL, TAGS


def config_hash(config_map):
    """The mark on pods that changes when their settings do."""
    content = {"data": config_map["data"], "kind": "ConfigMap", "name": config_map["metadata"]["name"]}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    digits = hashlib.sha256(text.encode()).hexdigest()[:10]
    return digits.translate(str.maketrans("013ae", "ghkmt"))


class Expected:
    """What a cluster must have."""

    def __init__(self, application, cluster):
        self.application = application
        self.cluster = cluster
        self.defaulted = {}

    def objects(self, primary, split=None, route=None, canary=None, baseline=None):
        """The objects of the primary, a version, and of the variants; traffic split so, by the route of a version."""
        found = [self.primary(item, primary) for item in self.application.manifests(primary, self.cluster)]
        found = [item for item in found if not self.is_route(item)]
        found.append(self.route(route or primary, split or {"primary": 100}))
        for variant, version, percent in (("canary", canary, 50), ("baseline", baseline, 25)):
            if version:
                found += self.variant(variant, version, 4 * percent // 100)
        return found

    def is_route(self, item):
        return item["kind"] in ("VirtualService", "HTTPRoute")

    def marked(self, item, version, variant, target=None):
        group = item["apiVersion"].rpartition("/")[0]
        namespace = self.application.namespace if self.application.own_namespace else ""
        marks = {
            "pipecd.dev/managed-by": "piped",
            "pipecd.dev/piped": "flotilla",
            "pipecd.dev/application": self.application.name,
            "pipecd.dev/commit-hash": self.application.commits[version],
            LABEL: variant,
        }
        metadata = item["metadata"]
        metadata["labels"] = {**metadata.get("labels", {}), **marks}
        metadata["annotations"] = {
            **metadata.get("annotations", {}),
            **marks,
            "pipecd.dev/original-api-version": item["apiVersion"],
            "pipecd.dev/resource-key": f"{group}:{item['kind']}:{namespace}:{metadata['name']}",
        }
        return item

    def labelled(self, item, variant):
        item["spec"]["selector"]["matchLabels"][LABEL] = variant
        item["spec"]["template"]["metadata"]["labels"][LABEL] = variant

    def settings(self, version):
        found = self.application.manifests(version, self.cluster)
        return next(item for item in found if item["metadata"]["name"] == "productpage-settings")

    def primary(self, item, version):
        if item["kind"] == "Deployment" and item["metadata"]["name"] == "productpage-v1":
            self.labelled(item, "primary")
            annotations = item["spec"]["template"]["metadata"]["annotations"]
            annotations["pipecd.dev/config-hash"] = config_hash(self.settings(version))
        return self.marked(item, version, "primary")

    def variant(self, variant, version, replicas):
        made = []
        for item in self.application.manifests(version, self.cluster):
            kind, name = item["kind"], item["metadata"]["name"]
            if kind != "ConfigMap" and (kind, name) not in (("Service", "productpage"), ("Deployment", "productpage-v1")):
                continue
            item["metadata"]["name"] = f"{name}-{variant}"
            if kind == "Service":
                item["spec"]["type"] = "ClusterIP"
                item["spec"]["selector"][LABEL] = variant
            if kind == "Deployment":
                self.labelled(item, variant)
                item["spec"]["replicas"] = replicas
                container = item["spec"]["template"]["spec"]["containers"][0]
                container["envFrom"][0]["configMapRef"]["name"] += f"-{variant}"
                if version == "v3":
                    container["image"] = IMAGE + TAGS[version]
                item["spec"]["template"]["metadata"]["annotations"]["pipecd.dev/config-hash"] = "*"
            made.append(self.marked(item, version, variant))
        return made

    def route(self, version, split):
        item = next(item for item in self.application.manifests(version, self.cluster) if self.is_route(item))
        names = [name for name in ("primary", "canary", "baseline") if split.get(name)]
        if item["kind"] == "HTTPRoute":
            suffix = {"primary": ""}
            item["spec"]["rules"][0]["backendRefs"] = [
                {"name": "productpage" + suffix.get(name, f"-{name}"), "port": 9080, "weight": split[name]} for name in names
            ]
        else:
            item["spec"]["http"][0]["route"] = [
                {"destination": {"host": "productpage", "port": {"number": 9080}, "subset": name}, "weight": split[name]}
                for name in names
            ]
        return self.marked(item, version, "primary")

    def with_defaults(self, items):
        """The objects with what the server adds, asked by a dry run in a namespace without them."""
        key = json.dumps(items, sort_keys=True)
        if key not in self.defaulted:
            plain = copy.deepcopy(items)
            for item in plain:
                item["metadata"]["namespace"] = EMPTY
            text = json.dumps({"apiVersion": "v1", "kind": "List", "items": plain})
            text = self.cluster.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", stdin=text)
            found, decoder = {}, json.JSONDecoder()
            while text := text.strip():
                item, end = decoder.raw_decode(text)
                for one in item["items"] if item["kind"] == "List" else [item]:
                    found[(one["kind"], one["metadata"]["name"])] = one
                text = text[end:]
            self.defaulted[key] = found
        return self.defaulted[key]


def content(item):
    """What an object says, without what the server keeps for itself."""
    item = copy.deepcopy({key: value for key, value in item.items() if key not in ("status", "apiVersion")})
    metadata = item["metadata"]
    annotations = metadata.get("annotations", {})
    annotations.pop("deployment.kubernetes.io/revision", None)
    annotations.pop("pipecd.dev/deploy-target", None)
    item["metadata"] = {"name": metadata["name"], "labels": metadata.get("labels", {}), "annotations": annotations}
    if item["kind"] == "Service" and item["spec"].get("clusterIP") != "None":
        item["spec"].pop("clusterIP", None)
        item["spec"].pop("clusterIPs", None)
    if item["kind"] == "ServiceAccount":
        item.pop("secrets", None)
    if item["kind"] == "Deployment":
        template = item["spec"]["template"]["metadata"]
        if metadata["name"] != template["labels"].get("app", "") + "-v1" and LABEL in template["labels"]:
            hashed = template.get("annotations", {}).get("pipecd.dev/config-hash", "")
            if hashed == "*" or (len(hashed) == 10 and hashed.isalnum()):
                template["annotations"]["pipecd.dev/config-hash"] = "*"
        template.pop("creationTimestamp", None)
    return item


def identity(item):
    """What an object says and is: also who it is and since when."""
    metadata = item["metadata"]
    result = content(item)
    result["metadata"]["uid"] = metadata["uid"]
    result["metadata"]["creationTimestamp"] = metadata["creationTimestamp"]
    if item["kind"] == "Service":
        result["spec"]["clusterIP"] = item["spec"].get("clusterIP")
    result["metadata"]["deploy-target"] = metadata.get("annotations", {}).get("pipecd.dev/deploy-target")
    return result
