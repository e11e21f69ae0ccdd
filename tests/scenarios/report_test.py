"""One file for who helps, without personal data, also while the service is down (requirement G16)."""
import base64
import json
import os
import subprocess
import time
import urllib.parse

from house import BUILD, SECRETS
from scenario import ADA, CANARIES, Scenario


def codings(text):
    raw = text.encode()
    return {text, base64.b64encode(raw).decode(), raw.hex(), urllib.parse.quote(text),
            "".join(f"\\u{byte:04x}" for byte in raw)}


class ReportScenario(Scenario):
    def tool(self, *arguments):
        return subprocess.run([BUILD / "tidemark", "--config", self.house.dir / "tidemark.toml", "--data",
                               self.house.data, *arguments], capture_output=True, text=True, timeout=60,
                              env={**os.environ, **SECRETS})

    def report(self, name, *arguments):
        file = self.house.dir / name
        began = time.monotonic()
        done = self.tool("--format", "json", "report", "--out", file, *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(time.monotonic() - began, 30)
        self.assertLessEqual(file.stat().st_size, 20 << 20)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        text = file.read_text()
        for canary in (*CANARIES, *ADA.values()):
            for coded in codings(canary):
                self.assertNotIn(coded, text)
        return json.loads(done.stdout)["summary"], json.loads(text)

    def checks_of(self, *arguments):
        done = self.tool("--format", "json", "diagnose", *arguments)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        return {one["check"]: one["verdict"] for one in lines[:-1]
                if not one["check"].startswith(("machine.", "backup", "report.backups"))
                and not one["check"].endswith(".health")}  # a system may have been asked meanwhile


class Report(ReportScenario):
    def test_it_holds_what_support_asks_and_nothing_of_a_person(self):
        self.spread()
        self.settle()
        log = self.house.dir / "service.log"
        personal = {"event": "x", "text": ADA["email"], "code": ADA["phone"], ADA["last_name"]: 1}
        log.write_text(f"{self.house.stderr()}{json.dumps(personal)}\nnot JSON {ADA['phone']}\n")
        summary, report = self.report(
            "one.json", "--system", "Aloware", "--expected", f"a contact, {ADA['phone']}", "--actual",
            f"it came for {ADA['email']} after ten minutes", "--service-log", log)
        self.assertEqual(summary["severity"], "soon")
        self.assertEqual(summary["left_out_of_what_you_wrote"], 2)
        self.assertEqual(summary["missing"], ["backups (not_asked_for)"])
        self.assertEqual(report["about"]["system"], "Aloware")
        self.assertGreater(report["parts"]["log"]["by_type"]["webhook.received.v1"], 0)
        self.assertTrue(any(line.get("event") == "ready" for line in report["parts"]["service_log"]["lines"]))
        self.assertGreater(report["parts"]["service_log"]["members_left_out"], 2)
        self.assertTrue(any(one["key"].endswith("requests_per_second")
                            for one in report["parts"]["settings"]["values"]))
        self.assertEqual(self.checks_of("--bundle", self.house.dir / "one.json"), self.checks_of())
        again = self.tool("report", "--out", self.house.dir / "one.json")
        self.assertNotEqual(again.returncode, 0, "no file is written over")
        self.assertIn("already_there", again.stderr)

    def test_with_the_service_down_it_says_that_this_is_urgent(self):
        self.spread()
        self.settle()
        self.house.stop_service()
        summary, _ = self.report("down.json")
        self.assertEqual(summary["severity"], "immediately")
        self.assertIn("down (service.running)", summary["because"])
        self.assertEqual(self.checks_of("--bundle", self.house.dir / "down.json")["service.running"], "fail")
        self.house.start_service()


class BrokenFolder(ReportScenario):
    def common_checks(self):
        self.assert_stderr_is_clean()  # there is no log to look into any more

    def test_what_cannot_be_read_is_named_and_the_rest_is_there(self):
        self.house.stop_service()
        (self.house.dir / "tidemark.toml").write_text("[server\n")
        (self.house.data / "log" / "CURRENT").write_text("nothing\n")
        summary, report = self.report("broken.json", "--service-log", self.house.dir / "nowhere")
        self.assertEqual(summary["severity"], "immediately")
        outcomes = {one["part"]: one["outcome"] for one in report["manifest"]}
        self.assertEqual((outcomes["log"], outcomes["service_log"]), ("failed", "failed"))
        self.assertEqual((outcomes["folder"], outcomes["machine"]), ("whole", "whole"))
        checks = self.checks_of("--bundle", self.house.dir / "broken.json")
        self.assertEqual((checks["configuration.valid"], checks["folder.log"]), ("fail", "fail"))
