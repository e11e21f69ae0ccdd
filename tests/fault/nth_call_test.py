#!/usr/bin/env python3
"""nth_call_test.py [--build DIR] [NAME...]: each single call that changes the data folder goes wrong once, in
each way, during a start, some webhooks and a clean stop (the method of SQLite's tests). After that a start
without faults must succeed and find everything that was acknowledged exactly once."""
import collections
import concurrent.futures
import itertools
import os
import pathlib
import queue
import re
import shutil
import tempfile

import cases
from bare import Bare
from stage import NotHere

FULL = os.environ.get("TIDEMARK_FULL") == "1"
AT_ONCE = 2
ACTIONS = ("kill", "torn", "short", "EIO", "ENOSPC", "delay")
QUICK_POINTS = 3  # of each action and workload, without --full
WEBHOOKS = range(10, 15)
EARLIER = range(4)  # acknowledged before the second workload begins
# Where an error concerns what is being acknowledged: after it nothing may be, and the process ends.
PROMISE = re.compile(r"/data/(anchor|log/\d+\.log)$")
SECOND = 1e9


class Run:
    """One run with a fault at the N-th call, one without, and what is wrong then."""

    def __init__(self, bare, base, number, action):
        self.bare, self.name = bare, f"{action} at call {number}"
        self.action, self.faults = action, []
        self.report = bare.folder / "report"
        self.report.unlink(missing_ok=True)
        bare.acknowledged = {}
        shutil.rmtree(bare.engine.data, ignore_errors=True)
        if base:
            bare.use(base.data)
            bare.acknowledged = dict(base.acknowledged)
        library = bare.engine.build / "tests/libnth_call.so"
        if not library.exists():
            raise NotHere(f"{library.name} was not built")
        self.command = ["env", f"LD_PRELOAD={library}", f"NTH_CALL_FOLDER={bare.engine.data}/",
                        f"NTH_CALL_NUMBER={number}", f"NTH_CALL_ACTION={action}",
                        f"NTH_CALL_REPORT={self.report}"]

    def wrong(self, what):
        self.faults.append(f"{self.name} ({self.call} {self.path}): {what}")

    def play(self):
        """Whether the fault happened."""
        spoken = self.bare.spoken()
        ready = self.bare.start(self.command)
        answers = self.bare.post_all(WEBHOOKS) if ready else []
        code = self.bare.stop() if self.bare.engine.running() else self.bare.engine.wait_end(60)
        self.bare.connection = None
        self.read_report()
        self.judge_end(code, answers, self.bare.words(spoken))
        self.judge_restart()
        return self.hit

    def read_report(self):
        text = self.report.read_text() if self.report.exists() else ""
        found = re.search(r"^hit (\w+) (\d+) (.*)$", text, re.MULTILINE)
        self.hit = found is not None
        self.call, at, self.path = found.groups() if found else ("untouched", "0", "")
        self.at = int(at) / SECOND
        count = re.search(r"^calls (\d+)$", text, re.MULTILINE)
        self.calls = int(count[1]) if count else 0

    def judge_end(self, code, answers, said):
        good = {"kill": (-9,), "torn": (-9,), "delay": (0,)}.get(self.action, (0, 74)) if self.hit else (0,)
        promised = self.action in ("EIO", "ENOSPC") and PROMISE.search(self.path)
        if promised and self.call in ("write", "pwrite", "fdatasync", "fsync"):
            late = sum(1 for a in answers if a and a.status == 200 and a.asked_at > self.at)
            if late:
                self.wrong(f"{late} webhooks that came after the failure were acknowledged")
        if code not in good:
            self.wrong(f"it ended with {code}, not {' or '.join(map(str, good))}: {said[-300:]}")

    def judge_restart(self):
        spoken = self.bare.spoken()
        if not self.bare.start():
            self.bare.engine.wait_end(60)
            return self.wrong(f"the next start failed: {self.bare.words(spoken)[-400:]}")
        refused = [number for number, sent in zip(WEBHOOKS, self.bare.post_all(WEBHOOKS))
                   if not sent or sent.status != 200]
        if refused:
            self.wrong(f"after the next start webhooks {refused} were not taken")
        code = self.bare.stop()
        if code != 0:
            self.wrong(f"after the next start SIGTERM ended it with {code}")
        for fault in self.bare.faults_of_log():
            self.wrong(fault)


class Earlier:
    """A folder with some webhooks in sorted tables and some in the write-ahead log, as kill -9 leaves it."""

    def __init__(self, build):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-earlier-"))
        self.data = self.folder / "data"
        bare = Bare(build)
        try:
            for number in EARLIER:
                bare.start_well()
                bare.post(number)
                bare.stop() if number == 0 else bare.kill()
            self.acknowledged = dict(bare.acknowledged)
            shutil.copytree(bare.engine.data, self.data, ignore=shutil.ignore_patterns("*.sock"))
        finally:
            bare.close()


class Sweep:
    """All wanted points of one workload, two at a time."""

    def __init__(self, build, base):
        self.base, self.idle = base, queue.Queue()
        self.bares = [Bare(build) for _ in range(AT_ONCE)]
        for bare in self.bares:
            self.idle.put(bare)
        self.faults, self.played, self.acknowledged = [], collections.Counter(), 0
        self.hurt = collections.Counter()

    def one(self, number, action):
        bare = self.idle.get()
        try:
            run = Run(bare, self.base, number, action)
            hit = run.play()
            self.faults += run.faults
            self.acknowledged += len(bare.acknowledged)
            if hit:
                self.played[action] += 1
                self.hurt[run.call] += 1
            return run
        finally:
            self.idle.put(bare)

    def every(self, pool, action):
        """N = 1, 2, 3... until runs are not touched any more; threads make the count vary a little."""
        for first in itertools.count(1, 2 * AT_ONCE):
            runs = list(pool.map(lambda n: self.one(n, action), range(first, first + 2 * AT_ONCE)))
            if not any(run.hit for run in runs):
                return

    def spread(self, pool, action, offset):
        calls = self.one(10 ** 9, action).calls
        if calls == 0:
            self.faults.append(f"{action}: no call was counted, so nothing could go wrong")
        step = max(1, calls // QUICK_POINTS)
        list(pool.map(lambda n: self.one(n, action), range(1 + offset % step, calls, step)))

    def all(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for index, action in enumerate(ACTIONS):
                if FULL:
                    self.every(pool, action)
                else:
                    self.spread(pool, action, 3 * index)
        told = ", ".join(f"{action} {count}" for action, count in self.played.items())
        print(f"    {sum(self.played.values())} faults ({told}) at "
              f"{', '.join(f'{count} {call}' for call, count in self.hurt.most_common())}; "
              f"{self.acknowledged} acknowledged, all looked for; {len(self.faults)} wrong", flush=True)
        missing = set(ACTIONS) - set(self.played)
        return self.faults + ([f"never happened: {sorted(missing)}"] if missing else [])

    def close(self):
        for bare in self.bares:
            bare.close()


def sweep(build, base):
    runs = Sweep(build, base)
    try:
        return runs.all()
    finally:
        runs.close()


def test_every_call_of_a_first_start(build):
    return sweep(build, None)


def test_every_call_of_a_start_after_a_kill(build):
    base = Earlier(build)
    try:
        return sweep(build, base)
    finally:
        shutil.rmtree(base.folder, ignore_errors=True)


if __name__ == "__main__":
    cases.main(__doc__, globals())
