"""A small tree of files for a check to look at."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class PlantedCase(unittest.TestCase):
    script = ""
    arguments = ()

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name)
        self.plant("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n")

    def plant(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_check(self):
        command = [ROOT / "script" / self.script, "--root", self.root, *self.arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def accepts(self, path, text):
        self.plant(path, text)
        for folder in pathlib.PurePosixPath(path).parents:
            if folder.name and not (self.root / folder / "README.md").exists():
                self.plant(f"{folder}/README.md", "# First page\n")
        run = self.run_check()
        self.assertEqual(run.returncode, 0, f"{path}: {run.stdout}{run.stderr}")

    def refuses(self, path, text, message):
        self.plant(path, text)
        run = self.run_check()
        self.assertEqual(run.returncode, 1, f"{path} was not refused: {text!r} {run.stderr}")
        self.assertIn(message, run.stdout)
        (self.root / path).unlink()
