#!/usr/bin/env python3
"""vendors_test.py [--build DIR] [NAME...]: a vendor that cannot be reached, never answers, or answers one
byte a second. Webhooks are taken as before, the other vendors get theirs, memory stays bounded, SIGTERM still
ends it."""
import concurrent.futures
import contextlib
import json
import select
import socket
import threading

import cases
import checks
from house import ask
from limits_test import memory
from stage import NotHere, Stage, wait_until
from traffic import standard_headers

PEOPLE = 40
QUEUED = 600  # more webhooks, all of which wait for the bad vendor
GROWTH_MAX = 256 << 20
ARRIVED_SECONDS = 90


class BlackHole:
    """Connecting to it never ends: nobody takes connections from its full queue."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.port = self.listener.getsockname()[1]
        self.waiting = []
        for _ in range(8):
            caller = socket.socket()
            caller.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                caller.connect(("127.0.0.1", self.port))
            self.waiting.append(caller)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2):
            self.close()
            raise NotHere("a full queue of connections is not full here")

    def close(self):
        for each in [*self.waiting, self.listener]:
            each.close()


class Slow:
    """Accepts; sends a byte a second of `answer`, nothing when that is empty."""

    def __init__(self, answer=b""):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.answer, self.callers = answer, []
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ending.is_set():
            if select.select([self.listener], [], [], 1)[0]:
                self.callers.append((self.listener.accept()[0], [0]))
                continue
            for caller, sent in self.callers:
                with contextlib.suppress(OSError):
                    caller.sendall(self.answer[sent[0]:sent[0] + 1])
                sent[0] += 1

    def close(self):
        self.ending.set()
        self.thread.join(10)
        for caller, _ in self.callers:
            caller.close()
        self.listener.close()


def person(number):
    return {"id": f"v{number}", "first_name": "Bram", "last_name": f"Vale{number}",
            "phone": f"+1415555{number:04d}", "email": f"v{number}@own.example.com"}


def post(stage, number):
    """A person of the generic CRM, whom both others have to get. Gives the status."""
    body = json.dumps({"type": "contact.created", "data": person(number)}).encode()
    headers = {"Content-Type": "application/json", **standard_headers(f"msg_vendor_{number}", body)}
    return ask(stage.engine.url + "/webhooks/generic", "POST", body, headers)[0]


def arrived(stage, numbers):
    contacts = stage.sandbox.get("/state/aloware/contacts")["contacts"]
    return {person(number)["phone"][-10:] for number in numbers} <= {checks.phone_of(c) for c in contacts}


def faults_of_deliveries(stage):
    """The bad vendor was asked, and nothing counts as accepted that it never confirmed."""
    facts = checks.Facts(stage.tools.lines("log", "list", "--reveal", "--reason", "fault test"))
    asked = [d for d in facts.dispatches if facts.intents[d][1] == "gohighlevel"]
    accepted = [d for d in asked if any(kind == "delivery.accepted.v1" for kind, _ in facts.ends[d])]
    faults = [f"{len(accepted)} deliveries to the bad vendor count as accepted"] if accepted else []
    return faults if asked else [*faults, "the bad vendor was never asked: the test showed nothing"]


def with_bad_vendor(build, vendor):
    """GoHighLevel is the bad one; the generic CRM's people must reach Aloware all the same."""
    stage = None
    try:
        stage = Stage(build, vendors={"gohighlevel": f"http://127.0.0.1:{vendor.port}"})
        stage.start()
        faults = [f"webhook {number} was not taken" for number in range(PEOPLE) if post(stage, number) != 200]
        if not wait_until(lambda: arrived(stage, range(PEOPLE)), ARRIVED_SECONDS, 0.3):
            faults.append(f"not all of {PEOPLE} people reached the other vendor in {ARRIVED_SECONDS} s")
        before = memory(stage.engine.process.pid, "VmRSS")
        sender = stage.sender(500)
        taken = wait_until(lambda: sender.acknowledged >= QUEUED, 60, 0.05)
        sender.end()
        faults += [] if taken else [f"only {sender.acknowledged} of {QUEUED} webhooks were taken in 60 s"]
        last = range(PEOPLE, PEOPLE + 5)
        faults += [f"webhook {number} was not taken" for number in last if post(stage, number) != 200]
        if not wait_until(lambda: arrived(stage, last), ARRIVED_SECONDS, 0.3):
            faults.append("behind a queue for the bad vendor the other one was not served any more")
        grown = memory(stage.engine.process.pid, "VmRSS") - before
        faults += [] if grown < GROWTH_MAX else [f"it grew by {grown >> 20} MiB"]
        code = stage.engine.terminate(60)
        faults += [] if code == 0 else [f"SIGTERM ended it with {code}: {stage.last_words()}"]
        stage.engine.stop()
        print(f"    {PEOPLE + 5} people arrived at the other vendor; memory grew by {grown >> 20} MiB")
        return faults + faults_of_deliveries(stage) + stage.faults_of_log()
    finally:
        if stage:
            stage.close()
        vendor.close()


def slow_answer():
    return Slow(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + b"X: y\r\n" * 999)


BAD = {"cannot be reached": BlackHole, "never answers": Slow, "answers a byte a second": slow_answer}


def test_a_vendor_that_cannot_be_reached_never_answers_or_drips(build):
    """The three beside each other: most of it is waiting."""
    with concurrent.futures.ThreadPoolExecutor(len(BAD)) as pool:
        results = list(pool.map(lambda make: with_bad_vendor(build, make()), BAD.values()))
    return [f"a vendor that {name}: {fault}" for name, faults in zip(BAD, results) for fault in faults]


if __name__ == "__main__":
    cases.main(__doc__, globals())
