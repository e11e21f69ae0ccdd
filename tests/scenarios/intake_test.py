"""What comes in at the webhook endpoints and must not pass, or must be kept although it makes no sense."""
import time

from clients import GHL_LOCATION, SIGNER, VERITY_SECRET, compact, now_text, standard_signature
from scenario import GHL_ADA, Scenario


class Authenticity(Scenario):
    def refused(self, answer, reason=None, status=401):
        """The answer refuses, says why, and nothing was stored."""
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.json["error"]["code"], "signature_refused")
        if reason:
            self.assertEqual(answer.json["error"]["details"]["reason"], reason)
        self.assertEqual(self.received_count(), 0)

    def ghl_body(self):
        return compact({"type": "ContactCreate", "timestamp": now_text(), "id": "CON1", "locationId":
                GHL_LOCATION,
                        "webhookId": "11111111-0000-4000-8000-000000000001", **GHL_ADA})

    def test_gohighlevel_webhooks_with_wrong_signatures_are_refused_and_not_stored(self):
        body = self.ghl_body()
        good = SIGNER.sign_base64(body)
        forged = {
            "missing": [],
            "for other bytes": [("X-GHL-Signature", SIGNER.sign_base64(body + b" "))],
            "doubled": [("X-GHL-Signature", good), ("X-GHL-Signature", good)],
            "truncated": [("X-GHL-Signature", good[:-8])],
            "not base64": [("X-GHL-Signature", "%%%" + good[3:])],
            "empty": [("X-GHL-Signature", "")],
            "the text N/A": [("X-GHL-Signature", "N/A")],
        }
        for name, headers in forged.items():
            with self.subTest(name):
                self.refused(self.hooks.post("/webhooks/gohighlevel", body, headers))
        self.assertEqual(self.hooks.post("/webhooks/gohighlevel", body, [("X-GHL-Signature", good)]).status,
                200)

    def test_aloware_webhooks_with_wrong_credentials_are_refused_and_not_stored(self):
        body = {"event": "Contact-Created", "body": {"id": 7, "phone_number": "+12025550142"}}
        for credential in (("sandbox", "wrong"), ("other", "sandbox-aloware-hook"), ("", "")):
            with self.subTest(credential):
                self.refused(self.hooks.aloware(body, credential=credential))
        for header in ("Bearer sandbox-aloware-hook", "Basic", "Basic %%%"):
            with self.subTest(header):
                self.refused(self.hooks.post("/webhooks/aloware", body, [("Authorization", header)]))
        self.refused(self.hooks.post("/webhooks/aloware", body, []))

    def test_verity_webhooks_with_wrong_secrets_are_refused_and_not_stored(self):
        body = {"eventType": "message.received", "messageId": "m1", "from": "+12025550142", "body": "hello"}
        good = ("X-Texting-Secret", VERITY_SECRET)
        for headers in ([], [("X-Texting-Secret", "wrong")], [("X-Texting-Secret", VERITY_SECRET[:-1])],
                        [("X-Texting-Signature", "00" * 32), good], [good, good]):
            with self.subTest(headers=[name for name, _ in headers]):
                for path in ("/webhooks/verity", "/webhooks/verity/texting", "/webhooks/verity/broadcast"):
                    self.refused(self.hooks.post(path, body, headers))

    def test_generic_webhooks_with_wrong_signatures_are_refused_and_not_stored(self):
        body = compact({"type": "contact.created", "timestamp": now_text(), "data": {"id": "c_1"}})
        now = str(int(time.time()))
        good = standard_signature("msg_1", now, body)
        for name, signature in {"truncated": good[:-6], "without version": good[3:], "unknown version": "v9"
                + good[2:],
                                "empty": "", "of another id": standard_signature("msg_2", now, body)}.items():
            with self.subTest(name):
                self.refused(self.hooks.generic(body, "msg_1", now, signature=signature))
        self.refused(self.hooks.generic(body, "msg_1", now, extra=[("webhook-signature", good)]))
        self.refused(self.hooks.post("/webhooks/generic", body, []))

    def test_a_generic_webhook_whose_time_is_no_number_is_refused(self):
        body = {"type": "contact.created", "data": {"id": "c_1"}}
        for wrong in (f"{int(time.time())}abc", "-1", "1e9", "", "99999999999999999999"):
            with self.subTest(wrong):
                self.refused(self.hooks.generic(body, "msg_1", timestamp=wrong))

    def test_a_generic_webhook_that_is_old_is_kept_with_that_verdict_and_not_applied(self):
        answer = self.hooks.generic({"type": "contact.created", "timestamp": now_text(-900),
                                     "data": {"id": "c_1", "phone": "+12025550142", "first_name": "Marisol"}},
                                    timestamp=int(time.time()) - 900)
        self.assertEqual((answer.status, answer.json["status"]), (200, "accepted"))
        self.assertEqual(self.house.stored(answer.position)["data"]["verdict"], "stale")
        self.assertEqual(self.parts_left_out(answer.position), [("quarantined", "stale")])
        self.settle()
        self.assert_counts(0, 0, 0)


class Bodies(Scenario):
    def assert_quarantined(self, answer, reason):
        self.assertEqual((answer.status, answer.json["status"]), (200, "accepted"), answer.body)
        self.assertEqual(self.parts_left_out(answer.position), [("quarantined", reason)])

    def test_a_body_of_ten_megabytes_is_refused_with_413(self):
        answer = self.hooks.ghl(b'{"type":"' + b"x" * 10_000_000 + b'"}')
        self.assertEqual(answer.status, 413)
        self.assertEqual(self.received_count(), 0)

    def test_bodies_that_cannot_be_read_are_kept_and_quarantined(self):
        for body, reason in ((b'{"type":"ContactCreate",', "body_not_json"), (b"", "body_empty"),
                             (b'{"type":"Contact\xff\xfe"}', "body_not_utf8"),
                             (b'{"a":' * 2000 + b"1" + b"}" * 2000, "body_too_deep"),
                             (b'["ContactCreate"]', "body_not_an_object"), (b"hello", "body_not_json"),
                             (b'{"type":"ContactCreate","id":"A","id":"B"}', "duplicate_key")):
            with self.subTest(reason):
                answer = self.hooks.ghl(body)
                self.assert_quarantined(answer, reason)
                stored = self.house.stored(answer.position)
                self.assertEqual(stored["attachment_bytes"], len(body))
        self.settle()
        self.assert_counts(0, 0, 0)

    def test_every_connector_keeps_and_quarantines_broken_json(self):
        for name in ("aloware", "generic", "ghl"):
            with self.subTest(name):
                self.assert_quarantined(getattr(self.hooks, name)(b'{"broken'), "body_not_json")
        answer = self.hooks.verity(b'{"broken')
        self.assertEqual(answer.json, {"success": True, "message": "Webhook received"})
        self.assertEqual(self.parts_left_out(self.newest_webhook("verity")), [("quarantined",
                "body_not_json")])

    def test_form_bodies_and_unknown_content_types_are_refused_with_415(self):
        for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data", None):
            with self.subTest(kind):
                answer = self.hooks.ghl(b"type=ContactCreate", content_type=kind)
                self.assertEqual(answer.status, 415, answer.body)
        self.assertEqual(self.received_count(), 0)

    def test_unknown_event_types_are_kept_and_skipped(self):
        for answer in (self.hooks.ghl_contact("CON1", kind="ContactTeleported"),
                       self.hooks.aloware({"event": "Contact-Teleported", "body": {"id": 1}}),
                       self.hooks.generic({"type": "contact.teleported", "data": {"id": "c_1"}})):
            self.assertEqual(self.parts_left_out(answer.position), [("skipped", "unknown_event_type")])
        self.hooks.verity({"eventType": "message.teleported", "messageId": "m1"})
        self.assertEqual(self.parts_left_out(self.newest_webhook("verity")), [("skipped",
                "unknown_event_type")])

    def test_numeric_ids_are_taken_as_text(self):
        answer = self.hooks.ghl_contact(9007199254740993, **GHL_ADA)
        self.assertEqual(self.observed(answer.position), ("applied", ""))
        again = self.hooks.ghl_contact("9007199254740993", **{**GHL_ADA, "companyName": "Tennerby Joinery"})
        self.settle()
        mapped = {e["data"]["contact"] for e in self.house.events("identity.card_written.v1")}
        self.assertEqual(len(mapped), 1, "the same id as number and as text is one record")
        self.assertEqual(self.target(again.position, "aloware")[0], "applied")

    def test_a_contact_event_without_an_id_is_quarantined(self):
        for answer in (self.hooks.ghl_contact(None, **GHL_ADA), self.hooks.generic_contact(None,
                phone="+12025550142"),
                       self.hooks.aloware_contact(None, phone_number="+12025550142")):
            self.assert_quarantined(answer, "missing_record_id")
        self.settle()
        self.assert_counts(0, 0, 0)

    def test_a_contact_with_neither_phone_nor_email_is_skipped_with_that_reason(self):
        answer = self.hooks.ghl_contact("CON1", kind="ContactCreate", firstName="Marisol",
                lastName="Tennerby")
        self.settle()
        for target in ("aloware", "generic"):
            self.assertIn(self.target(answer.position, target),
                          [("skipped", "no_phone_or_email"), ("skipped", "target_needs_phone")], target)
        self.assertEqual(self.target(answer.position, "generic"), ("skipped", "no_phone_or_email"))
        self.assert_counts(0, 0, 0)
        later = self.hooks.ghl_contact("CON1", phone="+12025550142")
        self.settle()
        self.assertEqual(self.target(later.position, "generic")[0], "applied")
        self.assertEqual(self.sandbox.contacts("aloware")[0]["first_name"], "Marisol")

    def test_a_contact_with_an_email_only_goes_where_no_phone_is_needed(self):
        answer = self.hooks.ghl_contact("CON1", email="marisol.tennerby@example.com", firstName="Marisol")
        self.settle()
        self.assertEqual(self.target(answer.position, "aloware"), ("skipped", "target_needs_phone"))
        self.assertEqual(self.target(answer.position, "generic")[0], "applied")
        self.assert_counts(0, 0, 1)


class Addresses(Scenario):
    def test_an_impossible_phone_is_delivered_nowhere_as_a_phone(self):
        for index, (wrong, why) in enumerate((("12", "phone_too_short"), ("+1", "phone_too_short"),
                                              ("call me", "phone_not_a_number"),
                                              ("123-45", "phone_too_short"),
                                              ("+9999999999999999999", "phone_not_a_number"))):
            with self.subTest(wrong):
                answer = self.hooks.ghl_contact(f"CON{index}", phone=wrong, firstName="Marisol")
                self.settle()
                self.assertEqual(self.target(answer.position, "aloware"), ("skipped", why))
        self.assert_counts(0, 0, 0)

    def test_a_foreign_number_in_national_form_is_read_in_the_connectors_region(self):
        self.hooks.ghl_contact("CON1", phone="+442079460123", firstName="Zebulon")
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["phone_number"], "+442079460123")


class Forms(Scenario):
    changes = {name: {"receives": False} for name in ("gohighlevel", "aloware", "generic", "verity")}

    def test_one_phone_in_every_form_is_one_contact(self):
        """Requirement A1.7.7: `(555) 010-0142` and its E.164 form used to be two people."""
        self.hooks.ghl_contact("CON1", phone="(202) 555-0142", firstName="Marisol")
        self.hooks.aloware_contact(7001, phone_number="1 202 555 0142", first_name="Marisol")
        self.hooks.generic_contact("c_1", phone="+12025550142", first_name="Marisol")
        self.hooks.verity({"eventType": "message.received", "messageId": "m1", "direction": "inbound",
                           "from": "202.555.0142", "to": "+13125550117", "body": "hello"})
        self.settle()
        cards = {e["data"]["contact"] for e in self.house.events("identity.card_written.v1")}
        self.assertEqual(len(cards), 1)
        for form in ("+12025550142", "(202) 555-0142", "1 202 555 0142", " +1 (202) 555-0142 ", "2025550142"):
            self.assertEqual(self.house.explain("--contact", form)["subject"]["id"], next(iter(cards)), form)


class Routes(Scenario):
    def test_unknown_connectors_channels_and_tenants_are_not_found(self):
        body = {"type": "ContactCreate", "id": "CON1"}
        for path in ("/webhooks/unknown", "/webhooks/gohighlevel/unknown", "/t/other/webhooks/gohighlevel",
                     "/t/acme/webhooks/unknown", "/webhooks/gohighlevel/provider-delivery/more",
                             "/t/acme/webhooks"):
            with self.subTest(path):
                self.assertEqual(self.hooks.ghl(body, path=path).status, 404)
        self.assertEqual(self.received_count(), 0)

    def test_the_one_tenant_answers_on_both_paths(self):
        first = self.hooks.ghl_contact("CON1", path="/t/acme/webhooks/gohighlevel", webhook_id="one",
                **GHL_ADA)
        self.assertEqual(first.status, 200)
        self.settle()
        self.assert_counts(0, 1, 1)
