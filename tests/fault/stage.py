"""What the fault tests share: one engine with a sandbox, traffic with a ledger, the end's checks."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))

import checks  # noqa: E402
from house import Engine, Sandbox, Tools, Trouble, wait_until  # noqa: E402
from traffic import Sender  # noqa: E402


class NotHere(Exception):
    """This machine cannot play the fault; the text says why."""


class Stage:
    """A folder, the vendors, an engine. `where` puts the data folder on another disk, `vendors` another
    URL in the place of a vendor's."""

    def __init__(self, build, where=None, vendors=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-fault-"))
        self.build = build
        self.sandbox = Sandbox(build, self.folder)
        self.engine = Engine(build, self.folder, {**self.sandbox.urls, **(vendors or {})},
                             where and where / "data")
        self.sandbox.set_engine(self.engine.url)
        self.tools = Tools(build, self.engine.data)
        self.ledgers = []

    def ledger(self):
        self.ledgers.append(self.folder / f"ledger-{len(self.ledgers)}")
        return self.ledgers[-1]

    def sender(self, rate=200):
        sender = Sender(self.engine.port, self.ledger(), 100 + len(self.ledgers), rate)
        sender.start()
        return sender

    def start(self):
        if not self.engine.start():
            raise Trouble(f"the engine did not start: {self.last_words()}")

    def last_words(self, lines=3):
        return " ".join(self.engine.log.read_text(errors="replace").splitlines()[-lines:])

    def fill(self, count=60):
        """Some acknowledged webhooks."""
        sender = self.sender()
        if not wait_until(lambda: sender.acknowledged >= count, 60, 0.05):
            raise Trouble(f"only {sender.acknowledged} webhooks were acknowledged in 60 s: "
                          + self.last_words())
        sender.end()

    def ledger_rows(self):
        """Every 2xx that was seen so far."""
        ledger = checks.Ledger()
        for path in self.ledgers:
            ledger.read(path)
        return ledger

    def faults_of_log(self):
        """Every acknowledged webhook exactly once, dense, whole."""
        ledger = self.ledger_rows()
        print(f"    {len(ledger.rows)} acknowledged, all looked for", flush=True)
        facts = checks.Facts(self.tools.lines("log", "list", "--reveal", "--reason", "fault test"))
        code, lines, errors = self.tools.run("verify")
        held = [] if code == 0 else [f"verify ended with {code}: {lines} {errors}"]
        return checks.positions_dense(facts) + checks.acknowledged_once(ledger, facts, {}) + held

    def refusal_faults(self, wanted_code, words):
        """The engine is started and must refuse: never ready, this code, and it says why."""
        before = self.engine.log.stat().st_size if self.engine.log.exists() else 0
        ready = self.engine.start()
        code = self.engine.wait_end(60)
        text = self.engine.log.read_text(errors="replace")[before:]
        faults = ["it opened its port"] if ready else []
        if code != wanted_code:
            faults.append(f"the exit code was {code}, not {wanted_code}: {text[-300:]}")
        if not any(word in text for word in words):
            faults.append(f"it did not say why ({' or '.join(words)}): {text[-300:]}")
        return faults

    def close(self):
        self.engine.stop()
        self.sandbox.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class SmallDisk:
    """A tmpfs of its own; only root may mount one."""

    def __init__(self, megabytes):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-disk-"))
        self.ballast = self.path / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(self.path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            done = None
        if done is None or done.returncode != 0:
            self.path.rmdir()
            raise NotHere("mounting a small tmpfs needs root and the right to mount")

    def remount(self, option):
        done = subprocess.run(["mount", "-o", f"remount,{option}", str(self.path)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise NotHere(f"remounting a tmpfs {option} is not possible here: {done.stderr.strip()}")

    def free(self):
        disk = shutil.disk_usage(self.path)
        return disk.free

    def total(self):
        return shutil.disk_usage(self.path).total

    def fill(self, leave):
        """Leaves so many bytes; 0 fills it to the last page."""
        with open(self.ballast, "ab") as ballast:
            try:
                while self.free() > leave:
                    ballast.write(b"x" * max(1, min(1 << 16, self.free() - leave)))
                    ballast.flush()
            except OSError:
                if leave:
                    raise

    def close(self):
        subprocess.run(["umount", "-l", str(self.path)], capture_output=True)
        self.path.rmdir()
