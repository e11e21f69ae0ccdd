#!/usr/bin/env python3
"""scale.py FILE: the engine on a large log: 5 million events about a million contacts.

The log is made as in life, by webhooks that the running service takes and decides; every 32nd contact is
also brought to the three other systems of the sandbox. Then are measured: start to ready (after a clean
stop, with a cold page cache, after kill -9 under load), memory with sleeping and with awake contacts,
wake-ups, the tools' first answer, and a steady load. `tidemark verify` and a sample of `replay verify` must
hold.

TIDEMARK_BENCH_EVENTS (5000000) says how large, TIDEMARK_BENCH_FOLDER names a folder that is made once and
used again (default: a new one, removed at the end). script/bench --full makes the load 30 minutes long.
"""
import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

import engine_bench as bench
from engine_bench import BUILD, FREE, House, row, say

EVENTS = int(os.environ.get("TIDEMARK_BENCH_EVENTS", "5000000"))
FOLDER = os.environ.get("TIDEMARK_BENCH_FOLDER", "")
FULL = os.environ.get("TIDEMARK_FULL") == "1"
CONTACTS = EVENTS // 5  # a contact that goes nowhere else: webhook, reading, card, observation, change
DELIVERED_PART = 32  # one of so many contacts also goes to the other systems
AWAKE = min(50_000, CONTACTS // 4)
CHUNK = 50_000  # webhooks; then the service decides them
LAG = 20_000  # events that may wait before the next chunk
SLICES, SLICE_SECONDS = (30, 60) if FULL else (6, 5)
STEADY_RATE = int(os.environ.get("TIDEMARK_BENCH_STEADY_RATE", "150"))  # changes/s, each to three systems
STARTS = 5
SEED = 7  # of the contacts
PATIENCE = 3600
SAMPLE = 20_000  # newest events that replay verify recomputes
MIB = 1 << 20


class ScaleHouse(House):
    """A service beside the sandbox whose data folder may be kept, with or without sending to others."""

    def __init__(self, data=None, sends=False):
        self.wanted_data = data
        super().__init__(changes=self.connectors(sends))
        self.sandbox.set(echo=False)

    @staticmethod
    def connectors(sends):
        return {name: {**FREE, "receives": sends} for name in ("gohighlevel", "aloware", "verity", "generic")}

    def start_sandbox(self):
        super().start_sandbox()
        if self.wanted_data:
            self.data = pathlib.Path(self.wanted_data)

    def restart_as(self, sends):
        self.stop_service()
        self.changes = self.connectors(sends)
        self.start_service()

    def send(self, count, *more, contacts_from=0, rate=None, seconds=PATIENCE):
        """So many webhooks about contacts of the log; gives the load generator's figures."""
        pace = ["--rate", rate] if rate else []
        return bench.load(self.base, "--connections", 64, "--count", count, "--warmup", 0, "--seconds",
                          seconds, "--contact-seed", SEED, "--first-contact", contacts_from, *pace, *more,
                          connector="generic")

    def touch(self, count, choice, **pace):
        """One change of each of so many contacts that lie far apart."""
        return self.send(count, "--mode", "update", "--contacts", CONTACTS, "--scatter", choice, **pace)

    def wait_for_lag(self, most):
        end = time.monotonic() + PATIENCE
        while bench.waiting(self) > most:
            if time.monotonic() > end:
                raise AssertionError(f"the service was still behind after {PATIENCE} s")
            time.sleep(0.05)

    def figure(self, name):
        """The value of a metric, summed over its labels."""
        return sum(float(line.rsplit(" ", 1)[1]) for line in bench.metrics(self).splitlines()
                   if line.startswith(name) and not line.startswith("#"))

    def memory(self):
        """MiB in memory, and the most so far."""
        fields = dict(line.split(":", 1) for line in
                      pathlib.Path(f"/proc/{self.service.pid}/status").read_text().splitlines())
        return (int(fields[name].split()[0]) * 1024 / MIB for name in ("VmRSS", "VmHWM"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.service.pid}/fd"))

    def start_to_ready(self):
        """Seconds from starting the process until /health/ready says 200."""
        started = time.monotonic()
        self.start_service()
        with urllib.request.urlopen(self.base + "/health/ready") as answer:
            assert answer.status == 200
        return time.monotonic() - started


# ---- the log

def make_log(house):
    """The contacts that stay where they are, then those that go to the other systems."""
    started = time.monotonic()
    delivered = CONTACTS // DELIVERED_PART
    for sends, begin, end in ((False, 0, CONTACTS - delivered), (True, CONTACTS - delivered, CONTACTS)):
        house.restart_as(sends)
        for first in range(begin, end, CHUNK):
            count = min(CHUNK, end - first)
            taken = house.send(count, contacts_from=first)
            assert taken["acknowledged_in_all"] == count, taken
            house.wait_for_lag(LAG)
            if first % (CHUNK * 4) == 0:
                say(f"{first + count:,} contacts after {time.monotonic() - started:.0f} s, "
                    f"{next(house.memory()):.0f} MiB")
        house.wait_for_lag(0)
    events = int(house.figure("tidemark_log_position"))
    seconds = time.monotonic() - started
    size = sum(file.stat().st_size for file in house.data.rglob("*") if file.is_file()) / (1 << 30)
    say(f"{events:,} events about {CONTACTS:,} contacts in {seconds:.0f} s, {size:.1f} GiB")
    return [row("scale_events", "events", events), row("scale_made", "events/s", events / seconds),
            row("scale_folder", "GiB", size)]


def check_log(house):
    """After all this the whole folder verifies, and the newest decisions come out again."""
    last = int(house.figure("tidemark_log_position"))
    house.stop_service()
    for arguments in (["verify"], ["replay", "verify", "--from", str(max(1, last - SAMPLE))]):
        started = time.monotonic()
        done = subprocess.run([BUILD / "tidemark", "--data", house.data, *arguments], capture_output=True,
                              text=True)
        if done.returncode:
            raise AssertionError(f"tidemark {' '.join(arguments)} ended with {done.returncode}: "
                                 f"{done.stdout[-800:]} {done.stderr[-800:]}")
        say(f"{' '.join(arguments)} holds, {time.monotonic() - started:.1f} s")


# ---- start

def forget_pages(folder):
    """Takes the folder's files out of the page cache, as after a reboot."""
    for file in folder.rglob("*"):
        if file.is_file():
            handle = os.open(file, os.O_RDONLY)
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def clean_starts(house, cold=False):
    seconds = []
    for _ in range(STARTS):
        house.stop_service()
        if cold:
            forget_pages(house.data)
        seconds.append(house.start_to_ready())
    return seconds


def killed_starts(house, choice):
    """Ready again after kill -9 in the middle of a load, and until all that was acknowledged is decided."""
    ready, decided = [], []
    for number in range(3):
        load = threading.Thread(target=lambda n=number: lenient(house.touch, AWAKE, choice + n, seconds=20))
        load.start()
        time.sleep(4)
        house.kill_service()
        ready.append(house.start_to_ready())
        started = time.monotonic()
        load.join()
        house.wait_for_lag(0)
        decided.append(time.monotonic() - started)
        say(f"killed under load: ready after {ready[-1]:.2f} s, all decided {decided[-1]:.1f} s later")
    return ready, decided


def lenient(call, *arguments, **more):
    with contextlib.suppress(subprocess.CalledProcessError):  # the service is killed meanwhile
        call(*arguments, **more)


def starts(house):
    with contextlib.closing(ScaleHouse()) as empty:
        nothing = statistics.median(clean_starts(empty))
    say(f"start to ready of an empty folder: {nothing:.3f} s")
    rows = []
    for name, cold in (("start_ready", False), ("start_ready_cold", True)):
        seconds = clean_starts(house, cold)
        rows.append(row(name, "s", statistics.median(seconds), "empty folder", nothing, seconds))
        say(f"{name}: {', '.join(f'{each:.2f}' for each in seconds)} s")
    ready, decided = killed_starts(house, choice=100)
    return [*rows, row("start_ready_killed", "s", statistics.median(ready), "empty folder", nothing, ready),
            row("killed_to_decided", "s", statistics.median(decided), values=decided)]


# ---- contacts

def wakeups(house):
    """Changes of contacts that sleep, from the first webhook until each is decided; then the same contacts
    again, which are awake. Decisions only: nothing is sent to the other systems."""
    house.restart_as(sends=False)
    asleep, _ = house.memory()
    assert house.figure("tidemark_contacts_awake") == 0
    rates = []
    for what in ("asleep", "awake"):
        started = time.monotonic()
        house.touch(AWAKE, choice=1)
        house.wait_for_lag(0)
        rates.append(AWAKE / (time.monotonic() - started))
        say(f"{AWAKE:,} changes of contacts that are {what}: {rates[-1]:,.0f} decided/s")
    live, most = house.memory()
    awake = house.figure("tidemark_contacts_awake")
    say(f"{asleep:.0f} MiB with nobody awake, {live:.0f} MiB with {awake:,.0f} of {CONTACTS:,}, "
        f"at most {most:.0f} MiB")
    return [row("wakeups", "contacts/s", rates[0], "awake already", rates[1]),
            row("contacts_awake", "contacts", awake),
            row("memory_asleep", "MiB", asleep), row("memory_live", "MiB", live, "asleep", asleep),
            row("memory_most", "MiB", most, "asleep", asleep)]


# ---- tools

def tools(house):
    """Seconds until a tool has answered, service stopped and running."""
    last = int(house.figure("tidemark_log_position"))
    known = f"generic:LOD{SEED:05d}"
    questions = {
        "list_first": ["log", "list", "--limit", "1"],
        "list_newest": ["log", "list", "--from", str(last - 10), "--limit", "10"],
        "explain_record": ["explain", "--contact", f"{known}{CONTACTS // 3:012d}"],
        "explain_email": ["explain", "--contact", f"p{SEED:03d}{CONTACTS // 2:07d}@load.example.com"],
        "explain_webhook": ["explain", "--webhook", str(first_webhook(house))],
        "list_contact": ["log", "list", "--contact", f"{known}{CONTACTS // 4:012d}", "--limit", "5"],
    }
    rows = []
    for state in ("running", "stopped"):
        if state == "stopped":
            house.stop_service()
        for name, arguments in questions.items():
            seconds = [timed_tool(house.data, arguments) for _ in range(3)]
            rows.append(row(f"tool_{name}_{state}", "s", statistics.median(seconds), values=seconds))
    house.start_service()
    slowest = max(rows, key=lambda each: each["value"])
    say(f"slowest tool: {slowest['name']}, {slowest['value']:.2f} s")
    return rows


def first_webhook(house):
    found = house.tool("log", "list", "--type", "webhook.received", "--limit", "1")
    return next(each["position"] for each in found if "position" in each)


def timed_tool(data, arguments):
    started = time.monotonic()
    done = subprocess.run([BUILD / "tidemark", "--data", data, *arguments], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"tidemark {arguments} ended with {done.returncode}: {done.stderr[-800:]}")
    return time.monotonic() - started


# ---- steady load

def steady(house):
    """Changes of contacts far apart, each brought to the other systems; a slice is one run of the load."""
    house.restart_as(sends=True)
    slices = []
    for number in range(SLICES):
        result = house.touch(STEADY_RATE * SLICE_SECONDS, choice=10_000 + number, rate=STEADY_RATE,
                             seconds=SLICE_SECONDS)
        slices.append({"p50": result["p50_us"], "p99": result["p99_us"], "memory": next(house.memory()),
                       "descriptors": house.descriptors(), "behind": bench.waiting(house)})
        say(f"slice {number + 1} of {SLICES}: " + ", ".join(f"{k} {v:,.0f}" for k, v in slices[-1].items()))
    third = len(slices) // 3
    rows = []
    for name, unit in (("p50", "us"), ("p99", "us"), ("memory", "MiB"), ("descriptors", "files")):
        begin, end = ([each[name] for each in part] for part in (slices[:third], slices[-third:]))
        rows.append(row(f"steady_{name}", unit, statistics.median(end), "first third",
                        statistics.median(begin), end))
    house.wait_for_lag(0)
    return rows


def settle(house):
    """A kept folder may have been left in the middle of a run."""
    for sends in (True, False):
        house.restart_as(sends)
        house.wait_for_lag(0)


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is closed
    data = pathlib.Path(FOLDER).resolve() if FOLDER else None
    is_made = data is not None and (data / "anchor").exists()
    rows = []
    with contextlib.closing(ScaleHouse(data)) as house:
        if not is_made:
            rows += make_log(house)
        else:
            settle(house)
        for question in (starts, wakeups, tools, steady):
            rows += question(house)
            pathlib.Path(sys.argv[1]).write_text(json.dumps(rows, indent=1) + "\n")
        check_log(house)
    return 0


if __name__ == "__main__":
    sys.exit(main())
