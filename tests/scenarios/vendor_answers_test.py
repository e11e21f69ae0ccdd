"""Vendors that answer badly, wrongly, too much or not at all. Nothing is lost, and explain says what happened."""
import datetime

from scenario import ADA, Scenario

SHORT = {name: {"timeout_ms": 600} for name in ("gohighlevel", "aloware", "verity", "generic")}
CREATE = {"gohighlevel": "POST /contacts/", "aloware": "POST /api/v1/webhook/forms", "generic":
        "POST /webhooks"}


class VendorScenario(Scenario):
    changes = SHORT

    def setUp(self):
        super().setUp()
        self.sandbox.set(echo=False)  # an echo would be a further input that asks for the contact again

    def meet(self, target, **fault):
        """A contact is to be created in the target, which misbehaves once. Gives the webhook's position."""
        self.sandbox.fault(target, CREATE[target], **fault)
        self.sandbox.add("generic" if target != "generic" else "aloware", **ADA)
        self.settle(allow_waiting=True)
        return self.house.events("webhook.received.v1")[0]["position"]

    def answers(self, target):
        """What was concluded about each request to the target: (event, reason code)."""
        return [(e["type"].split(".")[1], e["data"]["facts"]["reason_code"])
                for e in self.house.events() if e["stream"].startswith(f"delivery/{target}/")
                and "facts" in e["data"] and e["data"]["facts"]["reason_code"] != "next_step"]

    def assert_final(self, webhook, target, outcome, reason=None):
        self.settle()
        state = self.target(webhook, target)
        self.assertEqual(state[0], outcome, state)
        if reason:
            self.assertEqual(state[1], reason)

    def assert_one_contact_everywhere(self):
        self.assert_counts(1, 1, 1)
        cards = {e["data"]["contact"] for e in self.house.events("identity.card_written.v1")}
        self.assertEqual(len(cards), 1)

    def assert_same_key_each_time(self, target):
        """Every attempt is of one delivery, so the vendor sees one idempotency key."""
        dispatched = {e["data"]["delivery"] for e in self.deliveries(target, "delivery.dispatched.v1")}
        self.assertEqual(len(dispatched), 1)
        keys = {e["key"] for e in self.sandbox.received(target) if e["key"]}
        self.assertLessEqual(len(keys), 1)


class TriedAgain(VendorScenario):
    """Answers after which the request is repeated by itself."""

    def assert_retried(self, target, first, **fault):
        webhook = self.meet(target, **fault)
        self.assert_final(webhook, target, "applied")
        self.assertEqual(self.answers(target)[0], first)
        self.assert_one_contact_everywhere()
        self.assert_same_key_each_time(target)

    def test_gohighlevel_answers_500(self):
        self.assert_retried("gohighlevel", ("unknown", "vendor_failed"), status=500)

    def test_aloware_answers_500(self):
        self.assert_retried("aloware", ("retry_scheduled", "vendor_failed"), status=500)

    def test_the_generic_crm_answers_500(self):
        self.assert_retried("generic", ("retry_scheduled", "vendor_failed"), status=500)

    def test_gohighlevel_answers_429_without_retry_after(self):
        self.assert_retried("gohighlevel", ("retry_scheduled", "rate_limited"), status=429)

    def test_aloware_answers_429_without_retry_after(self):
        self.assert_retried("aloware", ("retry_scheduled", "rate_limited"), status=429)

    def test_the_generic_crm_answers_404_until_it_is_deployed(self):
        self.assert_retried("generic", ("retry_scheduled", "not_found"), status=404)

    def test_gohighlevel_answers_garbage_with_200(self):
        self.assert_retried("gohighlevel", ("unknown", "answer_not_json"), behaviour="garbage")

    def test_gohighlevel_answers_html_with_200(self):
        self.assert_retried("gohighlevel", ("unknown", "answer_not_json"), behaviour="html200")

    def test_aloware_answers_garbage_with_200(self):
        self.assert_retried("aloware", ("unknown", "answer_not_json"), behaviour="garbage")

    def test_aloware_answers_its_html_page_with_200(self):
        self.assert_retried("aloware", ("unknown", "answer_not_json"), behaviour="html200")

    def test_gohighlevel_answers_a_gigabyte(self):
        self.assert_retried("gohighlevel", ("unknown", "answer_not_json"), behaviour="huge")
        stored = [e["attachment_bytes"] for e in self.deliveries("gohighlevel", "delivery.unknown.v1")]
        self.assertLessEqual(max(stored), 64 * 1024, "only the beginning of an answer is evidence")

    def test_gohighlevel_answers_403(self):
        self.assert_retried("gohighlevel", ("retry_scheduled", "forbidden"), status=403)

    def test_aloware_answers_403(self):
        self.assert_retried("aloware", ("retry_scheduled", "forbidden"), status=403)

    def test_gohighlevel_never_answers(self):
        self.assert_retried("gohighlevel", ("unknown", "timeout"), behaviour="never")

    def test_aloware_never_answers(self):
        self.assert_retried("aloware", ("unknown", "timeout"), behaviour="never")

    def test_the_generic_crm_cuts_the_connection(self):
        self.assert_retried("generic", ("unknown", "reset"), behaviour="reset")

    def test_gohighlevel_creates_the_contact_and_then_does_not_answer(self):
        self.assert_retried("gohighlevel", ("unknown", "timeout"), behaviour="effect_then_timeout")

    def test_aloware_creates_the_contact_and_then_does_not_answer(self):
        self.assert_retried("aloware", ("unknown", "timeout"), behaviour="effect_then_timeout")

    def test_the_generic_crm_creates_the_contact_and_then_does_not_answer(self):
        self.assert_retried("generic", ("unknown", "timeout"), behaviour="effect_then_timeout")
        outcomes = [e["outcome"] for e in self.sandbox.received("generic")]
        self.assertEqual(outcomes, ["created", "repeated"], "the second request carries the same webhook-id")

    def test_gohighlevel_creates_the_contact_and_then_cuts_the_connection(self):
        self.assert_retried("gohighlevel", ("unknown", "reset"), behaviour="effect_then_reset")

    def test_a_create_that_may_have_taken_effect_is_not_made_again_by_an_edit_after_a_later_refusal(self):
        self.sandbox.fault("generic", CREATE["generic"], behaviour="effect_then_reset")
        self.sandbox.fault("generic", CREATE["generic"], status=503, times=1)
        self.sandbox.add("aloware", **ADA)
        self.wait_for("the create was lost, then refused", lambda: self.answers("generic")[:2]
                      == [("unknown", "reset"), ("retry_scheduled", "vendor_failed")])
        self.sandbox.edit("aloware", self.sandbox.contacts("aloware")[0]["id"], company="Mill Lane")
        self.settle()
        self.assert_one_contact_everywhere()
        self.assertEqual(self.sandbox.contacts("generic")[0]["company"], "Mill Lane")

    def test_an_answer_of_unknown_effect_is_looked_up_before_anything_is_repeated(self):
        self.meet("gohighlevel", behaviour="effect_then_timeout")
        self.settle()
        steps = [e["data"]["step_name"] for e in self.deliveries("gohighlevel", "delivery.dispatched.v1")]
        unknown = steps.index("create") + 1
        self.assertTrue(steps[unknown].startswith("search"), steps)
        self.assertNotIn("create", steps[unknown:])


class WaitingTimes(VendorScenario):
    def test_a_retry_waits_as_long_as_retry_after_says(self):
        webhook = self.meet("gohighlevel", status=429, retry_after=3)
        scheduled = self.deliveries("gohighlevel", "delivery.retry_scheduled.v1")[0]
        self.assertEqual(self.target(webhook, "gohighlevel"), ("retrying", "rate_limited"))
        not_before = scheduled["data"]["not_before"] / 1e6
        left = self.deliveries("gohighlevel", "delivery.dispatched.v1")[0]
        self.assertGreater(not_before - self.seconds(left["at"]), 2.5)
        self.assert_final(webhook, "gohighlevel", "applied")
        again = self.deliveries("gohighlevel", "delivery.dispatched.v1")[-1]
        self.assertGreaterEqual(self.seconds(again["at"]), not_before)

    def test_one_vendor_that_fails_keeps_nobody_else_waiting(self):
        self.sandbox.fault("gohighlevel", "", status=500, times=-1)
        self.sandbox.add("generic", **ADA)
        self.wait_for("aloware has the contact", lambda: self.sandbox.contacts("aloware"))
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])
        self.sandbox.clear_faults()

    @staticmethod
    def seconds(text):
        return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Refused(VendorScenario):
    """Answers that are final until somebody changes something."""

    def assert_dead(self, target, reason, **fault):
        webhook = self.meet(target, **fault)
        self.assert_final(webhook, target, "dead", reason)
        state = self.house.explain("--webhook", webhook)
        answer = [entry for entry in state["chain"] if entry["target"] == target and entry["outcome"] ==
                "dead"][-1]
        self.assertTrue(answer["text"])
        self.assertTrue(answer["next_step"], "a dead delivery says what to do")
        self.assertEqual(len(self.sandbox.contacts(target)), 0)
        # Nothing is lost: the next edit brings the whole contact.
        source = "generic" if target != "generic" else "aloware"
        self.sandbox.edit(source, self.sandbox.contacts(source)[0]["id"], company="Tennerby Joinery")
        self.settle()
        self.assert_counts(1, 1, 1)

    def test_gohighlevel_answers_404(self):
        self.assert_dead("gohighlevel", "not_found", status=404)

    def test_gohighlevel_answers_409(self):
        self.assert_dead("gohighlevel", "conflict", status=409)

    def test_gohighlevel_answers_422(self):
        self.assert_dead("gohighlevel", "validation_failed", status=422)

    def test_aloware_answers_404(self):
        self.assert_dead("aloware", "not_found", status=404)

    def test_aloware_answers_422(self):
        self.assert_dead("aloware", "validation_failed", status=422)

    def test_gohighlevel_points_to_another_address(self):
        self.assert_dead("gohighlevel", "redirected", behaviour="redirect")


class Tokens(VendorScenario):
    changes = {**SHORT, "gohighlevel": {**SHORT["gohighlevel"], "token": {"file": "ghl-token"}}}
    secret_files = {"ghl-token": "sandbox-gohighlevel-token"}

    def test_a_rotated_token_is_read_again_once_and_the_request_repeated(self):
        self.spread()
        self.house.write_secret("ghl-token", "sandbox-gohighlevel-token-rotated")
        self.sandbox.rotate_token("gohighlevel", "sandbox-gohighlevel-token-rotated")
        self.sandbox.edit("generic", self.sandbox.contacts("generic")[0]["id"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        refreshed = self.deliveries("gohighlevel", "delivery.retry_scheduled.v1")
        self.assertEqual([e["data"]["refresh_token"] for e in refreshed], [True])

    def test_a_token_that_stays_wrong_is_tried_again_with_growing_pauses_and_told(self):
        self.allow_waiting = True
        self.sandbox.rotate_token("gohighlevel", "sandbox-gohighlevel-token-rotated")
        self.sandbox.add("generic", **ADA)
        self.wait_for("two refusals", lambda: len(self.deliveries("gohighlevel",
                "delivery.retry_scheduled.v1")) >= 2)
        self.settle(allow_waiting=True)
        refreshed = [e["data"]["refresh_token"] for e in self.deliveries("gohighlevel",
                "delivery.retry_scheduled.v1")]
        self.assertEqual(refreshed[:2], [True, False], "the token is read anew once for each delivery")
        webhook = self.house.events("webhook.received.v1")[0]["position"]
        self.assertEqual(self.target(webhook, "gohighlevel"), ("retrying", "unauthorized"))


class Records(VendorScenario):
    def test_a_record_deleted_by_hand_without_a_webhook_is_made_again(self):
        contact = self.spread()
        self.sandbox.fault("gohighlevel", "ContactDelete", behaviour="drop")
        self.sandbox.delete("gohighlevel", contact["id"])
        self.sandbox.edit("generic", self.sandbox.contacts("generic")[0]["id"], company="Tennerby Joinery")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertNotEqual(self.sandbox.contacts("gohighlevel")[0]["id"], contact["id"])

    def test_a_contact_that_stands_in_the_target_already_is_linked_and_not_doubled(self):
        self.sandbox.set(engine="")  # the engine hears nothing of these two
        self.sandbox.add("gohighlevel", **ADA)
        self.sandbox.add("aloware", **ADA)
        self.wait_for("no webhook is under way", lambda: self.sandbox.webhooks_open() == 0)
        self.sandbox.set(engine=self.house.base)
        self.sandbox.add("generic", **ADA, company="Tennerby Joinery")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Tennerby Joinery")
