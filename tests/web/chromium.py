"""Runs a script of this folder with playwright-core, as a user without rights: so Chromium is, too."""
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import packages

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SCREENS = ROOT / "build/web-screens"
CHROMIUM = "/usr/bin/chromium"


def missing():
    """What is not there, in words; "" when a browser can be driven."""
    if not os.path.exists(CHROMIUM):
        return "Chromium is not there; run script/bootstrap"
    try:
        packages.ensure(ROOT / "web")
    except AssertionError as failed:
        return str(failed)
    return ""


def drive(script, settings):
    """Gives what the script found wrong. It and its packages are copied to where that user may read them."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-web-"))
    try:
        for name in ("playwright-core", "axe-core"):
            shutil.copytree(ROOT / "web/node_modules" / name, folder / "node_modules" / name)
        for each in HERE.glob("*.mjs"):
            shutil.copy(each, folder)
        (folder / "screens").mkdir()
        command = ["node", str(folder / script), json.dumps({**settings, "screens": str(folder / "screens")})]
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (folder, *folder.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            ids = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
            command = ["setpriv", *ids, *command]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=400,
                              env={**os.environ, "HOME": str(folder)})
        SCREENS.mkdir(parents=True, exist_ok=True)
        for screen in (folder / "screens").glob("*.png"):
            shutil.copy(screen, SCREENS)
        assert done.returncode == 0, f"{script} ended with {done.returncode}: {done.stderr[-2000:]}"
        return json.loads(done.stdout)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
