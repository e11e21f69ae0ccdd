"""The Debian package in a clean root: installed, at work, upgraded under a held socket."""
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from clean_root import CleanRoot, Unit, run
from clients import Hooks
from held import Holder, Senders
from house import BUILD, PATIENCE, ROOT, SECRETS, House
from scenario import Scenario

READY_MAX = 60  # seconds from the installation's begin to ready
FULL = os.environ.get("TIDEMARK_FULL") == "1"
ABLE = os.geteuid() == 0 and all(map(shutil.which, ("mmdebstrap", "dh", "unshare")))


class InstalledHouse(House):
    """The service of the package, started as its unit says, by somebody who holds its address."""
    root = None

    def __init__(self, *arguments):
        self.holder = Holder()
        self.port = self.holder.port
        super().__init__(*arguments)

    def start_service(self, environment=None):
        self.port = self.holder.port
        self.unit = Unit(self.root, "tidemark.service")
        self.data = self.unit.make_state_folder() / "data"
        self.configure()
        notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notified.settimeout(PATIENCE)
        notified.bind(f"\0{self.dir.name}-{time.monotonic_ns()}")
        name = "@" + notified.getsockname()[1:].decode()
        with open(self.dir / "stderr", "ab") as errors:
            self.service = subprocess.Popen(
                [*self.holder.launcher, *self.held(self.unit.command("ExecStart"))],
                stdout=subprocess.DEVNULL, stderr=errors, pass_fds=self.holder.descriptors,
                env={**self.unit.environment(), "NOTIFY_SOCKET": name})
        try:
            told = notified.recv(1000).decode()
        except TimeoutError:
            raise AssertionError("the service is not ready: " + self.stderr()[-2000:]) from None
        finally:
            notified.close()
        assert told == "READY=1", told
        self.base = f"http://127.0.0.1:{self.port}"
        self.hooks = Hooks(self.base)
        self.sandbox.set(engine=self.base)

    @staticmethod
    def held(command):
        return [shutil.which(command[0]), *command[1:]]

    def configure(self):
        """/etc/tidemark, written once: an upgrade leaves it as it is."""
        etc = self.root.path / "etc/tidemark"
        if (etc / "tidemark.toml").exists():
            return
        self.write_configuration()
        text = (self.dir / "tidemark.toml").read_text().replace(str(self.root.path), "")
        (etc / "tidemark.toml").write_text(text)
        (etc / "secrets").write_text("".join(f"{key}={value}\n" for key, value in SECRETS.items()))

    def close(self):
        super().close()
        self.holder.close()


@unittest.skipUnless(FULL, "with --full only: it makes a root of its own")
@unittest.skipUnless(ABLE, "needs root, mmdebstrap and debhelper (script/bootstrap full)")
class Installed(Scenario):
    house_kind = InstalledHouse

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tidemark-install-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        run(ROOT / "script/package", "--build", BUILD, "--out", self.folder / "made")
        self.package = next((self.folder / "made").glob("tidemark_*.deb"))
        self.root = InstalledHouse.root = CleanRoot(self.folder)
        began = time.monotonic()
        self.root.install(self.package, "--download-only")
        fetched = time.monotonic()
        self.root.install(self.package)
        installed = time.monotonic()
        super().setUp()
        ready = time.monotonic()
        print(f"packages fetched in {fetched - began:.1f} s, installed in {installed - fetched:.1f} s, ready "
              f"{ready - installed:.1f} s later (with the played systems)", flush=True)
        self.assertLessEqual(ready - fetched, READY_MAX)

    def newer(self):
        """The same programs as a later version."""
        tree = self.folder / "newer"
        run("dpkg-deb", "-R", self.package, tree)
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"^Version: (.*)$", r"Version: \1+later", control.read_text(), flags=re.M))
        package = self.folder / "tidemark_later.deb"
        run("dpkg-deb", "-b", tree, package)
        return package

    def test_is_installed_reloaded_and_upgraded_without_a_lost_webhook(self):
        self.spread()
        done = subprocess.run(self.house.unit.command("ExecReload"), capture_output=True, text=True,
                              env=self.house.unit.environment(), timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        kept = self.configuration()
        newer = self.newer()
        senders = Senders(self.hooks)
        try:
            self.root.install(newer)
            # What the package's script has systemd do, which is not here: deb-systemd-invoke restart.
            self.house.restart()
            time.sleep(0.5)
        finally:
            senders.end()
        print(f"{len(senders.answers)} webhooks over the upgrade, {len(senders.failures)} lost, the longest "
              f"waited {max(senders.waits):.2f} s", flush=True)
        self.assertEqual(senders.failures, [])
        stored = {event["data"]["delivery_id"] for event in self.house.events("webhook.received.v1")}
        self.assertEqual(set(senders.answers) - stored, set(), "answered, and not in the log")
        self.assertIn("+later", self.root.run("dpkg-query", "-W", "tidemark"))
        self.assertEqual(self.configuration(), kept)

    def configuration(self):
        return {file.name: file.read_bytes() for file in (self.root.path / "etc/tidemark").iterdir()}

    def test_when_it_is_removed_log_and_configuration_stay(self):
        self.spread()
        self.house.stop_service()
        kept = self.configuration()
        self.root.run("apt-get", "remove", "-y", "tidemark")
        self.assertFalse((self.root.path / "usr/bin/tidemarkd").exists())
        self.assertEqual(self.configuration(), kept)
        self.assertTrue(self.house.tool("verify")[0]["summary"]["holds"])
        self.root.install(self.package)
        self.house.start_service()


if __name__ == "__main__":
    sys.exit(unittest.main())
