#!/usr/bin/env python3
"""Runs tests/scripts/*_test.py and tells it in the words of script/test."""
import pathlib
import sys
import unittest


class Words(unittest.TestResult):
    passed = 0

    def addSuccess(self, test):
        self.passed += 1

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"SKIP {test.id()}: {reason}", flush=True)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            print(f"{(self.failures + self.errors)[-1][1]}FAIL {subtest.id()}: see above", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(f"{self.failures[-1][1]}FAIL {test.id()}: see above", flush=True)

    def addError(self, test, err):
        super().addError(test, err)
        print(f"{self.errors[-1][1]}FAIL {test.id()}: see above", flush=True)


def main():
    folder = pathlib.Path(__file__).resolve().parent
    result = Words()
    unittest.defaultTestLoader.discover(str(folder), pattern="*_test.py").run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"suite: {result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.passed else 0


if __name__ == "__main__":
    sys.exit(main())
