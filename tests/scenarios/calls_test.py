"""Calls: their parts come in any order, and the CRM shows each call once, with what comes late."""
from on_lists import AGENTS, ZEB, OnLists
from scenario import ADA, Scenario

SIX = ["initiated", "disposition", "disposed", "recording", "transcription", "summary"]


class Calls(Scenario):
    def notes(self):
        found = self.sandbox.state("gohighlevel", "notes")
        return [note["body"] for note in (found if isinstance(found, list) else found["notes"])]

    def shown(self):
        """Notes that show a call, without those that add to one."""
        return [note for note in self.notes() if note.startswith(("Call made", "Call received"))]

    def call(self, deliveries, **fields):
        return self.sandbox.play("aloware", "call", phone="+12025550142", direction="outbound",
                                 outcome="completed", deliveries=deliveries, **fields)

    def test_a_call_is_shown_once_with_everything_about_it(self):
        self.spread()
        self.call(SIX, call_disposition="Interested", summary="They agreed.", wait_time=9, talk_time=107)
        self.settle()
        self.assertEqual(len(self.shown()), 1, self.notes())
        self.assertIn("Duration: 1m 56s", self.shown()[0])
        everything = "\n".join(self.notes())
        for words in ("Interested", "They agreed.", "Recording: "):
            self.assertEqual(everything.count(words), 1, (words, self.notes()))

    def test_parts_in_any_order_join_to_one_call(self):
        self.spread()
        self.call(list(reversed(SIX)), call_disposition="Interested", summary="They agreed.")
        self.settle()
        self.assertEqual(len(self.shown()), 1, self.notes())
        self.assertEqual("\n".join(self.notes()).count("They agreed."), 1, self.notes())

    def test_a_call_that_is_not_over_is_not_shown(self):
        self.spread()
        self.call(["initiated"])
        self.settle()
        self.assertEqual(self.notes(), [])

    def test_a_call_of_a_person_whom_only_the_dialer_knows_is_shown_where_the_person_comes_to_be(self):
        """Requirement A1.7.4: calls never reached the CRM. The call itself names its person."""
        self.sandbox.set(engine="")  # the dialer tells nobody of the contact
        self.sandbox.add("aloware", **ADA)
        self.sandbox.set(engine=self.house.base)
        self.call(["initiated", "disposition"])
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(len(self.shown()), 1, self.notes())

    def test_a_call_that_a_look_ups_answer_released_is_told_with_why_it_waited(self):
        self.sandbox.set(engine="")
        self.sandbox.add("aloware", **ADA)
        self.sandbox.set(engine=self.house.base)
        self.hooks.aloware({"event": "transcription.call.summarized", "body": {"communication": {
                "id": 90000001, "contact_id": self.sandbox.contacts("aloware")[0]["id"],
                "campaign_id": 3001}, "summary": "They agreed."}})
        self.settle()
        called = self.newest_webhook("aloware")
        self.assertEqual(self.parts_left_out(called), [("parked", "waiting_for_contact")])
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        chain = self.house.explain("--contact", ADA["phone"])["chain"]
        self.assertIn((called, "input"), [(each["position"], each["kind"]) for each in chain])
        self.assertIn("parked", [each["outcome"] for each in chain])

    def test_a_part_that_names_no_contact_waits_for_its_person_over_a_restart(self):
        body = {"event": "transcription.call.summarized", "body": {"communication": {"id": 90000001,
                "contact_id": 70000001, "campaign_id": 3001}, "summary": "They agreed."}}
        self.hooks.aloware(body)
        self.settle()
        self.assertIn(("parked", "waiting_for_contact"), self.parts_left_out(self.newest_webhook("aloware")))
        self.house.restart()
        communication = {"id": 90000001, "contact_id": 70000001, "direction": 2, "type": 1,
                "incoming_number": "+13125550117", "lead_number": "+12025550142", "current_status2": 9,
                "disposition_status2": 4, "duration": 116, "talk_time": 107,
                "created_at": "2026-08-14 17:40:00", "updated_at": "2026-08-14 17:42:05",
                "contact": {"id": 70000001, "phone_number": "+12025550142", "first_name": "Marisol"}}
        self.hooks.aloware({"event": "OutboundPhoneCall-DispositionCompleted", "body": communication})
        self.settle()
        self.assertEqual(len(self.shown()), 1, self.notes())
        self.assertEqual("\n".join(self.notes()).count("They agreed."), 1, self.notes())

    def test_a_lost_answer_shows_no_call_twice(self):
        self.spread()
        self.sandbox.fault("gohighlevel", "/notes", behaviour="effect_then_reset", times=1)
        self.call(["initiated", "disposition"])
        self.settle()
        self.assertEqual(len(self.shown()), 1, self.notes())


class Waiting(Scenario):
    """The CRM has no record of the person yet: what the others tell waits for one."""
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}
    notes, call = Calls.notes, Calls.call

    def text(self, words, minute):
        self.sandbox.control("POST", "/people/verity/messages", {"from": ADA["phone"], "to": "+13125550117",
                "body": words, "timestamp": f"2026-08-14T17:0{minute}:00.000Z"})

    def posted(self):
        """Texts of the messages that were posted in the CRM, in the order of their coming."""
        found = self.sandbox.state("gohighlevel", "messages")
        return [m["body"] for m in (found if isinstance(found, list) else found["messages"])]

    def refused_person(self):
        """GoHighLevel would not take the contact; then there was a call, and two texts out of order."""
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=422, times=-1)
        self.sandbox.add("aloware", **ADA)
        self.settle()
        self.assert_counts(0, 1, 1)
        self.call(["initiated", "disposition"])
        self.settle()
        called = self.newest_webhook("aloware")
        self.text("second", 2)
        self.text("first", 1)
        self.settle()
        self.assertEqual((self.notes(), self.posted()), ([], []))
        return called

    def assert_shown_once_in_order(self):
        self.settle()
        self.assertEqual(len(self.notes()), 1, self.notes())
        self.assertEqual(self.posted(), ["first", "second"])

    def test_what_came_while_the_crm_refused_the_person_is_shown_when_that_is_mended(self):
        """Requirements A1.7.4 and A1.7.17, over kills before and after the repair."""
        called = self.refused_person()
        self.assertEqual(self.target(called, "gohighlevel"), ("parked", "waits_for_record"))
        self.house.kill_service()
        self.house.start_service()
        self.sandbox.clear_faults()
        self.house.tool("mappings", "repair", "--phone", ADA["phone"], "--reason", "The form is mended.")
        self.house.kill_service()
        self.house.start_service()
        self.assert_shown_once_in_order()
        self.assert_counts(1, 1, 1)
        state = self.house.explain("--contact", ADA["phone"])["targets"]["gohighlevel"]
        self.assertEqual(state["outcome"], "applied", state)

    def test_a_refusal_that_comes_while_they_are_under_way_makes_them_wait_again(self):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=503, retry_after=1, times=2)
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=422, times=-1)
        self.sandbox.set(engine="")  # the dialer tells nobody of the contact but by its call
        self.sandbox.add("aloware", **ADA)
        self.sandbox.set(engine=self.house.base)
        self.call(["initiated", "disposition"])
        self.text("first", 1)
        self.settle()
        self.assertEqual((self.notes(), self.posted()), ([], []))
        self.text("second", 2)
        self.settle()
        self.sandbox.clear_faults()
        self.sandbox.add("gohighlevel", **ADA)  # a person makes the record over there
        self.assert_shown_once_in_order()

    def test_a_number_that_is_added_at_the_dialer_brings_what_waited(self):
        self.hooks.aloware_contact(71000000, first_name="Marisol", last_name="Tennerby")
        self.settle()
        self.assert_counts(0, 0, 0)
        self.hooks.aloware({"event": "OutboundPhoneCall-DispositionCompleted", "body": {
                "id": 90000001, "contact_id": 71000000, "direction": 2, "type": 1,
                "incoming_number": "+13125550117", "lead_number": None, "current_status2": 9,
                "disposition_status2": 4, "duration": 116, "talk_time": 107,
                "created_at": "2026-08-14 17:40:00", "updated_at": "2026-08-14 17:42:05",
                "contact": {"id": 71000000, "first_name": "Marisol"}}})
        self.settle()
        self.assertEqual(self.target(self.newest_webhook("aloware"), "gohighlevel"),
                         ("parked", "waits_for_record"))
        self.hooks.aloware_contact(71000000, first_name="Marisol", last_name="Tennerby",
                                   phone_number=ADA["phone"])
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        self.assertEqual(len(self.notes()), 1, self.notes())


class Outcomes(Scenario):
    sync = {"call_tags": True, "dispositions": [{"disposition": "interested", "tags": ["Hot"]}]}

    notes, shown = Calls.notes, Calls.shown

    def test_a_call_with_a_code_that_nobody_knows_is_shown_and_brings_its_tags(self):
        """There are more of Aloware's codes and events than its documents name."""
        self.spread()
        for number, code in enumerate((6, 8, None)):
            self.hooks.aloware({"event": "OutboundPhoneCall-DispositionVoicemail", "body": {
                "id": 90000001 + number, "contact_id": 70000001, "direction": 2, "type": 1,
                "lead_number": ADA["phone"], "current_status2": 9, "disposition_status2": code,
                "call_disposition": "Left voicemail", "created_at": "2026-08-14 17:40:00",
                "updated_at": "2026-08-14 17:42:05"}})
        self.settle()
        self.assertEqual(len(self.shown()), 3, self.notes())
        tags = {tag.lower() for tag in self.sandbox.contacts("gohighlevel")[0]["tags"]}
        self.assertLessEqual({"call: left voicemail", "outbound call"}, tags)

    def test_a_disposition_brings_its_tags(self):
        self.spread()
        self.sandbox.play("aloware", "call", phone="+12025550142", direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition", "disposed"], call_disposition="Interested")
        self.settle()
        tags = {tag.lower() for tag in self.sandbox.contacts("gohighlevel")[0]["tags"]}
        self.assertLessEqual({"hot", "call: interested", "outbound call"}, tags)


class OutcomeFields(Scenario):
    sync = {"dispositions": [{"disposition": "not interested", "set": {"lead_status": "lost"}}]}
    changes = {"gohighlevel": {"custom_fields": [{"name": "lead_status", "id": "CFDstatus", "type": "choice",
                                                  "options": ["Open", "Lost"]}]}}

    def status(self):
        fields = self.sandbox.contacts("gohighlevel")[0].get("customFields", [])
        return [field["value"] for field in fields if field["id"] == "CFDstatus"]

    def test_a_disposition_sets_a_status_in_the_crm_and_a_person_may_change_it(self):
        self.spread()
        self.sandbox.play("aloware", "call", phone=ADA["phone"], direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition", "disposed"],
                          call_disposition="Not Interested")
        self.settle()
        self.assertEqual(self.status(), ["Lost"])
        said = [entry["text"] for entry in self.house.explain("--contact", ADA["phone"])["chain"]
                if entry["type"] == "contact.changed.v1"]
        self.assertIn("The disposition 'Not Interested' at aloware sets custom.lead_status, as the "
                      "configuration says.", said)
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.sandbox.edit("gohighlevel", contact["id"],
                          customFields=[{"id": "CFDstatus", "field_value": "Open"}])
        self.settle()
        self.assertEqual(self.status(), ["Open"])


class OutcomeLists(OnLists):
    sync = {"dispositions": [{"disposition": "interested", "tags": ["Called", "Hot"], "connector": "aloware",
                              "lists": ["DF_{agent}_HOT"]},
                             {"disposition": "no answer", "tags": ["called"]}], "agents": AGENTS}
    changes = {}

    def dispose(self, disposition):
        self.sandbox.play("aloware", "call", phone=ADA["phone"], direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition", "disposed"], call_disposition=disposition)
        self.settle()

    def test_a_disposition_puts_its_contact_on_its_lists_until_the_tag_goes(self):
        self.make_lists("DF_ANA_HOT")
        ada = self.sandbox.add("gohighlevel", **ADA, assignedTo="USRana")
        self.sandbox.add("gohighlevel", **ZEB, assignedTo="USRana")
        self.settle()
        one, other = self.aloware_id(ADA["phone"]), self.aloware_id(ZEB["phone"])
        self.dispose("No answer")
        self.assertEqual(self.lists(one), [])
        self.dispose("Interested")
        self.assertEqual((self.lists(one), self.lists(other)), (["DF_ANA_HOT"], []))
        notes = self.sandbox.state("gohighlevel", "notes")
        notes = notes if isinstance(notes, list) else notes["notes"]
        self.assertIn("Agent: ANA\n", notes[0]["body"])
        self.sandbox.edit("gohighlevel", ada["id"], tags=["called"])
        self.settle()
        self.assertEqual(self.lists(one), [])


class OutcomeTags(Scenario):
    sync = {"disposition_tags": True, "summary_tags": True}

    def test_dispositions_and_summaries_are_tags_of_the_contact_in_the_crm(self):
        self.spread()
        ada = next(c for c in self.sandbox.contacts("aloware") if c["phone_number"] == ADA["phone"])
        self.hooks.aloware_contact(ada["id"], "Contact-Disposed", phone_number=ADA["phone"],
                                   disposition_status="Qualified")
        self.sandbox.play("aloware", "call", phone=ADA["phone"], direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition", "disposed", "summary"],
                          call_disposition="Interested")
        self.settle()
        tags = {tag.lower() for tag in self.sandbox.contacts("gohighlevel")[0]["tags"]}
        self.assertLessEqual({"disposition: qualified", "contact disposed", "summary: interested"}, tags)
