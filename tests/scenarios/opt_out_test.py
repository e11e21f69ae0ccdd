"""A contact whose record shows an opt-out goes nowhere else."""
from scenario import ADA, GHL_ADA, Scenario


class OptOutSigns(Scenario):
    def assert_blocked_everywhere(self, position, source):
        self.settle()
        for target in {"gohighlevel", "aloware", "generic"} - {source}:
            self.assertEqual(self.target(position, target), ("blocked", "opted_out"), target)

    def test_a_new_contact_with_an_opt_out_sign_is_created_nowhere(self):
        for name, answer in {
                "dnd": self.hooks.ghl_contact("CON1", dnd=True, **GHL_ADA),
                "a blocked channel": self.hooks.ghl_contact("CON2", phone="+12025550101", dndSettings={
                    "SMS": {"status": "active", "message": "", "code": ""}}),
                "a permanently blocked channel": self.hooks.ghl_contact("CON3", phone="+12025550102",
                        dndSettings={
                    "SMS": {"status": "permanent"}}),
                "a tag": self.hooks.ghl_contact("CON4", phone="+12025550103", tags=["DNC-SMS"])}.items():
            with self.subTest(name):
                self.assert_blocked_everywhere(answer.position, "gohighlevel")
        for name, flag in (("is_dnc", "+12025550104"), ("is_opted_out", "+12025550105"), ("is_blocked",
                "+12025550106")):
            with self.subTest(name):
                answer = self.hooks.aloware_contact(int(flag[-3:]), phone_number=flag, first_name="Marisol",
                        **{name: True})
                self.assert_blocked_everywhere(answer.position, "aloware")
        with self.subTest("generic"):
            answer = self.hooks.generic_contact("c_1", phone="+12025550107", opted_out=True)
            self.assert_blocked_everywhere(answer.position, "generic")
        self.assert_counts(0, 0, 0)

    def test_an_opt_out_that_comes_later_stops_further_updates(self):
        contact = self.spread()
        self.sandbox.edit("gohighlevel", contact["id"], dnd=True)
        self.settle()
        answer = self.house.events("webhook.received.v1")[-1]["position"]
        observed = next(e["data"] for e in self.house.events("contact.observed.v1") if e["cause"] == answer)
        self.assertIn(("aloware", "blocked", "opted_out"),
                      [(t["target"], t["outcome"], t["reason_code"]) for t in observed["targets"]])
        before = len(self.sandbox.received("aloware"))
        self.sandbox.edit("gohighlevel", contact["id"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(len(self.sandbox.received("aloware")), before)

    def test_an_opt_out_overtakes_deliveries_that_wait(self):
        self.sandbox.fault("aloware", "forms", status=500)
        contact = self.sandbox.add("gohighlevel", **ADA)
        self.wait_for("the delivery waits", lambda: self.deliveries("aloware", "delivery.retry_scheduled.v1"))
        self.sandbox.edit("gohighlevel", contact["id"], dnd=True)
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware"), [])
        self.assertEqual(len(self.deliveries("aloware", "delivery.suppressed.v1")), 1)

    def test_an_opt_out_in_an_old_webhook_still_counts(self):
        import time

        from clients import now_text
        self.sandbox.fault("aloware", "forms", status=500)
        self.hooks.generic_contact("c_1", **ADA)
        self.wait_for("the delivery waits", lambda: self.deliveries("aloware", "delivery.retry_scheduled.v1"))
        stale = self.hooks.generic({"type": "contact.updated", "timestamp": now_text(-900),
                                    "data": {"id": "c_1", "phone": ADA["phone"], "do_not_contact": True}},
                                   timestamp=int(time.time()) - 900)
        self.assertEqual(self.parts_left_out(stale.position), [("quarantined", "stale")])
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware"), [])


class OptOutsOfNobody(Scenario):
    """A STOP whose sender cannot be used must not be lost in silence (requirement O19)."""

    def stop_from(self, number, **more):
        self.hooks.verity({"eventType": "message.received", "messageId": f"m {number}",
                           "direction": "inbound", "body": "STOP", "from": number, **more})
        position = self.newest_webhook("verity")
        return position, self.parts_left_out(position)

    def state(self):
        return self.ask("/api/v1/opt-outs?address=" + ADA["phone"].replace("+", "%2B"))["items"][0][
            "channels"]["sms"]["state"]

    def test_a_number_in_an_odd_form_is_read(self):
        for number in ("0012025550142", "sip:+12025550142@pbx.example.com", "tel:+12025550142"):
            with self.subTest(number):
                self.assertEqual(self.stop_from(number)[1], [])
                self.settle()
                self.wait_for("it is closed", lambda: self.state() == "opted_out")
                self.house.api("/opt-ins", "POST", {"address": ADA["phone"], "reason": "asked for it"})
                self.settle()
                self.wait_for("open again", lambda: self.state() == "opted_in")

    def test_a_number_that_nobody_has_is_held_and_told(self):
        position, parts = self.stop_from("+1202555014")
        self.assertEqual(parts, [("quarantined", "opt_out_unreadable")])
        alerts = self.wait_for("the alert", lambda: [
            a for a in self.ask("/api/v1/alerts")["items"] if a["rule"] == "opt_out_unreadable"])
        self.assertEqual([a["subject"] for a in alerts], [str(position)])
        held = self.ask("/api/v1/quarantine")["items"]
        self.assertEqual([(one["position"], one["reason_code"]) for one in held],
                         [(position, "opt_out_unreadable")])
        self.wait_for("the log line", lambda: '"event":"opt_out_unreadable"' in self.house.stderr())
        self.assertEqual(self.house.events("consent.changed.v1"), [])

    def test_a_body_without_an_event_or_without_a_text_is_no_test_ping(self):
        self.hooks.verity({"data": {"direction": "inbound", "from": ADA["phone"], "body": "stop"}})
        self.assertEqual(self.parts_left_out(self.newest_webhook("verity")), [])
        self.settle()
        self.wait_for("it is closed", lambda: self.state() == "opted_out")
        _, parts = self.stop_from(ADA["phone"], body=["stop"])
        self.assertEqual(parts, [("quarantined", "wrong_type"), ("quarantined", "opt_out_unreadable")])

    def test_a_stop_under_an_id_that_was_used_before_counts(self):
        self.stop_from(ADA["phone"], body="hello", messageId="m-1")
        first, _ = self.stop_from(ADA["phone"], messageId="m-1")
        self.settle()
        self.wait_for("it is closed", lambda: self.state() == "opted_out")
        self.assertEqual(self.stop_from(ADA["phone"], messageId="m-1")[0], first, "the same once more")

    def test_an_opt_in_that_lifts_nothing_says_so(self):
        self.stop_from(ADA["phone"])
        self.settle()
        answer = self.house.api("/opt-ins", "POST", {"address": ADA["phone"], "reason": "an old form",
                                                     "stated_at": "2020-01-01T00:00:00Z"}).json
        self.assertEqual(answer["channels"]["sms"]["reason_code"], "older_than_opt_out")
        self.settle()
        self.wait_for("it is closed", lambda: self.state() == "opted_out")


class NationalNumbers(Scenario):
    """The same digits are different people's in different countries."""
    changes = {"generic": {"default_region": "GB"}}

    def test_where_connectors_have_different_regions_an_opt_out_needs_the_country_code(self):
        asked = {"address": "(202) 555-0142", "reason": "called us"}
        refused = self.house.api("/opt-outs", "POST", asked)
        self.assertEqual((refused.status, refused.json["error"]["code"]), (400, "bad_address"))
        self.assertEqual(self.house.events("consent.requested.v1"), [])
        answered = self.house.api("/opt-outs", "POST", {**asked, "address": "+12025550142"})
        self.assertEqual(answered.json["address"], "+12025550142")
        self.settle()
