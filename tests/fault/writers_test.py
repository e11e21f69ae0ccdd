#!/usr/bin/env python3
"""writers_test.py [--build DIR] [NAME...]: two writers on one folder, and lock files that somebody removes."""
import fcntl
import signal
import time

import cases
from bare import Bare
from damage_test import contents

WEBHOOKS = range(20)


def refusal_faults(bare, code, word):
    """A second engine on the folder of `bare` ends with this code, says why and never opens its port."""
    second = Bare(bare.engine.build, data=bare.engine.data)
    try:
        ready = second.start()
        ended = second.engine.wait_end(60)
        said = second.words(0)
        faults = ["the second engine opened its port"] if ready else []
        faults += [] if ended == code else [f"the second engine ended with {ended}, not {code}: {said[-300:]}"]
        return faults + ([] if word in said else [f"it did not say {word}: {said[-300:]}"])
    finally:
        second.close()


def goes_on(bare, numbers):
    """The first engine takes webhooks and ends well; everything is there."""
    answers = [sent.status if sent else None for sent in bare.post_all(numbers)]
    faults = [f"the first engine answered {answers}"] if set(answers) != {200} else []
    code = bare.stop()
    faults += [] if code == 0 else [f"the first engine ended with {code}: {bare.words(0)[-300:]}"]
    print(f"    {len(bare.acknowledged)} acknowledged, all looked for")
    return faults + bare.faults_of_log()


def quiet(bare):
    """Until nothing in the folder changes any more: the index is written about every two seconds."""
    before, until = None, time.monotonic() + 60
    while time.monotonic() < until:
        time.sleep(3)
        if before == (before := contents(bare.engine.data)):
            break
    return before


def with_bare(build, play):
    bare = Bare(build)
    try:
        bare.start_well()
        bare.post_all(WEBHOOKS)
        return play(bare)
    finally:
        bare.close()


def test_a_second_engine_is_refused_and_changes_nothing(build):
    def play(bare):
        before = quiet(bare)
        faults = refusal_faults(bare, 75, "data_in_use")
        changed = {name for name, _ in set(before.items()) ^ set(contents(bare.engine.data).items())}
        faults += [f"it changed {sorted(changed)}"] if changed else []
        return faults + goes_on(bare, range(30, 40))
    return with_bare(build, play)


def test_a_second_engine_is_refused_although_rocksdb_s_lock_was_deleted(build):
    def play(bare):
        for folder in ("log", "tables"):
            (bare.engine.data / folder / "LOCK").unlink()
        return refusal_faults(bare, 75, "data_in_use") + goes_on(bare, range(30, 40))
    return with_bare(build, play)


def test_the_writer_ends_when_its_lock_file_is_deleted(build):
    """Within a guard period (a second) and with 74: the next engine could otherwise write beside it."""
    def play(bare):
        (bare.engine.data / "writer.lock").unlink()
        code = bare.engine.wait_end(30)
        faults = [] if code == 74 else [f"it ended with {code}, not 74"]
        faults += [] if "fence_lost" in bare.words(0) else [f"it did not say why: {bare.words(0)[-300:]}"]
        bare.engine.stop()
        bare.connection = None
        bare.start_well()
        return faults + goes_on(bare, range(30, 40))
    return with_bare(build, play)


def test_another_program_has_rocksdb_s_lock(build):
    """Such as `ldb`: 75, and once it is gone the engine starts."""
    def play(bare):
        bare.stop()
        with open(bare.engine.data / "log/LOCK", "r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX)
            faults = refusal_faults(bare, 75, "data_in_use")
        bare.start_well()
        return faults + goes_on(bare, range(30, 40))
    return with_bare(build, play)


def test_a_stopped_writer_still_counts(build):
    """SIGSTOP does not let a second one in."""
    def play(bare):
        bare.engine.process.send_signal(signal.SIGSTOP)
        faults = refusal_faults(bare, 75, "data_in_use")
        bare.engine.process.send_signal(signal.SIGCONT)
        return faults + goes_on(bare, range(30, 40))
    return with_bare(build, play)


if __name__ == "__main__":
    cases.main(__doc__, globals())
