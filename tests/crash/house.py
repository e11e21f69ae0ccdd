"""The engine, the sandbox vendors and the tools as child processes, for tests that kill them."""
import contextlib
import http.client
import json
import os
import pathlib
import random
import secrets
import select
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Public test values of sandbox/README.md, and one token for the engine's own API.
SECRETS = {
    "CRASH_GOHIGHLEVEL": "sandbox-gohighlevel-token",
    "CRASH_ALOWARE": "sandbox-aloware-token",
    "CRASH_ALOWARE_HOOK": "sandbox-aloware-hook",
    "CRASH_GENERIC": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
    "CRASH_API": secrets.token_hex(24),
}
GOHIGHLEVEL_KEY = "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc="
READY_SECONDS = 60  # recovery reads the whole log when the tables were dropped

CONFIGURATION = """
[server]
listen = "127.0.0.1:{port}"
[log]
dir = "{data}"
[health]
probes_per_second = 0
[sync]
precedence = ["gohighlevel", "aloware", "generic"]
[[tenants]]
id = "acme"
[[tenants.connectors]]
name = "gohighlevel"
type = "gohighlevel"
base_url = "{gohighlevel}"
allow_loopback_http = true
token = {{ env = "CRASH_GOHIGHLEVEL" }}
location_id = "LOCexample0000000001"
public_keys = ["{key}"]
requests_per_second = 10000
breaker_pause_ms = 200
[[tenants.connectors]]
name = "aloware"
type = "aloware"
base_url = "{aloware}"
allow_loopback_http = true
token = {{ env = "CRASH_ALOWARE" }}
webhook_auth = "basic"
webhook_user = "sandbox"
webhook_password = {{ env = "CRASH_ALOWARE_HOOK" }}
requests_per_second = 10000
breaker_pause_ms = 200
[[tenants.connectors]]
name = "generic"
type = "generic"
allow_loopback_http = true
send_url = "{generic}/webhooks"
webhook_secret = {{ env = "CRASH_GENERIC" }}
send_secret = {{ env = "CRASH_GENERIC" }}
requests_per_second = 10000
breaker_pause_ms = 200
[[api.tokens]]
name = "crash"
role = "admin"
token = {{ env = "CRASH_API" }}
"""


class Trouble(Exception):
    """Something that a check did not foresee; its text says what."""


def free_port():
    """Below the range from which outgoing connections take theirs, so that it stays free between
    two starts of the engine."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Trouble("no free port between 20000 and 32000")


def ask(url, method="GET", body=None, headers=None, timeout=10):
    """One request; gives status, headers and body. Raises OSError when no answer came."""
    host, _, path = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=timeout)
    try:
        connection.request(method, "/" + path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    except http.client.HTTPException as fault:
        raise OSError(f"broken answer: {fault!r}") from fault
    finally:
        connection.close()


def ask_json(url, method="GET", body=None, timeout=30):
    text = None if body is None else json.dumps(body)
    status, _, answer = ask(url, method, text, {"Content-Type": "application/json"}, timeout)
    if status >= 300:
        raise Trouble(f"{method} {url} answered {status}: {answer[:200]!r}")
    return json.loads(answer)


class Sandbox:
    """The vendors. Left running while the engine dies."""

    def __init__(self, build, folder, seed=1, echo=True):
        command = [build / "tidemark-sandbox", "--seed", str(seed), "--quiet", "--webhook-retry", "200"]
        command += ["--echo"] if echo else []
        self.errors = open(folder / "sandbox.err", "ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors)
        line = self.process.stdout.readline()
        if not line:
            raise Trouble(f"the sandbox did not start: see {folder / 'sandbox.err'}")
        self.urls = json.loads(line)
        self.control = self.urls["control"]

    def set_engine(self, url):
        ask_json(self.control + "/settings", "POST", {"engine": url})

    def get(self, path):
        return ask_json(self.control + path, timeout=60)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.errors.close()


class Engine:
    """tidemarkd on one data folder; started, killed and started again."""

    def __init__(self, build, folder, sandbox_urls, data=None, configuration=CONFIGURATION):
        self.build, self.folder = build, folder
        self.data = data or folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "tidemark.toml"
        self.config.write_text(configuration.format(port=self.port, data=self.data, key=GOHIGHLEVEL_KEY,
                                                    **sandbox_urls))
        self.log = folder / "engine.log"
        self.process = None
        self.ready_pipe = None

    def start(self, failpoints="", wait=True, command=()):
        """Starts it; with `wait`, gives whether the listener opened before the process ended."""
        reader, writer = os.pipe()
        environment = dict(os.environ, **SECRETS)
        command = [*command, self.build / "tidemark", "--config", self.config, "serve", "--ready-fd",
                   str(writer)]
        if failpoints:
            environment["TIDEMARK_FAILPOINTS"] = failpoints
            command.append("--test-failpoints")
        with open(self.log, "ab") as errors:
            self.process = subprocess.Popen(command, stdout=errors, stderr=errors, env=environment,
                                            pass_fds=[writer])
        os.close(writer)
        self.close_pipe()
        self.ready_pipe = reader
        return self.wait_ready() if wait else None

    def wait_ready(self, seconds=READY_SECONDS):
        """Whether the listener opened; the pipe ends without a line when the process does."""
        readable, _, _ = select.select([self.ready_pipe], [], [], seconds)
        if not readable:
            raise Trouble(f"the engine was not ready after {seconds} s: see {self.log}")
        return bool(os.read(self.ready_pipe, 16))

    def close_pipe(self):
        if self.ready_pipe is not None:
            os.close(self.ready_pipe)
        self.ready_pipe = None

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.kill()
        return self.process.wait(60)

    def wait_end(self, seconds):
        """The exit code, or None while it still runs."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self, seconds=60):
        self.process.send_signal(signal.SIGTERM)
        return self.wait_end(seconds)

    def metrics(self, family):
        """`{label value: number}` of a gauge with one label."""
        status, _, body = ask(self.url + "/metrics")
        if status != 200:
            raise Trouble(f"/metrics answered {status}")
        found = {}
        for line in body.decode().splitlines():
            if line.startswith(family + "{"):
                label, _, value = line[len(family) + 1:].rpartition("} ")
                found[label.split('"')[1]] = float(value)
        return found

    def stop(self):
        if self.running():
            self.kill()
        self.close_pipe()


class Tools:
    """`tidemark` on a data folder, answers as JSON."""

    def __init__(self, build, data):
        self.program, self.data = build / "tidemark", data

    def run(self, *arguments, data=None):
        """Exit code, list of JSON lines, what it said on stderr."""
        command = [self.program, "--data", data or self.data, "--format", "json", *arguments]
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines() if line], done.stderr

    def lines(self, *arguments):
        """The JSON lines of a list, one by one, without the summary; raises if it did not end well."""
        command = [self.program, "--data", self.data, "--format", "json", *arguments]
        with subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                item = json.loads(line)
                if "summary" not in item:
                    yield item
        if process.returncode != 0:
            raise Trouble(f"tidemark {' '.join(arguments)} ended with code {process.returncode}")


def wait_until(holds, seconds, pause=0.2):
    """Asks again and again, at most so long; gives the last answer."""
    until = time.monotonic() + seconds
    while True:
        answer = holds()
        if answer or time.monotonic() >= until:
            return answer
        time.sleep(pause)
