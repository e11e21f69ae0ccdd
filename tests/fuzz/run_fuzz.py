#!/usr/bin/env python3
"""run_fuzz.py [--seconds N] [--target NAME] [--explore]: runs the fuzz targets, two at a time.

Without --explore each run repeats: the same seed, and at most as many inputs as QUICK_RUNS says, so a
slow machine tries a part of what a fast one tries. With --explore the seed is new and what was learned
is kept in build/fuzz/corpus. What breaks a target is kept in build/fuzz/broken, with the command that
repeats it.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import seeds

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = 20260101
# About what five seconds allow on two cores; see docs/how-we-test.md.
QUICK_RUNS = {
    "aloware_credential": 50_000, "codec": 200_000, "configuration": 60_000, "contact_key": 60_000,
    "forwarded_for": 60_000, "framing": 500_000, "generic_signature": 20_000, "gohighlevel_signature": 6_000,
    "normaliser": 40_000, "query": 150_000, "recognition": 5_000, "record": 200_000,
    "retry_after": 1_000_000, "translators": 30_000, "verity_signature": 100_000,
}
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1",
                   UBSAN_OPTIONS="print_stacktrace=1")
STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)$", re.M)
SHOWN_LINES = 40


def targets(build):
    return sorted(file.name.removeprefix("fuzz_") for file in (build / "targets").glob("fuzz_*"))


def command_of(build, name, options):
    broken = build / "broken" / name
    broken.mkdir(parents=True, exist_ok=True)
    dictionary = build / "dictionaries" / name
    command = [build / "targets" / f"fuzz_{name}", f"-max_total_time={options.seconds}",
               "-print_final_stats=1", f"-artifact_prefix={os.path.relpath(broken, ROOT)}/",
               "-timeout=60", "-rss_limit_mb=2048"]
    if dictionary.exists():
        command.append(f"-dict={os.path.relpath(dictionary, ROOT)}")
    learned = build / ("corpus" if options.explore else "learned") / name
    if not options.explore:
        shutil.rmtree(learned, ignore_errors=True)
    learned.mkdir(parents=True, exist_ok=True)  # libFuzzer writes into the first folder that it is given
    command += [f"-seed={random.randrange(1, 2**31)}"] if options.explore else \
               [f"-seed={SEED}", f"-runs={QUICK_RUNS[name]}"]
    return [os.path.relpath(part, ROOT) if isinstance(part, pathlib.Path) else part
            for part in (*command, learned, build / "seeds" / name)]


def run(build, name, options):
    """One line for people, and whether the target held."""
    process = subprocess.run(command_of(build, name, options), cwd=ROOT, env=ENVIRONMENT, text=True,
                             errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    numbers = dict(STATISTIC.findall(process.stdout))
    tried, per_second = numbers.get("number_of_executed_units"), numbers.get("average_exec_per_sec")
    if process.returncode == 0 and tried and int(tried) > 0:
        speed = f", {int(per_second):,} a second" if int(per_second or 0) else ""  # 0: over in less
        return True, f"  ok {name}: {int(tried):,} inputs{speed}"
    found = re.search(r"Test unit written to (\S+)", process.stdout)
    again = f"repeat: build/fuzz/targets/fuzz_{name} {found[1]}" if found else "it kept no input"
    lines = process.stdout.splitlines()
    shown = [line for line in lines if not line.startswith(("#", "stat::"))][-SHOWN_LINES:]
    return False, "\n".join([*shown, f"FAIL {name}: ended with code {process.returncode}; {again}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="for each target, at most")
    parser.add_argument("--target", action="append", help="only this one; may be given several times")
    parser.add_argument("--explore", action="store_true",
                        help="a new seed, no limit of inputs, a corpus that grows")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/fuzz")
    options = parser.parse_args()
    build = options.build.resolve()
    there = targets(build)
    if set(there) != set(QUICK_RUNS):
        print(f"FAIL targets: built and known differ: {' '.join(sorted(set(there) ^ set(QUICK_RUNS)))}")
        print("suite: 0 passed, 1 failed, 0 skipped")
        return 1
    unknown = set(options.target or ()) - set(there)
    if unknown:
        sys.exit(f"run_fuzz.py: no target {' '.join(sorted(unknown))}; there are: {' '.join(there)}")
    skipped = 0
    if not seeds.write(build):
        print("SKIP seeds of the vendors' documents: ../shared is not there; the fixtures serve", flush=True)
        skipped = 1
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(run, build, name, options) for name in options.target or there]
        for done in concurrent.futures.as_completed(runs):
            held, text = done.result()
            passed, failed = passed + held, failed + (not held)
            print(text, flush=True)
    print(f"suite: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
