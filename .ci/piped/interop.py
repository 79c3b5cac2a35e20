"""Whole deployments on embedded clusters, as piped makes them: plan, stages, logs, rollback, cancellation, restart."""

import contextlib
import threading
import time

import grpc

import api
import harness
import sample
from driver import CANCELLED, FAILURE, PIPELINE, QUICK_SYNC, SUCCESS

FORWARD = [stage["name"] for stage in sample.PIPELINE]
PLAIN = {"web": "web:1.0.0", "cart": "cart:1.0.0"}


class Interop:
    """The clusters, piped, and what is looked at."""

    def __init__(self, checks, world, readers):
        self.checks = checks
        self.world = world
        self.driver = world.driver
        self.readers = readers
        self.shop = sample.Shop(world.directory, "shop", world.plugin.name)

    def deploy(self, text, target, running=None, interrupt=None, strategy=None, after=None):
        """Plans and runs a deployment, and looks at the log of every stage that ran."""
        deployment = self.driver.deployment(self.shop.name, target, running)
        self.driver.plan(deployment, target, running, strategy)
        ran = []

        def look(stage, status):
            ran.append(stage.id)
            self.logged(f"{text}: {stage.name}", deployment, stage, status)
            if after:
                after(stage)

        return deployment, self.driver.run(deployment, target, running, look, interrupt)

    def logged(self, text, deployment, stage, status):
        """Checks that the log of a stage is whole and closed, and has a line of every cluster."""
        log = self.world.service.log((deployment.id, stage.id))
        if status == CANCELLED:
            # Piped waited for nobody; the plugin closes the log when the stage has ended.
            wait_until(lambda: log.closed, f"{text}: the log is never closed")
        self.checks.that(log.closed, f"{text}: the log is closed")
        lines = self.world.text_of(deployment, stage)
        for reader in self.readers:
            self.checks.that(f"[{reader.name}] " in lines, f"{text}: the log has lines of {reader.name}", lines[-1500:])
        severities = {block.severity for block in log.kept}
        wanted = {SUCCESS: api.model.SUCCESS, FAILURE: api.model.ERROR}.get(status)
        self.checks.that(wanted is None or wanted in severities, f"{text}: a line has the colour of its end", lines[-1500:])

    def has(self, text, images, weights=None):
        """Checks which images the workloads of every cluster have, and how requests are split."""
        for reader in self.readers:
            self.checks.equal(reader.images(self.shop.namespace), images, f"{text}: workloads of {reader.name}")
            if weights:
                self.checks.equal(reader.weights(self.shop.namespace), weights, f"{text}: traffic of {reader.name}")


def wait_until(holds, problem, timeout=60):
    """Waits for something that another process does."""
    end = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > end:
            raise RuntimeError(problem)
        time.sleep(0.02)


def run(checks, options, directory):
    """Whole deployments on three embedded clusters."""
    with contextlib.ExitStack() as stack:
        paths = stack.enter_context(harness.embedded(options.binary, directory))
        world = stack.enter_context(harness.started(options.binary, harness.targets(paths)))
        # Also when a part cannot go on.
        stack.callback(lambda: checks.equal(world.service.problems, [], "piped refuses nothing that the plugin sends"))
        it = Interop(checks, world, [harness.Reader(path) for path in paths])
        for part in (start, quick_sync, pipeline, rollback, cancel, restart, quick_refusals, stop):
            begin = time.monotonic()
            part(it)
            print(f"  {part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)


def start(it):
    """The stages that are declared."""
    stages = it.world.plugin.stages
    it.checks.equal(len(set(stages)), len(stages), "no stage is declared twice")
    wanted = {*FORWARD, "K8S_SYNC", "K8S_ROLLBACK"}
    it.checks.that(wanted <= set(stages), "the eight stages are declared", str(stages))
    multi = {name.replace("K8S_", "K8S_MULTI_") for name in wanted}
    it.checks.that(multi <= set(stages), "so are those of the long family", str(stages))


def quick_sync(it):
    """The first deployment, which nothing runs before."""
    deployment, statuses = it.deploy("first", it.shop.version("1.0.0"))
    it.checks.equal(deployment.trigger.sync_strategy, QUICK_SYNC, "first: a quick sync")
    it.checks.equal([stage.rollback for stage in deployment.stages], [False, True], "first: a stage and its rollback")
    it.checks.equal(statuses, [(deployment.stages[0].name, SUCCESS)], "first: one stage, success")
    it.checks.that(len(deployment.versions) >= 2, "first: versions of all images", str(deployment.versions))
    it.has("first", PLAIN)


def pipeline(it):
    """All stages of a pipeline, the clusters looked at after each."""
    running, target = it.shop.version("1.0.0"), it.shop.version("2.0.0", stages=sample.PIPELINE)
    variants = {"web-canary": "web:2.0.0", "cart-canary": "cart:2.0.0"}
    baseline = {"web-baseline": "web:1.0.0", "cart-baseline": "cart:1.0.0"}
    new = {"web": "web:2.0.0", "cart": "cart:2.0.0"}
    split = {"primary": 80, "canary": 10, "baseline": 10}
    states = [
        ({**PLAIN, **variants}, None),
        ({**PLAIN, **variants, **baseline}, None),
        ({**PLAIN, **variants, **baseline}, split),
        ({**new, **variants, **baseline}, split),
        ({**new, **variants, **baseline}, {"primary": 100}),
        ({**new, **variants}, {"primary": 100}),
        (new, {"primary": 100}),
    ]

    def look(stage):
        it.has(f"pipeline: {stage.index} {stage.name}", *states[stage.index])

    deployment, statuses = it.deploy("pipeline", target, running, after=look)
    it.checks.equal(deployment.trigger.sync_strategy, PIPELINE, "pipeline: the vote")
    it.checks.equal(statuses, [(name, SUCCESS) for name in FORWARD], "pipeline: seven stages, success")
    it.checks.equal(sum(stage.rollback for stage in deployment.stages), 1, "pipeline: one rollback is planned")


def rollback(it):
    """A primary that cannot start, then the rollback that piped asks for."""
    running = it.shop.version("2.0.0", stages=sample.PIPELINE)
    stages = [sample.PIPELINE[0], sample.PIPELINE[3]]
    # The canary has the old images, so that only the primary fails.
    patch = {"target": {"kind": "Deployment", "name": "web"},
             "ops": [{"op": "yaml-replace", "path": "$.spec.template.spec.containers[0].image", "value": "shop/web:3"}]}
    stages[0] = {**stages[0], "with": {"replicas": 1, "patches": [patch]}}
    target = it.shop.version("3.0.0", image="bad", stages=stages, readiness={"deadline": "3s"})
    _, statuses = it.deploy("rollback", target, running)
    wanted = [("K8S_CANARY_ROLLOUT", SUCCESS), ("K8S_PRIMARY_ROLLOUT", FAILURE), ("K8S_ROLLBACK", SUCCESS)]
    it.checks.equal(statuses, wanted, "rollback: the primary fails and is rolled back")
    it.has("rollback", {"web": "web:2.0.0", "cart": "cart:2.0.0"}, {"primary": 100})


def cancel(it):
    """A stage that is cancelled while it waits; the rollback comes at once, and waits its turn."""
    running = it.shop.version("2.0.0", stages=sample.PIPELINE)
    target = it.shop.version("4.0.0", ready_after=60000, stages=[sample.PIPELINE[3]], readiness={"deadline": "50s"})
    begun = threading.Event()

    def interrupt(stage, execution):
        it.world.service.on_blocks = lambda key, blocks: begun.set() if key[1] == stage.id else None
        if not stage.rollback:
            begun.wait(30)
            wait_until(lambda: it.readers[0].images("shop").get("web") == "web:4.0.0", "cancel: nothing is rolled out")
            execution.cancel()

    deployment, statuses = it.deploy("cancel", target, running, interrupt)
    it.world.service.on_blocks = lambda key, blocks: None
    wanted = [("K8S_PRIMARY_ROLLOUT", CANCELLED), ("K8S_ROLLBACK", SUCCESS)]
    it.checks.equal(statuses, wanted, "cancel: rolled back")
    # Its pods come up after the deadline: whoever waits for them fails.
    lines = it.world.service.lines(deployment.id, deployment.stages[0].id)
    errors = [text for severity, text in lines if severity == api.model.ERROR]
    it.checks.equal(errors, [], "cancel: the plugin does not wait for the pods of a cancelled stage")
    it.has("cancel", {"web": "web:2.0.0", "cart": "cart:2.0.0"})


def restart(it):
    """The plugin dies in a stage; the next one is asked for the same stage, and goes on with the same log."""
    running = it.shop.version("2.0.0", stages=sample.PIPELINE)
    target = it.shop.version("5.0.0", ready_after=3000, stages=[sample.PIPELINE[3]])
    deployment = it.driver.deployment(it.shop.name, target, running)
    it.driver.plan(deployment, target, running)
    stage = deployment.stages[0]
    execution = it.driver.begin(deployment, stage, target, running)
    wait_until(lambda: it.readers[0].images("shop").get("web") == "web:5.0.0", "restart: nothing is rolled out")
    # The lines of the dead process are known to piped, so that their indexes must not come again.
    log = it.world.log_of(deployment, 0)
    wait_until(lambda: log.texts, "restart: nothing is logged")
    it.world.kill()
    try:
        execution.status()
        it.checks.that(False, "restart: a dead plugin answers")
    except grpc.RpcError as error:
        # A connection that breaks in the middle of a call has several names in gRPC's own library.
        code = error.code().name
        it.checks.that(code in ("UNAVAILABLE", "UNKNOWN", "CANCELLED"), f"restart: the call ends with the process: {code}")
    it.world.plugin.start()
    status = it.driver.execute(deployment, stage, target, running)
    it.checks.equal(status, SUCCESS, "restart: the same stage again")
    it.logged("restart", deployment, stage, status)
    it.has("restart", {"web": "web:5.0.0", "cart": "cart:5.0.0"})


def quick_refusals(it):
    """Mistakes of the user are failures with a reason in the log, not errors of a call."""
    target = it.shop.version("5.0.0", stages=[sample.PIPELINE[0]])
    cases = {
        "wrong option": ({}, b'{"replica": 3}', "replica"),
        "no JSON": ({}, b"{", ""),
        "unknown target": ({"targets": ["cluster-9"]}, b"{}", "cluster-9"),
        "no target": ({"targets": []}, b"{}", ""),
    }
    for name, (options, config, word) in cases.items():
        deployment = it.driver.deployment(it.shop.name, target, target, **options)
        it.driver.plan(deployment, target, target, PIPELINE)
        stage = deployment.stages[0]
        status = it.driver.execute(deployment, stage, target, target, config)
        it.checks.equal(status, FAILURE, f"{name}: the stage fails")
        lines = it.world.service.lines(deployment.id, stage.id)
        errors = [text for severity, text in lines if severity == api.model.ERROR]
        it.checks.that(any(word in text for text in errors), f"{name}: the log says why", str(lines))
        it.checks.that(it.world.log_of(deployment, 0).closed, f"{name}: the log is closed")


def stop(it):
    """SIGTERM ends the plugin in time."""
    it.checks.that(it.world.plugin.is_running(), "the plugin is still there")
    it.checks.equal(it.world.plugin.stop(), 0, "SIGTERM ends the plugin with status 0")
