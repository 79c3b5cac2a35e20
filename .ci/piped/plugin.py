"""The plugin as a process, and piped's calls to it."""

import json
import os
import re
import signal
import socket
import subprocess

import grpc

import api


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Plugin:
    """A plugin that piped started, with what it costs."""

    def __init__(self, binary, name, targets, server, directory, configuration=None):
        self.binary = os.path.abspath(binary)
        self.name = name
        self.server = server
        self.directory = directory
        self.port = free_port()
        entry = {"name": name, "url": "file:///opt/flotilla", "port": self.port}
        if configuration is not None:
            entry["config"] = configuration
        entry["deployTargets"] = targets
        self.targets = [target["name"] for target in targets]
        self.configuration = json.dumps(entry, separators=(",", ":"))
        self.process = None
        self.stages = []

    def start(self, timeout=30, before_channel=lambda port: None):
        """Starts the process as piped does, waits until it takes connections, and asks for its stages."""
        service = f"localhost:{self.server.port}"
        command = [self.binary, "start", "--piped-plugin-service", service, "--config", self.configuration]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.directory)
        before_channel(self.port)
        # A channel of its own for each process, tried again at once: the port is the same after a restart.
        options = [("grpc.initial_reconnect_backoff_ms", 20), ("grpc.max_reconnect_backoff_ms", 50),
                   ("grpc.min_reconnect_backoff_ms", 20), ("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.insecure_channel(f"localhost:{self.port}", options)
        try:
            grpc.channel_ready_future(self.channel).result(timeout)
        except grpc.FutureTimeoutError:
            raise RuntimeError(f"the plugin takes no connections: {self.log()[-2000:]}") from None
        self.deployment = api.deployment_grpc.DeploymentServiceStub(self.channel)
        self.livestate = api.livestate_grpc.LivestateServiceStub(self.channel)
        self.preview = api.planpreview_grpc.PlanPreviewServiceStub(self.channel)
        self.stages = list(self.deployment.FetchDefinedStages(api.deployment.FetchDefinedStagesRequest()).stages)

    @property
    def log_path(self):
        return os.path.join(self.directory, f"{self.name}.log")

    def log(self):
        """What the process said."""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """Ends the process as a power failure does."""
        self.process.kill()
        self.process.wait()
        self.channel.close()

    def stop(self, timeout=30):
        """Ends the process as piped does: its exit status, or `None` when it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.channel.close()
        return status

    def memory(self):
        """The resident set in MiB: now, and the most there was."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            text = file.read()
        return tuple(int(re.search(rf"{name}:\s+(\d+)", text)[1]) / 1024 for name in ("VmRSS", "VmHWM"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def processor_time(self):
        """Seconds of the processor that the process used."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
