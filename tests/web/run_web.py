#!/usr/bin/env python3
"""run_web.py [PART OF A NAME...]: runs tests/web as the scenarios are run."""
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "scenarios"), str(TESTS / "judges")]

import run_all  # noqa: E402 (it lies in the folder above)

if __name__ == "__main__":
    sys.exit(run_all.main((TESTS / "web",)))
