"""The Debian package has all that is needed to run, and runs (requirement G18)."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from house import BUILD, House
from scenario import Scenario

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **options):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, **options)


class Unpacked(House):
    root = None

    @property
    def program(self):
        return self.root / "usr/bin/tidemarkd"


@unittest.skipUnless(shutil.which("dh"), "debhelper is not installed")
class Package(Scenario):
    house_kind = Unpacked

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tidemark-package-")
        cls.addClassCleanup(folder.cleanup)
        Unpacked.root = cls.root = pathlib.Path(folder.name)
        out = cls.root / "made"
        made = run(ROOT / "script/package", "--build", BUILD, "--out", out, "--twice")  # byte for byte
        assert made.returncode == 0, made.stderr
        cls.package = next(out.glob("tidemark_*.deb"))
        run("dpkg-deb", "-x", cls.package, cls.root, check=True)

    def test_made_twice_it_is_the_same_and_holds_what_it_should(self):
        """In one, since each test makes a package of its own."""
        self.has_pages_completion_and_bills_of_materials()
        self.has_a_unit_that_is_good_and_runs_what_the_package_brings()
        if shutil.which("lintian"):
            self.is_nothing_to_lintian()
        self.runs_and_syncs()

    def runs_and_syncs(self):
        self.spread()
        version = run(self.root / "usr/bin/tidemark", "--version").stdout
        self.assertRegex(version, r"^tidemark \d")

    def has_pages_completion_and_bills_of_materials(self):
        share = self.root / "usr/share"
        pages = {page.name for page in (share / "man/man1").iterdir()}
        self.assertLessEqual({"tidemark.1.gz", "tidemark-stop-all.1.gz", "tidemarkd.1.gz"}, pages)
        self.assertTrue((share / "bash-completion/completions/tidemark").exists())
        self.assertTrue((share / "doc/tidemark/tidemark.spdx.json").exists())
        self.assertTrue((share / "doc/tidemark/tidemark.cdx.json").exists())
        self.assertEqual((self.root / "etc/tidemark").is_dir(), True)

    def has_a_unit_that_is_good_and_runs_what_the_package_brings(self):
        unit = self.root / "lib/systemd/system/tidemark.service"
        text = unit.read_text()
        self.assertNotIn("/usr/local", text)
        here = self.root / "tidemark.service"
        here.write_text(text.replace("/usr/bin/", f"{self.root}/usr/bin/"))
        held = pathlib.Path(shutil.copy(unit.with_suffix(".socket"), self.root))
        judged = run("systemd-analyze", "verify", here, held)
        self.assertEqual((judged.returncode, judged.stderr), (0, ""))
        for each in (text, held.read_text()):
            self.assertIn("ConditionPathExists=/etc/tidemark/tidemark.toml", each)
        self.assertIn("ExecReload=/usr/bin/tidemark", text)

    def is_nothing_to_lintian(self):
        judged = run("lintian", "--allow-root", "--no-tag-display-limit", self.package,
                     env={**os.environ, "LC_ALL": "C.UTF-8"})
        found = [line for line in judged.stdout.splitlines() if line.startswith(("E:", "W:"))]
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
