#!/usr/bin/env python3
"""demo_suite.py BUILD: runs `tidemark demo` as a stranger would, and as an unlucky one would."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

from run_all import Words

BUILD = pathlib.Path()
PROGRAMS = ("tidemark", "tidemarkd", "tidemark-sandbox")
END_WITHIN = 120  # seconds; far beyond what any step takes


def start(folder, arguments, scratch):
    environment = dict(os.environ, TMPDIR=scratch)
    return subprocess.Popen([folder / "tidemark", "demo", *arguments], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def children_of(parent):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:  # ended meanwhile
            continue
        if int(text.rsplit(")", 1)[1].split()[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def command_of(process):
    try:
        return pathlib.Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def is_alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class DemoTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="tidemark-")
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def run_demo(self, *arguments, folder=None):
        process = start(folder or BUILD, arguments, self.scratch)
        self.addCleanup(process.kill)
        out, _ = process.communicate(timeout=END_WITHIN)
        return process.returncode, out

    def until(self, process, words):
        """Reads on until a line holds the words; gives what was read."""
        self.addCleanup(process.kill)
        read = ""
        for line in process.stdout:
            read += line
            if words in line:
                return read
        self.fail(f"it ended without saying {words!r}:\n{read}")

    def assert_gone(self, processes):
        self.assertTrue(processes, "there were no children to look for")
        end = time.monotonic() + END_WITHIN
        while any(map(is_alive, processes)):
            self.assertLess(time.monotonic(), end, f"still there: {processes}")
            time.sleep(0.05)

    def temporary_folders(self):
        return list(pathlib.Path(self.scratch).glob("tidemark-demo-*"))

    def tool(self, *arguments):
        return subprocess.run([BUILD / "tidemark", *arguments], capture_output=True, text=True,
                              timeout=END_WITHIN)

    def test_once_shows_every_change_arriving_and_ends_with_zero(self):
        code, out = self.run_demo("--once")
        self.assertEqual(code, 0, out)
        self.assertIn("27 of 27 outcomes as wanted", out)
        self.assertNotIn("Missing", out)
        table = re.findall(r"^    (\w[\w ]*?) +(yes|no) +(\d+\.\d ms|-) +(\S+) +(\S.*)$", out, re.M)
        self.assertEqual(len(table), 27, out)
        arrived = [row for row in table if row[1] == "yes"]
        self.assertEqual(len(arrived), 25, out)
        for row in arrived:
            self.assertRegex(row[2], r" ms$", row)
            self.assertRegex(row[4], r"^(created and mapped|updated|webhook forwarded)", row)
        self.assertEqual(sum(row[4].startswith("webhook forwarded") for row in table), 8)
        self.assertEqual(sum("blocked(opted_out)" == row[4] for row in table), 2)
        for system in ("GoHighLevel", "Aloware"):
            self.assertIn(f"{system} told us of our own write", out)
        self.assertIn("company: the value of GoHighLevel stands", out)
        self.assertRegex(out, r"ok +tidemark replay verify: \d+ decisions computed again, 0 diff")
        self.assertRegex(out, r"ok +tidemark verify: \d+ events")
        self.assertEqual([line for line in out.splitlines() if len(line) > 96], [])
        self.assertEqual(self.temporary_folders(), [])

    def test_data_is_kept_where_told_and_holds(self):
        data = pathlib.Path(self.scratch) / "kept"
        code, out = self.run_demo("--once", "--data", str(data))
        self.assertEqual(code, 0, out)
        for command in (["verify"], ["replay", "verify"],
                        ["explain", "--contact", "(312) 555-0144"]):
            ended = self.tool(*command, "--data", str(data))
            self.assertEqual(ended.returncode, 0, f"{command}: {ended.stdout}{ended.stderr}")
        code, out = self.run_demo("--once", "--data", str(data))
        self.assertEqual(code, 2, out)
        self.assertIn("give --data a folder that is new or empty", out.replace("\n    ", " "))

    def with_sandbox_option(self, option):
        """A folder of the programs, whose sandbox behaves differently."""
        folder = pathlib.Path(self.scratch) / "bin"
        folder.mkdir()
        for name in ("tidemark", "tidemarkd"):
            shutil.copy2(BUILD / name, folder)
        sandbox = folder / "tidemark-sandbox"
        sandbox.write_text(f"#!/bin/sh\nexec '{BUILD / sandbox.name}' {option} \"$@\"\n")
        sandbox.chmod(0o755)
        return folder

    def test_what_does_not_arrive_is_named(self):
        folder = self.with_sandbox_option("--verity-webhooks /nowhere")
        code, out = self.run_demo("--once", "--patience", "8", folder=folder)
        self.assertEqual(code, 1, out)
        self.assertIn("4. GoHighLevel: not there after 8 s", out)
        self.assertIn("4. Aloware: not there after 8 s", out)
        self.assertIn("24 of 27 outcomes as wanted", out)

    def test_an_echo_that_is_not_recognised_is_named_and_the_play_goes_on(self):
        # Without echoes the sandbox tells of no change that came through its APIs.
        folder = self.with_sandbox_option("--no-echo")
        code, out = self.run_demo("--once", "--patience", "1", folder=folder)
        self.assertEqual(code, 1, out)
        self.assertIn("3. Aloware: the echo of our write was not recognised", out)
        self.assertIn("5. GoHighLevel does not have the contact that is to be edited", out)
        self.assertIn("9. Aloware: the log does not say blocked(opted_out)", out)

    def test_a_missing_program_is_named(self):
        folder = pathlib.Path(self.scratch) / "bin"
        folder.mkdir()
        for name in ("tidemark", "tidemarkd"):
            shutil.copy2(BUILD / name, folder)
        code, out = self.run_demo("--once", folder=folder)
        self.assertEqual(code, 69, out)
        self.assertIn("tidemark-sandbox is missing", out.replace("\n    ", " "))

    def test_without_once_it_runs_until_ctrl_c_and_leaves_nothing_behind(self):
        process = start(BUILD, [], self.scratch)
        out = self.until(process, "Press Ctrl-C")
        for path in ("/health", "/metrics"):
            address = re.search(rf"http://\S+{path}", out)[0]
            with urllib.request.urlopen(address, timeout=10) as answer:
                self.assertEqual(answer.status, 200, address)
        children = children_of(process.pid)
        self.assertEqual(len(children), 2)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=END_WITHIN)
        self.assertEqual(process.returncode, 0, rest)
        self.assert_gone(children)
        self.assertEqual(self.temporary_folders(), [])

    def test_ctrl_c_in_the_middle_ends_with_one(self):
        process = start(BUILD, ["--once"], self.scratch)
        self.until(process, " 1  GoHighLevel")
        children = children_of(process.pid)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=END_WITHIN)
        self.assertEqual(process.returncode, 1, rest)
        self.assertIn("interrupted", rest)
        self.assert_gone(children)

    def test_children_end_with_a_demo_that_is_killed(self):
        process = start(BUILD, [], self.scratch)
        self.until(process, " 1  GoHighLevel")
        children = children_of(process.pid)
        process.kill()
        process.communicate(timeout=END_WITHIN)
        self.assert_gone(children)

    def test_a_service_that_falls_is_noticed(self):
        process = start(BUILD, [], self.scratch)
        self.until(process, "Press Ctrl-C")
        children = children_of(process.pid)
        service = [child for child in children if "serve" in command_of(child)]
        self.assertEqual(len(service), 1)
        os.kill(service[0], signal.SIGKILL)
        rest, _ = process.communicate(timeout=END_WITHIN)
        self.assertEqual(process.returncode, 1, rest)
        self.assertIn("the service has ended", rest)
        self.assert_gone(children)


def main():
    global BUILD
    BUILD = pathlib.Path(sys.argv[1]).resolve()
    missing = [name for name in PROGRAMS if not (BUILD / name).exists()]
    if missing:
        print(f"FAIL demo: {', '.join(missing)} not in {BUILD}")
        print("suite: 0 passed, 1 failed, 0 skipped")
        return 1
    result = Words()
    unittest.defaultTestLoader.loadTestsFromTestCase(DemoTest).run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"suite: {result.passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 1 if failed or not result.passed else 0


if __name__ == "__main__":
    sys.exit(main())
