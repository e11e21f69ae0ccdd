"""What somebody has to look at is an alert, a metric and a line of the log until it is dealt with (requirement H14)."""
import json

from clients import call
from house import House, wait_for
from scenario import ADA, Scenario


class PatientHouse(House):
    patience = 240


class Alerts(Scenario):
    house_kind = PatientHouse

    def wait_for(self, what, check):
        return wait_for(what, check, self.house.patience, every=0.2)  # the API allows ten a second

    def alerts(self, rule):
        return [each for each in self.house.api("/alerts").json["items"] if each["rule"] == rule]

    def metric(self, rule):
        start = f'tidemark_alert_active{{rule="{rule}"}} '
        lines = call(self.house.base + "/metrics").body.decode().splitlines()
        return next(int(line.removeprefix(start)) for line in lines if line.startswith(start))

    def lines(self, rule):
        """(event, severity, subject) of the log lines about the rule."""
        lines = [json.loads(line) for line in self.house.stderr().splitlines() if line.startswith("{")]
        return [(each["event"], each.get("severity"), each["subject"]) for each in lines
                if each.get("rule") == rule and each["event"].startswith("alert")]

    def assert_begins(self, rule, subject):
        alert = self.wait_for(f"the alert {rule}", lambda: self.alerts(rule))[0]
        self.assertEqual((alert["severity"], alert["subject"]), ("warning", subject))
        self.assertEqual(self.metric(rule), 1)
        self.wait_for("it is logged", lambda: self.lines(rule) == [("alert", "warning", subject)])
        return alert

    def assert_ends(self, rule, subject):
        self.wait_for(f"the end of {rule}", lambda: not self.alerts(rule))
        self.assertEqual(self.metric(rule), 0)
        over = ("alert_resolved", None, subject)
        self.wait_for("its end is logged", lambda: self.lines(rule)[1:] == [over])

    def test_a_refused_contact_is_an_alert_until_it_is_there(self):
        self.sandbox.fault("aloware", "forms", status=422)
        contact = self.spread()
        self.assert_counts(1, 0, 1)
        alert = self.assert_begins("delivery_dead", "aloware")
        refused = self.house.events("delivery.rejected.v1")[-1]["data"]["facts"]["delivery"]
        self.assertIn(refused, alert["text"])
        self.assertIn("delivery_dead", {each["rule"] for each in self.house.tool("status", codes=(0, 1))[0][
            "alerts"]})
        self.sandbox.clear_faults()
        self.sandbox.edit("gohighlevel", contact["id"], companyName="Tennerby Joinery")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assert_ends("delivery_dead", "aloware")

    def test_doubtful_words_are_an_alert_until_somebody_has_decided(self):
        self.spread()
        self.sandbox.text(ADA["phone"], "please cancel my Tuesday slot")
        review = self.wait_for("it is to be read", lambda: self.house.api("/reviews").json["items"])[0]["id"]
        self.assertEqual(self.alerts("review_waiting"), [], "somebody has two minutes")
        alert = self.assert_begins("review_waiting", review)
        self.assertIn(f"POST /api/v1/reviews/{review}", alert["text"])
        self.house.api(f"/reviews/{review}", "POST", {"decision": "not_an_opt_out", "reason": "asked her"})
        self.settle()
        self.assert_ends("review_waiting", review)
