"""What the audit, the alerts and `tidemark status` say is so: nothing is called clean that is not."""
import subprocess
import time

from clients import GHL_LOCATION, call, now_text
from house import BUILD
from scenario import ADA, Scenario

READ = [("Authorization", "Bearer scenario-operator-token-0001")]


class AuditTruth(Scenario):
    def alerts(self):
        return [each["rule"] for each in call(self.house.base + "/api/v1/alerts", headers=READ).json["items"]]

    def status(self):
        """Exit code and first line, as a person sees it."""
        done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "status"], capture_output=True,
                              text=True, timeout=60)
        return done.returncode, done.stdout.splitlines()[0]

    def test_a_message_after_a_stop_is_found_also_when_it_names_no_time(self):
        contact = self.spread()
        self.assertEqual(self.status()[0], 0)
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        sent = {"eventType": "message.sent", "direction": "outbound", "from": "+13125550117",
                "to": ADA["phone"],
                "body": "Our offer", "status": "sent"}
        self.hooks.verity({**sent, "messageId": "v-1"})
        self.hooks.verity({**sent, "messageId": "v-2", "timestamp": "this morning"})
        told = self.hooks.ghl({"type": "OutboundMessage", "locationId": GHL_LOCATION,
                               "contactId": contact["id"],
                               "messageId": "g-1", "messageType": "SMS", "direction": "outbound",
                               "body": "Another offer", "conversationId": "c-1", "status": "delivered",
                               "webhookId": "99990000-0000-4000-8000-0000000000a9"})
        self.settle()
        positions = [each["position"] for each in self.house.events("webhook.received.v1")
                     if each["data"]["connector"] == "verity"][-2:] + [told.position]
        audit = self.house.tool("audit", "opt-outs", "--address", ADA["phone"], codes=(1,))[0]
        self.assertEqual([each["position"] for each in audit["violations"]], positions)
        self.wait_for_api("the alerts", lambda: self.alerts() == ["opt_out_violation"] * 3)
        code, line = self.status()
        self.assertEqual((code, line.startswith("not well: 3 critical of 3 alerts")), (1, True), line)

    def next_second(self):
        """The dialer tells whole seconds."""
        now = int(time.time())
        self.wait_for("the next second", lambda: time.time() > now + 1.1)

    def place_call(self, number):
        """Two parts of a call that begins now; the dialer's own clock has whole seconds."""
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        for event in ("OutboundPhoneCall", "OutboundPhoneCall-DispositionCompleted"):
            self.hooks.aloware({"event": event, "body": {
                "id": number, "contact_id": 70000001, "direction": 2, "type": 1, "user_id": 7,
                "lead_number": ADA["phone"], "incoming_number": "+13125550117", "current_status2": 9,
                "disposition_status2": 4, "created_at": began, "updated_at": began}})

    def test_a_call_to_somebody_who_may_not_be_called_is_a_violation_unless_it_was_wished(self):
        self.spread()
        self.assertEqual(self.house.api("/opt-outs", "POST", {
            "address": ADA["phone"], "channels": ["call"], "reason": "asked at the door"}).status, 200)
        self.settle()
        self.next_second()
        self.place_call(1)
        self.settle()
        audit = self.house.tool("audit", "opt-outs", "--address", ADA["phone"], codes=(1,))[0]
        self.assertEqual([(each["connector"], each["channel"]) for each in audit["violations"]],
                         [("aloware", "call")])
        self.assertEqual((audit["violations"][0]["call"], audit["violations"][0]["agent"]), ("1", "7"))
        self.wait_for_api("the alert", lambda: self.alerts() == ["opt_out_violation"])
        refused = self.house.api("/call-allowances", "POST", {"address": ADA["phone"], "reason": "wants it",
                                                              "until": "soon"})
        self.assertEqual((refused.status, refused.json["error"]["code"]), (400, "bad_until"))
        wished = self.house.api("/call-allowances", "POST",
                                {"address": ADA["phone"], "reason": "call me back"})
        self.assertEqual(wished.status, 200, wished.json)
        self.next_second()
        self.place_call(2)
        self.settle()
        audit = self.house.tool("audit", "opt-outs", "--address", ADA["phone"], codes=(1,))[0]
        self.assertEqual(len(audit["violations"]), 1, audit["violations"])
        self.assertEqual([(each["allowance"], each["reason"]) for each in audit["allowed_calls"]],
                         [(wished.json["position"], "call me back")])

    def test_an_opt_out_under_an_address_that_is_none_is_an_alert_and_closes_nobody(self):
        for address in ("2025550", "+1202", "call me"):
            self.hooks.generic({"type": "consent.changed", "timestamp": now_text(),
                                "data": {"address": address, "channel": "sms", "state": "opted_out"}})
        self.settle()
        self.wait_for_api("the alerts", lambda: "opt_out_unreadable" in self.alerts())
        self.assertEqual(self.house.events("consent.changed.v1"), [])
        self.assertEqual(self.status()[0], 1)

    def test_a_position_that_is_none_has_one_answer(self):
        for command in (("explain", "--webhook", "0"), ("log", "list", "--to", "0"), ("digest", "--at", "-1"),
                        ("explain", "--webhook", "99999999999999999999999"), ("log", "show", "abc")):
            done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, *command],
                                  capture_output=True, text=True, timeout=60)
            self.assertNotEqual(done.returncode, 0, command)
            self.assertIn("positions are whole numbers from 1", done.stdout + done.stderr, command)
