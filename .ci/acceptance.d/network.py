"""What is between the program and a cluster: a watch beside it, and a port in front of it."""

import http.client
import json
import os
import selectors
import socket
import tempfile
import threading
import time

PATHS = [
    "/apis/apps/v1/namespaces/%s/deployments",
    "/api/v1/namespaces/%s/services",
    "/api/v1/namespaces/%s/serviceaccounts",
    "/api/v1/namespaces/%s/configmaps",
    "/apis/networking.istio.io/v1/namespaces/%s/virtualservices",
    "/apis/networking.istio.io/v1/namespaces/%s/destinationrules",
]


class Watch:
    """Every change of a namespace's objects in one cluster, from one moment on."""

    def __init__(self, cluster, namespace):
        self.events = []
        self.stopped = False
        self.lock = threading.Lock()
        self.connections = []
        self.threads = []
        self.start = {}
        context = cluster.context()
        for path in PATHS:
            self.follow(cluster.server, context, path % namespace)

    def follow(self, server, context, path):
        listing = http.client.HTTPSConnection(server, context=context, timeout=60)
        listing.request("GET", path)
        answer = json.load(listing.getresponse())
        kind = answer["kind"].removesuffix("List")
        for item in answer["items"]:
            self.start[(kind, item["metadata"]["name"])] = {**item, "kind": kind}
        listing.request("GET", f"{path}?watch=1&resourceVersion={answer['metadata']['resourceVersion']}")
        stream = listing.getresponse()
        self.connections.append(listing)
        thread = threading.Thread(target=self.read, args=(stream,), daemon=True)
        thread.start()
        self.threads.append(thread)

    def read(self, stream):
        try:
            while line := stream.readline():
                event = json.loads(line)
                with self.lock:
                    self.events.append((event["type"], event["object"]))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            if not self.stopped:
                raise

    def stop(self):
        """The events so far; the last writes are waited for."""
        time.sleep(0.5)
        self.stopped = True
        for connection in self.connections:
            if connection.sock:
                connection.sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        return self.events


class Forwarder:
    """A port in front of an API server that can stop to answer, and can close."""

    def __init__(self, cluster):
        self.target = cluster.server.rsplit(":", 1)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_silent = threading.Event()
        self.is_closed = threading.Event()
        self.pairs = []
        config = json.loads(json.dumps(cluster.config))
        config["clusters"][0]["cluster"]["server"] = f"https://127.0.0.1:{self.port}"
        handle, self.kubeconfig = tempfile.mkstemp(suffix=".kubeconfig")
        with os.fdopen(handle, "w") as file:
            json.dump(config, file)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.is_closed.is_set():
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection((self.target[0], int(self.target[1])))
            except OSError:
                return
            self.pairs.append((client, server))
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()

    def carry(self, client, server):
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while not self.is_closed.is_set():
                for key, _ in selector.select(0.2):
                    if self.is_silent.is_set():
                        time.sleep(0.05)
                        continue
                    try:
                        data = key.fileobj.recv(65536)
                        if not data:
                            raise OSError
                        key.data.sendall(data)
                    except OSError:
                        client.close()
                        server.close()
                        return

    def silence(self):
        """From now on nothing is carried any more; connections stay open."""
        self.is_silent.set()

    def close(self):
        """From now on connections are refused, and those that there are end."""
        self.is_closed.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def end(self):
        if not self.is_closed.is_set():
            self.close()
        os.unlink(self.kubeconfig)
