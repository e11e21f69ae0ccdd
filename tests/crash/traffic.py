"""What the outside world does meanwhile: signed webhooks with a ledger of every 2xx, and people."""
import base64
import collections
import hashlib
import hmac
import http.client
import json
import random
import subprocess
import threading
import time

from house import SECRETS, Trouble, ask_json

EDITS_OF_ONE = 3  # more than five changes in ten minutes are parked as flapping, by design


class Load:
    """The program of bench/load_webhooks.cpp: GoHighLevel webhooks at a rate, repeated like the vendor repeats them."""

    def __init__(self, build, url, ledger, seed, rate, seconds, contacts=0):
        command = [build / "bench/load_webhooks", "--url", url + "/webhooks/gohighlevel",
                   "--connections", "16", "--seconds", seconds, "--rate", rate, "--seed", seed,
                   "--ledger", ledger, "--quiet"]
        command += ["--mode", "update", "--contacts", contacts] if contacts else []
        self.process = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)

    def running(self):
        return self.process.poll() is None

    def end(self):
        """Waits; gives its result."""
        out, _ = self.process.communicate(timeout=180)
        return json.loads(out) if out.strip() else {}

    def stop(self):
        if self.running():
            self.process.kill()
        self.process.communicate()


class Sender(threading.Thread):
    """Generic and Aloware webhooks of our own, so that bodies of every verifier are in the ledger.
    What got no answer is sent again with the same id, as Standard Webhooks says."""

    def __init__(self, port, ledger, seed, rate):
        super().__init__(daemon=True)
        self.port, self.ledger, self.rate = port, ledger, rate
        self.random = random.Random(seed)
        self.seed = seed
        self.ending = threading.Event()
        self.acknowledged = self.refused = self.unanswered = self.known = 0
        self.taken = []  # deliveries with an id, to be sent once more
        self.connection = self.fault = None

    def body(self, number):
        """Creates and updates: forty people, whose company changes all the time, and new ones."""
        who = self.random.randrange(40) if self.random.random() < 0.6 else 1000 + number
        return {"id": f"own{self.seed}-{who}", "first_name": "Quill", "last_name": f"Tarn{who}",
                "phone": f"+1303{(self.seed % 700) + 200:03d}{who % 10000:04d}",
                "email": f"q{self.seed}.{who}@own.example.com", "company": f"Bindery {number}"}

    def generic(self, number):
        data = self.body(number)
        kind = "contact.updated" if number % 2 else "contact.created"
        body = json.dumps({"type": kind, "timestamp": now_text(), "data": data}).encode()
        identity = f"msg_own_{self.seed}_{number}"
        return "generic", body, identity, lambda: standard_headers(identity, body)

    def aloware(self, number):
        who = self.random.randrange(30)
        body = json.dumps({"event": "Contact Updated", "body": {
            "id": 7_000_000 + self.seed * 100 + who, "first_name": "Odile", "last_name": f"Fenn{who}",
            "phone_number": f"+1720{(self.seed % 700) + 200:03d}{who:04d}", "company_name": f"Mill {number}",
            "email": f"o{self.seed}.{who}@own.example.com", "updated_at": now_text()}}).encode()
        token = base64.b64encode(f"sandbox:{SECRETS['CRASH_ALOWARE_HOOK']}".encode()).decode()
        return "aloware", body, "-", lambda: {"Authorization": "Basic " + token}

    def run(self):
        number = 0
        try:
            while not self.ending.is_set():
                number += 1
                self.deliver(*(self.aloware if number % 4 == 0 else self.generic)(number))
                self.ending.wait(1 / self.rate)
        except Trouble as fault:
            self.fault = fault

    def deliver(self, connector, body, identity, headers):
        for attempt in range(60):
            if self.post(connector, body, identity, headers) or self.ending.is_set():
                return
            time.sleep(min(0.05 * (attempt + 1), 0.5))
        self.refused += 1

    def post(self, connector, body, identity, headers):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            self.connection.request("POST", "/webhooks/" + connector, body,
                                    {"Content-Type": "application/json", **headers()})
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.unanswered += 1
            self.connection = None
            return False
        if answer.status in (429, 503):
            return False
        if not 200 <= answer.status < 300:
            raise Trouble(f"{connector} webhook was answered {answer.status}: {text[:200]!r}")
        self.acknowledged += 1
        self.known += json.loads(text)["status"] == "duplicate"
        if identity != "-":
            self.taken.append((connector, body, identity, headers))
        with open(self.ledger, "a", encoding="ascii") as ledger:
            ledger.write(f"{json.loads(text)['position']} {hashlib.sha256(body).hexdigest()} {identity}\n")
        return True

    def end(self):
        self.ending.set()
        self.join(60)
        if self.fault:
            raise self.fault

    def repeat_last(self, count):
        """As a vendor does whose answer was lost: the ledger shows whether it is the same position."""
        for delivery in self.taken[-count:]:
            if not self.post(*delivery):
                raise Trouble("a repeated webhook was not answered although the engine is up")


def now_text():
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{time.time_ns() // 1000 % 10**6:06d}Z"


def standard_headers(identity, body):
    """Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`."""
    key = base64.b64decode(SECRETS["CRASH_GENERIC"].removeprefix("whsec_"))
    timestamp = str(int(time.time()))
    mac = hmac.new(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": identity, "webhook-timestamp": timestamp,
            "webhook-signature": "v1," + base64.b64encode(mac).decode()}


class People(threading.Thread):
    """People who add and edit contacts in the vendors' own interfaces: each change makes a webhook,
    its delivery an echo."""

    systems = ("gohighlevel", "aloware", "generic")

    def __init__(self, sandbox, seed, rate):
        super().__init__(daemon=True)
        self.sandbox, self.rate, self.seed = sandbox, rate, seed
        self.random = random.Random(seed)
        self.ending = threading.Event()
        self.made = []  # (system, id, last ten digits of the phone)
        self.edited = collections.Counter()
        self.edits = 0
        self.fault = None

    def run(self):
        try:
            while not self.ending.is_set():
                self.act()
                self.ending.wait(1 / self.rate)
        except (OSError, Trouble) as fault:
            self.fault = fault

    def act(self):
        system, identity, _ = self.random.choice(self.made or [("", "", "")])
        if identity and self.random.random() < 0.5 and self.edited[identity] < EDITS_OF_ONE:
            self.edits += 1
            self.edited[identity] += 1
            change = {"last_name": f"Morrow x{self.edits}"}
            ask_json(f"{self.sandbox.control}/people/{system}/contacts/{identity}", "PUT", change)
            return
        system = self.random.choice(self.systems)
        number = len(self.made)
        person = {"first_name": "Ines", "last_name": f"Morrow{number}", "company": "Lathe & Sons",
                  "phone": f"+1614{(self.seed % 700) + 200:03d}{number:04d}",
                  "email": f"i{self.seed}.{number}@people.example.com"}
        made = ask_json(f"{self.sandbox.control}/people/{system}/contacts", "POST", person)
        self.made.append((system, identity_of(made), person["phone"][-10:]))

    def end(self):
        self.ending.set()
        self.join(60)
        if self.fault:
            raise Trouble(f"the sandbox's people: {self.fault}")


def identity_of(made):
    """The id of a contact in a vendor's answer, bare or wrapped."""
    for part in (made, made.get("contact"), made.get("data")):
        if isinstance(part, dict) and part.get("id"):
            return part["id"]
    raise Trouble(f"the sandbox made a contact without an id: {sorted(made)}")
