"""The configuration is read again while the service runs (requirement G3)."""
import os
import subprocess
import threading
import time

from clients import call
from house import BUILD, SECRETS
from scenario import Scenario


class Reload(Scenario):
    changes = {"aloware": {"requests_per_second": 900, "burst": 500}}

    def tool(self, *arguments):
        return subprocess.run([BUILD / "tidemark", "--config", self.house.dir / "tidemark.toml", "--data",
                               self.house.data, *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **SECRETS})

    def change(self, old, new):
        file = self.house.dir / "tidemark.toml"
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new))

    def reloaded(self):
        return [e["data"] for e in self.house.events("config.reloaded.v1")]

    def connector(self, name):
        return next(one for one in self.house.api("/connectors").json["items"] if one["name"] == name)

    def test_safe_keys_hold_at_once_others_are_named_and_it_is_an_event(self):
        self.assertEqual(self.tool("config", "diff").returncode, 0, "the file is what runs")
        self.change("requests_per_second = 900\nburst = 500",
                    "requests_per_second = 3\nburst = 5\ntimeout_ms = 9000")
        self.change("[alerts]", "[alerts]\nmany = 7")
        diff = self.tool("config", "diff")
        self.assertEqual(diff.returncode, 1)
        self.assertIn("timeout_ms: runs with 10000, the file says 9000: needs a restart", diff.stdout)
        self.assertIn("alerts.many: runs with 100, the file says 7: tidemark reload", diff.stdout)
        began = time.monotonic()
        done = self.tool("reload")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(time.monotonic() - began, 5, "usually within a second")
        self.assertIn("tenants[acme].connectors[aloware].timeout_ms  needs a restart", done.stdout)
        event = self.reloaded()[-1]
        self.assertEqual(sorted(event["applied"]), ["alerts.many", "tenants[acme].connectors[aloware].burst",
                                                    "tenants[acme].connectors[aloware].requests_per_second"])
        self.assertEqual(event["needs_restart"], ["tenants[acme].connectors[aloware].timeout_ms"])
        self.assertEqual(event["by"], f"uid {os.geteuid()}")
        self.wait_for("the new pace holds",
                      lambda: self.connector("aloware").get("limits", {}).get("requests_per_second") == 3)
        self.assertNotIn("alerts.many", self.tool("config", "diff").stdout)
        self.spread()

    def test_a_bad_file_changes_nothing_and_names_all_faults(self):
        self.change("requests_per_second = 900", "requests_per_second = -4\nbirst = 5")
        self.change("[alerts]", "[alerts]\nmany = 0")
        done = self.tool("reload")
        self.assertEqual(done.returncode, 64, done.stdout)
        for fault in ("requests_per_second", "birst", "alerts.many"):
            self.assertIn(fault, done.stderr)
        self.assertEqual(self.reloaded(), [])
        text = (self.house.dir / "tidemark.toml").read_text()
        (self.house.dir / "tidemark.toml").write_text(text[:len(text) // 2] + "\n[[")
        done = self.tool("reload")
        self.assertEqual((done.returncode, self.reloaded()), (64, []), "half a file")
        self.spread()

    def test_nothing_is_lost_meanwhile(self):
        answers, stop = [], threading.Event()

        def ask():
            n = 0
            while not stop.is_set() and n < 300:
                n += 1
                person = {"first_name": "Marisol", "last_name": f"Tennerby{n}x", "phone": f"+1202555{n:04d}"}
                answers.append(self.hooks.generic_contact(f"c_{n}", **person).status)
        thread = threading.Thread(target=ask)
        thread.start()
        for burst in range(500, 504):
            self.change(f"burst = {burst}\n", f"burst = {burst + 1}\n")
            self.assertEqual(self.tool("reload").returncode, 0)
        stop.set()
        thread.join()
        self.assertEqual(set(answers), {200})
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), len(answers))

    def test_the_example_shows_which_keys_are_written_in_one_file_alone(self):
        other = self.house.dir / "example.toml"
        text = (self.house.dir / "tidemark.toml").read_text()
        other.write_text(text.replace("[log]", "[log]\nlevel = \"info\"", 1))
        done = self.tool("config", "diff", "--example", other)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("log.level: only in the example: info", done.stdout)
        answer = call(self.house.base + "/api/v1/configuration")
        self.assertEqual(answer.status, 401, "for this machine's programs")
