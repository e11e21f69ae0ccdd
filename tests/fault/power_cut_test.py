#!/usr/bin/env python3
"""power_cut_test.py [--build DIR]: the power of the disk is cut under load. What
was not synced is gone; the engine ends by itself, and after a remount it opens by itself with everything that
was acknowledged."""
import os
import random
import time

import cases
from loop_disk import LoopDisk
from stage import Stage, wait_until
from traffic import Load

ROUNDS = 50 if os.environ.get("TIDEMARK_FULL") == "1" else 2
CHECKED_EVERY = 10  # rounds; and the last one
LOAD_SECONDS = 3
RATE = 300


def one_round(stage, disk, number):
    """Load, cut, remount, start. Gives what is wrong."""
    load = Load(stage.build, stage.engine.url, stage.ledger(), 3000 + number, RATE, LOAD_SECONDS)
    sender = stage.sender()
    wait_until(lambda: sender.acknowledged >= 5, 60, 0.01)
    time.sleep(random.uniform(0, 1.5))
    disk.cut_power()
    code = stage.engine.wait_end(60)
    load.end()
    sender.end()
    stage.engine.stop()
    faults = [] if code == 74 else [f"cut {number}: the engine ended with {code}, not 74: {stage.last_words()}"]
    disk.come_back()
    before = stage.engine.log.stat().st_size
    stage.start()
    said = stage.engine.log.read_text(errors="replace")[before:]
    if "recovery" in said or "damaged" in said:
        faults.append(f"cut {number}: the log did not open by itself: {said[:300]}")
    return faults


def test_power_cuts_under_load(build):
    disk = LoopDisk(2048)  # a quick machine takes in 15,000 webhooks in all rounds: half a gigabyte
    stage = None
    try:
        stage = Stage(build, disk.path)
        stage.start()
        faults = []
        for number in range(1, ROUNDS + 1):
            faults += one_round(stage, disk, number)
            if number % CHECKED_EVERY == 0 or number == ROUNDS:
                code = stage.engine.terminate()
                faults += [] if code == 0 else [f"after cut {number} SIGTERM ended it with {code}"]
                faults += [f"after cut {number}: {fault}" for fault in stage.faults_of_log()]
                print(f"    {number} power cuts; {len(faults)} wrong", flush=True)
                if number < ROUNDS:
                    stage.start()
        return faults
    finally:
        if stage:
            stage.close()
        disk.close()


if __name__ == "__main__":
    cases.main(__doc__, globals())
