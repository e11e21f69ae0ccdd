#!/usr/bin/env python3
"""make_release.py VERSION: keeps what a release leaves behind, as tests/golden/releases/VERSION.tar.gz.

In it: data/ (the log and the keys) and tidemark.toml of one run of the demo. To be run once, by the build that
is released; an archive that is there is never made again: tests/scenarios/releases_test.py holds every later
build to it.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MIB = 1 << 20


def copy_when_there(pattern, folder, to, process):
    """The demo removes its configuration when it ends."""
    while process.poll() is None:
        for found in folder.glob(pattern):
            if found.stat().st_size:
                shutil.copy(found, to)
                return
        time.sleep(0.01)
    raise SystemExit("make_release.py: the demo ended before it wrote its configuration")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    archive = ROOT / "tests/golden/releases" / f"{sys.argv[1]}.tar.gz"
    if archive.exists():
        raise SystemExit(f"make_release.py: {archive.name} is there: a release is never made again")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        demo = subprocess.Popen([ROOT / "build/release/tidemark", "demo", "--once", "--data", folder / "data"],
                                env={"TMPDIR": name, "PATH": "/usr/bin:/bin"}, stdout=subprocess.DEVNULL)
        copy_when_there("tidemark-demo-*/tidemark.toml", folder, folder / "tidemark.toml", demo)
        if code := demo.wait():
            raise SystemExit(f"make_release.py: the demo ended with {code}")
        # Nobody listens there, whoever has the ports of this run later.
        text = (folder / "tidemark.toml").read_text()
        (folder / "tidemark.toml").write_text(re.sub(r'(= "http://127\.0\.0\.1):\d+', r"\1:9", text))
        kept = folder / "kept"
        shutil.copytree(folder / "data", kept, ignore=shutil.ignore_patterns("*.sock", "LOG*", "tables"))
        with tarfile.open(archive, "w:gz") as out:
            out.add(kept, "data")
            out.add(folder / "tidemark.toml", "tidemark.toml")
    size = archive.stat().st_size
    if size > MIB:
        archive.unlink()
        raise SystemExit(f"make_release.py: {size} bytes are more than one MiB")
    print(f"{archive.relative_to(ROOT)}: {size} bytes")


if __name__ == "__main__":
    main()
