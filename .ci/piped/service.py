"""Piped's own service, with the rules by which PipeCD's control plane keeps logs and metadata."""

import concurrent.futures
import os
import subprocess
import threading

import grpc

import api

SEVERITIES = set(api.model.LogSeverity.values())


class StageLog:
    """The log of a stage: what is kept, and what is only shown."""

    def __init__(self):
        self.kept = []
        self.shown = []
        # The text of each index that ever came.
        self.texts = {}
        self.closed = False
        self.calls = 0
        self.lock = threading.Lock()

    def append(self, blocks, new):
        """Adds blocks whose index is not there; says which indexes had another text before."""
        there = {block.index for block in blocks}
        blocks += [block for block in new if block.index not in there]
        return [block for block in new if self.texts.setdefault(block.index, block.log) != block.log]


class Service(api.service_grpc.PluginServiceServicer):
    """Answers a plugin as piped does, and remembers what a plugin must not do."""

    def __init__(self, tools):
        self.tools = tools
        self.lock = threading.Lock()
        self.problems = []
        self.logs = {}
        self.objects = {}
        # Of the deployments that are being planned or executed: metadata by stage, by plugin, and shared.
        self.stages, self.plugins, self.shared = {}, {}, {}
        self.unavailable = False
        self.on_blocks = lambda key, blocks: None

    def open(self, deployment):
        """Takes calls about a deployment from now on."""
        with self.lock:
            for stage in deployment.stages:
                self.stages.setdefault((deployment.id, stage.id), {}).update(stage.metadata)
            self.plugins.setdefault(deployment.id, {})
            self.shared.setdefault(deployment.id, {})

    def log(self, key):
        with self.lock:
            return self.logs.setdefault(key, StageLog())

    def lines(self, deployment, stage):
        """What people would read of a stage, by severity and text."""
        log = self.log((deployment, stage))
        return [(block.severity, block.log) for block in log.kept]

    def forget_shown(self):
        """Expects no more of the plugin what it has not brought to be kept: its process is dead."""
        with self.lock:
            for log in self.logs.values():
                log.shown = list(log.kept)

    def problem(self, text):
        with self.lock:
            self.problems.append(text)

    # Logs

    def ReportStageLogs(self, request, context):
        self.report(request, context, durable=False)
        return api.service.ReportStageLogsResponse()

    def ReportStageLogsFromLastCheckpoint(self, request, context):
        self.report(request, context, durable=True)
        return api.service.ReportStageLogsFromLastCheckpointResponse()

    def report(self, request, context, durable):
        self.check(context, request, "deployment_id", "stage_id")
        key = (request.deployment_id, request.stage_id)
        log = self.log(key)
        if not log.lock.acquire(blocking=False):
            self.problem(f"{key}: two log calls at once")
            log.lock.acquire()
        try:
            log.calls += 1
            self.check_blocks(key, request.blocks, context)
            if log.closed:
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the log is closed")
            collided = log.append(log.kept if durable else log.shown, request.blocks)
            if collided:
                self.problem(f"{key}: an index twice for different texts: {collided[0]}")
            if durable:
                kept = {block.index for block in log.kept}
                lost = [block for block in log.shown if block.index not in kept]
                if lost:
                    self.problem(f"{key}: a checkpoint loses {len(lost)} blocks, first {lost[0]}")
                log.shown = list(log.kept)
                log.closed = request.completed
            self.on_blocks(key, request.blocks)
        finally:
            log.lock.release()

    def check_blocks(self, key, blocks, context):
        """Refuses all blocks of a call when one breaks a rule."""
        indexes = [block.index for block in blocks]
        if indexes != sorted(set(indexes)):
            self.problem(f"{key}: the indexes of a call do not grow: {indexes[:20]}")
        for block in blocks:
            if not block.log or block.created_at <= 0 or block.severity not in SEVERITIES:
                self.problem(f"{key}: a block that is refused: {block!r}")
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, "invalid request: a block breaks a rule")

    # Metadata

    def store(self, context, all_of_them, key, kind):
        """The pairs of a stage or deployment that piped works on."""
        with self.lock:
            found = all_of_them.get(key)
        if found is None:
            self.problem(f"{kind} of {key}, which piped does not work on")
            context.abort(grpc.StatusCode.UNKNOWN, f"deployment {key} was not found")
        return found

    def stage_pairs(self, request, context, *needed):
        self.check(context, request, "deployment_id", "stage_id", *needed)
        return self.store(context, self.stages, (request.deployment_id, request.stage_id), "stage metadata")

    def plugin_pairs(self, request, context, *needed):
        self.check(context, request, "deployment_id", *needed)
        plugins = self.store(context, self.plugins, request.deployment_id, "plugin metadata")
        return plugins.setdefault(request.plugin_name, {})

    def GetStageMetadata(self, request, context):
        pairs = self.stage_pairs(request, context, "key")
        return api.service.GetStageMetadataResponse(value=pairs.get(request.key, ""), found=request.key in pairs)

    def PutStageMetadata(self, request, context):
        self.stage_pairs(request, context, "key")[request.key] = request.value
        return api.service.PutStageMetadataResponse()

    def PutStageMetadataMulti(self, request, context):
        self.stage_pairs(request, context).update(request.metadata)
        return api.service.PutStageMetadataMultiResponse()

    def GetDeploymentPluginMetadata(self, request, context):
        pairs = self.plugin_pairs(request, context, "key")
        found = request.key in pairs
        return api.service.GetDeploymentPluginMetadataResponse(value=pairs.get(request.key, ""), found=found)

    def PutDeploymentPluginMetadata(self, request, context):
        self.plugin_pairs(request, context, "key", "plugin_name")[request.key] = request.value
        return api.service.PutDeploymentPluginMetadataResponse()

    def PutDeploymentPluginMetadataMulti(self, request, context):
        self.plugin_pairs(request, context, "plugin_name").update(request.metadata)
        return api.service.PutDeploymentPluginMetadataMultiResponse()

    def GetDeploymentSharedMetadata(self, request, context):
        self.check(context, request, "deployment_id", "key")
        pairs = self.store(context, self.shared, request.deployment_id, "shared metadata")
        found = request.key in pairs
        return api.service.GetDeploymentSharedMetadataResponse(value=pairs.get(request.key, ""), found=found)

    # The rest

    def ListStageCommands(self, request, context):
        self.check(context, request, "deployment_id", "stage_id")
        return api.service.ListStageCommandsResponse()

    def GetApplicationSharedObject(self, request, context):
        self.check(context, request, "application_id", "plugin_name", "key")
        found = self.objects.get((request.application_id, request.plugin_name, request.key))
        if found is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such object")
        return api.service.GetApplicationSharedObjectResponse(object=found)

    def PutApplicationSharedObject(self, request, context):
        self.check(context, request, "application_id", "plugin_name", "key")
        self.objects[(request.application_id, request.plugin_name, request.key)] = request.object
        return api.service.PutApplicationSharedObjectResponse()

    def InstallTool(self, request, context):
        self.check(context, request, "name", "version", "install_script")
        path = os.path.join(self.tools, f"{request.name}-{request.version}")
        if not os.path.exists(path):
            values = {"Name": request.name, "Version": request.version, "OutPath": path, "TmpDir": self.tools,
                      "Os": "linux", "Arch": "amd64"}
            script = request.install_script
            for name, value in values.items():
                script = script.replace("{{ ." + name + " }}", value).replace("{{." + name + "}}", value)
            made = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=300)
            if made.returncode != 0:
                context.abort(grpc.StatusCode.UNKNOWN, f"failed to install: {made.stderr[-500:]}")
            os.chmod(path, 0o755)
        return api.service.InstallToolResponse(installed_path=path)

    def check(self, context, request, *needed):
        """Refuses a call during an outage, and one without what it needs."""
        if self.unavailable:
            context.abort(grpc.StatusCode.UNAVAILABLE, "the control plane is away")
        empty = [name for name in needed if not getattr(request, name)]
        if empty:
            self.problem(f"{type(request).__name__} without {empty[0]}")
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"invalid request: {empty[0]} is empty")


class Server:
    """Piped's port, which can go away for a while."""

    def __init__(self, service):
        self.service = service
        self.port = 0
        self.start()

    def start(self):
        pool = concurrent.futures.ThreadPoolExecutor(64)
        self.server = grpc.server(pool, options=[("grpc.so_reuseport", 0)])
        api.service_grpc.add_PluginServiceServicer_to_server(self.service, self.server)
        self.port = self.server.add_insecure_port(f"127.0.0.1:{self.port}")
        self.server.start()

    def stop(self):
        self.server.stop(None).wait()
