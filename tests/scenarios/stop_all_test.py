"""Everything is stopped at once, and goes on in steps (requirements Q10, Q11)."""
import datetime
import time

from clients import call
from outage_test import TwoSystems
from scenario import Scenario


def in_hours(hours):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class StopAll(TwoSystems):
    changes = {**TwoSystems.changes, "gohighlevel": {"breaker_failures": 100, "requests_per_second": 10}}

    def stop(self, *options):
        self.house.tool("stop-all", "--reason", "wrong texts go out", *options)

    def resume(self, percent, codes=(0,)):
        return self.house.tool("resume-all", "--to", str(percent), "--reason", "it was mended", codes=codes)

    def opt_out(self):
        self.hooks.generic_contact("c_0", first_name="Marisol", last_name="Tennerby0x", phone="+12025550000",
                                   opted_out=True)

    def is_closed(self):
        contacts = {each["phone"]: each for each in self.sandbox.contacts("gohighlevel")}
        return contacts["+12025550000"].get("dndSettings", {}).get("SMS", {}).get("status") == "active"

    def stopped_in_status(self, name):
        found = next(one for one in self.status(1)["connectors"] if one["name"] == name)
        return (found["paused"] or {}).get("of") == "all_sending"

    def dispatched_after(self, position):
        return [e["data"]["step_name"] for e in self.house.events("delivery.dispatched.v1")
                if e["position"] > position]

    def test_nothing_but_opt_outs_leaves_until_it_is_resumed_step_by_step(self):
        self.people(1)
        self.settle()
        began = time.monotonic()
        until = in_hours(2)
        self.stop("--until", until)
        self.assertLessEqual(time.monotonic() - began, 5, "usually within a second")
        stopped_at = self.house.events("sending.stopped.v1")[-1]
        self.assertEqual(stopped_at["data"]["hold_opt_outs"], False)
        self.people(5, start=1)
        self.wait_for("intake goes on", lambda: self.connector()["deliveries"]["open"] == 5)
        self.assertEqual(self.held_back(), ["paused"])
        self.opt_out()
        self.wait_for("opt-outs leave", self.is_closed)
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        self.assertLessEqual(set(self.dispatched_after(stopped_at["position"])),
                             {"read", "write", "read_back", "add_tags"})
        self.wait_for("health says so", lambda: "all sending is stopped" in self.health()["detail"])
        self.assertIn("planned until", self.health()["detail"])
        self.assertIn("connector_paused", self.alerts())
        page = call(self.house.base + "/docs/visual").body.decode()
        self.assertIn("Somebody in IT stopped all sending on purpose", page)
        self.assertNotIn("wrong texts", page, "what people write is for those who log in")
        self.wait_for("status says so of what is written to", lambda: self.stopped_in_status("gohighlevel"))
        self.house.kill_service()
        self.house.start_service()
        self.wait_for("it is still stopped", lambda: self.connector().get("paused"))
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        self.resume(10)
        self.wait_for("a tenth goes out", lambda: self.connector()["sending_percent"] == 10)
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 6)
        self.assertEqual(self.health()["status"], "degraded")
        self.resume(100)
        self.wait_for("all is well", lambda: self.health()["status"] == "connected")
        self.resume(100, codes=(1,))  # there is nothing to resume

    def test_opt_outs_can_be_stopped_too_and_are_decided_all_the_same(self):
        self.people(1)
        self.settle()
        self.stop("--also-opt-outs")
        self.opt_out()
        self.wait_for("it waits", lambda: self.connector()["deliveries"]["opt_outs_open"] > 0)
        self.assertFalse(self.is_closed())
        answer = self.house.api("/opt-outs?limit=10")
        self.assertEqual(answer.status, 200, answer.body)
        self.assertTrue(answer.json["items"], "the address is closed here at once")
        self.resume(100)
        self.wait_for("it goes out", self.is_closed)

    def test_what_fails_while_it_is_resumed_in_part_is_paused_by_itself(self):
        self.people(1)
        self.settle()
        self.stop()
        self.people(30, start=1)
        self.wait_for("they wait", lambda: self.connector()["deliveries"]["open"] == 30)
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)
        self.resume(50)
        self.wait_for("it fell back", lambda: (self.connector().get("paused") or {}).get("by") == "tidemark")
        pause = self.house.events("connector.paused.v1")
        self.assertEqual([(one["data"]["connector"], one["data"]["by"]) for one in pause],
                         [("gohighlevel", "tidemark")])
        self.sandbox.clear_faults()
        self.resume(100)
        self.house.tool("resume", "gohighlevel", "--reason", "it answers again")
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 31)

    def test_a_pause_with_a_planned_end_says_until_when(self):
        until = in_hours(1)
        self.house.tool("pause", "gohighlevel", "--reason", "the CRM is moved", "--until", until)
        self.wait_for("it is shown", lambda: self.connector().get("paused"))
        self.assertTrue(self.connector()["paused"]["planned_end"].startswith(until[:19]))
        self.assertIn("It is planned to go on at", call(self.house.base + "/docs/visual").body.decode())
        self.house.tool("resume", "gohighlevel", "--reason", "it was moved")


class TwoTenants(Scenario):
    tenants = ("acme", "beta")

    def test_all_of_them_are_stopped_unless_one_is_named(self):
        lines = self.house.tool("stop-all", "--reason", "an incident")
        self.assertEqual([one.get("tenant") for one in lines[:-1]], ["acme", "beta"])
        self.assertEqual(lines[-1]["summary"], {"tenants": 2, "changed": 2})
        self.house.tool("resume-all", "--reason", "it is over", "--tenant", "beta")
        stopped = {one["tenant"]: one["type"] for one in self.house.events()
                   if one["type"].startswith("sending.")}
        self.assertEqual(stopped, {"acme": "sending.stopped.v1", "beta": "sending.resumed.v1"})
        self.house.tool("resume-all", "--reason", "it is over", "--tenant", "acme")
