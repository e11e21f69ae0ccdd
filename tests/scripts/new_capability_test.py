"""A new capability's rooms are laid whole: the checks of the house pass right after."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from planted import ROOT


class NewCapability(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = pathlib.Path(holder.name) / "tree"
        left_out = {str(ROOT): {"build", ".git", "data"}}
        shutil.copytree(ROOT, self.root, ignore=lambda folder, names: left_out.get(str(folder), set()))

    def lay(self, *arguments):
        command = [self.root / "script/new-capability", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def files(self):
        return {f: f.read_bytes() for f in self.root.rglob("*") if f.is_file() and f.suffix != ".pyc"}

    def passes(self, *command):
        run = subprocess.run(command, capture_output=True, text=True, cwd=self.root)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def test_lays_rooms_that_pass_every_check(self):
        run = self.lay("leads", "--what", "who may become a customer")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.passes(self.root / "script/check-layers")
        self.passes(self.root / "script/check-tidy", "--house-only")
        table = self.passes(self.root / "script/check-layers", "--table")
        self.assertIn("| `domain/leads/` | who may become a customer |", table)
        self.assertIn(table, (self.root / "README.md").read_text())
        self.assertIn("| leads: who may become a customer | `events/leads/` | `domain/leads/` |",
                      (self.root / "docs/architecture.md").read_text())
        for layer in ("domain", "projections", "gateway"):
            self.passes("g++", "-std=c++20", "-fsyntax-only", "-I.", f"tests/{layer}/leads/leads_test.cpp")

    def test_the_new_rooms_have_their_place_in_the_order(self):
        self.lay("leads")
        (self.root / "domain/rules/cause.hpp").write_text('#pragma once\n#include "domain/leads/leads.hpp"\n')
        run = subprocess.run([self.root / "script/check-layers"], capture_output=True, text=True)
        self.assertIn("rules/ may not include leads/ of domain/", run.stdout)

    def test_changes_nothing_in_a_dry_run(self):
        before = self.files()
        run = self.lay("leads", "--dry-run")
        self.assertIn("makes domain/leads/leads.hpp", run.stdout)
        self.assertEqual(self.files(), before)

    def test_refuses_what_is_there_and_what_is_no_name(self):
        for name, message in [("consent", "is there already"), ("Leads", "lower-case"),
                              ("../x", "lower-case")]:
            with self.subTest(name):
                run = self.lay(name)
                self.assertEqual(run.returncode, 2)
                self.assertIn(message, run.stderr)


if __name__ == "__main__":
    unittest.main()
