"""Verity: it takes GoHighLevel's webhooks as they came, and gives people who text."""
import hashlib

from clients import VERITY_SECRET
from scenario import ADA, Scenario


class Verity(Scenario):
    def test_gohighlevels_body_is_forwarded_byte_for_byte(self):
        contact = self.spread()
        stored = [e["data"]["body_sha256"] for e in self.house.events("webhook.received.v1")
                  if e["data"]["connector"] == "gohighlevel"]
        forwarded = [e["body_sha256"] for e in self.sandbox.received("verity")]
        self.assertEqual(forwarded, stored)
        self.assertEqual(self.sandbox.contacts("verity")[0]["id"], contact["id"])

    def test_a_body_with_odd_spacing_and_escapes_is_forwarded_unchanged(self):
        from clients import GHL_LOCATION, now_text
        body = ('{ "type":"ContactCreate",\n "timestamp":"%s", "id":"CON1","locationId":"%s",'
                '"phone":"+1 (202) 555\\u002d0142", "firstName":"Zo\\u00eb", "n":1.50, "webhookId":"w-1"}'
                % (now_text(), GHL_LOCATION)).encode()
        self.hooks.ghl(body)
        self.settle()
        self.assertEqual(self.sandbox.received("verity")[0]["body_sha256"], hashlib.sha256(body).hexdigest())

    def test_contacts_of_other_origin_come_by_the_crms_webhook_about_our_write(self):
        for echo, heard in ((False, 0), (True, 1)):
            with self.subTest(echo=echo):
                self.sandbox.set(echo=echo)
                self.sandbox.add("aloware", first_name="Ada", phone=f"+1202555014{2 + echo}")
                self.settle()
                webhook = [e for e in self.house.events("webhook.received.v1")
                           if e["data"]["connector"] == "aloware"][-1 - echo]["position"]
                self.assertEqual(self.target(webhook, "verity"), ("skipped", "heard_by_forwarding"))
                self.assertEqual(len(self.sandbox.contacts("verity")), heard)

    def test_a_person_who_texts_becomes_a_contact_everywhere(self):
        self.sandbox.text("+12025550142", "Is Thursday at 10 still open?")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["phone"], "+12025550142")
        position = self.newest_webhook("verity")
        self.assertEqual(self.parts_left_out(position), [])

    def test_a_person_who_is_known_and_texts_stays_one_contact(self):
        self.spread()
        ids = self.ids()
        self.sandbox.text("+12025550142", "See you on Thursday")
        self.settle()
        self.assertEqual(self.ids(), ids)

    def test_texts_that_merely_contain_a_stop_word_hold_nothing_back_for_ever(self):
        """Requirement A1.7.6: `weekend`, `recommend` or `send it` used to opt a person out."""
        for number, words in enumerate(("See you at the weekend", "I recommend Zoe", "please send it")):
            self.sandbox.text(f"+1202555010{number}", words)
        self.settle()
        self.assert_counts(3, 3, 3)

    def test_a_person_who_texts_stop_is_created_nowhere(self):
        """Requirement A1.7.3: a STOP used to wait for a manual call."""
        self.sandbox.text("+12025550142", "STOP")
        self.settle()
        self.assert_counts(0, 0, 0)

    def test_a_repeat_with_a_new_forwarding_time_is_the_same_message(self):
        body = {"eventType": "message.received", "messageId": "b0000000-0000-4000-8000-000000000001",
                "direction": "inbound", "from": "+12025550142", "to": "+13125550117", "body": "hello",
                "timestamp": "2026-08-14T17:05:11.020Z", "status": "received"}
        self.assertEqual(self.hooks.verity(body).status, 200)
        self.assertEqual(self.hooks.verity({**body, "timestamp": "2026-08-14T17:09:11.020Z"}).status, 200)
        stored = [e for e in self.house.events("webhook.received.v1") if e["data"]["connector"] == "verity"]
        self.assertEqual(len(stored), 1)

    def test_the_hmac_form_is_accepted_and_final(self):
        import hmac
        body = b'{"eventType":"message.received","messageId":"m1","from":"+12025550142","body":"hello"}'
        good = hmac.new(VERITY_SECRET.encode(), body, hashlib.sha256).hexdigest()
        self.assertEqual(self.hooks.post("/webhooks/verity", body, [("X-Texting-Signature", good)]).status,
                200)
        self.assertEqual(self.hooks.post("/webhooks/verity", body + b" ", [("X-Texting-Signature",
                good)]).status, 401)

    def test_a_failed_forward_never_fails_the_webhook_and_is_tried_again(self):
        self.sandbox.fault("verity", "", status=500, times=2)
        self.spread()
        webhook = self.house.events("webhook.received.v1")[0]["position"]
        self.assertEqual(self.target(webhook, "verity")[0], "applied")
        self.assertEqual(len(self.sandbox.contacts("verity")), 1)
