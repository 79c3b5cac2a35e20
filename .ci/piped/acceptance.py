"""Deployments of Bookinfo by piped on real clusters; what they leave there is read with kubectl, field by field."""

import concurrent.futures
import contextlib
import time

import bookinfo
import clusters
import grpc
import harness
import sample
from driver import CANCELLED, FAILURE, SUCCESS, Version
from interop import wait_until
from lab import Cluster, everywhere
from rollouts import STAGES, Lab, exact

NAME = "kubernetes_multicluster"
APPLICATIONS = 50
# The states of the clusters after each stage of the pipeline of version 2.
STATES = [state for _, _, state, _ in STAGES]


def run(checks, options, directory):
    """Bookinfo and many small applications on real clusters."""
    with contextlib.ExitStack() as stack:
        paths = options.kubeconfig or stack.enter_context(clusters.started(directory))
        fleet = [Cluster(path) for path in paths]
        given = [{"name": one.name, "config": {"kubeConfigPath": one.kubeconfig}} for one in fleet]
        world = stack.enter_context(harness.started(options.binary, given, name=NAME))
        fleet[0].kubectl("create", "namespace", bookinfo.EMPTY)
        stack.callback(fleet[0].remove, bookinfo.EMPTY)
        lab = Lab(options.binary, fleet, checks, directory)
        it = Acceptance(lab, world)
        for part in (it.pipeline, it.rollback, it.cancel, it.kills, it.many):
            begin = time.monotonic()
            try:
                part()
            except (RuntimeError, OSError, ValueError, grpc.RpcError) as error:
                checks.that(False, f"{part.__name__} came to its end: {type(error).__name__}: {error}")
            print(f"  {part.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
        lab.remove(it.application)
        checks.equal(world.service.problems, [], "the plugin asks and reports nothing that piped refuses")


class Acceptance:
    """The clusters with Bookinfo, and piped with the plugin."""

    def __init__(self, lab, world):
        self.lab, self.world = lab, world
        self.checks, self.driver = lab.checks, world.driver
        self.application = lab.application("plugin-bookinfo")

    def version(self, name):
        return Version(f"{self.application.root}/{name}", "bookinfo", self.application.commits[name])

    def deployment(self, target, running=None):
        """A deployment of Bookinfo, planned."""
        found = self.driver.deployment(self.application.name, target, running)
        self.driver.plan(found, target, running)
        return found

    def ended(self, text, deployment, stage, status, wanted):
        """Checks how a stage ended; its log is shown when it did not end so."""
        lines = self.world.text_of(deployment, stage)
        self.checks.that(status == wanted, f"{text}: {stage.name} ends with {wanted}", f"{status}\n{lines[-3000:]}")
        log = self.world.service.log((deployment.id, stage.id))
        self.checks.that(log.closed, f"{text}: the log of {stage.name} is closed")
        for cluster in self.lab.clusters:
            self.checks.that(f"[{cluster.name}] " in lines, f"{text}: {stage.name} has lines of {cluster.name}", lines)

    def pipeline(self):
        """A quick sync of version 1, then the pipeline of version 2, every object compared after each stage."""
        one, two = self.version("v1"), self.version("v2")
        deployment = self.deployment(one)
        look = lambda stage, status: self.ended("quick sync", deployment, stage, status, SUCCESS)
        self.driver.run(deployment, one, after=look)
        self.lab.has(self.application, {"primary": "v1"}, "quick sync")
        planned = self.deployment(two, one)

        def after(stage, status):
            self.ended("pipeline", planned, stage, status, SUCCESS)
            self.lab.has(self.application, STATES[stage.index], f"pipeline: {stage.index} {stage.name}")

        statuses = self.driver.run(planned, two, one, after)
        self.checks.equal(len(statuses), len(STATES), "pipeline: all stages ran, and no rollback")

    def rollback(self):
        """Version 3, whose primary does not start: the clusters are as before."""
        before = exact(self.lab.settled(self.application))
        two, three = self.version("v2"), self.version("v3")
        deployment = self.deployment(three, two)

        def after(stage, status):
            wanted = FAILURE if stage.name == "K8S_PRIMARY_ROLLOUT" else SUCCESS
            self.ended("rollback", deployment, stage, status, wanted)

        statuses = self.driver.run(deployment, three, two, after)
        self.checks.equal(statuses[-2:], [("K8S_PRIMARY_ROLLOUT", FAILURE), ("K8S_ROLLBACK", SUCCESS)], "rollback: statuses")
        live = exact(self.lab.settled(self.application))
        self.checks.equal(live, before, "rollback: every object is as before")

    def cancel(self):
        """Version 3, cancelled at some moments of its primary rollout: the rollback waits, the clusters are as before."""
        before = exact(self.lab.settled(self.application))
        two, three = self.version("v2"), self.version("v3")
        for delay in (0, 0.05, 0.2, 0.5, 1):
            text = f"cancelled after {delay} s"
            deployment = self.deployment(three, two)
            over = []

            def interrupt(stage, execution):
                if stage.name == "K8S_PRIMARY_ROLLOUT":
                    time.sleep(delay)
                    # On a quick machine the stage may have failed by itself.
                    over.append(execution.future.done())
                    execution.cancel()

            begin = time.monotonic()
            statuses = self.driver.run(deployment, three, two, interrupt=interrupt)
            wanted = [("K8S_PRIMARY_ROLLOUT", FAILURE if over[0] else CANCELLED), ("K8S_ROLLBACK", SUCCESS)]
            self.checks.equal(statuses[-2:], wanted, f"{text}: statuses")
            print(f"  {text}: over after {time.monotonic() - begin:.1f} s")
            self.checks.equal(exact(self.lab.settled(self.application)), before, f"{text}: every object is as before")
            stage = next(one for one in deployment.stages if one.name == "K8S_PRIMARY_ROLLOUT")
            log = self.world.service.log((deployment.id, stage.id))
            # Cancelled before the plugin saw the call, a stage has no log.
            wait_until(lambda: log.closed or not log.calls, f"{text}: the log stays open")

    def kills(self):
        """kill -9 of the plugin at some moments of every stage; started again, it is asked for the same stage."""
        two, one = self.version("v2"), self.version("v1")
        self.driver.run(deployment := self.deployment(one), one)
        self.ended("back to version 1", deployment, deployment.stages[0], SUCCESS, SUCCESS)
        self.lab.back_to_first(self.application, "kills")
        deployment = self.deployment(two, one)
        for stage in deployment.stages:
            if stage.rollback:
                continue
            text = f"killed in {stage.index} {stage.name}"
            for delay in (0.02, 0.1, 0.3):
                execution = self.driver.begin(deployment, stage, two, one)
                time.sleep(delay)
                over = execution.future.done()
                self.world.kill()
                with contextlib.suppress(grpc.RpcError):
                    execution.status()
                self.world.plugin.start()
                if over:
                    print(f"  {text} after {delay} s: it was over already")
                    break
            status = self.driver.execute(deployment, stage, two, one)
            self.ended(text, deployment, stage, status, SUCCESS)
            self.lab.has(self.application, STATES[stage.index], text)

    def many(self):
        """50 applications at the same time, each in a namespace of its own."""
        shops = [sample.Shop(self.lab.directory, f"plugin-shop-{number}", NAME, pods=1, readiness={"deadline": "5m"})
                 for number in range(APPLICATIONS)]
        begin, before = time.monotonic(), self.world.plugin.processor_time()

        def deploy(shop):
            target = shop.version("1.0.0")
            deployment = self.driver.deployment(shop.name, target)
            self.driver.plan(deployment, target)
            statuses = self.driver.run(deployment, target)
            return statuses, self.world.text_of(deployment, deployment.stages[0])

        with concurrent.futures.ThreadPoolExecutor(APPLICATIONS) as pool:
            results = list(pool.map(deploy, shops))
        seconds = time.monotonic() - begin
        memory, used = self.world.plugin.memory(), self.world.plugin.processor_time() - before
        for shop, (statuses, lines) in zip(shops, results):
            self.checks.equal([status for _, status in statuses], [SUCCESS], f"{shop.name} is deployed: {lines[-500:]}")
        print(f"  {APPLICATIONS} applications on {len(self.lab.clusters)} clusters: {seconds:.1f} s, {used:.1f} CPU s, "
              f"RSS {memory[0]:.0f} MiB, at most {memory[1]:.0f} MiB, {self.world.plugin.descriptors()} descriptors")

        def look(cluster):
            text = cluster.kubectl("get", "deployments", "-A", "-l", "pipecd.dev/variant=primary", "-o", "name")
            return text.count("deployment.apps/web\n")

        self.checks.equal(set(everywhere(self.lab.clusters, look).values()), {APPLICATIONS}, "each cluster has them all")
        everywhere(self.lab.clusters, lambda one: one.kubectl("delete", "namespace", "--wait=false", *[s.name for s in shops]))
