"""Each command has its page and is completed, by what the program says of itself (requirement G18)."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TIDEMARK_BUILD", ROOT / "build/release"))


@unittest.skipUnless((BUILD / "tidemark").exists(), "there is no build to look at")
class Manual(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.out = pathlib.Path(folder.name)
        subprocess.run([ROOT / "script/manual", "--build", BUILD, "--out", cls.out], check=True,
                       capture_output=True)

    def completed(self, *words):
        call = f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _tidemark; echo ${{COMPREPLY[@]}}"
        return subprocess.run(["bash", "-c", f"source {self.out / 'tidemark.bash'}; {call}"], text=True,
                              capture_output=True, check=True).stdout.split()

    def test_every_command_and_option_of_the_help_is_in_a_page(self):
        text = subprocess.run([BUILD / "tidemark", "--help"], capture_output=True, text=True,
                              check=True).stdout
        commands = [line.split()[0] for line in text.split("Subcommands:")[1].splitlines() if line.strip()]
        self.assertGreater(len(commands), 30)
        for command in set(commands) - {"serve", "demo", "test", "check-config"}:
            page = (self.out / f"tidemark-{command}.1").read_text().replace("\\-", "-")
            said = subprocess.run([BUILD / "tidemark", command, "--help"], capture_output=True, text=True,
                                  check=True).stdout
            for word in said.split():
                if word.startswith("--"):
                    self.assertIn(word.strip("[]()."), page, command)
        self.assertTrue((self.out / "tidemark-log-verify-signature.1").exists())
        self.assertTrue((self.out / "tidemark-alerts-test.1").exists())
        self.assertIn("tidemarkd serve", (self.out / "tidemarkd-serve.1").read_text())

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_pages_are_set_without_a_warning(self):
        for page in sorted(self.out.glob("*.1")):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", page], capture_output=True,
                                  text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)

    def test_commands_and_their_options_are_completed(self):
        self.assertEqual(self.completed("tidemark", "stop-"), ["stop-all"])
        self.assertIn("--until", self.completed("tidemark", "stop-all", "--"))
        self.assertIn("--config", self.completed("tidemark", "stop-all", "--"))
        self.assertEqual(self.completed("tidemark", "log", "st"), ["stats"])
        self.assertEqual(self.completed("tidemark", "--format", "json", "log", "export", "--with-b"),
                         ["--with-bodies"])
        self.assertNotIn("--until", self.completed("tidemark", "verify", "--"))


if __name__ == "__main__":
    unittest.main()
