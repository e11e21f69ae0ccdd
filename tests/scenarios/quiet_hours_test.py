"""Quiet hours that hold by themselves: whatever the time of day when this runs, the decision says why."""
from scenario import ADA, Scenario


class Writing(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def agent_writes(self, contact, text):
        """Gives the decision about it, and what `explain` says."""
        before = len(self.house.events("send.decided.v1"))
        self.sandbox.set(ghl_delivery_url=self.house.base + "/webhooks/gohighlevel/provider-delivery")
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], message=text, attachments=[],
                          user_id="USRexample0000000001")
        self.wait_for("it is decided", lambda: len(self.house.events("send.decided.v1")) > before)
        self.settle()
        said = [e["text"] for e in self.house.explain("--contact", ADA["phone"])["chain"]
                if e["type"] == "send.decided.v1"]
        return self.house.events("send.decided.v1")[-1]["data"], said[-1]


class QuietHours(Writing):
    sync = {"sending": {}}  # says nothing: the table holds

    def test_a_text_out_of_the_blue_keeps_to_the_table(self):
        decided, said = self.agent_writes(self.spread(), "The installer is on the way.")
        verdict = "allowed" if decided["allowed"] else "quiet"
        self.assertEqual(decided["rules"], f"gate@5 quiet_hours={verdict}")
        self.assertEqual(decided["reason_code"], "" if decided["allowed"] else "quiet_hours")
        self.assertEqual(decided["ruling"], {"table": "quiet@1", "rule": "+1", "place_from": "area_code"})
        self.assertEqual(decided["time_zone_from"], "place")
        self.assertIn("Table quiet@1, rule +1, by the number's area code.", said)

    def test_an_answer_to_the_person_leaves_at_any_time(self):
        contact = self.spread()
        self.sandbox.text(ADA["phone"], "When do you come?")
        self.wait_for("it is heard", lambda: self.house.events("message.observed.v1"))
        decided, said = self.agent_writes(contact, "In ten minutes.")
        self.assertEqual((decided["allowed"], decided["rules"]), (True, "gate@5 quiet_hours=answer"))
        self.assertIn("The person wrote within the hour before", said)


class Pacing(Writing):
    sync = {"sending": {"quiet_hours": "off", "cool_down_minutes": 60}}

    def test_a_second_text_waits_for_no_one_and_the_api_says_until_when(self):
        contact = self.spread()
        first, _ = self.agent_writes(contact, "The installer is on the way.")
        self.assertTrue(first["allowed"])
        second, said = self.agent_writes(contact, "Are you at home?")
        self.assertEqual((second["allowed"], second["reason_code"], second["pacing"]["held_by"]),
                         (False, "cool_down", "cool_down"))
        self.assertIn(f"the rule lets messages go on from {second['pacing']['until']}", said)
        may = self.house.api("/may-send?address=%2B12025550142").json
        self.assertEqual((may["allowed"], may["until"]), (False, second["pacing"]["until"]))
        person = self.house.tool("compliance", ADA["phone"])[0]
        self.assertEqual(person["sent"]["in_week"], 1)
        self.sandbox.text(ADA["phone"], "Yes, come in")
        self.wait_for("it is heard", lambda: [e for e in self.house.events("message.observed.v1")
                                              if e["data"]["message"]["inbound"]])
        third, _ = self.agent_writes(contact, "Thank you.")
        self.assertEqual((third["allowed"], third["pacing"]["answers"]), (True, True))
