"""Starts tidemark-sandbox and tidemarkd in a folder of their own, and asks the tools about them."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from clients import GENERIC_SECRET, VERITY_SECRET, Hooks, Sandbox, call, compact

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TIDEMARK_BUILD", ROOT / "build/release")).resolve()
GHL_PUBLIC_KEY = "Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc="
PATIENCE = 60  # seconds before a test gives up; many, as other builds may run beside
SECRETS = {
    "SCENARIO_GHL": "sandbox-gohighlevel-token",
    "SCENARIO_ALOWARE": "sandbox-aloware-token",
    "SCENARIO_ALOWARE_HOOK": "sandbox-aloware-hook",
    "SCENARIO_VERITY": "sandbox-verity-token",
    "SCENARIO_VERITY_HOOK": VERITY_SECRET,
    "SCENARIO_GENERIC": GENERIC_SECRET,
    "SCENARIO_API": "scenario-operator-token-0001",
    "SCENARIO_GHL_CLIENT": "sandbox-client-secret",
}
FINAL = {"delivery.accepted.v1", "delivery.rejected.v1", "delivery.died.v1", "delivery.superseded.v1",
         "delivery.suppressed.v1", "action.accepted.v1"}
DECIDED = {"contact.observed.v1", "call.observed.v1", "message.observed.v1", "contact.consent_applied.v1",
           "contact.records_released.v1", "contact.records_adopted.v1", "appointment.observed.v1",
           "contact.lists_rebuilt.v1", "mapping.repair_decided.v1", "contact.mentioned.v1",
           "delivery.retry_decided.v1", "opportunity.observed.v1"}
INPUTS = {"webhook.received.v1", "consent.requested.v1", "contacts.merge_requested.v1",
          "contacts.unmerge_requested.v1", "parked.release_requested.v1", "lists.rebuild_requested.v1",
          "mapping.repair_requested.v1", "delivery.retry_requested.v1", "webhook.reprocess_requested.v2",
          "opt_out.imported.v1", "contact.imported.v1", "message.imported.v1"}
# What people did about a delivery is no state of it.
DEEDS = {"delivery.retry_requested.v1", "delivery.written_off.v1", "delivery.purged.v1"}
WAITING = {"delivery.retry_scheduled.v1", "delivery.unknown.v1"}


def env(name):
    return {"env": name}


def connectors_at(urls):
    """The four connectors against one sandbox; a test changes what it needs."""
    loopback = {"allow_loopback_http": True, "requests_per_second": 10000, "burst": 10000,
                "breaker_pause_ms": 200}
    return {
        "gohighlevel": {"type": "gohighlevel", "base_url": urls["gohighlevel"], "token": env("SCENARIO_GHL"),
                        "location_id": "LOCexample0000000001", "public_keys": [GHL_PUBLIC_KEY], **loopback},
        "aloware": {"type": "aloware", "base_url": urls["aloware"], "token": env("SCENARIO_ALOWARE"),
                    "webhook_auth": "basic", "webhook_user": "sandbox",
                    "webhook_password": env("SCENARIO_ALOWARE_HOOK"), **loopback},
        "verity": {"type": "verity", "base_url": urls["verity"], "token": env("SCENARIO_VERITY"),
                   "texting_secret": env("SCENARIO_VERITY_HOOK"), "forward_secret":
                           env("SCENARIO_VERITY_HOOK"),
                   **loopback},
        "generic": {"type": "generic", "webhook_secret": env("SCENARIO_GENERIC"),
                    "send_secret": env("SCENARIO_GENERIC"), "send_url": urls["generic"] + "/webhooks",
                            **loopback},
    }


def toml_value(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value)


def is_tables(value):
    return isinstance(value, list) and value and isinstance(value[0], dict)


def toml_lines(table):
    return [f"{name} = {toml_value(value)}" for name, value in table.items() if value is not None]


def wait_for(what, check, patience=PATIENCE, every=0.02):
    """Asks again and again until `check` gives something; fails with `what` when it never does."""
    end = time.monotonic() + patience
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"this did not come about in {patience} s: {what}")
        time.sleep(every)


class House:
    """`tenants`: tenant id to connectors, by default one tenant `acme` with all four.
    `changes`: connector name to settings that differ from `connectors_at`; None leaves the connector, or the
    setting, out.
    `secret_files`: file name to secret, for settings such as {"token": {"file": "name"}}."""

    server = {}  # settings of [server] besides listen
    log = {}  # settings of [log] besides dir
    alerts = {}  # settings of [alerts], without those of this machine's disk and memory
    receivers = ()  # tables of [[alerts.receivers]]
    # A scenario counts requests and plants faults one by one; a probe would take them.
    health = {"probes_per_second": 0}
    launcher = ()  # what runs the service's command
    kept_open = ()  # descriptors that the launcher inherits
    serve_options = ()  # besides the usual ones
    program = BUILD / "tidemarkd"
    patience = PATIENCE  # until everything is settled

    def __init__(self, tenants=("acme",), changes=None, sync=None, secret_files=None):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-scenario-"))
        self.data = self.dir / "data"
        self.tenants, self.changes = tenants, changes or {}
        # Texts leave at any hour: a test must not depend on when it runs.
        self.sync = {"precedence": ["gohighlevel", "aloware", "generic"],
                     "sending": {"quiet_hours": "off"}, **(sync or {})}
        for name, secret in (secret_files or {}).items():
            self.write_secret(name, secret)
        self.service, self.port = None, 0
        self.events_read = []
        self.sandboxes = []
        try:
            self.start_sandbox()
            self.start_service()
        except BaseException:
            self.close()  # nobody has it yet who would
            raise

    # ---- processes

    def start_sandbox(self):
        process = subprocess.Popen([BUILD / "tidemark-sandbox", "--quiet", "--webhook-retry", "100"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.sandboxes.append(process)
        self.urls = json.loads(process.stdout.readline())
        self.sandbox = Sandbox(self.urls)

    def write_secret(self, name, secret):
        """A file beside the configuration; renamed into place, as an operator's tool would."""
        fresh = self.dir / (name + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secret + "\n")
        fresh.rename(self.dir / name)

    def write_configuration(self):
        lines = ["[server]", f'listen = "127.0.0.1:{self.port}"', *toml_lines(self.server),
                 "[log]", f'dir = "{self.data}"', *toml_lines(self.log), "[alerts]",
                 *toml_lines({"disk_free_percent": 0, "memory_percent": 0, **self.alerts}),
                 "[health]", *toml_lines(self.health), "[sync]",
                 *toml_lines({name: value for name, value in self.sync.items() if not is_tables(value)})]
        for name, tables in self.sync.items():
            for table in tables if is_tables(tables) else []:
                lines += [f"[[sync.{name}]]", *toml_lines(table)]
        for receiver in self.receivers:
            lines += ["[[alerts.receivers]]", *toml_lines(receiver)]
        for tenant in self.tenants:
            lines += ["[[tenants]]", f'id = "{tenant}"']
            for name, settings in connectors_at(self.urls).items():
                change = self.changes.get(name, {})
                if change is not None:
                    lines += ["[[tenants.connectors]]", f'name = "{name}"', *toml_lines({**settings,
                            **change})]
        lines += ["[[api.tokens]]", 'name = "scenarios"', 'role = "admin"',
                'token = { env = "SCENARIO_API" }', f'tenant = "{self.tenants[0]}"']
        (self.dir / "tidemark.toml").write_text("\n".join(lines) + "\n")

    def start_service(self, environment=None):
        self.write_configuration()
        reader, writer = os.pipe()
        with open(self.dir / "stderr", "ab") as errors:
            self.service = subprocess.Popen(
                [*self.launcher, self.program, "serve", "--config", self.dir / "tidemark.toml", "--ready-fd",
                        str(writer), *self.serve_options],
                stdout=subprocess.DEVNULL, stderr=errors, pass_fds=[writer, *self.kept_open],
                env=self.environment(environment))
        os.close(writer)
        with os.fdopen(reader) as ready:
            line = ready.readline()
        if not line:
            raise AssertionError("the service did not start: " + self.stderr()[-2000:])
        self.port = int(line)
        self.base = f"http://127.0.0.1:{self.port}"
        self.hooks = Hooks(self.base)
        if len(self.tenants) == 1:
            self.sandbox.set(engine=self.base)

    def environment(self, more=None):
        return {**os.environ, **SECRETS, **(more or {})}

    def stop_service(self):
        if self.service and self.service.poll() is None:
            self.service.terminate()
            code = self.service.wait(PATIENCE)
            assert code == 0, f"the service ended with {code}: {self.stderr()[-2000:]}"

    def kill_service(self):
        self.service.kill()
        self.service.wait(PATIENCE)

    def restart(self):
        self.stop_service()
        self.start_service()

    def close(self):
        for process in [self.service, *self.sandboxes]:
            if process and process.poll() is None:
                process.kill()
                process.wait(PATIENCE)
            if process and process.stdout:
                process.stdout.close()
        shutil.rmtree(self.dir, ignore_errors=True)

    def stderr(self):
        return (self.dir / "stderr").read_text(errors="replace")

    def api(self, path, method="GET", body=None):
        """One request of an operator to the API."""
        headers = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]
        return call(self.base + "/api/v1" + path, method, None if body is None else compact(body), headers)

    # ---- tools

    def tool(self, *arguments, data=None, codes=(0,)):
        """Runs `tidemark ... --format json`; gives its lines as objects."""
        command = [BUILD / "tidemark", "--data", data or self.data, "--format", "json", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode not in codes:
            raise AssertionError(f"tidemark {' '.join(map(str, arguments))} ended with {done.returncode}: "
                                 f"{done.stdout[-1500:]} {done.stderr[-1500:]}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def events(self, kind=None):
        """Every event so far, read once each; of one stored type, when it is named."""
        start = self.events_read[-1]["position"] + 1 if self.events_read else 1
        new = self.tool("log", "list", "--from", start)
        self.events_read += [each for each in new if "position" in each]
        return [each for each in self.events_read if kind in (None, each["type"])]

    def explain(self, *subject, tenant=None):
        """The answer of `tidemark explain`, such as explain("--webhook", 3)."""
        more = ["--tenant", tenant] if tenant else []
        return self.tool("explain", *subject, *more)[0]

    def stored(self, position, *options):
        return self.tool("log", "show", position, *options)[0]

    # ---- settling

    def open_work(self, allow_waiting=False):
        """What is still to be done, read from the log alone; empty when everything is settled."""
        interpreted, observed, deliveries, work, identified = {}, set(), {}, [], set()
        events = self.events()
        for event in events:
            data = event["data"]
            if event["type"] == "webhook.interpreted.v1":
                interpreted[data["webhook"]] = data["commands"]
            elif event["type"] in DECIDED:
                observed.add((event["cause"], event["command_index"]))
            elif event["type"] in DEEDS:
                continue
            elif event["type"].startswith(("delivery.", "action.")):
                delivery = data["delivery"] if "delivery" in data else data["facts"]["delivery"]
                deliveries[delivery] = event["type"]
                if "awaits" in data and allow_waiting:
                    del deliveries[delivery]  # until a day is over, where the mark does not come
            elif event["type"].startswith("identity."):
                identified.add(event["cause"])
        for event in events:
            found = (event["type"] == "delivery.accepted.v1"
                     and event["data"]["facts"]["reason_code"] == "found_there")
            if event["type"] in INPUTS or found:
                commands = interpreted.get(event["position"])
                if commands is None and found and event["position"] in identified:
                    continue  # it was another contact's by then
                if commands is None:
                    work.append(f"webhook {event['position']} was not interpreted")
                elif any((event["position"], each["index"]) not in observed for each in commands):
                    work.append(f"webhook {event['position']} has an undecided command")
        for delivery, last in deliveries.items():
            if last not in FINAL and not (allow_waiting and last in WAITING):
                work.append(f"delivery {delivery} stands at {last}")
        return work

    def settle(self, allow_waiting=False):
        """Until nothing is under way in the sandbox or the engine, twice in a row without a new event."""
        last = []

        def settled():
            length = len(self.events_read)
            if self.sandbox.webhooks_open():
                return False
            last[:] = self.open_work(allow_waiting)
            return not last and length == len(self.events_read) and not self.sandbox.webhooks_open()

        try:
            wait_for("everything is settled", settled, self.patience)
        except AssertionError as failed:
            raise AssertionError(f"{failed}: {last[:5]}") from None
        time.sleep(0.3)  # the tables follow within milliseconds; a slow machine needs a wait of its own
