"""Installs the npm packages of a folder's package-lock.json there, once for each state of the lock file."""
import fcntl
import hashlib
import pathlib
import shutil
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent


def ensure(folder=FOLDER):
    """Raises AssertionError with npm's words where they cannot be installed."""
    modules, lock_file = folder / "node_modules", folder / "package-lock.json"
    stamp = modules / ".tidemark-lock"
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    with open(lock_file) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may come at once
        if stamp.exists() and stamp.read_text() == wanted:
            return modules
        assert shutil.which("npm"), "npm is not there; run script/bootstrap"
        # Nothing of the packages runs at installation; what npm has in its cache is not fetched again.
        command = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, f"npm ci ended with {done.returncode}: {done.stderr[:1500]}"
        stamp.write_text(wanted)
    return modules
