"""script/test counts what suites say and believes no silence."""
import os
import subprocess
import tempfile
import pathlib
import unittest

from planted import ROOT


class TestRunner(unittest.TestCase):
    def run_suites(self, suites, *arguments, build=None, **environment):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in suites.items():
                path = pathlib.Path(folder, "tests/suites", name + ".sh")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            if build:
                program = pathlib.Path(folder, "script/build")
                program.parent.mkdir()
                program.write_text(build)
                program.chmod(0o755)
            clean = {k: v for k, v in os.environ.items() if k != "TIDEMARK_REQUIRE_SHARED"}
            run = subprocess.run([ROOT / "script/test", *arguments], capture_output=True, text=True,
                                 env=dict(clean, TIDEMARK_TEST_ROOT=folder, **environment))
        return run.returncode, (run.stdout.splitlines() or [""])[-1], run.stdout + run.stderr

    def test_adds_up_and_passes(self):
        skipping = "echo 'SKIP x: no such machine'; echo 'suite: 2 passed, 0 failed, 1 skipped'"
        code, last, _ = self.run_suites({"a": "echo 'suite: 3 passed, 0 failed, 0 skipped'", "b": skipping})
        self.assertEqual((code, last), (0, "5 passed, 0 failed, 1 skipped"))

    def test_fails_when_a_suite_fails(self):
        code, last, _ = self.run_suites({"a": "echo 'suite: 3 passed, 1 failed, 0 skipped'; exit 1"})
        self.assertEqual((code, last), (1, "3 passed, 1 failed, 0 skipped"))

    def test_fails_when_a_suite_dies_without_a_summary(self):
        code, last, _ = self.run_suites({"a": "echo 'suite: 3 passed, 0 failed, 0 skipped'", "b": "exit 0"})
        self.assertEqual((code, last), (1, "3 passed, 1 failed, 0 skipped"))

    def test_fails_when_a_suite_ends_badly_after_a_good_summary(self):
        code, last, _ = self.run_suites({"a": "echo 'suite: 3 passed, 0 failed, 0 skipped'; exit 3"})
        self.assertEqual((code, last), (1, "3 passed, 1 failed, 0 skipped"))

    def test_fails_when_nothing_ran(self):
        code, last, _ = self.run_suites({"a": "echo 'suite: 0 passed, 0 failed, 2 skipped'"})
        self.assertEqual((code, last), (1, "0 passed, 0 failed, 2 skipped"))

    def test_skips_for_missing_shared_documents_fail_where_they_are_required(self):
        suite = {"a": "echo 'SKIP x: needs ../shared'; echo 'suite: 1 passed, 0 failed, 1 skipped'"}
        self.assertEqual(self.run_suites(suite)[:2], (0, "1 passed, 0 failed, 1 skipped"))
        code, last, _ = self.run_suites(suite, TIDEMARK_REQUIRE_SHARED="1")
        self.assertEqual((code, last), (1, "1 passed, 1 failed, 0 skipped"))

    def test_runs_the_named_suites_only_and_refuses_unknown_names(self):
        suites = {"a": "echo 'suite: 1 passed, 0 failed, 0 skipped'", "b": "exit 1"}
        self.assertEqual(self.run_suites(suites, "a")[:2], (0, "1 passed, 0 failed, 0 skipped"))
        code, _, text = self.run_suites(suites, "c")
        self.assertEqual(code, 1)
        self.assertIn("no suite c; there are: a, b", text)

    def test_tells_suites_which_budget_to_use(self):
        suite = {"a": "echo \"suite: 1$TIDEMARK_FULL passed, 0 failed, 0 skipped\""}
        self.assertEqual(self.run_suites(suite)[1], "10 passed, 0 failed, 0 skipped")
        self.assertEqual(self.run_suites(suite, "--full")[1], "11 passed, 0 failed, 0 skipped")

    def test_builds_the_targets_that_the_named_suites_need_once(self):
        passing = "echo 'suite: 1 passed, 0 failed, 0 skipped'"
        suites = {"a": f"# needs: release one two\n{passing}", "b": f"# needs: release two three\n{passing}",
                  "c": f"# needs: asan four\n{passing}"}
        build = "#!/bin/sh\necho built \"$@\"\n[ $1 = release ]\n"
        code, last, text = self.run_suites(suites, build=build)
        self.assertIn("built release one three two\n", text)
        self.assertIn("FAIL c: not run, its build failed", text)
        self.assertEqual((code, last), (1, "2 passed, 1 failed, 0 skipped"))
        self.assertNotIn("asan", self.run_suites(suites, "b", build=build)[2])


class TestPrograms(unittest.TestCase):
    """tests/scripts/run_gtest.py, with programs that are scripts."""

    def run_programs(self, **programs):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in programs.items():
                path = pathlib.Path(folder, "tests", "test_" + name)
                path.parent.mkdir(exist_ok=True)
                path.write_text("#!/bin/sh\nreport=${2#--gtest_output=xml:}\n" + text)
                path.chmod(0o755)
            run = subprocess.run([ROOT / "tests/scripts/run_gtest.py", folder], capture_output=True,
                                 text=True)
        return run.returncode, run.stdout

    def report(self, inside):
        case = f'<testcase classname="A" name="b" {inside}</testcase>'
        return f"echo '<testsuites><testsuite>{case}</testsuite></testsuites>' >$report\n"

    def test_counts_every_part(self):
        skipped = self.report('result="skipped"><skipped message="f:1&#x0A;no shared"/>')
        code, out = self.run_programs(x=self.report('result="completed">'), y=skipped)
        self.assertEqual(code, 0, out)
        self.assertIn("SKIP y.A.b: no shared", out)
        self.assertIn("suite: 4 passed, 0 failed, 4 skipped", out)

    def test_names_what_failed(self):
        code, out = self.run_programs(x=self.report('result="completed"><failure/>') + "exit 1")
        self.assertEqual(code, 1)
        self.assertIn("FAIL x.A.b: see its output above", out)

    def test_believes_no_program_that_died_or_wrote_no_report(self):
        for text in ("echo ERROR: AddressSanitizer; exit 1", "exit 0",
                     self.report('result="completed">') + "kill -9 $$"):
            code, out = self.run_programs(x=text)
            self.assertEqual(code, 1, out)
            self.assertIn("FAIL x.part 1 of 4, ended with", out)

    def test_no_programs_are_no_success(self):
        self.assertEqual(self.run_programs()[0], 1)


if __name__ == "__main__":
    unittest.main()
