#!/usr/bin/env python3
"""Runs the checks' own tests and the crash rounds; one summary for script/test."""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUMMARY = re.compile(r"^suite: (\d+) passed, (\d+) failed, (\d+) skipped$")


def run(command):
    """Passes its lines on, except the summary, which it gives."""
    totals = None
    process = subprocess.Popen([sys.executable, *map(str, command)], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace")
    for line in process.stdout:
        found = SUMMARY.match(line.rstrip())
        totals = [int(n) for n in found.groups()] if found else totals
        if not found:
            print(line, end="", flush=True)
    code = process.wait()
    if totals is None or (code and not totals[1]):
        print(f"FAIL {command[0].name}: ended with code {code} and without a failure counted", flush=True)
        return [0, 1, 0]
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    options = parser.parse_args()
    crash = ROOT / "tests/crash"
    runs = [run([crash / "checks_test.py"]),
            run([crash / "crash.py", "--build", options.build, "--rounds", options.rounds])]
    passed, failed, skipped = (sum(column) for column in zip(*runs))
    print(f"suite: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
