"""Runs the functions of a test program that are named test_*; prints ok, FAIL or SKIP for each."""
import argparse
import http.client
import inspect
import pathlib
import signal
import sys
import time

from stage import NotHere, Stage, Trouble
from house import ROOT


def run(name, function, build, totals):
    wants_stage = "stage" in inspect.signature(function).parameters
    stage, began = None, time.monotonic()
    try:
        stage = Stage(build) if wants_stage else None
        faults = function(stage if wants_stage else build)
    except NotHere as why:
        totals["skipped"] += 1
        return print(f"SKIP {name}: {why}", flush=True)
    except (Trouble, OSError, http.client.HTTPException) as fault:
        faults = [f"{type(fault).__name__}: {fault}"]
    finally:
        if stage:
            stage.close()
    for fault in faults:
        print(f"    {fault}")
    totals["failed" if faults else "passed"] += 1
    taken = f"({time.monotonic() - began:.0f} s)"
    print(f"FAIL {name}: {faults[0]}" if faults else f"  ok {name} {taken}", flush=True)


def main(about, program):
    """Exit code 0 when nothing failed. `program` is the globals() of the test program."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("names", nargs="*", help="parts of names; all when none is given")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that disks and processes are put away
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for name, function in list(program.items()):
        if name.startswith("test_") and (not options.names or any(part in name for part in options.names)):
            run(name.removeprefix("test_").replace("_", " "), function, options.build, totals)
    if not any(totals.values()):
        parser.error(f"no test is called {' or '.join(options.names)}")
    print(f"suite: {totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    sys.exit(1 if totals["failed"] else 0)
