"""deploy/tidemark.service: what systemd says of it, and the service at work under its rules."""
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from house import BUILD, PATIENCE, ROOT, House
from scenario import Scenario

UNIT = ROOT / "deploy/tidemark.service"
SOCKET = ROOT / "deploy/tidemark.socket"
EXAMPLE = ROOT / "deploy/tidemark.toml.example"
CONFINED = (sys.executable, ROOT / "tests/outside/confined.py")
EXPOSURE_MAX = 1.5  # of 10; docs/installing.md
ABSENT = "systemd-analyze is not there; script/bootstrap installs it (Debian package systemd)"
BARE = "the unit's file system and rights can only be set up by root with mounts of its own"
SCHED_IDLE, LEAST_NICENESS = 5, 19


def may_mount():
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "mount", "--bind", "/", "/mnt"],
                                                capture_output=True).returncode == 0


@unittest.skipUnless(shutil.which("systemd-analyze"), ABSENT)
class TheUnit(unittest.TestCase):
    def analyze(self, *arguments):
        done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def test_is_exposed_at_most_as_much_as_promised(self):
        _, text = self.analyze("security", "--offline=true", "--no-pager", UNIT)
        exposure = float(re.search(r"Overall exposure level for tidemark.service: ([\d.]+)", text)[1])
        print(f"systemd's exposure level of tidemark.service: {exposure}", flush=True)
        self.assertLessEqual(exposure, EXPOSURE_MAX, text)

    def test_is_understood_word_for_word(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "tidemark.service"  # verify wants the program to be there
            unit.write_text(UNIT.read_text().replace("=/usr/local/bin/tidemark", f"={BUILD}/tidemark"))
            held = shutil.copy(SOCKET, folder)
            self.assertEqual(self.analyze("verify", unit, held), (0, ""))

    def test_is_handed_the_address_of_the_example(self):
        address = re.search(r'^listen = "(.*)"$', EXAMPLE.read_text(), re.M)[1]
        self.assertIn(f"\nListenStream={address}\n", SOCKET.read_text())


class ConfinedHouse(House):
    """The service as the unit starts it; its own folder is the unit's state folder."""

    def start_service(self, environment=None):
        self.data.mkdir(exist_ok=True)
        self.program = self.dir / "tidemarkd"
        if not self.program.exists():
            shutil.copy(BUILD / "tidemarkd", self.program)
        for path in (self.dir, self.data):
            shutil.chown(path, "nobody", "nogroup")
        self.launcher = (*CONFINED, UNIT, self.data)
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.settimeout(PATIENCE)
        self.notified.bind(f"\0{self.dir.name}-{len(self.sandboxes)}")
        name = "@" + self.notified.getsockname()[1:].decode()
        super().start_service({"NOTIFY_SOCKET": name, **(environment or {})})

    def told(self):
        return self.notified.recv(1000).decode()

    def stop_service(self):
        super().stop_service()
        self.notified.close()


@unittest.skipUnless(shutil.which("systemd-analyze"), ABSENT)
@unittest.skipUnless(may_mount(), BARE)
class UnderTheUnit(Scenario):
    house_kind = ConfinedHouse

    def tasks(self):
        """(policy, niceness) of each thread of the service."""
        for stat in pathlib.Path(f"/proc/{self.house.service.pid}/task").glob("*/stat"):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            yield int(fields[38]), int(fields[16])

    def test_the_service_starts_works_restarts_and_stops(self):
        self.assertEqual(self.house.told(), "READY=1")
        status = pathlib.Path(f"/proc/{self.house.service.pid}/status").read_text()
        none = "0" * 16
        for line in ("Seccomp:\t2", "NoNewPrivs:\t1", f"CapEff:\t{none}", f"CapBnd:\t{none}"):
            self.assertIn(line, status)
        tasks = list(self.tasks())
        self.assertTrue(any(policy == SCHED_IDLE or niceness == LEAST_NICENESS for policy, niceness in tasks),
                        f"deciding does not give way to acknowledging: {tasks}")
        contact = self.spread()
        self.sandbox.edit("gohighlevel", contact["id"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Tennerby Joinery")
        service = self.house.service
        service.terminate()
        self.assertEqual(self.house.told(), "STOPPING=1")
        self.assertEqual(service.wait(PATIENCE), 0, self.house.stderr())
        self.house.start_service()
        self.sandbox.edit("gohighlevel", contact["id"], company="Joinery Two")
        self.settle()
        self.assert_counts(1, 1, 1)

    def test_what_a_taken_over_service_would_want_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.chown(folder, "nobody", "nogroup")
            done = subprocess.run([*CONFINED, UNIT, folder, "--probe"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout), {"worked": [], "tried": 10})
