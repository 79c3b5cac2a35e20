"""What the plugin costs: start, memory, descriptors, and the time of a stage. For an idle machine and the release binary."""

import contextlib
import os
import socket
import statistics
import time

import api
import harness
import sample
from driver import SUCCESS

STARTS = 10
STAGES = (1, 100, 1000)
APPLICATIONS = 100
ROUNDS = 100


def run(checks, options, directory):
    """Figures, as a table for Benchmarks/RESULTS.md."""
    rows = []
    with contextlib.ExitStack() as stack:
        paths = stack.enter_context(harness.embedded(options.binary, directory))
        world = stack.enter_context(harness.started(options.binary, harness.targets(paths)))
        rows.append(("from exec to the first answer of FetchDefinedStages, ms", *spread(starts(world))))
        rows.append(("idle after the start, RSS MiB", f"{world.plugin.memory()[0]:.1f}", ""))
        rows.append(("idle after the start, descriptors", str(world.plugin.descriptors()), ""))
        durations = []
        for count in STAGES:
            used = world.plugin.processor_time()
            stages(checks, world, count - len(durations), durations)
            used = world.plugin.processor_time() - used
            memory = f"{world.plugin.memory()[0]:.1f}"
            rows.append((f"after {count} stages, RSS MiB", memory, f"most {world.plugin.memory()[1]:.1f}"))
            rows.append((f"after {count} stages, descriptors", str(world.plugin.descriptors()), ""))
        rows.append(("first stage, ms", f"{durations[0]:.0f}", ""))
        rows.append(("quick sync without a change, 3 clusters, ms", *spread(durations[1:])))
        rows.append(("CPU of such a stage, ms", f"{used * 1000 / (STAGES[-1] - STAGES[-2]):.1f}", ""))
    with contextlib.ExitStack() as stack:
        place = os.path.join(directory, "live")
        os.makedirs(place)
        paths = stack.enter_context(harness.embedded(options.binary, place))
        world = stack.enter_context(harness.started(options.binary, harness.targets(paths)))
        rows += live_states(checks, world, [harness.Reader(path) for path in paths])
    print("\n| figure | median | min–max |\n| --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def spread(values):
    return f"{statistics.median(values):.0f}", f"{min(values):.0f}–{max(values):.0f}"


def starts(world):
    """Milliseconds from the start of the process to the answer, some times; leaves the plugin running."""
    found = []
    for _ in range(STARTS):
        if world.plugin.is_running():
            world.plugin.kill()
        begin = time.monotonic()
        world.plugin.start(before_channel=listens)
        found.append((time.monotonic() - begin) * 1000)
    time.sleep(1)
    return found


def listens(port):
    """Comes back as soon as somebody takes connections: the waiting of gRPC's channel is too coarse."""
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port), 10):
            return
        time.sleep(0.0005)


def stages(checks, world, count, durations):
    """Runs so many quick syncs one after the other, each a deployment of its own."""
    shop = sample.Shop(world.directory, "bench", world.plugin.name)
    target = shop.version("1.0.0")
    deployment = world.driver.deployment(shop.name, target)
    world.driver.plan(deployment, target)
    stage = deployment.stages[0]
    for number in range(count):
        deployment.id, stage.id = f"deployment-{len(durations)}", f"stage-{len(durations)}"
        world.service.open(deployment)
        begin = time.monotonic()
        status = world.driver.execute(deployment, stage, target)
        durations.append((time.monotonic() - begin) * 1000)
        checks.that(status == SUCCESS, f"stage {number} succeeds")


def live_states(checks, world, readers):
    """What GetLivestate costs, for so many applications on all clusters: deployed, asked once each, and asked again and again."""
    requests = []
    for number in range(APPLICATIONS):
        shop = sample.Shop(world.directory, f"shop-{number}", world.plugin.name, pods=1)
        version = shop.version("1.0.0")
        deployment = world.driver.deployment(shop.name, version)
        world.driver.plan(deployment, version)
        world.service.open(deployment)
        status = world.driver.execute(deployment, deployment.stages[0], version)
        checks.that(status == SUCCESS, f"{shop.name} is deployed")
        requests.append(
            api.livestate.GetLivestateRequest(
                piped_id=deployment.piped_id,
                application_id=deployment.application_id,
                application_name=deployment.application_name,
                deploy_source=version.source(world.directory),
                deploy_targets=world.plugin.targets,
            )
        )
    # A new process, so that the memory is that of live states alone.
    world.plugin.kill()
    world.plugin.start()
    rows = []
    seen = sum(reader.requests() for reader in readers)
    for name, rounds in (("the first call", 1), (f"{ROUNDS} calls", ROUNDS)):
        durations = []
        used = world.plugin.processor_time()
        for _ in range(rounds):
            for request in requests:
                begin = time.monotonic()
                answer = world.plugin.livestate.GetLivestate(request, timeout=120)
                durations.append((time.monotonic() - begin) * 1000)
                checks.that(answer.sync_state.status == 1, f"{request.application_id}: {answer.sync_state.reason[:500]}")
        used = (world.plugin.processor_time() - used) * 1000 / len(durations)
        now = sum(reader.requests() for reader in readers)
        which = f"live state, {name} for each of {APPLICATIONS} applications"
        rows.append((f"{which}: requests to the 3 clusters", str(now - seen), ""))
        rows.append((f"{which}: a call, ms", *spread(durations)))
        rows.append((f"{which}: CPU of a call, ms", f"{used:.1f}", ""))
        rows.append((f"{which}: RSS MiB", f"{world.plugin.memory()[0]:.1f}", f"most {world.plugin.memory()[1]:.1f}"))
        seen = now
    rows.append(("live state: descriptors", str(world.plugin.descriptors()), ""))
    rows.append(("live state: resources of an answer", str(len(answer.application_live_state.resources)), ""))
    return rows
