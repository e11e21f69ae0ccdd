#!/usr/bin/env python3
"""damage_test.py [--build DIR] [NAME...]: a data folder hurt while nobody was looking, at every part of every
file. Right is a refusal with code 65 that says why, or complete and correct data; never silence with less."""
import collections
import concurrent.futures
import hashlib
import os
import pathlib
import queue
import re
import shutil
import tempfile
import time

import cases
import damages
from bare import REVEAL, Bare
from house import SECRETS, ask
from stage import Trouble

FULL = os.environ.get("TIDEMARK_FULL") == "1"
AT_ONCE = 2
GENERATION = 8  # webhooks of each start
BITS_OF_EACH_PART = 4 if FULL else 1
SHOWN_SECONDS = 60  # and then it is a fault
QUICK_SHARE = 4  # without --full one of so many is played
# What holds the log's events and keys of repeats: `verify` has to find every bit of it.
HOLDS_THE_LOG = re.compile(r"log/\d+\.sst: .*\((data block|index|filter|metaindex)")
TOLD = re.compile(r"data_damaged|data_rolled_back|not_a_data_folder|record_damaged")


def contents(folder):
    """Hash of every file but RocksDB's diary and the writer's lock."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file()
            and not path.name.startswith("LOG") and path.name != "writer.lock" and path.suffix != ".sock"}


class Whole:
    """A folder with two generations in sorted tables and one in the write-ahead log, as kill -9 leaves it;
    an older copy of it; and what its log says."""

    def __init__(self, build):
        self.build = build
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-damage-"))
        self.data, self.old = self.folder / "whole", self.folder / "old"
        bare = Bare(build)
        try:
            self.grow(bare)
        finally:
            bare.close()

    def grow(self, bare):
        ignored = shutil.ignore_patterns("*.sock")
        for generation in range(3):
            bare.start_well()
            bare.post_all(range(generation * GENERATION, (generation + 1) * GENERATION))
            if not shows(bare, bare.acknowledged):
                raise Trouble("the whole folder's people were not shown")
            bare.kill() if generation == 2 else bare.stop()
            if generation == 1:
                shutil.copytree(bare.engine.data, self.old, ignore=ignored)
        shutil.copytree(bare.engine.data, self.data, ignore=ignored)
        self.acknowledged = dict(bare.acknowledged)
        self.events = events_of(bare.tools)[0]

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def people_shown(bare):
    """The last names that the API shows; none when it answers with an error or not at all."""
    token = {"Authorization": "Bearer " + SECRETS["CRASH_API"]}
    try:
        status, _, body = ask(bare.engine.url + "/api/v1/contacts?limit=100", headers=token)
    except OSError:
        return set()
    return {int(number) for number in re.findall(rb"Reed(\d+)", body)} if status == 200 else set()


def shows(bare, people):
    """Whether everybody is shown, once the tables have followed the log."""
    until = time.monotonic() + SHOWN_SECONDS
    while not people_shown(bare) >= set(people):
        if time.monotonic() > until or not bare.engine.running():
            return False
        time.sleep(0.05)
    return True


def events_of(tools):
    """The events as `log list` tells them, None when it does not end well; and the exit code."""
    code, lines, _ = tools.run("log", "list", *REVEAL)
    return [line for line in lines if "summary" not in line] if code == 0 else None, code


class Case:
    """One damage: what the tools say, what the engine does, what the log holds afterwards."""

    def __init__(self, whole, bare, name, act):
        self.whole, self.bare, self.name = whole, bare, name
        self.faults = []
        bare.engine.stop()
        bare.connection, bare.acknowledged = None, dict(whole.acknowledged)
        bare.use(whole.data)
        act(bare.engine.data)

    def wrong(self, what):
        self.faults.append(f"{self.name}: {what}")

    def look(self, when):
        """No tool reports success with less than there was, or with something else."""
        events, code = events_of(self.bare.tools)
        if events is None and code not in (65, 74):
            self.wrong(f"log list ended with {code} {when}")
        if events is not None and events[:len(self.whole.events)] != self.whole.events:
            self.wrong(f"log list ended with 0 {when}, but gave {len(events)} events, other ones than "
                       f"the {len(self.whole.events)} that there were")
        verified, _, errors = self.bare.tools.run("verify")
        if verified not in (0, 65) or (verified and not errors):
            self.wrong(f"verify ended with {verified} {when}: {errors[-200:]}")
        if verified == 0 and events is None:
            self.wrong(f"verify says that all holds {when}, but the log cannot be listed ({code})")
        return verified

    def play(self):
        """Gives the outcome in one word."""
        verified = self.look("before the start")
        if verified == 0 and HOLDS_THE_LOG.match(self.name):
            self.wrong("verify says that all holds")
        before, spoken = contents(self.bare.engine.data), self.bare.spoken()
        if not self.bare.start():
            return self.refused(before, spoken)
        outcome = self.serve()
        self.look("after a start")
        return outcome if verified == 0 else f"{outcome}, told by verify"

    def refused(self, before, spoken):
        code, said = self.bare.engine.wait_end(60), self.bare.words(spoken)
        if self.name.startswith("tables"):
            self.wrong(f"the tables can be rebuilt from the log, but it refused: {said[-300:]}")
        if code != 65:
            self.wrong(f"refused with {code}, not 65: {said[-300:]}")
        elif not TOLD.search(said):
            self.wrong(f"it did not say why: {said[-300:]}")
        after = contents(self.bare.engine.data)
        changed = {name for name, _ in set(before.items()) ^ set(after.items())}
        if changed:
            self.wrong(f"the refusing engine changed {sorted(changed)}")
        return "refused"

    def serve(self):
        """It opened: it must know every webhook again, show every contact, and take new ones."""
        spoken = self.bare.spoken()
        for number in (0, GENERATION, 2 * GENERATION):
            again = self.bare.post(number)  # another position than before raises
            if again and again.status == 200 and again.position != self.whole.acknowledged[number]:
                self.wrong(f"webhook {number} was taken a second time")
        fresh = self.bare.post(900)
        shown = shows(self.bare, self.whole.acknowledged)
        code = self.bare.stop() if self.bare.engine.running() else self.bare.engine.wait_end(60)
        said = self.bare.words(spoken)
        if code == 0 and (not fresh or fresh.status != 200) and not TOLD.search(said):
            self.wrong("it opened, took no new webhook, and did not say why")
        if code not in (0, 74):
            self.wrong(f"it opened and then ended with {code}: {said[-300:]}")
        if not shown and code == 0 and not TOLD.search(said):
            self.wrong("it showed fewer contacts than there are, and did not say why")
        return "whole" if code == 0 and shown else "ended while it ran" if code else "told while it ran"


def play_all(whole, wanted):
    """Two at a time, each on an engine of its own. Gives the faults and how often each outcome came."""
    idle = queue.Queue()
    for _ in range(AT_ONCE):
        idle.put(Bare(whole.build))

    def play(damage):
        bare = idle.get()
        try:
            case = Case(whole, bare, *damage)
            return case.play(), case.faults
        finally:
            idle.put(bare)

    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(play, wanted))
    while not idle.empty():
        idle.get().close()
    return ([fault for _, faults in results for fault in faults],
            collections.Counter(outcome for outcome, _ in results))


def sample(wanted):
    return wanted if FULL else wanted[::QUICK_SHARE]


def judge(build, choose):
    whole = Whole(build)
    try:
        wanted = choose(whole)
        faults, outcomes = play_all(whole, wanted)
        told = ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))
        print(f"    {len(wanted)} damages of a folder with {len(whole.acknowledged)} acknowledged webhooks and "
              f"{len(whole.events)} events: {told}; {len(faults)} wrong", flush=True)
        if outcomes["refused"] == 0:
            faults.append("none of the damages was refused: the test showed nothing")
        return faults
    finally:
        whole.close()


def test_a_bit_flipped_in_every_part_of_every_file(build):
    return judge(build, lambda whole: sample(damages.all_flips(whole.data, BITS_OF_EACH_PART)))


def test_every_file_gone_cut_or_emptied(build):
    return judge(build, lambda whole: sample(list(damages.lost_files(whole.data))))


def test_older_parts_put_back(build):
    return judge(build, lambda whole: damages.older_parts(whole.old))


if __name__ == "__main__":
    cases.main(__doc__, globals())
