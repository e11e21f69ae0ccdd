"""After a merge: calls and messages of the contact that ended are known to the one that stays (requirement C8)."""
from clients import now_text
from people_test import SECOND, Api


class MergedHistory(Api):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def setUp(self):
        super().setUp()
        self.ada = self.spread()
        self.second = self.sandbox.add("gohighlevel", **SECOND)
        self.settle()

    def merge(self, kind="merge"):
        stays, other = (self.contact_of(one["id"])["id"] for one in (self.ada, self.second))
        answer = self.api(f"/contacts/{stays}/{kind}", {"other": other, "reason": "asked her"})
        self.assertEqual(answer["status"], "accepted", answer)
        self.wait_for("they are one", lambda: self.house.events("contact.records_adopted.v1"))
        self.settle()

    def at_the_crm(self, what):
        found = self.sandbox.state("gohighlevel", what)
        return found if isinstance(found, list) else found[what]

    def test_a_late_summary_is_added_to_the_call_that_was_shown(self):
        self.sandbox.play("aloware", "call", phone=SECOND["phone"], direction="outbound", outcome="completed",
                          deliveries=["disposition"])
        self.settle()
        self.merge()
        call_id = self.house.events("call.observed.v1")[0]["data"]["call"]["call_id"]
        record = next(c["id"] for c in self.sandbox.contacts("aloware")
                      if c["phone_number"] == SECOND["phone"])
        told = {"id": int(call_id), "contact_id": record, "campaign_id": 3001}
        for _ in range(2):
            self.hooks.aloware({"event": "transcription.call.summarized",
                                "body": {"summary": "They agreed.", "communication": told}})
            self.settle()
        shown = [e["data"]["addition"] for e in self.house.events("action.intended.v1")
                 if e["data"]["action"] == "log_call" and e["data"]["target"] == "gohighlevel"]
        self.assertEqual(shown, [False, True])
        self.assertEqual(len(self.at_the_crm("notes")), 2)

    def test_a_late_status_shows_no_message_again(self):
        sent = {"eventType": "message.sent", "messageId": "o1", "direction": "outbound", "status": "sent",
                "from": "+13125550117", "to": SECOND["phone"], "body": "Words", "timestamp": now_text()}
        self.hooks.verity(sent)
        self.settle()
        self.assertEqual(len(self.at_the_crm("messages")), 1)
        self.merge()
        self.hooks.verity({**sent, "eventType": "message.delivered", "status": "delivered"})
        self.settle()
        self.assertEqual(len(self.at_the_crm("messages")), 1)
