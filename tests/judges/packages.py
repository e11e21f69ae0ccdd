"""Installs the npm packages of package-lock.json below this folder, once for each state of the lock file."""
import fcntl
import hashlib
import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent
MODULES = FOLDER / "node_modules"
STAMP = MODULES / ".tidemark-lock"
LOCK_FILE = FOLDER / "package-lock.json"


def ensure():
    """Raises AssertionError with npm's words where they cannot be installed."""
    wanted = hashlib.sha256(LOCK_FILE.read_bytes()).hexdigest()
    with open(LOCK_FILE) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may come at once
        if STAMP.exists() and STAMP.read_text() == wanted:
            return MODULES
        assert shutil.which("npm"), "npm is not there; run script/bootstrap"
        # Nothing of the packages runs at installation; what npm has in its cache is not fetched again.
        command = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, f"npm ci ended with {done.returncode}: {done.stderr[:1500]}"
        STAMP.write_text(wanted)
    return MODULES
