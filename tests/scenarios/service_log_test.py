"""The service's own log as files, at every level and without personal data; any id finds its story."""
import json
import subprocess
import time

from house import BUILD, House, SECRETS
from scenario import CANARIES, Scenario


class LoggingHouse(House):
    def write_configuration(self):
        super().write_configuration()
        with (self.dir / "tidemark.toml").open("a") as file:
            file.write(f'[service_log]\ndir = "{self.dir}/logs"\n')


class ServiceLog(Scenario):
    house_kind = LoggingHouse

    def config_tool(self, *arguments, code=0):
        done = subprocess.run([BUILD / "tidemark", "--config", self.house.dir / "tidemark.toml", "--data",
                               self.house.data, *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def lines(self, name="app"):
        text = (self.house.dir / "logs" / f"{name}.log").read_text()
        return [json.loads(line) for line in text.splitlines()]

    def assert_files_are_clean(self):
        for file in (self.house.dir / "logs").iterdir():
            text = file.read_text()
            for canary in CANARIES:
                self.assertNotIn(canary, text, f"personal data or a secret in {file.name}")

    def test_each_part_at_debug_tells_nothing_personal(self):
        shown = self.config_tool("log-level", "DEBUG=*", "--for", "30m")
        self.assertEqual(shown.count("debug"), 15, "every part")
        self.spread()
        self.wait_for("events are lines", lambda: {one["part"] for one in self.lines() if one["event"]
                      == "recorded"} >= {"intake", "identity", "contacts", "delivery"})
        self.sandbox.edit("gohighlevel", self.sandbox.contacts("gohighlevel")[0]["id"],
                          dndSettings={"SMS": {"status": "active"}})
        self.settle()
        self.assertEqual(self.house.api("/contacts?phone=%2B12025550142").status, 200)
        self.wait_for("requests are lines",
                      lambda: any(one.get("route") == "/api/v1/contacts" for one in self.lines()))
        self.assertTrue(any(one["part"] == "delivery" for one in self.lines("sync")))
        self.assert_files_are_clean()
        event = self.house.tool("log", "list", "--type", "log_levels.set")[0]
        self.assertTrue(event["data"]["by"].startswith("uid "))
        self.config_tool("log-level", "*=default")
        self.assertNotIn("debug", self.config_tool("log-level"))

    def test_wrong_names_and_levels_are_said(self):
        for change in ("weather=debug", "http=loud", "http"):
            self.config_tool("log-level", change, code=2)
        self.config_tool("log-level", "--for", "30m", code=2)

    def test_any_id_finds_its_story_within_a_second(self):
        self.spread()
        webhook = self.newest_webhook("gohighlevel")
        request = next(e["data"]["request_id"] for e in self.house.events("webhook.received.v1")
                       if e["position"] == webhook)
        began = time.monotonic()
        found = self.house.tool("find", request)
        self.assertLess(time.monotonic() - began, 10, "usually a few milliseconds")
        self.assertEqual((found[0]["kind"], found[0]["position"]), ("webhook", webhook))
        story = found[0]["command"].split()[1:]
        self.assertTrue(self.house.tool(*story)[0]["chain"], "the command tells the story")
        remote = self.sandbox.contacts("gohighlevel")[0]["id"]
        for name in (remote, f"gohighlevel:{remote}", "(202) 555-0142", "Marisol.Tennerby@example.com"):
            found = self.house.tool("find", name)
            self.assertTrue(any(one.get("command", "").startswith("tidemark explain --contact c")
                                for one in found), (name, found))
        nothing = self.house.tool("find", "nobody-has-this", codes=(1,))[-1]["summary"]
        self.assertEqual(nothing["found"], 0)
        self.assertIn("delivery id", nothing["tried"])

    def test_a_day_in_figures_and_a_list_to_tick(self):
        self.spread()
        day = self.house.tool("summary")[0]
        self.assertEqual(day["deliveries"]["accepted"] >= 2, True, day)
        self.assertGreater(day["disk"]["used_bytes"], 0)
        points = {one["point"]: one for one in self.house.tool("checklist", codes=(0, 1)) if "point" in one}
        self.assertEqual(list(points), ["health", "deliveries", "memory", "disk", "pools", "errors",
                                        "limits", "tokens"])
        self.assertTrue(points["errors"]["well"], points["errors"])
        self.assertNotIn(SECRETS["SCENARIO_API"], str(points))
