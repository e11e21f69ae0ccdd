"""What is committed below web/dist is what web/src makes, and no more than was promised."""
import gzip
import json
import pathlib
import subprocess
import tempfile
import unittest

import packages

WEB = pathlib.Path(__file__).resolve().parents[2] / "web"
NODE = (18, 20, 4)  # Debian's


def dist(ending=""):
    return {path.name: path.read_bytes() for path in (WEB / "dist").iterdir() if path.name.endswith(ending)}


def zipped(files):
    return sum(len(gzip.compress(data, 9)) for data in files.values())


class Built(unittest.TestCase):
    def test_no_more_than_was_promised(self):
        self.assertLessEqual(sum(map(len, dist().values())), 100_000)
        self.assertLessEqual(zipped(dist(".js")), 80_000)
        self.assertLessEqual(zipped(dist(".css")), 8_000)

    def test_nothing_that_the_policy_would_refuse(self):
        page = dist()["index.html"].decode()
        for word in ("<style", "style=", "<script>", "onclick", "data:", "http://", "https://"):
            self.assertNotIn(word, page)
        for path in (WEB / "src").rglob("*.ts*"):
            for word in ("nnerHTML", "Function(", "eval(", "Storage", "document.write", "style="):
                self.assertNotIn(word, path.read_text(), path.name)

    def test_made_anew_it_is_the_same_and_its_types_hold(self):
        try:
            packages.ensure(WEB)
        except AssertionError as failed:
            self.skipTest(f"Node's packages are not there: {failed}")
        with tempfile.TemporaryDirectory() as folder:
            other, stale = pathlib.Path(folder, "other.txt"), pathlib.Path(folder, "console-0.js")
            other.touch()
            stale.touch()
            subprocess.run(["node", "build.mjs", folder], cwd=WEB, check=True, timeout=120)
            other.unlink()  # what is not of the console stays
            made = {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()}
        self.assertEqual(sorted(made), sorted(dist()), "run `npm run build` in web/ and commit web/dist")
        self.assertTrue(made == dist(), "web/dist is not what web/src makes: run `npm run build` in web/")
        types = subprocess.run(["node", "node_modules/typescript/bin/tsc", "--noEmit"], cwd=WEB, timeout=120,
                               capture_output=True, text=True)
        self.assertEqual(types.returncode, 0, types.stdout)

    def test_every_package_takes_debians_node(self):
        lock = json.loads((WEB / "package-lock.json").read_text())
        for name, package in lock["packages"].items():
            wanted = package.get("engines", {}).get("node", ">=0")
            self.assertRegex(wanted, r"^>=\s*\d+(\.\d+)*$", name)
            least = tuple(map(int, wanted[2:].strip().split(".")))
            self.assertLessEqual(least, NODE, name)


if __name__ == "__main__":
    unittest.main()
