#!/usr/bin/env python3
"""fold_log.py FILE: fold, rebuild and replay verify of a log that the running service has written.

The service is started against the sandbox, which tells of what the service wrote there, as vendors do;
new contacts and then changes of some of them come in. fold_bench then measures on that log.
TIDEMARK_BENCH_CONTACTS (20000) and TIDEMARK_BENCH_FOLD_ROUNDS (7) say how much and how often.
"""
import os
import subprocess
import sys
import time

from engine_bench import BUILD, free_house, load, say, waiting

CONTACTS = int(os.environ.get("TIDEMARK_BENCH_CONTACTS", "20000"))
ROUNDS = os.environ.get("TIDEMARK_BENCH_FOLD_ROUNDS", "7")
PATIENCE = 600  # seconds until everything has arrived everywhere
QUIET_CHECKS = 5  # so many times in a row nothing may be waiting: echoes come a little later


def wait_until_quiet(house):
    end, quiet = time.monotonic() + PATIENCE, 0
    while quiet < QUIET_CHECKS:
        if time.monotonic() > end:
            raise AssertionError(f"the service was still at work after {PATIENCE} s")
        time.sleep(0.5)
        quiet = 0 if waiting(house) else quiet + 1


def main():
    with free_house() as house:
        started = time.monotonic()
        load(house.base, "--connections", 64, "--count", CONTACTS, "--seconds", 300, "--warmup", 0)
        wait_until_quiet(house)
        changes = CONTACTS // 4
        load(house.base, "--connections", 64, "--count", changes, "--seconds", 300, "--warmup", 0,
             "--mode", "update", "--contacts", changes // 2)
        wait_until_quiet(house)
        house.stop_service()
        say(f"{CONTACTS} contacts and {changes} changes written in {time.monotonic() - started:.0f} s")
        return subprocess.run([BUILD / "bench/fold_bench", "--data", house.data, "--rounds", ROUNDS,
                               "--out", sys.argv[1]]).returncode


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__)
        sys.exit(2)
    sys.exit(main())
