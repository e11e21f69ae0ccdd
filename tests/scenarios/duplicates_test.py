"""The same thing told twice, things told in another order, and equal bytes that are no repetition."""
from concurrent.futures import ThreadPoolExecutor

from clients import now_text
from house import wait_for
from scenario import ADA, GHL_ADA, Scenario


class Repeats(Scenario):
    def test_the_same_delivery_id_is_stored_once_and_answered_with_the_first_position(self):
        first = self.hooks.ghl_contact("CON1", webhook_id="w-1", **GHL_ADA)
        again = self.hooks.ghl_contact("CON1", webhook_id="w-1", **{**GHL_ADA, "firstName": "Zebulon"})
        self.assertEqual(again.json, {"status": "duplicate", "position": first.position})
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["first_name"], "Marisol")

    def test_the_same_body_without_an_id_is_a_repeat_within_the_window(self):
        body = {"event": "Contact-Created", "body": {"id": 7001, "phone_number": "+12025550142"}}
        first, again = self.hooks.aloware(body), self.hooks.aloware(body)
        self.assertEqual(again.json, {"status": "duplicate", "position": first.position})

    def test_fifty_copies_at_once_are_stored_once(self):
        def send(_):
            return self.hooks.ghl_contact("CON1", webhook_id="w-1", at="2026-08-14T15:02:11.480Z", **GHL_ADA)

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(send, range(50)))
        self.assertEqual({a.status for a in answers}, {200})
        self.assertEqual(sum(a.json["status"] == "accepted" for a in answers), 1)
        self.assertEqual(len({a.position for a in answers}), 1)
        self.settle()
        self.assert_counts(0, 1, 1)

    def test_fifty_copies_without_an_id_at_once_are_stored_once(self):
        body = {"event": "Contact-Created", "body": {"id": 7001, "phone_number": "+12025550142"}}
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda _: self.hooks.aloware(body), range(50)))
        self.assertEqual(sum(a.json["status"] == "accepted" for a in answers), 1)
        self.assertEqual(len({a.position for a in answers}), 1)

    def test_a_vendor_that_sends_everything_five_times_changes_nothing(self):
        for system in ("gohighlevel", "aloware", "generic"):
            self.sandbox.fault(system, "", behaviour="duplicate", count=5, times=-1)
        self.spread()
        ids = self.ids()
        self.sandbox.edit("aloware", ids["aloware"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        self.assertEqual(self.ids(), ids)


class EqualBytes(Scenario):
    """Aloware gives no delivery id, so a later edit can have the bytes of an earlier one."""

    def company(self, name):
        return self.hooks.aloware_contact(7001, first_name="Marisol", phone_number="+12025550142",
                company_name=name)

    def test_an_edit_there_and_back_is_no_repeat_although_the_bytes_are_equal(self):
        answers = [self.company("Joinery " + name) for name in ("One", "Two", "One")]
        self.assertEqual({a.json["status"] for a in answers}, {"accepted"})
        self.settle()
        self.assertEqual(self.observed(answers[2].position)[0], "applied")
        self.assertEqual(self.sandbox.contacts("generic")[0]["company"], "Joinery One")

    def test_a_repeat_stays_one_when_something_about_another_record_came_between(self):
        first = self.company("Joinery One")
        self.hooks.aloware_contact(7002, first_name="Osric", phone_number="+12025550188")
        again = self.company("Joinery One")
        self.assertEqual(again.json, {"status": "duplicate", "position": first.position})


class Order(Scenario):
    def test_an_edit_that_arrives_late_is_superseded(self):
        self.hooks.ghl_contact("CON1", at=now_text(), companyName="Joinery New", **GHL_ADA)
        late = self.hooks.ghl_contact("CON1", at=now_text(-60), companyName="Joinery Old", **GHL_ADA)
        self.settle()
        self.assertEqual(self.observed(late.position), ("superseded", "older_than_known"))
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Joinery New")

    def test_the_later_of_two_overtaking_webhooks_wins_from_every_system_with_a_version(self):
        self.spread()
        for system, company in (("gohighlevel", "companyName"), ("generic", "company")):
            remote_id = self.sandbox.contacts(system)[0]["id"]
            self.sandbox.fault(system, "", behaviour="reorder")
            self.sandbox.edit(system, remote_id, company=f"Joinery {system} one")
            before = now_text()
            self.wait_for("the next millisecond, as versions are times", lambda then=before: now_text() >
                    then)
            self.sandbox.edit(system, remote_id, company=f"Joinery {system} two")
            self.settle()
            for other, name in (("aloware", "company_name"), ("gohighlevel", "companyName"), ("generic",
                    "company")):
                self.assertEqual(self.sandbox.contacts(other)[0][name], f"Joinery {system} two", other)

    def test_an_update_before_its_create_makes_the_contact(self):
        self.sandbox.fault("gohighlevel", "ContactCreate", behaviour="hold")
        contact = self.sandbox.add("gohighlevel", **ADA)
        self.sandbox.edit("gohighlevel", contact["id"], company="Tennerby Joinery")
        self.wait_for("the contact is in aloware", lambda: self.sandbox.contacts("aloware"))
        self.sandbox.release("gohighlevel")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.sandbox.contacts("generic")[0]["company"], "Tennerby Joinery")
