"""STOP and START: every record of the person, every system, by the strength of what was said (requirements A1.6, A1.7.6 to A1.7.8)."""
from urllib.parse import quote

from clients import GHL_LOCATION, now_text
from scenario import ADA, Scenario

NUMBER = ADA["phone"]


class Consent(Scenario):
    def text(self, words, at=None):
        body = {"from": NUMBER, "body": words}
        if at:
            body["timestamp"] = at
        self.sandbox.control("POST", "/people/verity/messages", body)
        self.settle(self.allow_waiting)

    def consents(self):
        """(change, source, evidence, reason) of everything that was decided about consent."""
        return [(e["data"]["change"], e["data"]["source"], e["data"]["evidence"], e["data"]["reason_code"])
                for e in self.house.events("consent.changed.v1")]

    def sms_at_gohighlevel(self):
        settings = self.sandbox.contacts("gohighlevel")[0].get("dndSettings") or {}
        return (settings.get("SMS") or {}).get("status", "inactive")

    def told(self, target):
        """(action, reason code, read back) of what a system was told and did."""
        return [(e["data"]["action"], e["data"]["facts"]["reason_code"], e["data"]["read_back"])
                for e in self.house.events("action.accepted.v1")
                if e["data"]["target"] == target and e["data"]["action"].startswith("opt_")]

    def on_lists(self):
        state = self.sandbox.control("GET", "/state/aloware/memberships")
        return [each for each in state["memberships"] if each["powerdialer_lists"] or each["sequences"]]

    def test_a_stop_reaches_every_system_that_knows_the_person(self):
        self.spread()
        self.sandbox.control("POST", "/play/aloware/list", {"phone": NUMBER, "list_id": 9})
        self.assertTrue(self.on_lists())
        self.text("Stop.")
        self.assertIn(("revoked", "verity", "message_text", ""), self.consents())
        self.assertEqual(self.sms_at_gohighlevel(), "active")
        self.assertEqual(self.told("gohighlevel"), [("opt_out", "accepted", True)])
        self.assertEqual(self.told("aloware"), [("opt_out", "lists_left_mark_not_writable", False)])
        self.assertEqual(self.told("generic"), [("opt_out", "accepted", False)])
        self.assertEqual(self.on_lists(), [])
        contact = self.sandbox.contacts("gohighlevel")[0]
        before = len(self.sandbox.received("aloware"))
        self.sandbox.edit("gohighlevel", contact["id"], companyName="Tennerby Joinery")
        self.settle()
        self.assertEqual(len(self.sandbox.received("aloware")), before, "nothing is spread after an opt-out")

    def test_what_a_person_has_to_mark_at_the_dialer_is_said_until_it_is_seen(self):
        self.spread()
        self.text("STOP")
        record = self.sandbox.contacts("aloware")[0]["id"]

        def told():
            audited = self.house.tool("audit", "opt-outs", "--address", NUMBER)[0]
            shown = self.house.api("/opt-outs?address=" + quote(NUMBER)).json["items"][0]
            return [{one["target"]: (one["marked"], one["next_step"] is None) for one in each["propagation"]
                     if one["target"] != "generic"} for each in (audited, shown)]

        for marked in (False, True):
            both = {"gohighlevel": (True, True), "aloware": (marked, marked), "verity": (None, True)}
            self.wait_for("both say so", lambda: told() == [both, both])
            self.sandbox.edit("aloware", record, is_dnc=True)
            self.settle()

    def test_a_start_that_was_said_later_opens_again_and_what_was_missed_arrives(self):
        self.spread()
        self.text("STOP")
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.sandbox.edit("gohighlevel", contact["id"], companyName="Tennerby Joinery")
        self.settle()
        self.text("START")
        self.assertIn(("granted", "verity", "message_text", ""), self.consents())
        self.assertEqual(self.sms_at_gohighlevel(), "inactive")
        self.sandbox.edit("gohighlevel", contact["id"], city="Marrowfield")
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Tennerby Joinery")

    def test_a_start_older_than_the_stop_never_applies(self):
        self.spread()
        early = now_text(-120)
        self.text("STOP")
        self.text("START", at=early)
        self.assertIn(("ignored", "verity", "message_text", "older_than_opt_out"), self.consents())
        self.assertEqual(self.sms_at_gohighlevel(), "active")

    def test_what_an_opt_in_left_to_people_is_not_to_be_done_once_the_person_opts_out_again(self):
        self.spread()

        def left_to_people():
            found = self.house.tool("audit", "opt-outs", "--address", NUMBER)[0]
            return [told["next_step"] for told in found["propagation"]
                    if told["action"] == "opt_in" and told["target"] == "aloware" and told["confirmed"]]
        self.text("STOP")
        self.text("START")
        self.assertTrue(self.wait_for("the dialer took it", left_to_people)[0], "lists are for people")
        self.text("STOP")
        self.wait_for("it is closed", lambda: self.state_of(NUMBER) == "opted_out")
        self.assertEqual(left_to_people(), [None])
        chain = self.house.explain("--contact", NUMBER)["chain"]
        advice = [entry["next_step"] or "" for entry in chain]
        self.assertEqual([text for text in advice if "back on the lists" in text], [])

    def ask_for_opt_in(self):
        return self.house.api("/opt-in-questions", "POST", {"address": NUMBER, "reason": "asked by hand"})

    def test_a_yes_counts_as_the_answer_to_a_recorded_question_and_lifts_nothing(self):
        self.spread()
        self.text("YES")
        self.assertEqual(self.consents(), [], "nobody has asked")
        asked = self.ask_for_opt_in().json
        self.text("Yes!")
        self.assertEqual([(each[0], each[2]) for each in self.consents()],
                         [("asked", "api"), ("granted", "message_text")])
        history = self.house.api(f"/opt-outs/{quote(NUMBER)}/history").json["items"]
        self.assertIn(("granted", asked["position"]), [(each["change"], each["review"]) for each in history])
        self.assertEqual(self.state_of(NUMBER), "opted_in")
        self.text("STOP")
        refused = self.ask_for_opt_in()
        self.assertEqual((refused.status, refused.json["error"]["code"]), (409, "opted_out"))
        self.text("YES")
        self.assertEqual(self.state_of(NUMBER), "opted_out")
        self.assertEqual(self.sms_at_gohighlevel(), "active", "the mark stands")

    def test_what_people_write_is_read_as_they_mean_it(self):
        self.spread()
        for words in ("see you this weekend", "I can recommend it", "Yes I paid yesterday", "send it"):
            self.text(words)
        self.assertEqual(self.consents(), [])
        self.text("please cancel my Tuesday slot")
        self.assertEqual([each[0] for each in self.consents()], ["review"])
        self.assertEqual(self.sms_at_gohighlevel(), "inactive", "a person decides")
        self.text("stop texting me")
        self.assertEqual([each[0] for each in self.consents() if each[1:3] == ("verity", "message_text")],
                         ["review", "revoked"])
        self.text("STOP ALL")
        self.assertEqual(self.sms_at_gohighlevel(), "active")

    def test_a_flag_that_the_dialer_resets_does_not_undo_a_stop(self):
        self.spread()
        record = self.sandbox.contacts("aloware")[0]["id"]
        self.text("STOP")
        self.sandbox.edit("aloware", record, is_dnc=True)
        self.settle()
        self.sandbox.edit("aloware", record, is_dnc=False)
        self.settle()
        self.assertIn(("ignored", "aloware", "flag", "stronger_evidence_stands"), self.consents())
        self.assertEqual(self.sms_at_gohighlevel(), "active")

    def test_a_block_that_is_taken_away_by_hand_while_a_stop_stands_is_set_again(self):
        contact = self.spread()
        self.text("STOP")
        self.sandbox.edit("gohighlevel", contact["id"], dndSettings={"SMS": {"status": "inactive"}})
        self.settle()
        self.assertEqual(self.sms_at_gohighlevel(), "active")
        self.assertEqual(self.told("gohighlevel"), [("opt_out", "accepted", True)] * 2)

    def test_an_opt_out_before_anybody_knows_whose_it_is_holds_for_the_contact_that_comes(self):
        self.text("STOP")
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.assert_counts(1, 0, 0)
        self.assertEqual(self.sms_at_gohighlevel(), "active", "its own system is told")

    def sms_of_each(self):
        return [each.get("dndSettings", {}).get("SMS", {}).get("status", "inactive")
                for each in self.sandbox.contacts("gohighlevel")]

    def test_records_that_turn_up_after_a_stop_are_told_too(self):
        """Of the same name, without one, of another one; edited to the number; deleted and made again."""
        first = self.spread()
        other = self.sandbox.add("gohighlevel", first_name="Zeb", last_name="Quimby", phone="+12025550199")
        self.settle()
        self.text("STOP")
        self.settle()
        self.sandbox.set(ghl_allow_duplicates=True)
        self.sandbox.add("gohighlevel", **{**ADA, "email": "ada@second.example"})
        self.sandbox.add("gohighlevel", phone=NUMBER)
        self.sandbox.add("gohighlevel", first_name="Ty", last_name="Borel", phone=NUMBER)
        self.sandbox.edit("gohighlevel", other["id"], phone=NUMBER)
        self.settle()
        self.wait_for("each is told", lambda: self.sms_of_each() == ["active"] * 5)
        self.sandbox.delete("gohighlevel", first["id"])
        self.settle()
        self.sandbox.add("gohighlevel", **ADA)
        self.wait_for("the one made again is told", lambda: self.sms_of_each() == ["active"] * 5)

    def test_everybody_with_the_number_is_told(self):
        self.sandbox.set(ghl_allow_duplicates=True)
        for name in ("Ada", "Bea", "Cem", "Dov"):
            self.sandbox.add("gohighlevel", first_name=name, last_name=name + "son", phone=NUMBER)
            self.settle()
        self.text("STOP")
        self.wait_for("each is told", lambda: self.sms_of_each() == ["active"] * 4)

    def test_our_own_mark_that_comes_back_is_nobodys_word(self):
        """Else a number that the dialer closed by mistake could never be opened again."""
        contact = self.spread()
        dialer = self.sandbox.contacts("aloware")[0]
        self.sandbox.edit("aloware", dialer["id"], is_dnc=True)
        self.wait_for("the CRM is told", lambda: self.sms_at_gohighlevel() == "active")
        self.settle()
        self.sandbox.edit("aloware", dialer["id"], is_dnc=False)
        self.wait_for("and opened again", lambda: self.sms_at_gohighlevel() == "inactive")
        self.settle()
        self.assertEqual({e["data"]["source"] for e in self.house.events("consent.changed.v1")}, {"aloware"})
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["id"], contact["id"])

    def test_a_stop_without_a_number_from_somebody_unknown_holds_when_the_contact_comes(self):
        """The CRM's own webhook of a message may leave the number out (connectors/gohighlevel/README.md fact 21)."""
        self.hooks.ghl({"type": "InboundMessage", "locationId": GHL_LOCATION, "contactId": "CONlater1",
                        "messageId": "m-1", "messageType": "SMS", "direction": "inbound", "body": "STOP",
                        "conversationId": "c-1", "from": {}, "dateAdded": now_text(), "timestamp": now_text(),
                        "webhookId": "99990000-0000-4000-8000-000000000001"})
        self.settle(True)
        self.hooks.ghl_contact("CONlater1", kind="ContactCreate", phone=NUMBER, firstName="Ada",
                               lastName="Late")
        self.settle(True)
        self.wait_for("the number is closed", lambda: self.state_of(NUMBER) == "opted_out")
        self.allow_waiting = True  # the message's body waits for a mark that a person has to set

    def test_a_mail_that_says_unsubscribe_closes_mail_only(self):
        contact = self.spread()
        self.hooks.ghl({"type": "InboundMessage", "locationId": GHL_LOCATION, "contactId": contact["id"],
                        "messageId": "m-2", "messageType": "Email", "direction": "inbound",
                        "subject": "Re: offer", "body": "<p>Unsubscribe</p><blockquote>Our offer</blockquote>",
                        "from": ADA["email"], "dateAdded": now_text(), "timestamp": now_text(),
                        "webhookId": "99990000-0000-4000-8000-000000000002"})
        self.settle(True)
        self.assertEqual([(e["data"]["change"], e["data"]["channels"])
                          for e in self.house.events("consent.changed.v1")], [("revoked", ["email"])])

    def state_of(self, number):
        return self.house.tool("audit", "opt-outs", "--address", number)[0]["channels"]["sms"]["state"]

    def test_what_was_closed_while_there_was_no_number_holds_for_the_number_that_comes(self):
        """The mark names no number; the number comes from another system."""
        contact = self.sandbox.add("gohighlevel", first_name="Ada", email=ADA["email"])
        self.settle()
        self.sandbox.edit("gohighlevel", contact["id"], dndSettings={"SMS": {"status": "active"}})
        self.settle()
        record = self.sandbox.contacts("generic")[0]["id"]
        self.hooks.generic_contact(record, email=ADA["email"], phone=NUMBER, first_name="Ada")
        self.settle(True)
        self.wait_for("it is closed", lambda: self.state_of(NUMBER) == "opted_out")

    def test_a_start_opens_the_number_that_it_came_from_and_no_other(self):
        """Our post of it comes back from the CRM without any number."""
        contact = self.spread()
        self.text("STOP")
        self.sandbox.edit("gohighlevel", contact["id"], phone="+12025550199")
        self.settle()
        self.sandbox.text("+12025550199", "START")
        self.settle()
        self.wait_for("it is decided", lambda: self.state_of("+12025550199") == "opted_in")
        self.assertEqual(self.state_of(NUMBER), "opted_out")

    def test_who_opted_out_is_not_written_to_under_somebody_elses_number(self):
        self.sandbox.set(ghl_allow_duplicates=True)
        contact = self.spread()
        self.sandbox.add("gohighlevel", first_name="Zeb", last_name="Quimby", phone="+12025550199")
        self.settle()
        self.text("STOP")
        self.sandbox.edit("gohighlevel", contact["id"], phone="+12025550199")
        self.settle()
        self.hooks.ghl({"contactId": contact["id"], "locationId": GHL_LOCATION, "messageId": "m-3",
                        "type": "SMS", "phone": "+12025550199", "message": "An offer", "attachments": [],
                        "userId": "u"},
                       path="/webhooks/gohighlevel/provider-delivery")
        self.settle(True)
        self.assertEqual([(e["data"]["allowed"], e["data"]["reason_code"])
                          for e in self.house.events("send.decided.v1")], [(False, "opted_out")])
        self.assertEqual(self.state_of("+12025550199"), "never_said", "the other person has said nothing")

    def test_another_systems_toggle_does_not_lift_what_was_texted(self):
        self.spread()
        self.text("STOP")
        self.hooks.generic({"type": "consent.changed", "timestamp": now_text(), "data": {
            "address": NUMBER, "channel": "sms", "state": "opted_in", "occurred_at": now_text()}})
        self.settle()
        self.assertEqual(self.state_of(NUMBER), "opted_out")

    def test_a_record_whose_creation_was_never_answered_is_told(self):
        self.sandbox.fault("gohighlevel", "ContactCreate", behaviour="drop", times=1)
        self.sandbox.fault("gohighlevel", "POST /contacts/", behaviour="effect_then_reset", times=1)
        self.sandbox.add("aloware", first_name="Ada", phone_number=NUMBER)
        self.wait_for("it is uncertain", lambda: self.house.events("delivery.unknown.v1"))
        self.text("STOP")
        self.wait_for("it is found and told", lambda: self.sms_at_gohighlevel() == "active")

    def test_the_stop_of_a_number_closes_all_numbers_of_the_person(self):
        contact = self.spread()
        self.sandbox.edit("gohighlevel", contact["id"], phone="+12025550199")
        self.settle()
        self.text("STOP")  # from the old number
        self.assertEqual(self.sms_at_gohighlevel(), "active")
        addresses = {e["data"]["address_hash"] for e in self.house.events("consent.changed.v1")
                     if e["data"]["change"] == "revoked" and e["data"]["source"] == "verity"}
        self.assertGreaterEqual(len(addresses), 2)


class SystemsThatAreAway(Scenario):
    allow_waiting = True

    def test_a_stop_that_is_refused_once_is_told_all_the_same(self):
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.fault("gohighlevel", "PUT /contacts/", status=403, times=1)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("it is told in the end", lambda: (self.sandbox.contacts("gohighlevel")[0].get(
            "dndSettings") or {}).get("SMS", {}).get("status") == "active")
        self.assertTrue(self.deliveries("gohighlevel", "delivery.retry_scheduled.v1"))

    def test_a_stop_completes_when_the_dialer_returns(self):
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.control("POST", "/play/aloware/list", {"phone": NUMBER, "list_id": 9})
        self.sandbox.fault("aloware", status=503)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("two of three have confirmed", lambda: {
            e["data"]["target"] for e in self.house.events("action.accepted.v1")
            if e["data"]["action"] == "opt_out"} == {"gohighlevel", "generic"})
        self.wait_for("the dialer is tried again",
                      lambda: self.deliveries("aloware", "delivery.retry_scheduled.v1"))
        self.sandbox.clear_faults()
        self.wait_for("the dialer confirms", lambda: "aloware" in {
            e["data"]["target"] for e in self.house.events("action.accepted.v1")})
