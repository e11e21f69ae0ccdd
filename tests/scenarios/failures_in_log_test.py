"""The service's log says what happened, and nothing about anybody."""
import json

from clients import GHL_LOCATION, call, now_text
from house import SECRETS, House
from scenario import ADA, Scenario

# What a vendor repeats of a request in its refusal.
ECHO = {"message": f"{ADA['phone']} of {ADA['first_name']} {ADA['last_name']} <{ADA['email']}> is refused"}


class TalkativeHouse(House):
    log = {"level": "debug"}


class ServiceLog(Scenario):
    house_kind = TalkativeHouse

    def lines(self, event, **members):
        found = [json.loads(line) for line in self.house.stderr().splitlines() if line.startswith("{")]
        return [line for line in found if line["event"] == event
                and all(line[name] == value for name, value in members.items())]

    def test_a_vendor_that_fails_is_named_with_what_was_tried_and_when_it_is_again(self):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=503, body=ECHO, times=1)
        self.sandbox.add("aloware", **ADA)
        self.settle()
        line, = self.lines("vendor_failure")
        self.assertEqual({name: line[name] for name in ("connector", "operation", "state", "reason", "status",
                                                        "network", "attempt", "tenant")},
                         {"connector": "gohighlevel", "operation": "create", "state": "unknown",
                          "reason": "vendor_failed", "status": "503", "network": "", "attempt": "1",
                          "tenant": "acme"})
        self.assertTrue(line["next_try"])

    def test_a_refusal_and_a_cut_connection_are_told_without_the_vendors_words(self):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=422, body=ECHO, times=1)
        self.sandbox.fault("generic", "", behaviour="reset", times=1)
        self.sandbox.add("aloware", **ADA)
        self.settle()
        self.wait_for("both are told", lambda: len(self.lines("vendor_failure")) >= 2)
        refused, = self.lines("vendor_failure", connector="gohighlevel")
        self.assertEqual((refused["state"], refused["status"], refused["next_try"]), ("rejected", "422", ""))
        cut = self.lines("vendor_failure", connector="generic")[0]
        self.assertEqual(cut["status"], "")
        self.assertNotEqual(cut["network"], "")

    def test_refused_webhooks_and_requests_about_people_are_lines_without_them(self):
        self.spread()
        for _ in range(3):
            answer = self.hooks.generic({"type": "contact.updated", "timestamp": now_text(), "data": ADA},
                                        signature="v1,bm90IHNpZ25lZA==")
            self.assertEqual(answer.status, 401)
        line, = self.lines("webhook_refused")
        self.assertEqual((line["connector"], line["client"]), ("generic", "127.0.0.1"))
        asker = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]
        number = ADA["phone"].replace("+", "%2B")
        for path in (f"/api/v1/opt-outs/{number}/history", f"/api/v1/contacts?phone={number}",
                     f"/api/v1/contacts?email={ADA['email']}", f"/nothing/{ADA['email']}/{number}"):
            call(self.house.base + path, headers=asker)
        self.wait_for("each is a line", lambda: self.lines("request", status="404"))
        asked = self.lines("request", route="/api/v1/contacts")[-1]
        self.assertEqual((asked["method"], asked["status"]), ("GET", "200"))
        self.assertTrue(asked["request_id"] and int(asked["microseconds"]) > 0)

    def test_a_kind_that_is_not_known_is_an_alert_that_names_no_person(self):
        for kind in ("PigeonSent", f"Call {ADA['first_name']}"):
            self.hooks.ghl({"type": kind, "locationId": GHL_LOCATION, "timestamp": now_text(),
                            "webhookId": f"22222222-0000-4000-8000-{len(kind):012d}"})
        self.wait_for_api("both are told", lambda: sorted(
            each["subject"] for each in self.ask("/api/v1/alerts")["items"]
            if each["rule"] == "webhook_kind_unknown") == ["gohighlevel/(no word)", "gohighlevel/PigeonSent"])


class MeasuringHouse(House):
    alerts = {"error_percent": 10, "error_requests": 3, "error_window_seconds": 10, "hold_seconds": 1,
              "cool_down_seconds": 2}


class Measures(Scenario):
    house_kind = MeasuringHouse

    def alerts(self):
        return [(each["rule"], each["subject"]) for each in self.ask("/api/v1/alerts")["items"]]

    def test_many_errors_are_an_alert_until_the_system_answers_for_the_cool_down(self):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=503, times=4)
        for number in range(4):
            self.sandbox.add("aloware", **{**ADA, "phone": f"+1202555010{number}",
                                           "email": f"marisol.{number}@example.com"})
        self.wait_for_api("it is told", lambda: ("many_errors", "gohighlevel") in self.alerts())
        self.settle()
        self.wait_for_api("it is over", lambda: not self.alerts())
        over = [each for each in self.ask("/api/v1/alerts?state=resolved")["items"]
                if each["rule"] == "many_errors"]
        self.assertEqual([each["subject"] for each in over], ["gohighlevel"])
        self.assertLess(over[0]["since"], over[0]["resolved_at"])
