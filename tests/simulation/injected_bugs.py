#!/usr/bin/env python3
"""injected_bugs.py [--build DIR] [NAME...]: plays each deliberate fault of tests/simulation/bugs/ in turn and
requires that the simulation finds it within its budget of seeds. A fault that is not found is a failing test:
then the simulation would not see a real one of its kind either."""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = 100  # the budget of each
HEALTHY = 10  # seeds that must hold without any fault, or finding one would mean nothing
FOUND = re.compile(r"^seed (\d+) BROKE (\S+) at step (\d+): (.*)$", re.MULTILINE)


def run(build, *options):
    command = [build / "tidemark-sim", *options]
    return subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")


def play(build, *options):
    return run(build, "--stop-at-first", "--no-shrink", *options)


def search(build, name):
    """Where it was found, or None and why not."""
    played = play(build, "--seeds", f"1..{SEEDS}", "--injected-bug", name)
    found = FOUND.search(played.stdout)
    if found:
        if play(build, "--seeds", found[1]).returncode:
            return None, f"seed {found[1]} breaks without it too"
        return f"seed {found[1]}, step {found[3]}: {found[2]} ({found[4][:90]})", None
    if played.returncode < 0:
        return None, f"the program died of signal {-played.returncode}"
    return None, f"not found in {SEEDS} seeds: {played.stdout.splitlines()[-1] if played.stdout else 'no output'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    passed = failed = 0
    healthy = play(options.build, "--seeds", f"1..{HEALTHY}")
    if healthy.returncode:
        print(f"FAIL injected_bugs: without any fault, seeds 1..{HEALTHY} break: {healthy.stdout[-400:]}")
        print("suite: 0 passed, 1 failed, 0 skipped")
        return 1
    wanted = options.names or run(options.build, "--list-injected-bugs").stdout.split()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for name, (where, why) in zip(wanted, pool.map(lambda n: search(options.build, n), wanted)):
            passed, failed = passed + (why is None), failed + (why is not None)
            print(f"ok {name}: {where}" if why is None else f"FAIL {name}: {why}", flush=True)
    print(f"suite: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
