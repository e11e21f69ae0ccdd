"""What GoHighLevel held back, and what the reader of a mail did, is evidence; our own mark coming back is none."""
from clients import GHL_LOCATION, compact, now_text
from scenario import ADA, Scenario

NUMBER = ADA["phone"]


class Refusals(Scenario):
    def held_back(self, contact, number):
        self.hooks.ghl({"type": "OutboundMessage", "locationId": GHL_LOCATION, "contactId": contact["id"],
                        "messageId": f"m-{number}", "messageType": "SMS", "direction": "outbound",
                        "status": "opt_out", "body": "An offer", "from": "+13125550117", "to": NUMBER,
                        "conversationId": "c-1", "dateAdded": now_text(), "timestamp": now_text(),
                        "webhookId": f"99990000-0000-4000-8000-00000000010{number}"})
        self.settle(True)

    def states(self, address):
        channels = self.house.tool("audit", "opt-outs", "--address", address)[0]["channels"]
        return {name: channel["state"] for name, channel in channels.items()}

    def consents(self):
        return [(e["data"]["change"], e["data"]["evidence"]) for e in self.house.events("consent.changed.v1")]

    def test_a_text_that_was_held_back_closes_until_the_block_is_taken_away_there(self):
        contact = self.spread()
        self.held_back(contact, 1)
        self.assertEqual(self.states(NUMBER)["sms"], "opted_out")
        self.assertEqual(self.consents(), [("revoked", "vendor_refusal")])
        self.wait_for("the others are told", lambda: "aloware" in {
            e["data"]["target"] for e in self.house.events("action.accepted.v1")})
        self.sandbox.edit("gohighlevel", contact["id"], dndSettings={
            name: {"status": "inactive"} for name in ("SMS", "WhatsApp")})
        self.settle()
        self.wait_for("it is open again", lambda: self.states(NUMBER)["sms"] == "opted_in")
        self.held_back(contact, 2)
        self.assertEqual(self.states(NUMBER)["sms"], "opted_in", "told late, it is from before")

    def test_a_text_that_our_own_mark_held_back_says_nothing_new(self):
        contact = self.spread()
        self.sandbox.text(NUMBER, "STOP")
        self.settle()
        self.held_back(contact, 1)
        self.assertEqual({evidence for _, evidence in self.consents()}, {"message_text"})
        self.sandbox.text(NUMBER, "START")
        self.settle()
        self.wait_for("it is open again", lambda: self.states(NUMBER)["sms"] == "opted_in")

    def test_who_unsubscribes_from_a_mail_or_complains_gets_no_mail(self):
        contact = self.spread()
        self.hooks.ghl({"type": "LCEmailStats", "locationId": GHL_LOCATION, "webhookPayload": {
            "event": "unsubscribed", "recipient": ADA["email"], "timestamp": 1786726800}})
        self.settle(True)
        self.assertEqual(self.states(ADA["email"]), {"email": "opted_out"})
        self.assertEqual(self.states(NUMBER)["sms"], "never_said")
        self.assertEqual(self.consents(), [("revoked", "unsubscribe")])
        self.wait_for("the CRM is told", lambda: (self.sandbox.contacts("gohighlevel")[0].get(
            "dndSettings") or {}).get("Email", {}).get("status") == "active")
        self.assertEqual([each["id"] for each in self.sandbox.contacts("gohighlevel")], [contact["id"]])


class Unreadable(Scenario):
    def stop(self, **more):
        return compact({"eventType": "message.received", "messageId": "m-1", "direction": "inbound",
                        "from": NUMBER, "to": "+13125550117", "body": "STOP", "timestamp": now_text(),
                        **more})

    def alerts(self):
        return [(each["rule"], each["severity"], each["subject"])
                for each in self.house.api("/alerts").json["items"]]

    def test_a_stop_beside_bytes_that_are_no_utf8_applies(self):
        self.hooks.verity(self.stop(senderName="Jos?").replace(b"Jos?", b"Jos\xe9"))
        self.settle(True)
        position = self.newest_webhook("verity")
        self.assertEqual(self.parts_left_out(position), [("quarantined", "body_not_utf8")])
        channels = self.house.tool("audit", "opt-outs", "--address", NUMBER)[0]["channels"]
        self.assertEqual(channels["sms"]["state"], "opted_out")

    def test_a_stop_in_a_body_that_nobody_can_read_is_an_alert(self):
        self.hooks.verity(self.stop()[:-1] + b",}")
        position = self.wait_for("it is decided", lambda: self.newest_webhook("verity"))
        self.wait_for("the alert", lambda: ("opt_out_unreadable", "critical", str(position)) in self.alerts())
        self.assertIn(("quarantined", "opt_out_unreadable"), self.parts_left_out(position))
