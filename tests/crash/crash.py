#!/usr/bin/env python3
"""crash.py [--rounds N] [--seed N] [--failpoints all|none|NAME,...] [--keep]: kills the engine.

Each round sends signed webhooks over HTTP to tidemarkd while the sandbox vendors run, kills it with
SIGKILL at a random time, starts it on the same data folder, and kills it once more where a failpoint
of base/failpoint.hpp dies. At the end it lets everything settle, stops it with SIGTERM and checks the
log with the tools. Exit code 0 only if every check holds.
"""
import argparse
import pathlib
import random
import re
import shutil
import sys
import tempfile
import time

import checks
from house import ROOT, Engine, Sandbox, Tools, Trouble, ask_json, wait_until
from traffic import Load, People, Sender

FAILPOINT_SECONDS = 30
SETTLE_SECONDS = 180
REASON = ("--reveal", "--reason", "crash test")
# Passages between two groups or table writes: few are made in a second, so the last ones are rare.
PASSAGES = (1, 2, 3, 5, 8, 20, 50)
# The index is written about every two seconds (storage/index/log_index.cpp).
SELDOM = {"index.before_write": (1, 2, 3, 5)}


def registered_failpoints():
    """Those that the workload passes; tests/scenarios/accounts_test.py and store_key_test.py kill at the rest."""
    text = (ROOT / "base/failpoint.hpp").read_text()
    names = re.findall(r'"([a-z_]+\.[a-z_]+)"', text[text.index("names{"):])
    return [name for name in names if not name.startswith(("token.", "file."))]


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release",
                        help="folder of the programs")
    parser.add_argument("--rounds", type=int, default=10, help="two kills each")
    parser.add_argument("--seed", type=int, default=None, help="of all random choices; printed")
    parser.add_argument("--failpoints", default="all", help="all, none, or names with commas")
    parser.add_argument("--rate", type=int, default=60, help="webhooks a second of each of the two loads")
    parser.add_argument("--keep", action="store_true", help="keep the folder also when all holds")
    options = parser.parse_args(arguments)
    options.seed = random.randrange(1, 30000) if options.seed is None else options.seed
    known = registered_failpoints()
    options.points = {"all": known, "none": []}.get(options.failpoints, options.failpoints.split(","))
    unknown = set(options.points) - set(known)
    if unknown:
        parser.error(f"no failpoint {', '.join(unknown)}; there are {', '.join(known)}")
    return options


class Rounds:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.sandbox = Sandbox(options.build, folder, seed=options.seed % 60000 + 1)
        self.engine = Engine(options.build, folder, self.sandbox.urls)
        self.tools = Tools(options.build, self.engine.data)
        self.sandbox.set_engine(self.engine.url)
        self.ledgers, self.loads, self.troubles, self.people = [], 0, [], []
        self.kills = self.starts = 0
        self.tried = set()
        self.fired = {name: 0 for name in options.points}
        self.resent = self.known = 0

    def start(self, failpoints="", wait=True):
        self.starts += 1
        return self.engine.start(failpoints, wait)

    def ledger(self, name):
        path = self.folder / f"ledger-{name}"
        self.ledgers.append(path)
        return path

    def new_loads(self, seconds):
        """Creates, and updates of contacts that come again and again."""
        loads = []
        # Few updates each: more than five in ten minutes are parked as flapping, by design.
        for contacts in (0, max(1, self.options.rate * seconds // 4)):
            self.loads += 1
            seed = (self.options.seed * 37 + self.loads) % 59999 + 1
            loads.append(Load(self.options.build, self.engine.url, self.ledger(f"load-{self.loads}"), seed,
                              self.options.rate, seconds, contacts))
        return loads

    def play(self, number):
        """One round: a kill at a random time, a kill at a failpoint."""
        point = self.options.points[number % len(self.options.points)] if self.options.points else None
        people = People(self.sandbox, self.options.seed * 53 + number, 12)
        sender = Sender(self.engine.port, self.ledger(f"own-{number}"), self.options.seed * 61 + number, 25)
        loads = self.new_loads(5 if point else 3)
        self.vendor_trouble()
        people.start()
        sender.start()
        if not self.engine.running():
            self.start_well()
        self.kill_after(self.random.uniform(0.2, 2.5))
        if self.random.random() < 0.3:  # recovery must survive a kill, too
            self.start(wait=False)
            self.kill_after(self.random.uniform(0.01, 0.4))
        if point:
            self.kill_at(point)
        self.check_between()
        self.start_well()
        people.end()
        self.people += people.made
        sender.end()
        sender.repeat_last(20)
        results = [load.end() for load in loads]
        self.resent += sum(r.get("lost", 0) for r in results) + sender.unanswered
        self.known += sum(r.get("duplicates", 0) for r in results) + sender.known
        return sum(r.get("acknowledged_in_all", 0) for r in results) + sender.acknowledged

    def vendor_trouble(self):
        """A few requests go wrong on the vendors' side, so that retries and look-ups are under way."""
        for system, behaviour in (("aloware", "effect_then_reset"), ("gohighlevel", "effect_then_reset"),
                                  ("generic", "effect_then_reset")):
            ask_json(self.sandbox.control + "/faults", "POST",
                     {"system": system, "match": "POST", "behaviour": behaviour, "times": 2})
        ask_json(self.sandbox.control + "/faults", "POST",
                 {"system": "generic", "match": "POST", "status": 503, "times": 3})

    def start_well(self):
        if not self.start():
            raise Trouble(f"the engine did not come up after {self.kills} kills: see {self.engine.log}")

    def kill_after(self, seconds):
        time.sleep(seconds)
        self.engine.kill()
        self.kills += 1

    def kill_at(self, point):
        every = self.random.choice(SELDOM.get(point, PASSAGES))
        self.start(f"{point}=1in:{every}:kill")
        code = self.engine.wait_end(FAILPOINT_SECONDS)
        self.tried.add(point)
        if code is None:
            self.troubles.append(f"failpoint {point} was not passed {every} times in {FAILPOINT_SECONDS} s")
            self.engine.kill()
        elif code == -9:
            self.fired[point] += 1
        else:
            self.troubles.append(f"failpoint {point}: ended with code {code} instead of being killed")
        self.kills += 1

    def check_between(self):
        """A folder as a kill left it is whole, also for a reader that may change nothing."""
        code, lines, errors = self.tools.run("verify")
        if code != 0:
            self.troubles.append(f"verify after kill {self.kills} ended with {code}: {lines[-1:]} "
                                 + errors[-300:])

    def settle(self):
        """Until nothing waits anywhere."""
        ask_json(self.sandbox.control + "/faults", "DELETE")
        calm = 0

        def quiet():
            nonlocal calm
            waiting = self.engine.metrics("tidemark_follower_waiting")
            lag = self.engine.metrics("tidemark_follower_lag")
            pending = self.sandbox.get("/counts")["webhooks_pending"]
            self.unsettled = {"waiting": waiting, "lag": lag, "webhooks": pending}
            busy = not waiting or pending or any(waiting.values()) or any(lag.values())
            calm = 0 if busy else calm + 1
            return calm >= 8  # the service's figures are renewed once a second

        if not wait_until(quiet, SETTLE_SECONDS, 0.4):
            self.troubles.append(f"did not settle within {SETTLE_SECONDS} s: {self.unsettled}")

    def collect(self):
        """What the vendors say, before they end."""
        systems = ("gohighlevel", "aloware", "generic")
        self.ended = {s: self.sandbox.get(f"/state/{s}/webhooks")["webhooks"] for s in systems}
        self.received = self.sandbox.get("/state/generic/received")["received"]
        self.contacts = {s: self.sandbox.get(f"/state/{s}/contacts")["contacts"] for s in systems}

    def close(self):
        self.engine.stop()
        self.sandbox.stop()


class Verdicts:
    """One line for each check, in the words of script/test."""

    def __init__(self):
        self.passed = self.failed = 0

    def add(self, name, faults):
        for fault in faults:
            print(f"    {fault}")
        print(f"FAIL {name}: {faults[0]}" if faults else f"  ok {name}", flush=True)
        self.failed += bool(faults)
        self.passed += not faults


def judge(rounds, exit_code, verdicts, counts):
    tools = rounds.tools
    ledger = checks.Ledger()
    for path in rounds.ledgers:
        ledger.read(path)
    facts = checks.Facts(tools.lines("log", "list", *REASON))
    counts["events"] = len(facts.positions)
    verdicts.add("SIGTERM ends it with code 0", [] if exit_code == 0 else [f"the exit code was {exit_code}"])
    verdicts.add("every restart comes up, settles and leaves a whole folder", rounds.troubles)
    unfired = [name for name in sorted(rounds.tried) if rounds.fired[name] == 0]
    name = f"every failpoint fired ({len(rounds.tried)} of {len(rounds.options.points)} were armed)"
    verdicts.add(name, [f"never fired: {', '.join(unfired)}"] if unfired else [])
    verdicts.add("positions are dense", checks.positions_dense(facts))
    verdicts.add("one writer at a time", checks.epochs_rise(facts, rounds.starts))
    verdicts.add("the hash chain is intact",
                 checks.chain_intact(tools.lines("log", "export", "--as", "raw", *REASON)))
    verdicts.add("every acknowledged webhook is in the log exactly once",
                 checks.acknowledged_once(ledger, facts, counts)
                 + checks.sandbox_acknowledged_once(rounds.ended, facts))
    verdicts.add("every webhook and command was decided exactly once",
                 checks.nothing_undecided(facts) + checks.decided_once(facts))
    verdicts.add("every delivery was attempted or ended with a reason",
                 checks.deliveries_attempted(facts, counts))
    verdicts.add("all attempts carry the same key and take effect once",
                 checks.same_key_each_attempt(facts, rounds.received))
    verdicts.add("no contact was made twice", checks.no_contact_twice(rounds.contacts))
    untold = checks.given_up(rounds.ended)
    counts["given_up_by_vendors"] = sum(not about.startswith("aloware/") for about in untold)
    verdicts.add("what people added arrived everywhere",
                 checks.people_arrived(rounds.people, rounds.contacts, untold))
    judge_with_tools(tools, rounds.folder / "rebuilt", verdicts, counts)


def judge_with_tools(tools, copy, verdicts, counts):
    code, lines, errors = tools.run("verify", "--tables")
    good = code == 0 and lines[-1]["summary"]["holds"]
    verdicts.add("verify holds", [] if good else [f"{code} {lines[-1:]} {errors}"])
    code, lines, errors = tools.run("replay", "verify")
    summary = lines[-1]["summary"] if lines else {}
    counts["decisions_recomputed"] = summary.get("recomputed")
    good = code == 0 and summary.get("differences") == 0 and summary.get("recomputed", 0) > 0
    verdicts.add("replay verify finds no difference", [] if good else [f"{code} {lines[-2:]} {errors}"])
    shutil.copytree(tools.data, copy)
    _, before, _ = tools.run("digest")
    _, rebuilt, _ = tools.run("rebuild", data=copy)
    _, after, _ = tools.run("digest", data=copy)
    verdicts.add("the digest equals a rebuild", checks.digests_equal(before[0], after[0], rebuilt))


def main(arguments):
    options = parse(arguments)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-crash-"))
    print(f"crash: {options.rounds} rounds, --seed {options.seed}, in {folder}", flush=True)
    verdicts, counts = Verdicts(), {}
    rounds = Rounds(options, folder)
    began = time.monotonic()
    try:
        for number in range(options.rounds):
            acknowledged = rounds.play(number)
            print(f"  round {number + 1}/{options.rounds}: {rounds.kills} kills, {acknowledged} acknowledged,"
                  f" {time.monotonic() - began:.0f} s", flush=True)
        rounds.settle()
        rounds.collect()
        exit_code = rounds.engine.terminate()
        print(f"  settled and stopped after {time.monotonic() - began:.0f} s", flush=True)
        judge(rounds, exit_code, verdicts, counts)
    except Trouble as trouble:
        verdicts.add("the rounds could be played", [str(trouble), *rounds.troubles])
    finally:
        rounds.close()
    print(f"crash: kills {rounds.kills}, failpoints {rounds.fired}, resent {rounds.resent}, "
          f"answered as known {rounds.known}, "
          + ", ".join(f"{name} {value}" for name, value in counts.items()), flush=True)
    if verdicts.failed or options.keep:
        print(f"crash: kept {folder}; repeat with --seed {options.seed} --rounds {options.rounds}")
    else:
        shutil.rmtree(folder)
    print(f"suite: {verdicts.passed} passed, {verdicts.failed} failed, 0 skipped")
    return 1 if verdicts.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
