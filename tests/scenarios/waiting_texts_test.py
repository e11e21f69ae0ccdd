"""Texts that wait while the person changes their mind: what was refused stays refused, and nobody is told
what does not hold any more (requirements M5, O7, O11)."""
from scenario import ADA, Scenario

CONFIRMATION = "You get no more texts."
PAUSE = {"reason": "maintenance"}


class WaitingTexts(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}
    sync = {"replies": {"opt_out_confirmation": CONFIRMATION}}

    def texts_out(self):
        sends = self.sandbox.control("GET", "/sends?after=0&limit=1000")
        return [s["text"] for s in (sends if isinstance(sends, list) else sends["sends"])
                if s["direction"] == "outbound" and s["channel"] == "sms" and s["system"] == "verity"]

    def pause(self, verb="pause"):
        self.assertEqual(self.house.api(f"/connectors/verity/{verb}", "POST", PAUSE).status, 200)

    def says(self, *words):
        for each in words:
            before = len(self.house.events("consent.changed.v1"))
            self.sandbox.text(ADA["phone"], each)
            self.wait_for(f"{each} is decided",
                          lambda: len(self.house.events("consent.changed.v1")) > before)

    def test_an_agents_text_that_was_refused_does_not_leave_after_a_later_start(self):
        contact = self.spread()
        path = "/webhooks/gohighlevel/provider-delivery"
        self.sandbox.set(ghl_delivery_url=self.house.base + path)
        self.pause()
        self.sandbox.fault("gohighlevel", "PUT /contacts/", status=503, times=-1)  # its mark is not there yet
        self.says("STOP")
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], attachments=[],
                          message="The offer ends today.", user_id="USRexample0000000001")
        self.wait_for("the agent's text is heard", lambda: any(
            e["data"]["action"] == "send_message" and e["data"]["purpose"] == "conversation"
            for e in self.house.events("action.intended.v1")))
        self.sandbox.clear_faults()
        self.says("START")
        self.pause("resume")
        self.settle()
        self.assertEqual(self.texts_out(), [])
        decided = [e["data"] for e in self.house.events("send.decided.v1")
                   if e["data"]["purpose"] == "conversation"]
        self.assertEqual([(d["allowed"], d["reason_code"]) for d in decided], [(False, "opted_out")])
        messages = self.sandbox.state("gohighlevel", "messages")
        messages = messages if isinstance(messages, list) else messages["messages"]
        self.assertEqual([m["status"] for m in messages if m["body"] == "The offer ends today."], ["failed"])

    def test_an_opt_out_that_was_taken_back_is_not_confirmed(self):
        self.spread()
        self.pause()
        self.says("STOP", "START")
        self.pause("resume")
        self.settle()
        self.assertEqual(self.texts_out(), [])
        decided = [e["data"]["reason_code"] for e in self.house.events("send.decided.v1")]
        self.assertEqual(decided, ["opt_out_lifted"])

    def test_of_several_that_wait_the_one_that_stands_is_confirmed(self):
        self.spread()
        self.pause()
        self.says("STOP", "START", "STOP", "START", "STOP")
        self.pause("resume")
        self.settle()
        self.assertEqual(self.texts_out(), [CONFIRMATION])
