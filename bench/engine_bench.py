#!/usr/bin/env python3
"""engine_bench.py QUESTION FILE: benchmarks of the running service against the sandbox on this machine.

ingest       durable acknowledgements/s, 256 connections, bodies signed with HMAC-SHA256, against the same
             server answering without work; and once with Ed25519 signatures
ack_latency  p99 of an acknowledgement at 64 connections, against p99 of the empty answer
group_commit appends/s of 64 submitters with natural groups, against one sync for each
sync         distinct contact changes/s until three targets hold them: offered at a steady rate (open loop),
             and as a backlog that is taken faster than it can be passed on
latency      webhook in to each target's dispatch, and to one vendor's call, at 100 changes/s

Ratios come from one run; absolute figures depend on the machine. Load generator, sandbox and service
share its processors.
"""
import contextlib
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/scenarios"))
from clients import GENERIC_SECRET  # noqa: E402
from house import BUILD, House  # noqa: E402

House.program = pathlib.Path(os.environ.get("TIDEMARK_BENCH_SERVICE", House.program))  # script/bench --old
SECONDS = float(os.environ.get("TIDEMARK_BENCH_SECONDS", "20"))
LONG_SECONDS = float(os.environ.get("TIDEMARK_BENCH_LONG_SECONDS", "60"))
ROUNDS = int(os.environ.get("TIDEMARK_BENCH_ROUNDS", "3"))
RATE = int(os.environ.get("TIDEMARK_BENCH_RATE", "1200"))  # changes/s that `sync` offers
BACKLOG = int(os.environ.get("TIDEMARK_BENCH_CHANGES", "20000"))
FREE = {"requests_per_second": 0, "burst": 10000, "concurrency": 32}
_seed = [int(time.time()) % 40000]


def say(text):
    print(f"  {text}", flush=True)


def row(name, unit, value, baseline_name=None, baseline=None, values=()):
    ratio = value / baseline if baseline else None
    return {"name": name, "unit": unit, "value": value, "baseline_name": baseline_name, "baseline": baseline,
            "ratio": ratio, "runs": max(1, len(values)), "min": min(values, default=value),
            "max": max(values, default=value)}


def load(base, *options, connector="gohighlevel"):
    """Runs the load generator; gives its closing JSON line."""
    _seed[0] += 1
    if connector == "generic":
        options += ("--standard-secret", GENERIC_SECRET)
    command = [BUILD / "bench/load_webhooks", "--url", base + "/webhooks/" + connector, "--seed",
               str(_seed[0]), "--quiet", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


class EmptyServer:
    def __init__(self):
        self.process = subprocess.Popen([BUILD / "bench/empty_gateway"], stdout=subprocess.PIPE, text=True)
        self.base = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


def free_house():
    """Limits off; closed whatever happens, for nothing is to run on after a question."""
    return contextlib.closing(House(changes={name: FREE for name in ("gohighlevel", "aloware", "verity",
            "generic")}))


def against_empty(connections, seconds, rounds, figure, connector="generic"):
    """Service and empty server in turn; the service's interpreter is at work all the time."""
    ours, empty = [], []
    for number in range(rounds):
        common = ["--connections", connections, "--seconds", seconds, "--warmup", 2]
        with contextlib.closing(EmptyServer()) as server:
            empty.append(figure(load(server.base, *common, "--no-signature", connector=connector)))
        # Limits of the outside as in real life: deliveries wait, decisions do not.
        with contextlib.closing(House()) as house:
            ours.append(figure(load(house.base, *common, connector=connector)))
        say(f"round {number + 1}: {ours[-1]:,.0f} against {empty[-1]:,.0f}, ratio {ours[-1] / empty[-1]:.2f}")
    return ours, empty


def ingest():
    ours, empty = against_empty(256, SECONDS, ROUNDS, lambda r: r["acks_per_second"])
    rows = [row("ingest", "acks/s", statistics.median(ours), "empty answer", statistics.median(empty), ours)]
    say("the same with GoHighLevel's Ed25519 signatures, whose check costs more than all the rest")
    ours, empty = against_empty(256, SECONDS, 1, lambda r: r["acks_per_second"], "gohighlevel")
    return [*rows, row("ingest_ed25519", "acks/s", ours[0], "empty answer", empty[0], ours)]


def ack_latency():
    ours, empty = against_empty(64, LONG_SECONDS, 1, lambda r: float(r["p99_us"]))
    return [row("ack_p99", "us", ours[0], "empty answer p99", empty[0], ours)]


def group_commit():
    done = subprocess.run([BUILD / "bench/log_bench"], capture_output=True, text=True, check=True)
    figures = {one["name"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}
    say(json.dumps(figures))
    grouped = next(value for name, value in figures.items() if "group" in name)
    single = next(value for name, value in figures.items() if "one_sync" in name or "single" in name)
    return [row("group_commit", "appends/s", grouped, "one sync for each", single)]


def metrics(house):
    return urllib.request.urlopen(house.base + "/metrics").read().decode()


def waiting(house):
    lags = [int(n) for n in re.findall(r'follower_lag\{[^}]*\} (\d+)', metrics(house))]
    return max(lags, default=1)


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until_held(house, changes, start):
    """Until every follower is through and each of the three targets holds every contact."""
    while waiting(house) > 0:
        if time.monotonic() - start > 600:
            raise AssertionError("the changes did not arrive within ten minutes")
        time.sleep(0.05)
    seconds = time.monotonic() - start
    counts = json.loads(urllib.request.urlopen(house.urls["control"] + "/counts").read())
    held = {name: counts[name]["contacts"] for name in ("aloware", "generic", "verity")}
    if any(count != changes for count in held.values()):
        raise AssertionError(f"{changes} changes, but the targets hold {held}")
    return seconds


def sync_once(changes, *pace):
    """Gives changes/s from the first request until all three targets hold all, and the service's CPU."""
    with free_house() as house:
        house.sandbox.set(echo=False)
        cpu = cpu_seconds(house.service)
        start = time.monotonic()
        load(house.base, "--connections", 64, "--count", changes, "--warmup", 0, "--contacts", changes, *pace)
        taken = time.monotonic() - start
        seconds = wait_until_held(house, changes, start)
        each = (cpu_seconds(house.service) - cpu) / changes * 1000
    say(f"{changes} changes: taken in {taken:.1f} s, in all three targets after {seconds:.1f} s: "
        f"{changes / seconds:,.0f} changes/s, {each:.2f} ms of the service's CPU each")
    return changes / seconds, each


def sync():
    """The offered rate is the most that the first row can show: it is close to it when nothing piles up."""
    offered = int(RATE * SECONDS)
    steady = [sync_once(offered, "--rate", RATE, "--seconds", SECONDS + 60) for _ in range(ROUNDS)]
    backlog = [sync_once(BACKLOG, "--seconds", 300) for _ in range(ROUNDS)]
    rows = []
    for name, runs in (("sync_offered", steady), ("sync_backlog", backlog)):
        rates, each = zip(*runs)
        offer = ("offered", RATE) if runs is steady else (None, None)
        rows += [row(name, "changes/s", statistics.median(rates), *offer, rates),
                 row(name + "_cpu", "ms/change", statistics.median(each), values=each)]
    return rows


def latency():
    """From the durable webhook to the first dispatch at each target of the contact, and to one vendor's
    receipt. A contact's dispatches are recorded one after another, so one target alone tells their order."""
    with free_house() as house:
        house.sandbox.set(echo=False)
        load(house.base, "--connections", 8, "--rate", 100, "--seconds", SECONDS, "--warmup", 0)
        house.settle()
        received, intended, dispatched = {}, {}, {}
        for event in house.events():
            if event["type"] == "webhook.received.v1":
                received[event["position"]] = microseconds(event["at"])
            elif event["type"] == "delivery.intended.v1":
                intended[event["data"]["delivery"]] = event["cause"]
            elif event["type"] == "delivery.dispatched.v1":
                dispatched.setdefault(event["data"]["delivery"], microseconds(event["at"]))
        calls = json.loads(urllib.request.urlopen(house.urls["control"]
                + "/state/generic/received?limit=100000").read())
    left = [at - received[intended[delivery]] for delivery, at in dispatched.items()]
    arrived = [one["at"] - received[intended[one["key"]]] for one in calls["received"]]
    return (latency_rows("webhook_to_dispatch", "each target's dispatch", left)
            + latency_rows("webhook_to_call", "the generic vendor's receipt", arrived))


def latency_rows(name, to, spent):
    spent = sorted(one / 1000 for one in spent)
    p50, p99 = spent[len(spent) // 2], spent[len(spent) * 99 // 100]
    say(f"{len(spent)} times from the durable webhook to {to}: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    return [row(name + "_mean", "ms", statistics.mean(spent)),
            row(name + "_p50", "ms", p50, values=[spent[0], spent[-1]]), row(name + "_p99", "ms", p99)]


def microseconds(rfc3339):
    from datetime import datetime, timezone
    moment = datetime.strptime(rfc3339, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def main():
    questions = {f.__name__: f for f in (ingest, ack_latency, group_commit, sync, latency)}
    if len(sys.argv) != 3 or sys.argv[1] not in questions:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is closed
    pathlib.Path(sys.argv[2]).write_text(json.dumps(questions[sys.argv[1]](), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
