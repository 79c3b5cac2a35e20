"""Anything that piped, its users and the clusters may do, for a long time, by chance; the seed is printed."""

import collections
import contextlib
import random
import re
import threading
import time

import api
import grpc
import harness
import sample
from driver import CANCELLED, FAILURE, FINAL, SUCCESS, BrokenRule

WORKERS = 6
# No call may take longer, in seconds: readiness ends after 5, requests that stall after their own deadlines.
BOUND = 240
MOST_MEMORY = 200
MOST_DESCRIPTORS = 400

# Options that are right, and some that are not.
OPTIONS = {
    "K8S_CANARY_ROLLOUT": [{"replicas": 1}, {"replicas": "50%"}, {"createService": True}, {"suffix": "next"}, {"replicas": -1}],
    "K8S_BASELINE_ROLLOUT": [{}, {"replicas": "100%"}, {"createService": True}, {"replicas": "many"}],
    "K8S_TRAFFIC_ROUTING": [{"primary": 100}, {"canary": 10}, {"primary": 80, "canary": 10, "baseline": 10}, {"canary": 300}],
    "K8S_PRIMARY_ROLLOUT": [{}, {"prune": True}, {"addVariantLabelToSelector": True}, {"prune": "perhaps"}],
    "K8S_CANARY_CLEAN": [{}, {"unknown": 1}],
    "K8S_BASELINE_CLEAN": [{}, []],
}
# How a call may be refused that makes no sense.
REFUSALS = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL)
TAGS = ["1.0.0", "2.0.0", "3.0.0"]
ODD_CONFIGS = [b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b'{"replicas":1e400}', b"{" * 2000, b'{"a":' * 5000]


class Soak:
    """What all workers share."""

    def __init__(self, checks, world, seed, seconds):
        self.checks, self.world, self.seed = checks, world, seed
        self.end = time.monotonic() + seconds
        self.counts, self.reasons = collections.Counter(), collections.Counter()
        self.lock = threading.Lock()

    def over(self):
        return time.monotonic() > self.end or len(self.checks.failed) > 20 or not self.world.plugin.is_running()

    def that(self, holds, text, detail=""):
        with self.lock:
            self.checks.that(holds, text, detail)

    def count(self, what):
        with self.lock:
            self.counts[what] += 1


class Worker:
    """One application, which is deployed again and again."""

    def __init__(self, soak, number):
        self.soak, self.driver = soak, soak.world.driver
        self.chance = random.Random(soak.seed * 1000 + number)
        name = f"shop-{number}"
        self.shop = sample.Shop(soak.world.directory, name, soak.world.plugin.name, pods=2)

    def run(self):
        while not self.soak.over():
            try:
                self.chance.choice([self.deploy, self.deploy, self.deploy, self.odd_call, self.look])()
            except BrokenRule as error:
                self.soak.that(False, f"an answer breaks a rule: {error}")
            except grpc.RpcError as error:
                self.soak.that(False, f"a call failed: {error.code()} {error.details()}")
            except Exception as error:
                self.soak.that(False, f"{type(error).__name__}: {error}")

    def version(self):
        stages = self.pipeline() if self.chance.random() < 0.7 else None
        image = "bad" if self.chance.random() < 0.1 else None
        slow = self.chance.choice([None, None, 800, 20000])
        return self.shop.version(
            self.chance.choice(TAGS), image=image, stages=stages, ready_after=slow, readiness={"deadline": "5s"}
        )

    def pipeline(self):
        """A pipeline that makes sense, perhaps with other options or a stage left out; or any stages in any order."""
        if self.chance.random() < 0.1:
            names = self.chance.choices(list(OPTIONS), k=self.chance.randint(1, 5))
            return [{"name": name, "with": self.chance.choice(OPTIONS[name])} for name in names]
        stages = [dict(stage) for stage in sample.PIPELINE]
        if self.chance.random() < 0.3:
            stages.pop(self.chance.randrange(len(stages)))
        if self.chance.random() < 0.3:
            stage = self.chance.choice(stages)
            stage["with"] = self.chance.choice(OPTIONS[stage["name"]])
        return stages

    def deploy(self):
        """A deployment with its rollback; some of its calls are cancelled, some configurations are odd."""
        target = self.version()
        running = self.version() if self.chance.random() < 0.7 else None
        targets = self.chance.choice([*[None] * 20, ["cluster-1"], ["cluster-2"], ["cluster-1", "no-such"], []])
        deployment = self.driver.deployment(self.shop.name, target, running, targets)
        try:
            self.driver.plan(deployment, target, running, rollback=self.chance.random() < 0.8)
        except grpc.RpcError as error:
            # Options that are wrong may be refused while the plan is made.
            self.soak.that(error.code() in REFUSALS, f"a plan fails with {error.code()}: {error.details()}")
            self.soak.count(f"plan refused, {error.code().name}")
            return
        failed = False
        for stage in deployment.stages:
            if stage.rollback != failed or self.soak.over():
                continue
            status = self.stage(deployment, stage, target, running)
            failed = failed or status != SUCCESS

    def stage(self, deployment, stage, target, running):
        config = self.chance.choice(ODD_CONFIGS) if self.chance.random() < 0.03 else None
        begin = time.monotonic()
        execution = self.driver.begin(deployment, stage, target, running, config)
        if not stage.rollback and self.chance.random() < 0.2:
            time.sleep(self.chance.random() ** 3 * 3)
            execution.cancel()
        try:
            status = execution.status(BOUND)
        except grpc.FutureTimeoutError:
            self.soak.that(False, f"{stage.name} is not answered within {BOUND} s")
            return CANCELLED
        self.soak.that(status in FINAL, f"status {status}")
        self.soak.count(f"{'rollback' if stage.rollback else stage.name} {status}")
        log = self.soak.world.service.log((deployment.id, stage.id))
        self.closed(log, stage, status, begin)
        if status == FAILURE:
            self.reason(log)
        return status

    def reason(self, log):
        """Counts why stages fail, with numbers and names left out."""
        errors = [block.log for block in log.kept if block.severity == api.model.ERROR]
        self.soak.that(errors, "a stage that fails says why", str(log.kept[-3:]))
        for text in errors[:1]:
            with self.soak.lock:
                self.soak.reasons[re.sub(r"\d+", "N", text)[:160].replace("\n", " | ")] += 1

    def closed(self, log, stage, status, begin):
        """Checks that the log is closed; that of a cancelled stage may be so later, and one cut early may have none."""
        end = begin + BOUND
        while not log.closed and status == CANCELLED and time.monotonic() < end and not self.soak.over():
            if not log.calls and time.monotonic() > begin + 15:
                return
            time.sleep(0.1)
        if not self.soak.over():
            self.soak.that(log.closed and log.kept, f"{stage.name}, status {status}: the log is closed", str(log.kept[-3:]))

    def odd_call(self):
        """Messages that lack what they need, or have too much of it: an answer or INVALID_ARGUMENT, within the bound."""
        call, version = self.soak.world.plugin.deployment, self.version()
        deployment = self.driver.deployment(self.shop.name, version)
        text = self.chance.choice(["", "\0", "x" * 100000, "..", "/", "é"])
        source = api.common.DeploymentSource(application_directory=text, application_config=text.encode())
        stage = api.model.PipelineStage(id=self.chance.choice(["", "s"]), name=self.chance.choice(["", "K8S_SYNC", text]))
        given = api.deployment.ExecutePluginInput(target_deployment_source=source)
        if self.chance.random() < 0.5:
            given.stage.CopyFrom(stage)
        if self.chance.random() < 0.5:
            given.deployment.CopyFrom(deployment)
            given.deployment.id = self.chance.choice(["", deployment.id])
        plan = api.deployment.PlanPluginInput(deployment=given.deployment, target_deployment_source=source)
        config = api.deployment.BuildPipelineSyncStagesRequest.StageConfig(
            name=text, index=self.chance.choice([0, 2**31 - 1]), config=self.chance.choice(ODD_CONFIGS)
        )
        name, request = self.chance.choice([
            ("ExecuteStage", api.deployment.ExecuteStageRequest(input=given)),
            ("DetermineVersions", api.deployment.DetermineVersionsRequest(input=plan)),
            ("DetermineStrategy", api.deployment.DetermineStrategyRequest(input=plan)),
            ("BuildPipelineSyncStages", api.deployment.BuildPipelineSyncStagesRequest(rollback=True, stages=[config])),
        ])
        try:
            answer = getattr(call, name)(request, timeout=BOUND)
            if name == "ExecuteStage":
                self.soak.that(answer.status in FINAL, f"odd {name}: status {answer.status}")
            self.soak.count(f"odd {name} answered")
        except grpc.RpcError as error:
            self.soak.that(error.code() in REFUSALS, f"odd {name}: {error.code()} {error.details()[:300]}")
            self.soak.count(f"odd {name} {error.code().name}")

    def look(self):
        """What runs, and what would change."""
        version = self.version()
        plugin, place = self.soak.world.plugin, self.soak.world.directory
        source = version.source(place)
        live = api.livestate.GetLivestateRequest(
            application_id=self.shop.name, deploy_source=source, deploy_targets=plugin.targets
        )
        preview = api.planpreview.GetPlanPreviewRequest(
            application_id=self.shop.name, target_deployment_source=source, deploy_targets=plugin.targets
        )
        for name, call, request in [
            ("GetLivestate", plugin.livestate.GetLivestate, live),
            ("GetPlanPreview", plugin.preview.GetPlanPreview, preview),
        ]:
            try:
                answer = call(request, timeout=BOUND)
                if name == "GetLivestate":
                    self.soak.that(answer.HasField("sync_state"), "GetLivestate has a sync state")
                self.soak.count(name)
            except grpc.RpcError as error:
                # A cluster that answers with faults, or no such service yet.
                legal = (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE)
                self.soak.that(error.code() in legal, f"{name}: {error.code()} {error.details()}")
                self.soak.count(f"{name} {error.code().name}")


def outages(soak):
    """Piped's service goes away from time to time, or its control plane does."""
    chance = random.Random(soak.seed)
    while not soak.over():
        begin, pause = time.monotonic(), chance.uniform(5, 40)
        while time.monotonic() < begin + pause:
            if soak.over():
                return
            time.sleep(0.2)
        duration = chance.uniform(0.5, 8)
        soak.count("outage")
        if chance.random() < 0.5:
            soak.world.service.unavailable = True
            time.sleep(duration)
            soak.world.service.unavailable = False
        else:
            soak.world.server.stop()
            time.sleep(duration)
            soak.world.server.start()


def watch(soak, seconds):
    """Looks at the process every second; prints a line now and then."""
    samples, begin, printed = [], time.monotonic(), 0
    while not soak.over():
        time.sleep(1)
        if not soak.world.plugin.is_running():
            break
        samples.append((soak.world.plugin.memory()[0], soak.world.plugin.descriptors()))
        if time.monotonic() - printed > max(10, seconds / 20):
            printed = time.monotonic()
            stages = sum(count for what, count in soak.counts.items() if what.split()[-1].isdigit())
            print(f"  {printed - begin:.0f} s: {stages} stages, RSS {samples[-1][0]:.0f} MiB, {samples[-1][1]} descriptors", flush=True)
    return samples


def run(checks, options, directory):
    """Random deployments, mistakes, cancellations, faults of clusters and outages of piped."""
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"  seed {seed}, {options.seconds} s, {WORKERS} applications", flush=True)
    with contextlib.ExitStack() as stack:
        paths = stack.enter_context(harness.embedded(options.binary, directory, faults=seed))
        given = harness.targets(paths)
        world = stack.enter_context(harness.started(options.binary, given, configuration={}))
        soak = Soak(checks, world, seed, options.seconds)
        threads = [threading.Thread(target=Worker(soak, number).run, daemon=True) for number in range(WORKERS)]
        threads.append(threading.Thread(target=outages, args=(soak,), daemon=True))
        for thread in threads:
            thread.start()
        samples = watch(soak, options.seconds)
        for thread in threads:
            thread.join(BOUND + 30)
        checks.that(not any(thread.is_alive() for thread in threads), "every call is answered")
        checks.that(world.plugin.is_running(), "the plugin never exits", world.plugin.log()[-2000:])
        checks.equal(world.service.problems[:20], [], "the plugin asks and reports nothing that piped refuses")
        bounded(checks, samples)
        for what, count in sorted(soak.counts.items()):
            print(f"  {count:6} {what}")
        for reason, count in soak.reasons.most_common(20):
            print(f"  {count:6} failed: {reason}")
        if world.plugin.is_running():
            checks.equal(world.plugin.stop(), 0, "SIGTERM ends it")


def bounded(checks, samples):
    """Checks that memory and descriptors come to rest."""
    if len(samples) < 8:
        return
    memory, descriptors = zip(*samples)
    quarter = len(samples) // 4
    middle = sorted(memory[quarter : 2 * quarter])[quarter // 2]
    late = sorted(memory[-quarter:])[quarter // 2]
    print(f"  RSS at most {max(memory):.0f} MiB, median of the second quarter {middle:.0f}, of the last {late:.0f}; "
          f"at most {max(descriptors)} descriptors")
    checks.that(max(memory) < MOST_MEMORY, f"RSS stays below {MOST_MEMORY} MiB", str(max(memory)))
    checks.that(late < middle * 1.3 + 10, "RSS comes to rest", f"{middle} then {late}")
    checks.that(max(descriptors) < MOST_DESCRIPTORS, f"fewer than {MOST_DESCRIPTORS} descriptors", str(max(descriptors)))
