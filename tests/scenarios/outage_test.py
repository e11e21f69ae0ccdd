"""A system that is away, paused or at its limits: deliveries wait, nothing is lost, opt-outs come first."""
from clients import call
from house import House, wait_for
from scenario import Scenario

PEOPLE = 5000


class PatientHouse(House):
    patience = 300


class TwoSystems(Scenario):
    """The generic CRM tells, GoHighLevel receives."""
    changes = {"aloware": None, "verity": None, "generic": {"receives": False}}
    sync = {"precedence": ["gohighlevel", "generic"]}

    def wait_for(self, what, check):
        return wait_for(what, check, self.house.patience, every=0.2)  # the API allows ten a second

    def connector(self, name="gohighlevel"):
        items = self.house.api("/connectors").json["items"]
        found = next(each for each in items if each["name"] == name)
        return {"circuit": {"state": "closed"}, **found}  # nothing is reported in the first moment

    def health(self, name="gohighlevel"):
        return call(self.house.base + "/health").json["services"][name]

    def alerts(self):
        return {each["rule"] for each in self.house.api("/alerts").json["items"]}

    def status(self, code):
        return self.house.tool("status", codes=(code,))[0]

    def metric(self, name, connector="gohighlevel"):
        start = f'{name}{{tenant="acme",connector="{connector}"}} '
        lines = call(self.house.base + "/metrics").body.decode().splitlines()
        return next(float(line.removeprefix(start)) for line in lines if line.startswith(start))

    def people(self, count, start=0):
        for n in range(start, start + count):
            self.hooks.generic_contact(f"c_{n}", first_name="Marisol", last_name=f"Tennerby{n}x",
                                       phone=f"+1202555{n:04d}")

    def held_back(self):
        """Why the newest person's delivery does not leave, in the words of `explain`."""
        targets = self.house.explain("--webhook", self.newest_webhook("generic"))["targets"]
        return [each["reason_code"] for each in targets["gohighlevel"]["held_back"]]

    def creates(self):
        return [e for e in self.sandbox.received("gohighlevel") if e["outcome"] == "created"]


class Outage(TwoSystems):
    house_kind = PatientHouse

    def test_five_thousand_wait_for_a_system_that_is_away_and_arrive_once(self):
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)
        self.people(PEOPLE)
        self.wait_for("the circuit is open", lambda: self.connector().get("circuit", {}).get(
            "state", "closed") != "closed")
        self.assertEqual(self.health()["status"], "disconnected")
        self.assertIn("circuit_open", self.alerts())
        self.assertEqual(call(self.house.base + "/health/ready").status, 200, "webhooks are still taken")
        self.wait_for("all of them wait", lambda: self.connector()["deliveries"]["open"] == PEOPLE)
        self.assertEqual(self.metric("tidemark_circuit_open"), 1)
        self.assertEqual(self.metric("tidemark_deliveries_open"), PEOPLE)
        screen = self.status(1)
        self.assertEqual(screen["queues"][0]["depth"], PEOPLE)
        self.assertGreater(screen["queues"][0]["oldest_age_seconds"], 0)
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])
        self.house.kill_service()  # what waits is in the log
        self.house.start_service()
        self.wait_for("it is still open",
                      lambda: self.connector().get("circuit", {}).get("state") != "closed")
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), PEOPLE)
        self.assertEqual(len(self.creates()), PEOPLE, "nobody was made twice")
        self.wait_for("all is well", lambda: self.health()["status"] == "connected")
        self.assertEqual(self.status(0)["status"], "ok")
        self.assertNotIn("circuit_open", self.alerts())
        opened, closed = self.house.events("circuit.opened.v1"), self.house.events("circuit.closed.v1")
        self.assertEqual((len(opened), len(closed)), (1, 1), "one outage")
        tried = {e["data"]["delivery"] for e in self.house.events("delivery.dispatched.v1")
                 if e["position"] < closed[0]["position"]}
        self.assertLess(len(tried), PEOPLE / 10, "probes, not a storm")


class Knowing(TwoSystems):
    def test_health_calls_connected_only_what_answered_and_names_a_refused_key(self):
        self.wait_for("nobody has asked yet", lambda: "gohighlevel" in call(
            self.house.base + "/health").json["services"])
        self.assertEqual(self.health()["status"], "unknown")
        self.assertEqual(self.status(0)["status"], "ok", "that is no fault")
        self.people(1)
        self.settle()
        self.wait_for("it answered", lambda: self.health()["status"] == "connected")
        self.sandbox.fault("gohighlevel", "", status=402, times=-1)
        self.people(1, start=1)
        self.wait_for("the refusal is named", lambda: self.health()["status"] == "degraded")
        self.assertIn("The vendor asks for payment.", self.health()["detail"])
        self.assertEqual(self.status(1)["status"], "degraded")
        self.sandbox.clear_faults()
        self.people(1, start=2)
        self.settle()
        self.wait_for("it is accepted again", lambda: self.health()["status"] == "connected")


class OptOutDuringAnOutage(TwoSystems):
    changes = {**TwoSystems.changes, "gohighlevel": {"breaker_pause_ms": 3_600_000}}

    def test_an_opt_out_is_tried_although_the_circuit_is_open_and_opens_the_way(self):
        self.people(1)
        self.settle()
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)
        self.people(20, start=1)
        self.wait_for("the circuit is open", lambda: self.connector()["circuit"]["state"] == "open")
        self.assertEqual(self.held_back(), ["circuit_open"])
        self.sandbox.clear_faults()
        self.hooks.generic_contact("c_0", first_name="Marisol", last_name="Tennerby0x", phone="+12025550000",
                                   opted_out=True)
        self.settle()
        self.wait_for("the circuit is closed", lambda: self.connector()["circuit"]["state"] == "closed")
        contacts = {each["phone"]: each for each in self.sandbox.contacts("gohighlevel")}
        self.assertEqual(len(contacts), 21)
        self.assertEqual(contacts["+12025550000"]["dndSettings"]["SMS"]["status"], "active")
        self.assertEqual(self.held_back(), [], "nothing waits any more")


class Pauses(TwoSystems):
    def pause(self, **more):
        return self.house.api("/connectors/gohighlevel/pause", "POST", {"reason": "the CRM is moved", **more})

    def resume(self):
        return self.house.api("/connectors/gohighlevel/resume", "POST", {"reason": "it was moved"})

    def opt_out(self):
        self.hooks.generic_contact("c_0", first_name="Marisol", last_name="Tennerby0x", phone="+12025550000",
                                   opted_out=True)

    def is_closed(self):
        contacts = {each["phone"]: each for each in self.sandbox.contacts("gohighlevel")}
        return contacts["+12025550000"].get("dndSettings", {}).get("SMS", {}).get("status") == "active"

    def test_a_pause_holds_everything_but_opt_outs_also_over_a_restart(self):
        self.people(1)
        self.settle()
        answer = self.pause()
        self.assertEqual(answer.status, 200, answer.body)
        self.people(5, start=1)
        self.wait_for("they wait", lambda: self.connector()["deliveries"]["open"] == 5)
        self.opt_out()
        self.wait_for("the opt-out went out", self.is_closed)
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        self.assertEqual(self.connector()["paused"]["by"], "scenarios")
        self.assertEqual(self.connector()["paused"]["reason"], "the CRM is moved")
        self.assertIn("connector_paused", self.alerts())
        self.assertEqual(self.health()["status"], "degraded")
        self.house.restart()
        self.wait_for("it is still paused", lambda: self.connector().get("paused"))
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        paused_at = answer.position
        values = [e for e in self.house.events("delivery.dispatched.v1") if e["position"] > paused_at]
        self.assertLessEqual({e["data"]["step_name"] for e in values},
                             {"read", "write", "read_back", "add_tags"},
                             "nothing but the opt-out was dispatched")
        self.assertEqual(self.resume().status, 200)
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 6)
        self.wait_for("all is well", lambda: self.health()["status"] == "connected")

    def test_a_pause_can_hold_opt_outs_too_and_says_so(self):
        self.people(1)
        self.settle()
        self.assertEqual(self.pause(hold_opt_outs=True).status, 200)
        self.opt_out()
        # One for the number, one for the mail address that the person may get.
        self.wait_for("the opt-out waits", lambda: self.connector()["deliveries"]["opt_outs_open"] == 2)
        self.assertFalse(self.is_closed())
        webhook = self.newest_webhook("generic")
        held = self.house.explain("--webhook", webhook)["targets"]["gohighlevel"]["held_back"]
        self.assertEqual([each["reason_code"] for each in held], ["paused"])
        self.assertIn("opt-outs too", held[0]["text"])
        self.assertIn("/resume", held[0]["next_step"])
        self.assertEqual(self.metric("tidemark_opt_outs_open"), 2)
        said = len(self.house.events("contact.consent_applied.v1"))
        answer = self.house.api("/opt-outs", "POST", {"address": "+12025550000", "reason": "on the phone"})
        self.assertEqual(answer.status, 200, answer.body)
        self.wait_for("it is said once more",
                      lambda: len(self.house.events("contact.consent_applied.v1")) > said)
        stands = self.house.explain("--contact", "+12025550000")["targets"]["gohighlevel"]
        self.assertEqual((stands["outcome"], [each["reason_code"] for each in stands["held_back"]]),
                         ("pending", ["paused"]), "what is still to be told is not told already")
        self.assertEqual(self.resume().status, 200)
        self.wait_for("the opt-out went out", self.is_closed)

    def expect_paused(self, reasons):
        """By connector; what was asked for holds a moment later."""
        def stands():
            shown = self.house.api("/connectors").json["items"]
            return {each["name"]: each["paused"]["reason"] for each in shown if each.get("paused")} == reasons
        self.wait_for_api(f"paused: {reasons}", stands)

    def test_commands_pause_and_resume_one_connector_or_all(self):
        why = ("--reason", "the CRM is moved")
        *one, end = self.house.tool("pause", "gohighlevel", *why)
        self.assertEqual([(each["connector"], each["result"]) for each in one], [("gohighlevel", "paused")])
        self.expect_paused({"gohighlevel": "the CRM is moved"})
        *all_of_them, end = self.house.tool("pause", "--all", "--hold-opt-outs", "--reason", "all of it")
        names = [each["connector"] for each in all_of_them]
        self.assertEqual(end["summary"]["changed"], len(names))
        self.expect_paused(dict.fromkeys(names, "all of it"))
        self.assertTrue(self.connector()["paused"]["hold_opt_outs"])
        self.house.tool("resume", "gohighlevel", *why)
        *rest, end = self.house.tool("resume", "--all", *why)
        self.assertEqual({each["connector"]: each["result"] for each in rest},
                         {**dict.fromkeys(names, "resumed"), "gohighlevel": "unchanged"})
        self.expect_paused({})
        for wrong in (("pause", "--all"), ("pause", *why), ("pause", "nobody", *why),
                      ("pause", "gohighlevel", "--all", *why), ("resume", "gohighlevel", *why)):
            self.house.tool(*wrong, codes=(1, 2))

    def test_what_is_wrong_with_a_request_is_said(self):
        self.assertEqual(self.resume().json["error"]["code"], "not_paused")
        for path, body, code in (("gohighlevel/pause", {}, "bad_reason"),
                                 ("gohighlevel/pause", {"reason": "x", "hold": True}, "bad_body"),
                                 ("gohighlevel/pause", {"reason": "x", "hold_opt_outs": 1},
                                  "bad_hold_opt_outs"),
                                 ("nobody/pause", {"reason": "x"}, "not_found")):
            answer = self.house.api("/connectors/" + path, "POST", body)
            self.assertEqual(answer.json["error"]["code"], code, body)
        self.assertIsNone(self.connector()["paused"])


class Limits(TwoSystems):
    def test_the_window_that_the_system_states_is_kept_to(self):
        self.sandbox.set(real_limits=True, ghl_burst=25, ghl_window_ms=1000)
        self.people(60)
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 60)
        refused = [e for e in self.house.events("delivery.retry_scheduled.v1")
                   if e["data"]["facts"]["answer"]["http_status"] == 429]
        self.assertLess(len(refused), 10, "learned after the first answers, not by being refused")
        limits = self.connector()["limits"]
        self.assertEqual(limits["window"]["limit"], 25)
        self.assertEqual(self.metric("tidemark_rate_limit"), 25)

    def is_day_used_up(self):
        day = self.connector().get("limits", {}).get("day")
        return day and day["used_up"]

    def test_a_day_that_is_used_up_makes_all_but_opt_outs_wait(self):
        self.people(1)
        self.settle()
        self.sandbox.set(real_limits=True, ghl_burst=1000, ghl_daily=40)
        self.people(30, start=1)
        self.wait_for("the day is used up", self.is_day_used_up)
        alert = self.wait_for("an alert", lambda: [
            e for e in self.house.api("/alerts").json["items"] if e["rule"] == "daily_limit_reached"])[0]
        self.assertLess(alert["since"], self.status(1)["at"], "when it ran out, not when it ends")
        self.wait_for("it is recorded", lambda: self.house.events("limit.reached.v1"))
        self.hooks.generic_contact("c_0", first_name="Marisol", last_name="Tennerby0x", phone="+12025550000",
                                   opted_out=True)
        self.wait_for("the opt-out went out", lambda: next(
            each for each in self.sandbox.contacts("gohighlevel") if each["phone"] == "+12025550000")
            .get("dndSettings", {}).get("SMS", {}).get("status") == "active")
        self.assertGreater(self.connector()["deliveries"]["open"], 0, "the others wait")
        self.assertEqual(self.house.explain("--contact", "+12025550030")["targets"]["gohighlevel"]
                         ["held_back"][0]["reason_code"], "day_used_up")
        self.assertEqual(len(self.house.events("limit.reached.v1")), 1)
        self.sandbox.set(real_limits=False)
        self.house.restart()  # a new day: nobody stated when it begins
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 31)


class NoService(TwoSystems):
    def test_status_without_the_service_says_so(self):
        # On a loaded machine the engine's parts report later than the first webhook is taken.
        self.wait_for_api("the first report",
                          lambda: call(self.house.base + "/health").json["status"] == "ok")
        self.assertEqual(self.status(0)["status"], "ok")
        self.house.stop_service()
        self.assertEqual(self.house.tool("status", codes=(69,)), [])
        self.house.start_service()

