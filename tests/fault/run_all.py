#!/usr/bin/env python3
"""run_all.py [--build DIR]: every *_test.py of this folder, one after the other; one summary."""
import argparse
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "crash"))

from run_suite import ROOT, run  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    options = parser.parse_args()
    runs = []
    for program in sorted(HERE.glob("*_test.py")):
        began = time.monotonic()
        runs.append(run([program, "--build", options.build]))
        print(f"    {program.stem} took {time.monotonic() - began:.0f} s", flush=True)
    passed, failed, skipped = (sum(column) for column in zip(*runs))
    print(f"suite: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
