"""STOP, calls, texts, backfill and tokens: what they send to GoHighLevel, judged by its own documents."""
from accounts_test import CLIENT
from backfill_test import Run
from judged import Judged
from openapi_judge import SpecError
from scenario import ADA

PROVIDER = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}
NUMBER = ADA["phone"]
MESSAGES = "/conversations/{conversationId}/messages"
INBOUND = "POST /conversations/messages/inbound"

DIRECTION = SpecError(INBOUND, "direction must be object",
                      "typed as an object, a text is sent (connectors/gohighlevel/README.md fact 18)")
NO_PROVIDER = SpecError(INBOUND, "must have required property 'conversationProviderId'",
                        "the vendor's guide lets the default SMS provider leave it out (connectors/gohighlevel/README.md fact 18)")
NESTED = [SpecError("GET " + MESSAGES, words, "the real answer is nested twice (connectors/gohighlevel/README.md fact 17)")
          for words in ("messages must be array", "must have required property 'lastMessageId'",
                        "must have required property 'nextPage'")]
CREATED = SpecError("POST /oauth/locationToken", "Unable to match the returned status code",
                    "201 was measured, 200 is documented (connectors/gohighlevel/README.md fact 3)")


class ConsentAndTags(Judged):
    def test_a_stop_a_start_and_a_tag(self):
        self.excuse(DIRECTION, NO_PROVIDER)
        self.spread(tags=["customer"])
        for words, status in (("STOP", "active"), ("START", "inactive")):
            self.sandbox.text(NUMBER, words)
            self.settle()
            self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["dndSettings"]["SMS"]["status"], status)
        self.sandbox.edit("aloware", self.ada_in("aloware"), tags=["roof"])
        self.settle()
        self.assertEqual(sorted(self.sandbox.contacts("gohighlevel")[0]["tags"]), ["customer", "roof"])
        self.assert_fits("GET /contacts/{contactId}", "PUT /contacts/{contactId}",
                         "POST /contacts/{contactId}/tags")


class Calls(Judged):
    sync = {"call_tags": True, "dispositions": [{"disposition": "interested", "tags": ["Hot"]}]}

    def call(self, **fields):
        self.sandbox.play("aloware", "call", phone=NUMBER, direction="outbound", outcome="completed",
                          **fields)
        self.settle()

    def test_a_call_with_its_recording_and_disposition_and_one_whose_answer_is_a_failure(self):
        self.spread()
        self.call(call_disposition="Interested", summary="They agreed.", wait_time=9, talk_time=107,
                  deliveries=["initiated", "disposition", "disposed", "recording", "transcription",
                              "summary"])
        self.sandbox.fault("gohighlevel", "/notes", status=500, times=1)
        self.call(call_disposition="No answer", deliveries=["initiated", "disposition"])
        notes = "\n".join(each["body"] for each in self.sandbox.state("gohighlevel", "notes")["notes"])
        for words in ("Recording: ", "Disposition: Interested", "They agreed."):
            self.assertIn(words, notes)
        self.assertEqual(notes.count("Call made"), 2, notes)
        self.assertIn("hot", [tag.lower() for tag in self.sandbox.contacts("gohighlevel")[0]["tags"]])
        self.assert_fits("POST /contacts/{contactId}/notes", "GET /contacts/{contactId}/notes",
                         "POST /contacts/{contactId}/tags")


class Texts(Judged):
    changes = PROVIDER

    def text(self, minute, words):
        self.sandbox.control("POST", "/people/verity/messages", {
            "from": NUMBER, "to": "+13125550117", "body": words,
            "timestamp": f"2026-08-14T17:0{minute}:00.000Z"})
        self.settle()

    def messages(self):
        return self.sandbox.state("gohighlevel", "messages")["messages"]

    def assert_one_thread(self, *words):
        self.assertEqual([each["body"] for each in self.messages()], list(words))
        self.assertEqual(len({each["conversationId"] for each in self.messages()}), 1, "different threads")

    def test_three_texts_of_one_person_stand_in_a_new_thread(self):
        self.excuse(DIRECTION)
        self.spread()
        for minute, words in enumerate(("one", "two", "three")):
            self.text(minute, words)
        self.assert_one_thread("one", "two", "three")
        self.assert_fits("POST /conversations/", INBOUND)

    def test_a_text_stands_in_the_thread_that_was_there_and_is_looked_for_after_a_failure(self):
        self.excuse(DIRECTION, *NESTED)
        self.spread()
        self.sandbox.fault("gohighlevel", "InboundMessage", behaviour="drop")
        self.sandbox.play("gohighlevel", "inbound-sms", phone=NUMBER, message="zero")
        self.sandbox.fault("gohighlevel", "/messages/inbound", status=500, times=1)
        self.text(1, "one")
        self.assert_one_thread("zero", "one")
        self.assert_fits("POST /conversations/", "GET /conversations/search", "GET " + MESSAGES, INBOUND)

    def agent_writes(self, contact, words):
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], message=words, attachments=[],
                          user_id="USRexample0000000001")
        self.settle()

    def test_an_agents_texts_are_shown_as_delivered_and_as_failed(self):
        contact = self.spread()
        self.sandbox.set(ghl_delivery_url=self.house.base + "/webhooks/gohighlevel/provider-delivery")
        self.agent_writes(contact, "arrives")
        self.sandbox.fault("verity", "send-message", status=422)
        self.agent_writes(contact, "refused")
        self.assertEqual({each["body"]: each["status"] for each in self.messages()},
                         {"arrives": "delivered", "refused": "failed"})
        self.assert_fits("PUT /conversations/messages/{messageId}/status")


class Backfill(Judged):
    def test_a_list_of_two_pages(self):
        self.sandbox.control("POST", "/seed/gohighlevel", {
            "phones": {"from": "+12025550001", "to": "+12025550025"},
            "fields": {"first_name": "Marisol", "last_name": "Tennerby{n}"}})
        code, summary, errors = Run(self.house, "backfill", "gohighlevel").end()
        self.assertEqual((code, summary and summary["seen"]), (0, 25), errors)
        self.settle()
        self.assertGreaterEqual(self.judge.passed["POST /contacts/search"], 3, "no page after the first")
        self.assert_fits("POST /contacts/search")


class Tokens(Judged):
    changes = {"gohighlevel": {"token": None, "oauth": CLIENT}}

    def connect_and_end_the_token(self, user_type):
        code = self.sandbox.play("gohighlevel", "install", user_type=user_type)["code"]
        self.house.tool("connect", "gohighlevel", "--code", code)
        self.sandbox.play("gohighlevel", "end-tokens")
        self.sandbox.add("aloware", **ADA)
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual([e["data"]["connected"] for e in self.house.events("token.refreshed.v1")],
                         [True, False])

    def test_a_code_and_a_renewal(self):
        self.connect_and_end_the_token("Location")
        self.assert_fits("POST /oauth/token")
        self.assertEqual(self.judge.passed["POST /oauth/token"], 2)

    def test_a_code_a_renewal_and_location_tokens_of_an_agency(self):
        self.excuse(CREATED)
        self.connect_and_end_the_token("Company")
        self.assert_fits("POST /oauth/token", "POST /oauth/locationToken")
        self.assertEqual(self.judge.passed["POST /oauth/token"], 2)
