"""GoHighLevel's record was deleted or merged away and its webhook was lost: what is told of the person goes on."""
from calls_test import Calls as CallWords
from scenario import ADA, Scenario

NUMBER = ADA["phone"]


class GoneRecord(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}
    notes, call = CallWords.notes, CallWords.call

    def messages(self):
        """(text, contact) of each message there."""
        found = self.sandbox.state("gohighlevel", "messages")
        return [(m["body"], m["contactId"]) for m in (found if isinstance(found, list) else found["messages"])]

    def text(self, words):
        self.sandbox.text(NUMBER, words)
        self.settle()

    def dropped(self, **again):
        """Deletes the record behind our back; with values, a person's record takes the place. Gives both ids."""
        old = self.sandbox.contacts("gohighlevel")[0]["id"]
        self.sandbox.set(engine="")
        self.sandbox.delete("gohighlevel", old)
        new = self.sandbox.add("gohighlevel", **again)["id"] if again else None
        self.wait_for("no webhook is under way", lambda: self.sandbox.webhooks_open() == 0)
        self.sandbox.set(engine=self.house.base)
        return old, new

    def sms(self):
        return self.sandbox.contacts("gohighlevel")[0]["dndSettings"]["SMS"]["status"]

    def rejected(self):
        return [e["data"]["facts"]["reason_code"] for e in self.deliveries("gohighlevel",
                "delivery.rejected.v1")]

    def test_an_opt_out_closes_the_record_that_took_the_place_and_an_opt_in_opens_it(self):
        self.spread()
        self.dropped(**ADA)
        self.text("STOP")
        self.assertEqual((self.sms(), self.rejected()), ("active", []))
        self.text("START")
        self.assertEqual((self.sms(), self.rejected()), ("inactive", []))

    def test_an_opt_out_is_met_where_nobody_is_left_to_tell(self):
        self.spread()
        self.dropped()
        self.text("STOP")
        self.assertIn("not_found", self.rejected())

    def test_calls_and_texts_are_shown_at_the_record_that_took_the_place(self):
        self.spread()
        self.text("one")
        old, new = self.dropped(**ADA)
        self.call(["disposition"])
        self.settle()
        self.assertEqual(len(self.notes()), 1, self.notes())
        self.text("two")
        self.text("three")
        self.assertEqual(self.messages(), [("one", old), ("two", new), ("three", new)])
        self.assertEqual(self.rejected(), [])
        self.sandbox.edit("aloware", self.sandbox.contacts("aloware")[0]["id"], company="Mill Lane")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Mill Lane")

    def test_calls_and_texts_wait_where_nobody_is_left_and_come_with_the_next_change(self):
        self.spread()
        self.dropped()
        self.call(["disposition"])
        self.text("one")
        self.assertEqual((self.notes(), self.messages()), ([], []))
        self.assertEqual(set(self.rejected()), {"no_record_there"})
        self.sandbox.edit("aloware", self.sandbox.contacts("aloware")[0]["id"], company="Mill Lane")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(len(self.notes()), 1, self.notes())
        self.assertEqual(self.messages(), [("one", self.sandbox.contacts("gohighlevel")[0]["id"])])

    def test_texts_go_on_in_the_thread_of_a_record_that_was_made_again_by_hand(self):
        old = self.spread()["id"]
        self.text("one")
        self.sandbox.delete("gohighlevel", old)
        self.settle()
        new = self.sandbox.add("gohighlevel", **ADA)["id"]
        self.settle()
        self.text("two")
        self.text("three")
        self.assertEqual(self.messages(), [("one", old), ("two", new), ("three", new)])

    def test_a_lost_answer_shows_no_second_note_at_a_contact_with_many(self):
        self.spread()
        contact = int(self.sandbox.contacts("aloware")[0]["id"])

        def summary(number):
            communication = {"id": 9100 + number, "contact_id": contact, "direction": 2, "type": 1,
                    "lead_number": NUMBER, "current_status2": 9, "disposition_status2": 4,
                    "created_at": "2026-08-14 17:40:00", "updated_at": "2026-08-14 17:43:05"}
            self.hooks.aloware({"event": "transcription.call.summarized", "body": {
                    "communication": communication, "summary": "word " * 790}})
        for number in range(20):
            summary(number)
        self.settle()
        self.assertGreater(sum(map(len, self.notes())), 64 * 1024)
        self.sandbox.fault("gohighlevel", "/notes", behaviour="effect_then_reset", times=1)
        summary(50)
        self.settle()
        self.assertEqual(len(self.notes()), 21)
        looked = [e["attachment_bytes"] for e in self.deliveries("gohighlevel", "action.accepted.v1")
                  if e["data"]["read_back"]]
        self.assertGreater(max(looked), 64 * 1024, "the look saw all notes")
