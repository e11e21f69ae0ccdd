"""What failed for good is tried again on purpose, once, by what holds now; or somebody writes it off."""
import time

from scenario import ADA, Scenario

WHY = "the right was given back"


class Words(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def rows(self, *options, command="redeliver"):
        """What `tidemark replay redeliver` says: (operation, result, reason) of each, and the rows."""
        *rows, _ = self.house.tool("replay", command, *options)
        self.settle(self.allow_waiting)
        return [(r["operation"], r["result"], r["reason_code"]) for r in rows], rows

    def again(self, *options):
        return self.rows(*options, "--reason", WHY)[0]

    def alerts(self):
        return [a["subject"] for a in self.ask("/api/v1/alerts")["items"] if a["rule"] == "delivery_dead"]


class Redeliver(Words):
    def notes(self):
        found = self.sandbox.state("gohighlevel", "notes")
        return [note["body"] for note in (found if isinstance(found, list) else found["notes"])]

    def refused_note(self, times=1):
        """The CRM refuses to keep a call; gives the delivery's id."""
        self.spread()
        self.sandbox.fault("gohighlevel", "/notes", status=422, times=times)
        self.sandbox.play("aloware", "call", phone=ADA["phone"], direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition"])
        self.settle()
        self.sandbox.clear_faults()
        self.assertEqual(self.notes(), [])
        self.wait_for_api("it is an alert", lambda: self.alerts() == ["gohighlevel"])
        return self.house.events("delivery.rejected.v1")[-1]["data"]["facts"]["delivery"]

    def test_a_refused_note_is_an_alert_until_it_is_sent_again_and_is_sent_once(self):
        delivery = self.refused_note()
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.sandbox.edit("gohighlevel", contact["id"], companyName="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.alerts(), ["gohighlevel"], "other values of the contact are not the note")
        self.assertEqual(self.rows("--target", "gohighlevel", "--dry-run")[0],
                         [("log_call", "would send", "retry_begun")])
        self.assertEqual(self.rows("--target", "aloware", "--dry-run")[0], [])
        self.assertEqual(self.house.events("delivery.retry_requested.v1"), [], "a dry run records nothing")
        self.assertEqual(self.notes(), [])

        self.assertEqual(self.again("--contact", ADA["phone"]), [("log_call", "tried again", "retry_begun")])
        self.assertEqual(len(self.notes()), 1)
        self.wait_for_api("the alert is over", lambda: not self.alerts())
        shown = self.ask(f"/api/v1/deliveries/{delivery}")
        self.assertEqual(shown["state"], "rejected")
        new = self.house.events("action.accepted.v1")[-1]["data"]["facts"]["delivery"]
        self.assertEqual(shown["retried_by"], new)

        self.house.restart()
        self.assertEqual(self.again("--target", "gohighlevel"), [])
        self.assertEqual(self.again(delivery), [("log_call", "skipped", "already_retried")])
        answer = self.house.api(f"/deliveries/{delivery}/retry", "POST", {"reason": WHY})
        self.assertEqual((answer.status, answer.json["error"]["code"]), (409, "already_retried"))
        answer = self.house.api(f"/deliveries/{new}/retry", "POST", {"reason": WHY})
        self.assertEqual(answer.json["error"]["code"], "not_failed")
        self.settle()
        self.assertEqual(len(self.notes()), 1, "asked twice, sent once")
        self.assertEqual(self.ask(f"/api/v1/deliveries/{delivery}")["retried_by"], new)
        asked = self.house.events("delivery.retry_requested.v1")
        self.assertEqual([e["data"]["delivery"] for e in asked], [delivery])

    def test_two_requests_at_once_make_one_attempt(self):
        delivery = self.refused_note()
        self.house.kill_service()  # the tables that would tell of the first are behind
        self.house.start_service()
        for _ in range(2):
            self.house.api(f"/deliveries/{delivery}/retry", "POST", {"reason": WHY})
        self.settle()
        self.assertEqual(len(self.notes()), 1)

    def test_what_is_refused_again_is_tried_again_by_its_newer_delivery(self):
        self.refused_note(times=2)
        self.sandbox.fault("gohighlevel", "/notes", status=422, times=1)
        self.assertEqual(self.again("--target", "gohighlevel"), [("log_call", "tried again", "retry_begun")])
        self.sandbox.clear_faults()
        self.assertEqual(self.notes(), [])
        self.wait_for_api("the newer one is the alert", lambda: self.alerts() == ["gohighlevel"])
        self.assertEqual(self.again("--target", "gohighlevel"), [("log_call", "tried again", "retry_begun")])
        self.assertEqual(len(self.notes()), 1)
        self.wait_for_api("the alert is over", lambda: not self.alerts())

    def test_what_is_written_off_is_no_alert_and_is_not_sent(self):
        delivery = self.refused_note()
        self.assertEqual(self.house.api(f"/deliveries/{delivery}/write-off", "POST", {}).status, 400)
        written, _ = self.rows("--target", "gohighlevel", "--reason", "told by phone", command="write-off")
        self.assertEqual([result for _, result, _ in written], ["written off"])
        self.wait_for_api("the alert is over", lambda: not self.alerts())
        self.assertTrue(self.ask(f"/api/v1/deliveries/{delivery}")["written_off"]["by"].startswith("uid "))
        self.assertEqual(self.again("--target", "gohighlevel"), [])
        self.assertEqual(self.notes(), [])
        self.assertEqual(len(self.house.events("delivery.written_off.v1")), 1)

    def test_a_refused_record_is_made_once(self):
        self.sandbox.fault("aloware", "forms", status=422)
        self.spread()
        self.assert_counts(1, 0, 1)
        self.sandbox.clear_faults()
        self.assertEqual(self.again("--target", "aloware"), [("create", "tried again", "retry_begun")])
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.again("--target", "aloware"), [])
        self.assert_counts(1, 1, 1)


class Texts(Words):
    """An agent's text, which Verity sends."""

    def text_that_fails(self, **fault):
        contact = self.spread()
        self.sandbox.set(ghl_delivery_url=self.house.base + "/webhooks/gohighlevel/provider-delivery")
        self.sandbox.fault("verity", "send-message", **fault)
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], attachments=[],
                          message="The installer is on the way.", user_id="USRexample0000000001")
        self.wait_for("it has failed", self.texts_rejected)
        self.settle()
        self.sandbox.clear_faults()
        failed = self.texts_rejected()[-1]
        self.wait_for_api("the tables know it", lambda: self.ask(f"/api/v1/deliveries/{failed}")["state"] ==
                          "rejected")
        return failed

    def texts_rejected(self):
        """Ids of deliveries. Bodies that go on to Verity end as rejected too, as newer ones take their place."""
        texts = {e["data"]["delivery"] for e in self.house.events("action.intended.v1")
                 if e["data"]["action"] == "send_message"}
        ended = [e["data"]["facts"]["delivery"] for e in self.deliveries("verity", "delivery.rejected.v1")]
        return [one for one in ended if one in texts]

    def texts_out(self):
        sends = self.sandbox.control("GET", "/sends?after=0&limit=1000")
        return [s["text"] for s in (sends if isinstance(sends, list) else sends["sends"])
                if s["direction"] == "outbound" and s["channel"] == "sms" and s["system"] == "verity"]

    def test_a_refused_text_is_sent_again_only_when_texts_are_meant(self):
        self.text_that_fails(status=422)
        self.assertEqual(self.again("--target", "verity"), [("send_message", "skipped", "")])
        self.assertEqual(self.texts_out(), [])
        self.assertEqual(self.again("--target", "verity", "--texts"),
                         [("send_message", "tried again", "retry_begun")])
        self.assertEqual(len(self.texts_out()), 1)

    def test_an_old_text_is_not_sent(self):
        self.text_that_fails(status=422)
        failed = time.time()
        self.wait_for("it is older than a second", lambda: time.time() > failed + 1.1)
        self.assertEqual(self.again("--target", "verity", "--texts", "--max-age", "1"),
                         [("send_message", "skipped", "too_old_to_send")])
        self.assertEqual(self.texts_out(), [])

    def test_a_text_that_may_have_left_is_sent_again_by_a_persons_word_only(self):
        failed = self.text_that_fails(behaviour="effect_then_reset", times=1)
        self.assertEqual(len(self.texts_out()), 1, "it did leave")
        for _ in range(2):
            self.assertEqual(self.again("--target", "verity", "--texts"),
                             [("send_message", "skipped", "may_have_left")])
            self.assertEqual(self.again(failed), [("send_message", "skipped", "may_have_left")])
        self.assertEqual(len(self.texts_out()), 1)
        self.house.tool("replay", "redeliver", "--target", "verity", "--texts", "--may-repeat",
                        "--reason", WHY, codes=(2,))
        self.assertEqual(self.again(failed, "--may-repeat"), [("send_message", "tried again", "retry_begun")])
        self.assertEqual(len(self.texts_out()), 2)
        self.assertEqual(self.again(failed, "--may-repeat"), [("send_message", "skipped", "already_retried")])
        self.assertEqual(len(self.texts_out()), 2)

    def test_a_text_to_somebody_who_has_opted_out_since_is_refused(self):
        failed = self.text_that_fails(status=422)
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        before = len(self.texts_out())
        self.assertEqual(self.again(failed), [("send_message", "skipped", "opted_out")])
        self.assertEqual(len(self.texts_out()), before)

