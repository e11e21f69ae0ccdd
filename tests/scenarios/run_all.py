#!/usr/bin/env python3
"""run_all.py [PART OF A NAME...]: runs the scenarios over several processes and tells it in the words of script/test."""
import multiprocessing
import os
import pathlib
import sys
import time
import traceback
import unittest

import exchanges

FOLDER = pathlib.Path(__file__).resolve().parent
WORKERS = int(os.environ.get("TIDEMARK_SCENARIO_WORKERS", 4))  # a scenario mostly waits


def names_in(suite):
    for each in suite:
        if isinstance(each, unittest.TestSuite):
            yield from names_in(each)
        else:
            yield each.id()


def run(name):
    """(name, outcome, text, seconds) of one scenario."""
    started = time.monotonic()
    result = unittest.TestResult()
    try:
        unittest.defaultTestLoader.loadTestsFromName(name).run(result)
    except Exception:
        return name, "failed", traceback.format_exc(), 0.0
    seconds = time.monotonic() - started
    broken = result.failures + result.errors
    if broken:
        return name, "failed", "".join(text for _, text in broken), seconds
    if result.skipped:
        return name, "skipped", result.skipped[0][1], seconds
    return name, "passed", "", seconds


def main(folders=(FOLDER,)):
    sys.path[:0] = map(str, folders)
    names = [name for folder in folders
             for name in names_in(unittest.TestLoader().discover(str(folder), pattern="*_test.py"))]
    wanted = sys.argv[1:]
    names = [name for name in names if not wanted or any(part in name for part in wanted)]
    exchanges.keep(anew=folders == (FOLDER,) and not wanted)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with multiprocessing.Pool(WORKERS) as pool:
        for name, outcome, text, seconds in pool.imap_unordered(run, names):
            counts[outcome] += 1
            if wanted:
                print(f"{outcome} {name} {seconds:.1f} s", flush=True)
            if outcome == "failed":
                print(f"{text}FAIL {name}: see above", flush=True)
            elif outcome == "skipped":
                print(f"SKIP {name}: {text}", flush=True)
    print("suite: {passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
