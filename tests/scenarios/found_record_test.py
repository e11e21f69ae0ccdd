"""A record that was to be made is there already: its own word is decided about before it is written to
(requirements A1.6, C6, C8, C15; rule 8)."""
from scenario import ADA, Scenario

# What stood in one system before anybody told of it, and what another one says first.
RIGHT = {**ADA, "company": "Tennerby Joinery"}
TYPED = {"first_name": "Marisol", "last_name": "T", "phone": ADA["phone"], "company": "Quimby"}


class FoundRecords(Scenario):
    def unheard(self, system, **fields):
        """A person is in a system whose webhook about them was lost."""
        self.sandbox.fault(system, "", behaviour="drop")
        return self.sandbox.add(system, **fields)

    def words(self, system):
        """(last name, e-mail, company) of the one record there."""
        contact, = self.sandbox.contacts(system)
        if system == "gohighlevel":
            return contact["lastName"], contact["email"], contact["companyName"]
        if system == "aloware":
            return contact["last_name"], contact["email"], contact["company_name"]
        return contact["last_name"], contact["email"], contact["company"]

    def conflicts(self):
        items = self.ask("/api/v1/conflicts")["items"]
        return {each["field"]: (each["winner"], each["rule"]) for each in items}

    def assert_all(self, *wanted):
        for system in ("gohighlevel", "aloware", "generic"):
            self.assertEqual(self.words(system), wanted, system)

    def test_the_dialers_first_word_overwrites_nothing_in_the_crm(self):
        self.unheard("gohighlevel", **RIGHT)
        self.sandbox.add("aloware", **TYPED)
        self.settle()
        self.assert_all("Tennerby", ADA["email"], "Tennerby Joinery")
        found, = self.deliveries("gohighlevel", "delivery.accepted.v1")
        self.assertEqual(found["data"]["facts"]["reason_code"], "found_there")
        self.wait_for_api("conflicts are told", lambda: "company" in self.conflicts())
        self.assertEqual(self.conflicts()["company"], ("gohighlevel", "A1.6.precedence"))
        shown = self.house.tool("explain", "--contact", ADA["phone"])[0]
        told = next(each for each in shown["chain"] if each["reason_code"] == "found_there")
        self.assertIn("its own word", told["text"])

    def test_what_the_crm_lacks_is_added_there(self):
        self.unheard("gohighlevel", **{**ADA, "email": ""})
        self.sandbox.add("aloware", **{**TYPED, "email": ADA["email"]})
        self.settle()
        self.assert_all("Tennerby", ADA["email"], "Quimby")

    def test_the_crms_first_word_meets_an_older_record_of_the_dialer(self):
        """As in a backfill against people whom the dialer has had for years (requirement C15)."""
        self.unheard("aloware", **{**RIGHT, "company": "Quimby"})
        self.sandbox.add("gohighlevel", **{**TYPED, "company": "Tennerby Joinery"})
        self.settle()
        self.assert_all("Tennerby", ADA["email"], "Tennerby Joinery")

    def test_a_couple_with_one_mailbox_keeps_its_records(self):
        """The second one's create finds the first one's record under the mailbox."""
        mail = "family@example.com"
        self.sandbox.add("gohighlevel", **{**ADA, "email": mail})
        self.settle()
        self.sandbox.add("aloware", first_name="Quimby", last_name="Tennerby", phone="+12025550188",
                email=mail)
        self.settle()
        crm, = self.sandbox.contacts("gohighlevel")
        self.assertEqual((crm["firstName"], crm["phone"]), (ADA["first_name"], ADA["phone"]))
        first = [each for each in self.sandbox.contacts("generic") if each["phone"] == ADA["phone"]]
        self.assertEqual([each["first_name"] for each in first], [ADA["first_name"]])
        self.assertEqual(self.target(self.newest_webhook("aloware"), "gohighlevel"),
                         ("dead", "address_belongs_to_other_person"))
        self.wait_for_api("the alert", lambda: ("delivery_dead", "gohighlevel") in [
            (each["rule"], each["subject"]) for each in self.ask("/api/v1/alerts")["items"]])

    def test_after_a_restart_the_word_of_what_was_found_is_still_heard(self):
        self.unheard("gohighlevel", **RIGHT)
        self.sandbox.fault("gohighlevel", "search", behaviour="delay", delay_ms=400)
        self.sandbox.add("aloware", **TYPED)
        self.wait_for("it was found", lambda: self.deliveries("gohighlevel", "delivery.accepted.v1"))
        self.house.kill_service()
        self.house.start_service()
        self.settle()
        self.assert_all("Tennerby", ADA["email"], "Tennerby Joinery")


class OneWriter(Scenario):
    sync = {"fields": {"company": ["gohighlevel"]}}

    def test_who_may_not_write_a_field_does_not_write_it_to_what_was_found_either(self):
        self.sandbox.fault("gohighlevel", "", behaviour="drop")
        self.sandbox.add("gohighlevel", **RIGHT)
        self.sandbox.add("aloware", **TYPED)
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Tennerby Joinery")
