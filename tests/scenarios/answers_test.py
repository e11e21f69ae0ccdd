"""Answers that a person can act on: what a vendor says is wrong, unusable numbers, messages, shown bodies."""
import subprocess

from clients import now_text
from house import BUILD
from scenario import ADA, GHL_ADA, Scenario

REFUSED = {"message": ["phone must be a valid phone number, not +12025550142 of Marisol"],
           "statusCode": 422}


class Refusals(Scenario):
    def test_a_vendors_refusal_names_field_and_reason_without_the_person(self):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=422, body=REFUSED, times=-1)
        self.sandbox.fault("aloware", "POST /api/v1/webhook/forms", status=400, times=-1,
                           body={"message": "The given data was invalid.",
                                 "errors": {"last_name": ["Tennerby is on the list of names."]}})
        self.hooks.generic_contact("c_1", **ADA)
        self.settle(allow_waiting=True)
        webhook = self.newest_webhook("generic")
        chain = self.house.explain("--webhook", webhook)["chain"]
        said = {each["target"]: each["text"] for each in chain if each["outcome"] == "dead"}
        self.assertIn('It says of its field phone: "phone must be a valid phone number, not ***42 of M***".',
                      said["gohighlevel"])
        self.assertIn('It says of its field last_name: "T*** is on the list of names.".', said["aloware"])
        found = {each["target"]: each for each in self.ask("/api/v1/deliveries?state=rejected")["items"]}
        self.assertEqual(found["gohighlevel"]["refused"], {
            "field": "phone", "reason": "phone must be a valid phone number, not ***42 of M***"})
        self.assertEqual(found["aloware"]["refused"]["field"], "last_name")
        self.sandbox.clear_faults()


class Numbers(Scenario):
    def test_an_unusable_number_is_called_unusable_with_what_is_wrong(self):
        for number, (phone, reason) in enumerate((("555-1234", "phone_too_short"),
                                                  ("+120255501421", "phone_too_long"),
                                                  ("ask office", "phone_not_a_number"),
                                                  ("102-555-0142", "phone_impossible_area"))):
            with self.subTest(phone):
                answer = self.hooks.generic_contact(f"c_{number}", first_name="Marisol", phone=phone)
                self.settle()
                self.assertEqual(self.target(answer.position, "gohighlevel"), ("skipped", reason))
                observed = next(e for e in self.house.events("contact.observed.v1")
                                if e["cause"] == answer.position)
                contact = observed["stream"].split("/")[1]
                field = self.ask(f"/api/v1/contacts/{contact}")["fields"]["phone"]
                self.assertEqual(field["unusable"], reason)
        done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "explain", "--webhook",
                               str(answer.position)], capture_output=True, text=True, timeout=60)
        self.assertIn("[skipped(phone_impossible_area)]", done.stdout)

    def test_two_unusable_numbers_of_one_mailbox_are_not_called_equal(self):
        mailbox = "marisol@example.com"
        self.hooks.generic_contact("c_1", first_name="Marisol", phone="555-5678", email=mailbox)
        self.settle()
        there = self.sandbox.contacts("gohighlevel")[0]
        self.assertFalse(there.get("phone"), "nobody is given a number that is none")
        self.hooks.ghl_contact(there["id"], kind="ContactUpdate", firstName="Marisol", phone="555-1234",
                               email=mailbox)
        self.settle()
        told = self.newest_webhook("gohighlevel")
        self.assertEqual(self.target(told, "generic"), ("skipped", "phone_too_short"))
        done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "explain",
                               "--webhook", str(told)], capture_output=True, text=True, timeout=60)
        self.assertIn("it has too few digits", done.stdout)

    def test_who_has_no_address_is_not_called_applied_where_bodies_go(self):
        answer = self.hooks.ghl_contact("CON1", kind="ContactCreate", firstName="Marisol")
        self.settle()
        self.assertEqual(self.target(answer.position, "verity"), ("skipped", "taken_without_address"))
        answer = self.hooks.ghl_contact("CON2", kind="ContactCreate", **GHL_ADA)
        self.settle()
        self.assertEqual(self.target(answer.position, "verity")[0], "applied")


class Conversations(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def test_the_messages_of_a_number_stand_newest_first_with_their_thread(self):
        self.spread()
        for words in ("one", "two", "three"):
            self.sandbox.text(ADA["phone"], words)
            self.settle()
        found = self.ask("/api/v1/messages?phone=%2B12025550142&limit=2")
        self.assertEqual([each["text"] for each in found["items"]], ["three", "two"])
        thread = self.sandbox.state("gohighlevel", "messages")
        thread = (thread if isinstance(thread, list) else thread["messages"])[0]["conversationId"]
        for each in found["items"]:
            self.assertEqual((each["direction"], each["system"]), ("inbound", "verity"))
            self.assertEqual([(s["target"], s["state"], s["thread"]) for s in each["shown"]],
                             [("gohighlevel", "accepted", thread)])
        rest = self.ask(f"/api/v1/messages?phone=%2B12025550142&limit=2&after={found['next']}")
        self.assertEqual([each["text"] for each in rest["items"]], ["one"])
        self.assertIsNone(rest["next"])
        self.assertEqual(self.ask("/api/v1/messages?phone=%2B12025550142&direction=outbound")["items"], [])
        told = self.house.tool("messages", ADA["phone"])
        self.assertEqual([each["text"] for each in told[:-1]], ["t***", "t***", "o***"])
        self.assertEqual(told[0]["shown"][0]["thread"], thread)
        shown = self.house.tool("messages", ADA["phone"], "--reveal", "--reason", "a complaint")
        self.assertEqual(shown[0]["text"], "three")


class Bodies(Scenario):
    def text_of(self, position):
        done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "log", "show", str(position),
                               "--with-bodies", "--reveal", "--reason", "a complaint"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_body_is_shown_as_text_and_that_it_was_is_an_event(self):
        answer = self.hooks.generic_contact("c_1", at=now_text(), **ADA)
        self.settle()
        shown = self.text_of(answer.position)
        self.assertIn('  "type": "contact.updated",', shown)
        self.assertIn('"phone": "+12025550142"', shown)
        self.assertNotIn("base64", shown)
        revealed = [e["data"] for e in self.house.events("body.revealed.v1")]
        self.assertEqual([e["event"] for e in revealed], [answer.position])
        position = self.house.events("body.revealed.v1")[0]["position"]
        self.assertEqual(self.house.stored(position, "--reveal", "--reason", "x")["data"]["reason"],
                         "a complaint")
        broken = self.hooks.ghl(b"hello")
        self.assertIn("the body:\nhello", self.text_of(broken.position))
        self.house.stop_service()
        self.assertIn("the body:\nhello", self.text_of(broken.position))
        self.house.start_service()
        self.assertEqual(len(self.house.events("body.revealed.v1")), 2, "nobody records without a service")


class EventNames(Scenario):
    def test_aloware_may_call_events_as_its_settings_do(self):
        self.spread()
        remote = int(self.ids()["aloware"])
        answer = self.hooks.aloware({"event": "Contact DNC Updated", "body": {
            "id": remote, "phone_number": ADA["phone"], "is_dnc": True}})
        self.settle()
        self.assertEqual(self.parts_left_out(answer.position), [])
        channels = self.house.tool("audit", "opt-outs", "--address", ADA["phone"])[0]["channels"]
        self.assertEqual(channels["call"]["state"], "opted_out")
