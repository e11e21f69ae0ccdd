#!/usr/bin/env python3
"""consent.py FILE: how fast a STOP holds, among 100,000 contacts and behind 20,000 waiting deliveries.

From the moment at which the webhook with the STOP is on disk (its event's time): until the statement is
decided, from where on no send can pass (until then every send waits for it, so none passes either), and until
the request that tells of it has left for every system that knows the person. The waiting deliveries are
creations in two systems of limited speed, in which the persons who say STOP stand too. As the baseline
stands the same with nothing waiting, from the same run.
"""
import json
import os
import pathlib
import signal
import statistics
import sys
import time

import engine_bench as bench
from engine_bench import FREE, House, load, microseconds, row, say
from scale import ScaleHouse

CONTACTS = int(os.environ.get("TIDEMARK_BENCH_CONTACTS", "100000"))
WAITING = int(os.environ.get("TIDEMARK_BENCH_WAITING", "20000"))
STOPS = int(os.environ.get("TIDEMARK_BENCH_STOPS", "300"))
EVERY = 0.05  # seconds between two
SLOW = {"requests_per_second": 100, "burst": 100}
SEED, BACKLOG_SEED = 7, 8
TARGETS = ("gohighlevel", "aloware")


def phone(contact, seed=SEED):
    return f"+1{201 + seed % 700:03d}{contact:07d}"


def connectors(sends, speed):
    targets = {name: {**speed, "receives": sends} for name in TARGETS}
    return {**targets, "generic": {**FREE, "receives": False}}


class ConsentHouse(ScaleHouse):
    def restart_with(self, sends, speed):
        self.stop_service()
        self.changes = connectors(sends, speed)
        self.start_service()

    def last_position(self):
        return self.tool("digest")[0]["position"]

    def since(self, position, kind):
        listed = self.tool("log", "list", "--from", position + 1, "--type", kind)
        return [each for each in listed if "position" in each]


def wait_until(what, check, patience=120):
    end = time.monotonic() + patience
    while not check():
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(0.1)


def make_contacts(house):
    """Those who will say STOP stand in all systems, the others nowhere else: they are what is searched among."""
    house.restart_with(False, FREE)
    persons = 2 * STOPS
    taken = house.send(CONTACTS - persons, contacts_from=persons)
    assert taken["acknowledged_in_all"] == CONTACTS - persons, taken
    house.wait_for_lag(0)
    house.restart_with(True, FREE)
    house.send(persons)
    wait_until("the persons stand in both systems", lambda: all(
        json_counts(house)[name]["contacts"] == persons for name in TARGETS))
    house.wait_for_lag(0)


def json_counts(house):
    return house.sandbox.control("GET", "/counts")


def say_stop(house, first):
    """So many persons say STOP, one after the other. Gives milliseconds until decided and until requested."""
    begin = house.last_position()
    for contact in range(first, first + STOPS):
        house.sandbox.text(phone(contact), "STOP")
        time.sleep(EVERY)
    told = {}

    def all_told():
        for event in house.since(begin, "action.intended.v1"):
            if event["data"]["action"] == "opt_out":
                told[event["data"]["delivery"]] = event["correlation"]
        return len(told) == STOPS * len(TARGETS)  # the texting system holds it at the gate
    wait_until(f"{STOPS} opt-outs are to be told", all_told)
    left = {}

    def all_left():
        for event in house.since(begin, "delivery.dispatched.v1"):
            if event["data"]["delivery"] in told:
                left.setdefault(event["data"]["delivery"], microseconds(event["at"]))
        return len(left) == len(told)
    wait_until("every system is being told", all_left)
    received = {e["position"]: microseconds(e["at"]) for e in house.since(begin, "webhook.received.v1")
                if e["data"]["connector"] == "verity"}
    decided = {}
    for event in house.since(begin, "consent.changed.v1"):
        decided.setdefault(event["correlation"], microseconds(event["at"]))
    closed = sorted((decided[at] - time_) / 1000 for at, time_ in received.items() if at in decided)
    assert len(closed) == STOPS, f"{len(closed)} of {STOPS} decided"
    requested = {}
    for delivery, root in told.items():
        requested[root] = max(requested.get(root, 0), left[delivery])
    return closed, sorted((requested[at] - received[at]) / 1000 for at in requested)


def p99(values):
    return values[len(values) * 99 // 100]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    house = ConsentHouse()
    try:
        say(f"{CONTACTS} contacts, {2 * STOPS} of them in {len(TARGETS)} more systems")
        make_contacts(house)
        idle = say_stop(house, 0)
        house.restart_with(True, SLOW)
        # Twice as many as needed: some leave while the persons speak.
        load(house.base, "--connections", 64, "--count", WAITING, "--warmup", 0, "--seconds", 600,
             "--contact-seed", BACKLOG_SEED, "--first-contact", 0, connector="generic")
        wait_until("the deliveries wait", lambda: waiting_deliveries(house) >= WAITING)
        before = waiting_deliveries(house)
        busy = say_stop(house, STOPS)
        after = waiting_deliveries(house)
    finally:
        house.close()
    say(f"{before} deliveries waited at first, {after} at the end")
    assert after >= WAITING // 2, "the backlog was gone before the end"
    rows = []
    for number, name in ((0, "stop_to_closed"), (1, "stop_to_requested")):
        for quantile, of in (("p50", statistics.median), ("p99", p99)):
            rows.append(row(f"{name}_{quantile}", "ms", of(busy[number]), "nothing waiting", of(idle[number]),
                            busy[number]))
    pathlib.Path(sys.argv[1]).write_text(json.dumps(rows, indent=1) + "\n")
    return 0


def waiting_deliveries(house):
    return int(house.figure('tidemark_follower_waiting{follower="acme/delivery/'))


if __name__ == "__main__":
    sys.exit(main())
