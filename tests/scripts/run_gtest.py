#!/usr/bin/env python3
"""run_gtest.py BUILD: runs every test program of a build, each in a few parts, and tells it in the words of
script/test.

Under a sanitizer a program takes longer to start than most of its tests to run, so they are not started one
by one."""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

PARTS = 4
PATIENCE = 900  # seconds for a part


def run_part(program, part):
    """The part's report, None when it wrote none, and the last lines that it printed."""
    report = program.parent / f"{program.name}-{part}.xml"
    report.unlink(missing_ok=True)
    environment = dict(os.environ, GTEST_TOTAL_SHARDS=str(PARTS), GTEST_SHARD_INDEX=str(part))
    try:
        done = subprocess.run([program, "--gtest_brief=1", f"--gtest_output=xml:{report}"], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=PATIENCE)
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as ended:
        code, output = "no end in time", (ended.stdout or b"").decode(errors="replace")
    root = xml.parse(report).getroot() if report.exists() else None
    return root, code, "\n".join(output.splitlines()[-60:])


def count(root):
    """Passed, names that failed, (name, reason) that were skipped."""
    passed, failed, skipped = 0, [], []
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None:
            failed.append(name)
        elif case.get("result") == "skipped":
            reason = case.find("skipped")
            skipped.append((name, (reason.get("message") if reason is not None else "") or "no reason given"))
        elif case.get("result") == "completed":
            passed += 1
    return passed, failed, skipped


def main():
    programs = sorted(path for path in (pathlib.Path(sys.argv[1]).resolve() / "tests").glob("test_*")
                      if path.is_file() and os.access(path, os.X_OK))
    parts = [(program, part) for program in programs for part in range(PARTS)]
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        ran = pool.map(lambda each: run_part(*each), parts)
        for (program, part), (root, code, output) in zip(parts, ran):
            good, bad, left_out = count(root) if root is not None else (0, [], [])
            if (code != 0 and not bad) or root is None:
                bad.append(f"part {part + 1} of {PARTS}, ended with {code}")
            if bad:
                print(output)
            for name in bad:
                print(f"FAIL {program.name.removeprefix('test_')}.{name}: see its output above")
            for name, reason in left_out:
                print(f"SKIP {program.name.removeprefix('test_')}.{name}: {reason.splitlines()[-1]}")
            passed, failed, skipped = passed + good, failed + len(bad), skipped + len(left_out)
            if part == PARTS - 1:
                print(f"{program.name}: {passed} passed so far", flush=True)
    print(f"suite: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
