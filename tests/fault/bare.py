"""An engine without vendors: it only receives, and is up in a twentieth of a second. For the tests that
start it hundreds of times."""
import hashlib
import http.client
import json
import pathlib
import shutil
import tempfile
import time

from stage import Trouble
from house import Engine, Tools
from traffic import standard_headers

CONFIGURATION = """
[server]
listen = "127.0.0.1:{port}"
[log]
dir = "{data}"
[[tenants]]
id = "acme"
[[tenants.connectors]]
name = "generic"
type = "generic"
receives = false
webhook_secret = {{ env = "CRASH_GENERIC" }}
[[api.tokens]]
name = "crash"
role = "admin"
token = {{ env = "CRASH_API" }}
"""
REVEAL = ("--reveal", "--reason", "fault test")


def webhook(number):
    """Its id and body: always the same for a number, another person for each."""
    person = {"id": f"b{number}", "first_name": "Tamsin", "last_name": f"Reed{number}",
              "phone": f"+1303555{number:04d}", "email": f"t{number}@own.example.com"}
    body = json.dumps({"type": "contact.created", "timestamp": "2026-01-02T03:04:05Z", "data": person})
    return f"msg_bare_{number}", body.encode()


class Sent:
    """What was answered to one webhook."""

    def __init__(self, status, position, asked_at):
        self.status, self.position, self.asked_at = status, position, asked_at


class Bare:
    """One engine on one data folder, and what it acknowledged."""

    def __init__(self, build, data=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-bare-"))
        self.engine = Engine(build, self.folder, {}, data, CONFIGURATION)
        self.tools = Tools(build, self.engine.data)
        self.acknowledged = {}  # number of the webhook -> position
        self.connection = None

    def start(self, command=()):
        return self.engine.start(command=command)

    def start_well(self):
        if not self.start():
            raise Trouble(f"the engine did not start: {self.words(0)[-400:]}")

    def words(self, since):
        """What the engine wrote on stderr from this offset on."""
        log = self.engine.log
        return log.read_text(errors="replace")[since:] if log.exists() else ""

    def spoken(self):
        return len(self.words(0))

    def post(self, number, timeout=30):
        """Gives what came back, None when nothing did. A 2xx is remembered."""
        identity, body = webhook(number)
        asked_at = time.monotonic()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.engine.port, timeout=timeout)
            self.connection.request("POST", "/webhooks/generic", body,
                                    {"Content-Type": "application/json", **standard_headers(identity, body)})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection = None
            return None
        if not 200 <= answer.status < 300:
            return Sent(answer.status, None, asked_at)
        position = json.loads(text)["position"]
        if self.acknowledged.setdefault(number, position) != position:
            raise Trouble(f"webhook {number} was acknowledged at {self.acknowledged[number]} and {position}")
        return Sent(answer.status, position, asked_at)

    def post_all(self, numbers):
        return [self.post(number) for number in numbers]

    def stop(self):
        """SIGTERM; gives the exit code."""
        self.connection = None
        return self.engine.terminate(60)

    def kill(self):
        self.connection = None
        return self.engine.kill()

    def use(self, data):
        """The data folder becomes a copy of this one."""
        shutil.rmtree(self.engine.data, ignore_errors=True)
        shutil.copytree(data, self.engine.data, ignore=shutil.ignore_patterns("*.sock"))

    def faults_of_log(self):
        """Dense, whole, everything acknowledged exactly once and with the bytes that were sent."""
        code, lines, errors = self.tools.run("verify")
        if code != 0:
            return [f"verify ended with {code}: {lines} {errors[-300:]}"]
        code, lines, errors = self.tools.run("log", "list", *REVEAL)
        if code != 0:
            return [f"log list ended with {code}: {errors[-300:]}"]
        events = [line for line in lines if "summary" not in line]
        positions = [event["position"] for event in events]
        faults = [] if positions == list(range(1, len(positions) + 1)) else [f"not dense: {positions}"]
        return faults + self.faults_of_webhooks(events)

    def faults_of_webhooks(self, events):
        places = {}
        for event in events:
            if event["type"] == "webhook.received.v1":
                places.setdefault(event["data"]["delivery_id"], []).append(event)
        faults = [f"webhook {identity} stands {len(found)} times in the log"
                  for identity, found in places.items() if len(found) > 1]
        for number, position in self.acknowledged.items():
            identity, body = webhook(number)
            found = places.get(identity, [])
            if [event["position"] for event in found] != [position]:
                faults.append(f"webhook {number}, acknowledged at {position}, stands at "
                              f"{[event['position'] for event in found]}")
            elif found[0]["data"]["body_sha256"] != hashlib.sha256(body).hexdigest():
                faults.append(f"webhook {number} has another body in the log")
        return faults

    def close(self):
        self.engine.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
