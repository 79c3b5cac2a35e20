"""Piped's planner and scheduler: what they ask a plugin, in which order, and what they hold its answers to."""

import contextlib
import json
import os
import shutil
import tempfile
import threading
import time
import uuid

import grpc

import api

RUNNING, SUCCESS, FAILURE, CANCELLED = 1, 2, 3, 4
FINAL = {SUCCESS, FAILURE, CANCELLED}
QUICK_SYNC, PIPELINE = 1, 2


class BrokenRule(Exception):
    """An answer that piped or its control plane does not survive, or takes for something else."""


class Version:
    """A commit of an application: a checkout of its repository, with the directory of the application in it."""

    def __init__(self, checkout, path, commit):
        self.checkout = checkout
        self.path = path
        self.commit = commit

    def configuration(self):
        with open(os.path.join(self.checkout, self.path, "app.pipecd.yaml"), "rb") as file:
            return file.read()

    def source(self, directory):
        """A copy of its own in a directory, as a source."""
        copy = os.path.join(directory, str(uuid.uuid4()))
        shutil.copytree(self.checkout, copy, symlinks=True)
        return api.common.DeploymentSource(
            application_directory=os.path.join(copy, self.path),
            commit_hash=self.commit,
            application_config=self.configuration(),
            application_config_filename="app.pipecd.yaml",
            shared_config_directory=os.path.join(copy, ".pipe"),
        )


class Execution:
    """A call of ExecuteStage in progress, which can be cancelled."""

    def __init__(self, future, sources):
        self.future = future
        self.sources = sources

    def cancel(self):
        self.future.cancel()

    def status(self, timeout=600):
        """How the stage ended; a call that was cancelled did so for piped, whatever the plugin still does."""
        try:
            answer = self.future.result(timeout)
        except grpc.FutureCancelledError:
            return CANCELLED
        finally:
            # What the plugin reads may go away under it, as piped's scheduler does.
            shutil.rmtree(self.sources, ignore_errors=True)
        if answer.status not in FINAL:
            raise BrokenRule(f"ExecuteStage answered status {answer.status}")
        return answer.status


class Driver:
    """Plans and runs deployments with one plugin."""

    def __init__(self, plugin, service, directory):
        self.plugin = plugin
        self.service = service
        self.directory = directory
        self.lock = threading.Lock()

    def deployment(self, name, target, running=None, targets=None, application_id=None):
        """A deployment as piped fetches it, not planned yet."""
        now = int(time.time())
        commit = api.model.Commit(
            hash=target.commit, message=f"{name} {target.commit[:7]}", author="ann", branch="main", created_at=now
        )
        found = api.model.Deployment(
            id=str(uuid.uuid4()), application_id=application_id or name, application_name=name, piped_id="flotilla",
            project_id="project", created_at=now, updated_at=now,
            git_path={"repo": {"id": "repository", "branch": "main"}, "path": target.path,
                      "config_filename": "app.pipecd.yaml"},
            trigger={"commit": commit, "timestamp": now},
            running_commit_hash=running.commit if running else "",
        )
        chosen = self.plugin.targets if targets is None else targets
        if chosen:
            found.deploy_targets_by_plugin[self.plugin.name].deploy_targets.extend(chosen)
        self.service.open(found)
        return found

    # Planning

    def plan(self, deployment, target, running=None, strategy=None, rollback=True):
        """Lets the plugin plan as piped's planner does, and fills in the stages."""
        call = self.plugin.deployment
        with tempfile.TemporaryDirectory(dir=self.directory) as place:
            sources = {"target_deployment_source": target.source(place)}
            if running:
                sources["running_deployment_source"] = running.source(place)
            given = api.deployment.PlanPluginInput(deployment=deployment, **sources)
            # Without versions a deployment goes on, with a warning of piped.
            with contextlib.suppress(grpc.RpcError):
                versions = call.DetermineVersions(api.deployment.DetermineVersionsRequest(input=given), timeout=60)
                deployment.versions.extend(versions.versions)
            entries = pipeline(target)
            if strategy is None:
                strategy = QUICK_SYNC if not entries or not running else None
            if strategy is None:
                answer = call.DetermineStrategy(api.deployment.DetermineStrategyRequest(input=given), timeout=60)
                if answer.unsupported or answer.sync_strategy not in (QUICK_SYNC, PIPELINE) or not answer.summary:
                    raise BrokenRule(f"DetermineStrategy: {answer!r}")
                strategy, deployment.summary = answer.sync_strategy, answer.summary
        deployment.trigger.sync_strategy = strategy
        stages = self.quick_sync(rollback) if strategy == QUICK_SYNC else self.pipeline_sync(entries, rollback)
        arrange(stages, self.plugin.stages, strategy)
        deployment.stages.extend(stages)
        deployment.status = api.model.DEPLOYMENT_RUNNING
        self.service.open(deployment)

    def quick_sync(self, rollback):
        request = api.deployment.BuildQuickSyncStagesRequest(rollback=rollback)
        return list(self.plugin.deployment.BuildQuickSyncStages(request, timeout=60).stages)

    def pipeline_sync(self, entries, rollback):
        own = [(index, entry) for index, entry in enumerate(entries) if entry["name"] in self.plugin.stages]
        configs = [
            api.deployment.BuildPipelineSyncStagesRequest.StageConfig(
                name=entry["name"], desc=entry.get("desc", ""), index=index,
                config=json.dumps(entry.get("with", {})).encode(),
            )
            for index, entry in own
        ]
        request = api.deployment.BuildPipelineSyncStagesRequest(rollback=rollback, stages=configs)
        stages = list(self.plugin.deployment.BuildPipelineSyncStages(request, timeout=60).stages)
        unknown = {stage.index for stage in stages} - {index for index, _ in own}
        if unknown:
            raise BrokenRule(f"stages with indexes that nobody asked for: {unknown}")
        return stages

    # Execution

    def begin(self, deployment, stage, target, running=None, config=None):
        """Calls ExecuteStage with copies of the sources that are this stage's own."""
        place = tempfile.mkdtemp(dir=self.directory)
        given = api.deployment.ExecutePluginInput(
            deployment=deployment, stage=stage, stage_config=self.config(deployment, stage, target, config),
            target_deployment_source=target.source(place),
            running_deployment_source=running.source(place) if running else None,
        )
        request = api.deployment.ExecuteStageRequest(input=given)
        return Execution(self.plugin.deployment.ExecuteStage.future(request), place)

    def config(self, deployment, stage, target, config):
        if config is not None:
            return config
        if deployment.trigger.sync_strategy == QUICK_SYNC:
            return b""
        return json.dumps(pipeline(target)[stage.index].get("with", {})).encode()

    def execute(self, deployment, stage, target, running=None, config=None, timeout=600):
        return self.begin(deployment, stage, target, running, config).status(timeout)

    def run(self, deployment, target, running=None, after=lambda stage, status: None, interrupt=None):
        """Runs all stages as piped's scheduler does: the statuses in order, with the rollback's when it ran.

        `interrupt` is told of each call in progress, and may cancel it.
        """
        statuses, result, last = [], SUCCESS, None
        for stage in [one for one in deployment.stages if not one.rollback]:
            execution = self.begin(deployment, stage, target, running)
            if interrupt:
                interrupt(stage, execution)
            status, last = execution.status(), stage
            statuses.append((stage.name, status))
            after(stage, status)
            if status != SUCCESS:
                result = status
                break
        if result != SUCCESS:
            for stage in [one for one in deployment.stages if one.rollback]:
                stage.requires[:] = [last.id]
                status = self.execute(deployment, stage, target, running)
                statuses.append((stage.name, status))
                after(stage, status)
        return statuses


def pipeline(version):
    """The stages of the application file; ours is JSON."""
    return json.loads(version.configuration())["spec"].get("pipeline", {}).get("stages", [])


def arrange(stages, declared, strategy):
    """Puts stages in order and gives them IDs, as piped does; refuses what the control plane refuses."""
    for stage in stages:
        wrong = [
            not stage.name and "no name",
            stage.name not in declared and "a name that was not declared",
            stage.index < 0 and "a negative index",
            (stage.created_at <= 0 or stage.updated_at <= 0) and "no time",
            stage.status != 0 and "a status",
            stage.available_operation not in (1, 2, 3) and "no operation",
        ]
        if any(wrong):
            raise BrokenRule(f"a planned stage has {next(filter(None, wrong))}: {stage!r}")
    if not stages:
        raise BrokenRule("no stages were planned")
    for rollback in (False, True):
        indexes = [stage.index for stage in stages if stage.rollback == rollback]
        if strategy == PIPELINE and len(set(indexes)) != len(indexes):
            raise BrokenRule(f"an index twice among {indexes}")
    stages.sort(key=lambda stage: (stage.rollback, stage.index))
    before = None
    for stage in stages:
        stage.id = str(uuid.uuid4())
        if strategy == PIPELINE and not stage.rollback:
            stage.requires[:] = [before] if before else []
            before = stage.id
