"""Messages: shown in one thread in their order, sent for agents, and held back after an opt-out."""
from clients import GHL_LOCATION, now_text
from scenario import ADA, Scenario


class Messages(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def messages(self):
        found = self.sandbox.state("gohighlevel", "messages")
        return found if isinstance(found, list) else found["messages"]

    def provider(self, contact, text="The installer is on the way."):
        """An agent writes in the CRM; the provider's Delivery URL is ours."""
        self.sandbox.set(ghl_delivery_url=self.house.base + "/webhooks/gohighlevel/provider-delivery")
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], message=text, attachments=[],
                          user_id="USRexample0000000001")

    def texts_out(self):
        sends = self.sandbox.control("GET", "/sends?after=0&limit=1000")
        return [s for s in (sends if isinstance(sends, list) else sends["sends"])
                if s["direction"] == "outbound" and s["channel"] == "sms" and s["system"] == "verity"]

    def test_what_a_person_texts_stands_in_one_thread_in_order(self):
        self.spread()
        for minute, words in ((3, "three"), (1, "one"), (2, "two")):
            self.sandbox.control("POST", "/people/verity/messages", {"from": "+12025550142", "to":
                    "+13125550117", "body": words, "timestamp": f"2026-08-14T17:0{minute}:00.000Z"})
        self.settle()
        messages = self.messages()
        self.assertEqual(sorted(m["body"] for m in messages), ["one", "three", "two"])
        self.assertEqual(len({m["conversationId"] for m in messages}), 1, "different threads")
        self.assertEqual([m["body"] for m in sorted(messages, key=lambda m: m["dateAdded"])],
                         ["one", "two", "three"])

    def test_an_agents_message_is_sent_once_and_its_delivery_shown(self):
        self.provider(self.spread())
        self.settle()
        self.assertEqual([s["text"] for s in self.texts_out()], ["The installer is on the way."])
        self.assertEqual([m["status"] for m in self.messages()], ["delivered"])
        decided = self.house.events("send.decided.v1")[0]["data"]
        self.assertEqual((decided["rules"], decided["time_zone_from"]),
                         ("gate@5 quiet_hours=not_configured", "unknown"))
        text = next(e["text"] for e in self.house.explain("--contact", ADA["phone"])["chain"]
                    if e["type"] == "send.decided.v1")
        self.assertEqual(text, "The message may leave. No quiet hours hold for it. "
                               "Nobody knows what time it is where the person is.")

    def test_an_agents_message_after_a_stop_stays_and_is_shown_as_failed(self):
        """The CRM itself refuses once it was told; the gate holds in the time before, and shows the writer why."""
        contact = self.spread()
        self.sandbox.fault("gohighlevel", "/contacts/", status=503)
        self.sandbox.text("+12025550142", "STOP")
        self.wait_for("the engine knows of the opt-out", lambda: self.house.events("consent.changed.v1"))
        self.provider(contact)
        self.wait_for("its writer is told", lambda: "failed" in [
            m["status"] for m in self.messages() if "installer" in m["body"]])
        self.assertEqual(self.texts_out(), [])
        decided = [e["data"] for e in self.house.events("send.decided.v1")]
        self.assertEqual([(d["allowed"], d["reason_code"]) for d in decided], [(False, "opted_out")])
        held, = self.ask("/api/v1/messages?phone=%2B12025550142&state=suppressed")["items"]
        self.assertIn(("suppressed", "opted_out"), [(s["state"], s["reason_code"]) for s in held["shown"]])
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(self.texts_out(), [])

    def test_an_agents_message_that_is_refused_or_lost_is_shown_as_failed(self):
        contact = self.spread()
        self.sandbox.fault("verity", "send-message", status=422)
        self.provider(contact, "refused")
        self.settle()
        self.sandbox.clear_faults()
        self.sandbox.fault("verity", "send-message", status=500)
        self.provider(contact, "lost")
        self.settle()
        self.assertEqual({m["body"]: m["status"] for m in self.messages()},
                         {"refused": "failed", "lost": "failed"})

    def written(self, contact_id, message_id="m-1", **more):
        """What the CRM posts to the provider's Delivery URL."""
        return self.hooks.ghl({"contactId": contact_id, "locationId": GHL_LOCATION, "messageId": message_id,
                               "type": "SMS", "message": "On the way.", "attachments": [],
                               "userId": "u", **more},
                              path="/webhooks/gohighlevel/provider-delivery")

    def test_an_agents_message_finds_its_person_by_the_number(self):
        """The CRM's webhook about its second record of the person was lost."""
        self.spread()
        self.written("CONnevertold00000001", phone="+12025550142")
        self.settle()
        self.assertEqual([s["text"] for s in self.texts_out()], ["On the way."])

    def test_an_agents_message_that_waited_too_long_stays_and_is_shown_as_failed(self):
        """Its contact comes to be known two hours later: `On the way` would mislead by then."""
        self.sandbox.set(ghl_delivery_url=self.house.base + "/nowhere")
        self.sandbox.fault("gohighlevel", "ContactCreate", behaviour="drop")
        contact = self.sandbox.add("gohighlevel", **ADA)
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], message="On the way.",
                          attachments=[], user_id="USRexample0000000001")
        typed = self.written(contact["id"], self.messages()[0]["id"], phone=ADA["phone"],
                             dateAdded=now_text(-7200))
        self.settle()
        self.assertEqual(self.parts_left_out(typed.position), [("parked", "waiting_for_contact")])
        self.assertNotIn("failed", [m["status"] for m in self.messages()])
        self.sandbox.edit("gohighlevel", contact["id"], first_name="Mari")
        self.settle()
        self.assertEqual(self.texts_out(), [])
        self.assertEqual([(m["status"], m["error"]["message"]) for m in self.messages()],
                         [("failed", "not sent: written_too_long_ago")])
        decided = [e["data"] for e in self.house.events("send.decided.v1")]
        self.assertEqual([(d["allowed"], d["reason_code"]) for d in decided],
                         [(False, "written_too_long_ago")])

    def text_from_us(self, message_id, status, **more):
        """The texting system tells of a message of a broadcast."""
        self.hooks.verity({"eventType": "message." + status, "messageId": message_id,
                           "direction": "outbound", "from": "+13125550117", "to": "+12025550142",
                           "body": "Words " + message_id, "timestamp": now_text(), "status": status, **more})

    def shown(self):
        return {m["body"]: (m["status"], (m.get("error") or {}).get("message")) for m in self.messages()}

    def test_a_text_that_failed_is_shown_as_failed_with_its_reason(self):
        """The CRM calls it delivered as soon as it stands there, which says nothing about the telephone."""
        self.spread()
        failure = {"errorCode": "40001", "errorMessage": "Not routable"}
        for message_id in ("o1", "o3"):
            self.text_from_us(message_id, "sent")
        self.settle()
        self.text_from_us("o1", "failed", **failure)
        self.text_from_us("o2", "failed", **failure)
        self.text_from_us("o3", "delivered")
        self.settle()
        self.text_from_us("o3", "failed", **failure)
        self.settle()
        failed = ("failed", "Not routable")
        self.assertEqual(self.shown(), {"Words o1": failed, "Words o2": failed,
                                        "Words o3": ("delivered", None)})

    def test_the_carriers_last_word_comes_as_sent_and_may_tell_of_an_opt_out(self):
        """Verity names the carrier's first and last word alike; the status tells them apart."""
        self.spread()
        self.text_from_us("o1", "sent")
        self.settle()
        last = {"eventType": "message.sent", "errorCode": "40300",
                "errorMessage": "Blocked due to STOP message"}
        self.text_from_us("o1", "failed", **last)
        self.settle()
        self.text_from_us("o1", "failed", **last)
        self.settle()
        stored = [e for e in self.house.events("webhook.received.v1") if e["data"]["connector"] == "verity"]
        self.assertEqual(len(stored), 2, "the first, the last, and no repeat")
        self.assertEqual(self.shown(), {"Words o1": ("failed", "Blocked due to STOP message")})
        changed = [e["data"] for e in self.house.events("consent.changed.v1")]
        self.assertIn(("revoked", "vendor_refusal"), [(c["change"], c["evidence"]) for c in changed])
        sms = self.sandbox.contacts("gohighlevel")[0]["dndSettings"]["SMS"]
        self.assertEqual(sms["status"], "active")

    def test_a_failure_that_overtakes_its_post_is_told_after_it(self):
        self.spread()
        self.sandbox.fault("gohighlevel", "/conversations/messages/inbound", status=503)
        self.text_from_us("o1", "sent")
        self.wait_for("the post waits", lambda: self.house.events("delivery.unknown.v1"))
        self.text_from_us("o1", "failed", errorCode="40001", errorMessage="Not routable")
        self.wait_for("the failure is to be told", lambda: [
            e for e in self.house.events("action.intended.v1") if e["data"]["action"] == "set_status"])
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(self.shown(), {"Words o1": ("failed", "Not routable")})

    def test_a_text_to_a_closed_number_is_answered_as_final(self):
        """The delivery route's own answers: a blocked send is answered 2xx and says why."""
        contact = self.spread()
        body = {"contactId": contact["id"], "locationId": GHL_LOCATION, "messageId": "m-1", "type": "SMS",
                "phone": "+12025550142", "message": "An offer", "attachments": [], "userId": "u"}
        path = "/webhooks/gohighlevel/provider-delivery"
        self.assertEqual(self.hooks.ghl(body, path=path).json["status"], "accepted")
        self.sandbox.text("+12025550142", "STOP")
        self.settle()
        self.wait_for("the tables know", lambda: self.house.tool(
            "audit", "opt-outs", "--address", "+12025550142")[0]["channels"]["sms"]["state"] == "opted_out")
        answer = self.hooks.ghl({**body, "messageId": "m-2"}, path=path)
        self.assertEqual(answer.status, 200)
        self.assertEqual((answer.json["success"], answer.json["reason"]), (False, "opted_out"))
        self.settle()

    def test_what_the_gate_held_back_is_no_violation(self):
        contact = self.spread()
        self.sandbox.fault("gohighlevel", "/contacts/", status=503)
        self.sandbox.text("+12025550142", "STOP")
        self.wait_for("the engine knows of the opt-out", lambda: self.house.events("consent.changed.v1"))
        self.provider(contact)
        self.wait_for("its writer is told", lambda: "failed" in [m["status"] for m in self.messages()])
        self.sandbox.clear_faults()
        self.settle()
        found = self.house.tool("audit", "opt-outs", "--address", "+12025550142")[0]
        self.assertEqual(found["violations"], [])
        self.assertEqual(self.house.events("violation.found.v1"), [])


class Replies(Scenario):
    sync = {"replies": {"opt_out_confirmation": "You are opted out.", "help": "Call +1 312 555 0117."}}
    texts_out = Messages.texts_out

    def test_a_stop_is_confirmed_once_also_where_two_share_the_number(self):
        self.sandbox.set(ghl_allow_duplicates=True)
        for name in ("Ada", "Bea"):
            self.sandbox.add("gohighlevel", first_name=name, last_name=name + "son", phone="+12025550142")
            self.settle()
        self.sandbox.text("+12025550142", "STOP")
        self.settle()
        self.assertEqual([s["text"] for s in self.texts_out()], ["You are opted out."])

    def test_a_confirmation_that_waits_keeps_no_mark_from_verity(self):
        self.spread()
        self.house.tool("stop-all", "--reason", "wrong texts go out")
        self.sandbox.text("+12025550142", "STOP")

        def heard():
            found = self.house.tool("audit", "opt-outs", "--address", "+12025550142")[0]
            return [told for told in found["propagation"] if told["target"] == "verity" and told["forwarded"]]
        self.wait_for("the body with the mark goes on", heard)
        self.assertEqual(self.texts_out(), [])
        self.house.tool("resume-all", "--to", "100", "--reason", "it was mended")
        self.settle()

    def test_help_is_answered(self):
        self.spread()
        self.sandbox.text("+12025550142", "HELP")
        self.settle()
        self.assertEqual([s["text"] for s in self.texts_out()], ["Call +1 312 555 0117."])
        self.assertEqual(self.said()[0][:2], ("service", "outbound"))
        self.assertEqual(self.said()[1][:2], ("person", "inbound"))
        self.wait_for("its fate is told", lambda: self.said()[0][2] == "delivered")

    def said(self):
        """Who said what there is to see, the newest first, and how far it came; by API and by program."""
        rows = [(m["said_by"], m["direction"], m["state"])
                for m in self.ask("/api/v1/messages?phone=%2B12025550142")["items"]]
        lines = [(m["said_by"], m["direction"], m["state"])
                 for m in self.house.tool("messages", "+12025550142") if "said_by" in m]
        self.assertEqual([r[:2] for r in rows], [r[:2] for r in lines])
        return rows
