"""What scenarios begin with: embedded clusters, a piped, and the plugin that it started."""

import base64
import contextlib
import http.client
import json
import os
import re
import ssl
import subprocess
import tempfile

from driver import Driver
from plugin import Plugin
from service import Server, Service


@contextlib.contextmanager
def embedded(binary, directory, count=3, faults=None):
    """Embedded clusters for as long as they are needed: their kubeconfigs."""
    place = os.path.join(directory, "clusters")
    command = [os.path.abspath(binary), "fake-cluster", "--count", str(count), "--dir", place]
    if faults is not None:
        command += ["--faults", str(faults)]
    log = os.path.join(directory, "clusters.log")
    with open(log, "w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        lines = [process.stdout.readline().split() for _ in range(count)]
        if not all(lines):
            raise RuntimeError("the embedded clusters do not start")
        yield [line[2] for line in lines]
        if process.poll() is not None:
            with open(log) as errors:
                raise RuntimeError(f"the embedded clusters are gone: {errors.read()[-20000:]}")
    finally:
        process.terminate()
        process.wait()


def targets(kubeconfigs):
    """The deploy targets of a piped file."""
    names = [os.path.basename(path).removesuffix(".kubeconfig") for path in kubeconfigs]
    return [{"name": name, "config": {"kubeConfigPath": path}} for name, path in zip(names, kubeconfigs)]


class World:
    """A piped with one plugin."""

    def __init__(self, binary, directory, deploy_targets, name="multi", configuration=None):
        self.directory = directory
        self.service = Service(directory)
        self.server = Server(self.service)
        self.plugin = Plugin(binary, name, deploy_targets, self.server, directory, configuration)
        self.driver = Driver(self.plugin, self.service, directory)

    def kill(self):
        """Ends the plugin as a power failure does; what was not kept of its logs is lost."""
        self.plugin.kill()
        self.service.forget_shown()

    def log_of(self, deployment, index):
        """The log of a stage, by its place in the plan."""
        return self.service.log((deployment.id, deployment.stages[index].id))

    def text_of(self, deployment, stage):
        return "\n".join(text for _, text in self.service.lines(deployment.id, stage.id))


@contextlib.contextmanager
def started(binary, deploy_targets, **options):
    """A piped with the plugin running; both end."""
    with tempfile.TemporaryDirectory() as directory:
        world = World(binary, directory, deploy_targets, **options)
        try:
            world.plugin.start()
            yield world
        finally:
            if world.plugin.is_running():
                world.plugin.kill()
            world.server.stop()


class Reader:
    """A cluster as its administrator sees it, read without any other program."""

    def __init__(self, kubeconfig):
        with open(kubeconfig, encoding="utf-8") as file:
            text = file.read()
        values = dict(re.findall(r"([\w-]+): (\S+)", text))
        self.name = os.path.basename(kubeconfig).removesuffix(".kubeconfig")
        self.server = values["server"].removeprefix("https://")
        authority = base64.b64decode(values["certificate-authority-data"]).decode()
        self.context = ssl.create_default_context(cadata=authority)
        with tempfile.NamedTemporaryFile() as file:
            for key in ("client-certificate-data", "client-key-data"):
                file.write(base64.b64decode(values[key]) + b"\n")
            file.flush()
            self.context.load_cert_chain(file.name)

    def ask(self, path):
        """An answer, and its body."""
        connection = http.client.HTTPSConnection(self.server, context=self.context, timeout=30)
        try:
            connection.request("GET", path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def requests(self):
        """How many requests there were so far, apart from those of readers such as this one, which are about no object."""
        text = self.ask("/metrics")[1].decode()
        lines = re.findall(r'apiserver_request_total\{.*resource="[^"]+".*\} (\d+)', text)
        return sum(int(number) for number in lines)

    def get(self, path):
        """An object or a list; `None` when the server says 404."""
        answer, body = self.ask(path)
        body = json.loads(body or b"{}")
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise RuntimeError(f"{self.name}: GET {path}: {answer.status} {body.get('message')}")
        return body

    def images(self, namespace):
        """Deployments by name, with the tags of their images."""
        found = self.get(f"/apis/apps/v1/namespaces/{namespace}/deployments") or {"items": []}
        return {
            item["metadata"]["name"]: item["spec"]["template"]["spec"]["containers"][0]["image"].rsplit("/", 1)[1]
            for item in found["items"]
        }

    def weights(self, namespace):
        """How the VirtualService splits the requests."""
        found = self.get(f"/apis/networking.istio.io/v1/namespaces/{namespace}/virtualservices/web")
        routes = found["spec"]["http"][0]["route"]
        return {route["destination"]["subset"]: route["weight"] for route in routes}
