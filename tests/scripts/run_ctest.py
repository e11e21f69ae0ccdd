#!/usr/bin/env python3
"""run_ctest.py BUILD [CTEST ARGUMENTS]: runs ctest and tells it in the words of script/test."""
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml


def reason_of_skip(case):
    """GTEST_SKIP prints `file:line: Skipped` and then the reason."""
    out = (case.findtext("system-out") or "").splitlines()
    for index, line in enumerate(out):
        if line.endswith(": Skipped") and index + 1 < len(out):
            return out[index + 1].strip() or "no reason given"
    return "no reason given"


def last_lines(case, count=40):
    return "\n".join((case.findtext("system-out") or "").splitlines()[-count:])


def main():
    build, arguments = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    report = build / "ctest-report.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", str(build), "-j", str(os.cpu_count() or 2), "--no-tests=error",
               "--output-junit", str(report), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace")
    tail = []
    for line in process.stdout:
        tail = [*tail[-30:], line]
        # One line for each hundred tests, and every test that did not pass.
        done = re.match(r"\s*(\d+)/(\d+) Test", line)
        if done and (int(done[1]) % 100 == 0 or "***" in line):
            print(line.rstrip(), flush=True)
    process.wait()
    if not report.exists():
        print("".join(tail))
        print("FAIL ctest: it wrote no report")
        print("suite: 0 passed, 1 failed, 0 skipped")
        return 1
    passed = failed = skipped = 0
    for case in xml.parse(report).getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        if status == "run":
            passed += 1
        elif status == "notrun" and case.find("skipped") is not None:
            skipped += 1
            print(f"SKIP {name}: {reason_of_skip(case)}")
        elif status == "disabled":
            skipped += 1
            print(f"SKIP {name}: disabled")
        else:
            failed += 1
            print(last_lines(case))
            print(f"FAIL {name}: see its output above")
    print(f"suite: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
