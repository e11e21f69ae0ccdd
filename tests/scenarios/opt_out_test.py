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
