"""Clusters, the program, and the count of what was checked."""

import base64
import concurrent.futures
import json
import ssl
import subprocess
import tempfile
import time

KINDS = "deployments,services,serviceaccounts,configmaps,virtualservices,destinationrules,httproutes"
# What a namespace has from the cluster itself.
BUILT_IN = {("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")}


class Checks:
    """What was looked at, and what was not as it must be."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.part = ""

    def that(self, holds, text, detail=""):
        """Counts a check; a failed one is printed at once."""
        if holds:
            self.passed += 1
        else:
            self.failed.append(f"{self.part}: {text}")
            print(f"  FAILED {text}" + (f"\n    {detail}" if detail else ""), flush=True)
        return bool(holds)

    def equal(self, found, wanted, text):
        """Counts a check of two values; the first places where they differ are printed."""
        return self.that(found == wanted, text, "\n    ".join(differences(found, wanted)[:12]))


def differences(found, wanted, path=""):
    """The places in which two trees differ, one line each."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        lines = []
        for key in sorted(set(found) | set(wanted), key=str):
            if key not in found:
                lines.append(f"{path}.{key}: missing, wanted {json.dumps(wanted[key])[:200]}")
            elif key not in wanted:
                lines.append(f"{path}.{key}: not wanted, found {json.dumps(found[key])[:200]}")
            else:
                lines += differences(found[key], wanted[key], f"{path}.{key}")
        return lines
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        return [line for i, pair in enumerate(zip(found, wanted)) for line in differences(*pair, f"{path}[{i}]")]
    return [] if found == wanted else [f"{path}: found {json.dumps(found)[:200]}, wanted {json.dumps(wanted)[:200]}"]


class Cluster:
    """A real cluster, read and prepared through kubectl."""

    def __init__(self, kubeconfig):
        self.kubeconfig = kubeconfig
        config = json.loads(self.kubectl("config", "view", "--raw", "--flatten", "--minify", "-o", "json"))
        self.config = config
        self.name = config["current-context"]
        self.server = config["clusters"][0]["cluster"]["server"].removeprefix("https://")

    def kubectl(self, *arguments, stdin=None, check=True):
        """Runs kubectl and gives what it printed."""
        command = ["kubectl", "--kubeconfig", self.kubeconfig, *arguments]
        result = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=180)
        if check and result.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip()}")
        return result.stdout

    def objects(self, namespace):
        """All objects of a namespace that an application can have, by kind and name."""
        items = json.loads(self.kubectl("get", KINDS, "-n", namespace, "-o", "json"))["items"]
        found = {(item["kind"], item["metadata"]["name"]): item for item in items}
        return {key: item for key, item in found.items() if key not in BUILT_IN}

    def settled(self, namespace, timeout=60):
        """The objects once no controller has anything to do any more; workloads that cannot be ready do not count."""
        end = time.monotonic() + timeout
        before = None
        while True:
            now = self.objects(namespace)
            versions = {key: item["metadata"]["resourceVersion"] for key, item in now.items()}
            if versions == before and all(is_done(item) for item in now.values()):
                return now
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name}: {namespace} does not come to rest")
            before = versions
            time.sleep(0.3)

    def remove(self, namespace):
        """Removes a namespace, if it is there, and waits until it is gone."""
        self.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s")

    def context(self):
        """The TLS settings of the cluster's administrator."""
        cluster, user = self.config["clusters"][0]["cluster"], self.config["users"][0]["user"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        context = ssl.create_default_context(cadata=authority)
        with tempfile.NamedTemporaryFile() as file:
            for key in ("client-certificate-data", "client-key-data"):
                file.write(base64.b64decode(user[key]) + b"\n")
            file.flush()
            context.load_cert_chain(file.name)
        return context


def is_done(item):
    """Whether the controller of a workload has done what it can."""
    if item["kind"] != "Deployment":
        return True
    status, wanted = item.get("status", {}), item["spec"]["replicas"]
    if status.get("observedGeneration") != item["metadata"]["generation"]:
        return False
    return wanted == status.get("updatedReplicas", 0) == status.get("availableReplicas", 0) == status.get("replicas", 0)


def everywhere(clusters, work):
    """What `work` gives for each cluster, asked at once."""
    with concurrent.futures.ThreadPoolExecutor(len(clusters)) as pool:
        return dict(zip([cluster.name for cluster in clusters], pool.map(work, clusters)))


class Flotilla:
    """The program."""

    def __init__(self, binary, clusters):
        self.binary = binary
        self.kubeconfigs = [cluster.kubeconfig for cluster in clusters]

    def command(self, *arguments, targets=True):
        options = [part for path in self.kubeconfigs for part in ("--kubeconfig", path)] if targets else []
        return [self.binary, *arguments, *options, "-o", "json"]

    def start(self, *arguments):
        """Starts the program and does not wait for it."""
        return subprocess.Popen(
            self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, *arguments, targets=True, timeout=300):
        """Runs the program: its exit code, what it printed as JSON or text, and what it said beside that."""
        command = self.command(*arguments, targets=targets)
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        return Result(result.returncode, result.stdout, result.stderr)


class Result:
    """What the program answered."""

    def __init__(self, code, output, notes):
        self.code = code
        self.text = output
        self.notes = notes
        try:
            self.value = json.loads(output)
        except ValueError:
            self.value = {}

    def all_text(self):
        return f"exit {self.code}\n{self.text[-3000:]}\n{self.notes[-3000:]}"
