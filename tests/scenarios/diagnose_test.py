"""What is wrong is named before a contact is at stake (requirements H6, H7)."""
import json
import os
import subprocess

from house import BUILD, SECRETS
from scenario import ADA, Scenario


class DiagnoseScenario(Scenario):
    def run_tool(self, *arguments):
        done = subprocess.run([BUILD / "tidemark", "--config", self.house.dir / "tidemark.toml", "--data",
                               self.house.data, *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **SECRETS})
        return done.returncode, done.stdout

    def checks(self, *options):
        code, out = self.run_tool("--format", "json", "diagnose", *options)
        lines = [json.loads(line) for line in out.splitlines()]
        return code, {one["check"]: one for one in lines[:-1]}, lines[-1]["summary"]


class Diagnose(DiagnoseScenario):
    def steps_of(self, connector):
        code, out = self.run_tool("--format", "json", "test", connector)
        return code, {one["step"]: (one["verdict"], one["reason_code"]) for one in map(json.loads,
                out.splitlines()) if "step" in one}

    def failing(self, *options):
        _, checks, _ = self.checks(*options)
        # A machine of a test keeps its clock as it may, and is as full as it is.
        return sorted(name for name, one in checks.items()
                      if one["verdict"] == "fail" and not name.startswith("machine."))

    def test_a_service_that_is_well_has_forty_checks_and_nothing_that_fails(self):
        self.spread()
        _, checks, summary = self.checks()
        self.assertGreaterEqual(len(checks), 40)
        self.assertEqual(self.failing(), [])
        self.assertEqual(summary["checks"], len(checks))
        code, out = self.run_tool("--format", "nagios", "diagnose")
        self.assertIn(code, (0, 1, 3), out)
        self.assertTrue(out.startswith("TIDEMARK "), out)
        self.assertEqual(self.run_tool("--format", "prometheus", "diagnose")[0], 0)
        self.assertEqual(self.run_tool("--format", "nagios", "status")[0], 2, "only diagnose has it")

    def test_a_key_that_is_refused_is_told_from_a_network_that_is_down(self):
        self.assertEqual(self.steps_of("gohighlevel")[0], 0)
        self.sandbox.rotate_token("gohighlevel", "another-token")
        code, steps = self.steps_of("gohighlevel")
        self.assertEqual(code, 1)
        self.assertEqual((steps["tcp"][0], steps["http"][0], steps["credential"]),
                         ("ok", "ok", ("failed", "unauthorized")))
        self.assertEqual(self.failing(), ["connector.gohighlevel.credential"])
        self.sandbox.rotate_token("gohighlevel", SECRETS["SCENARIO_GHL"])
        self.sandbox.fault("gohighlevel", status=403, times=-1)
        self.assertEqual(self.steps_of("gohighlevel")[1]["credential"], ("failed", "forbidden"))
        self.sandbox.clear_faults()
        self.house.sandboxes[0].kill()
        self.house.sandboxes[0].wait()
        code, steps = self.steps_of("aloware")
        self.assertEqual((code, steps["dns"][0], steps["tcp"]), (1, "ok", ("failed", "connection_refused")))
        self.assertNotIn("credential", steps, "nobody knows while nothing answers")
        self.assertEqual(self.run_tool("test", "nobody")[0], 2)

    def test_what_one_slow_system_hides_is_not_what_the_others_say(self):
        self.sandbox.fault("gohighlevel", "GET", behaviour="delay", delay_ms=30_000, times=-1)
        code, checks, _ = self.checks()
        self.assertIn("connector.aloware.http", checks)
        self.assertEqual(checks["connector.aloware.http"]["verdict"], "pass", code)
        self.sandbox.clear_faults()

    def test_opt_outs_outside_the_log_are_seen_with_the_service_down(self):
        self.spread()
        self.assertEqual(self.checks()[1]["folder.spool"]["verdict"], "pass")
        self.house.stop_service()
        spool = self.house.data / "opt_outs.spool"
        spool.chmod(0)
        if os.geteuid() != 0:  # root reads all
            self.assertEqual(self.checks()[1]["folder.spool"]["verdict"], "unknown")
        spool.chmod(0o600)
        self.house.start_service()

    def common_checks(self):
        if self.house.sandboxes[0].poll() is None:
            super().common_checks()

    def test_with_the_service_down_it_says_so_and_what_it_still_sees(self):
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.house.stop_service()
        code, checks, _ = self.checks()
        self.assertEqual(code, 1)
        self.assertEqual(self.failing(), ["service.running"])
        self.assertEqual(checks["folder.end"]["verdict"], "pass")
        (self.house.data / "keys" / "pepper").chmod(0o644)
        self.assertEqual(self.failing(), ["folder.keys_mode", "service.running"])
        (self.house.data / "keys" / "pepper").chmod(0o600)
        self.house.start_service()


class DiagnoseTenants(DiagnoseScenario):
    tenants = ("acme", "globex")

    def test_it_asks_which_tenant_instead_of_guessing(self):
        code, out = self.run_tool("diagnose")
        self.assertEqual(code, 2, out)
        _, checks, _ = self.checks("--tenant", "globex")
        self.assertEqual(checks["service.running"]["verdict"], "pass")
        code, out = self.run_tool("backup", self.house.dir / "backups")
        self.assertEqual(code, 0, out)
