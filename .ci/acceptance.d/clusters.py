"""Real API servers of its own, where ../shared/real-cluster is there to build them."""

import contextlib
import os
import subprocess

LAB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "real-cluster")


@contextlib.contextmanager
def started(directory):
    """Three clusters, as long as they are needed: their kubeconfigs."""
    subprocess.run([os.path.join(LAB, "build.sh")], check=True, stdout=subprocess.DEVNULL)
    # Below the ports that the system gives to others.
    first = 20000 + os.getpid() % 400 * 30
    bases = {"API": first, "KCM": first + 4, "ETCD": first + 8}
    ports = {f"REAL_CLUSTER_{name}_PORT_BASE": str(port) for name, port in bases.items()}
    environment = {**os.environ, **ports, "REAL_CLUSTER_RUN": os.path.join(directory, "clusters")}
    script = os.path.join(LAB, "clusters.sh")
    try:
        command = [script, "up", "3", "--with-fake-kubelet", "--with-crds"]
        subprocess.run(command, env=environment, check=True, timeout=300, stdout=subprocess.DEVNULL)
        yield [os.path.join(directory, "clusters", f"cluster-{number}.kubeconfig") for number in (1, 2, 3)]
    finally:
        subprocess.run([script, "down", "--purge"], env=environment, stdout=subprocess.DEVNULL)
