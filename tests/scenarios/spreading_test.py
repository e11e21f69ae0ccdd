"""A contact added or edited in one system arrives in the others."""
from scenario import ADA, Scenario


class Spreading(Scenario):
    def test_a_contact_added_in_gohighlevel_arrives_in_the_others(self):
        contact = self.sandbox.add("gohighlevel", **ADA, company="Tennerby Joinery")
        self.settle()
        ids = self.ids()
        self.assertEqual(ids["gohighlevel"], contact["id"])
        aloware = self.sandbox.contacts("aloware")[0]
        self.assertEqual((aloware["phone_number"], aloware["first_name"], aloware["company_name"]),
                         ("+12025550142", "Marisol", "Tennerby Joinery"))
        self.assertEqual(self.sandbox.contacts("generic")[0]["email"], ADA["email"])
        first = self.house.events("webhook.received.v1")[0]["position"]
        for target in ("aloware", "generic", "verity"):
            self.assertEqual(self.target(first, target)[0], "applied", target)

    def test_a_contact_added_in_aloware_arrives_in_the_others(self):
        self.sandbox.add("aloware", **ADA)
        self.settle()
        self.ids()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["phone"], "+12025550142")
        self.assertEqual(self.sandbox.contacts("generic")[0]["last_name"], "Tennerby")

    def test_a_contact_added_in_the_generic_crm_arrives_in_the_others(self):
        self.sandbox.add("generic", **ADA)
        self.settle()
        self.ids()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["email"], ADA["email"])
        self.assertEqual(self.sandbox.contacts("aloware")[0]["name"], "Marisol Tennerby")

    def test_edits_in_every_system_converge(self):
        self.spread()
        ids = self.ids()
        for system, company in (("gohighlevel", "Joinery One"), ("aloware", "Joinery Two"),
                                ("generic", "Joinery Three"), ("gohighlevel", "Joinery Four")):
            self.sandbox.edit(system, ids[system], company=company)
            self.settle()
            shown = (self.sandbox.contacts("gohighlevel")[0]["companyName"],
                     self.sandbox.contacts("aloware")[0]["company_name"],
                     self.sandbox.contacts("generic")[0]["company"])
            self.assertEqual(shown, (company,) * 3, f"after the edit in {system}")
        self.assertEqual(self.ids(), ids)

    def test_two_edits_of_different_fields_at_the_same_time_both_stay(self):
        self.spread()
        ids = self.ids()
        self.sandbox.fault("gohighlevel", "ContactUpdate", behaviour="hold")
        self.sandbox.fault("aloware", "Contact-Updated", behaviour="hold")
        self.sandbox.edit("gohighlevel", ids["gohighlevel"], company="Tennerby Joinery")
        self.sandbox.edit("aloware", ids["aloware"], email="m.tennerby@example.com")
        self.sandbox.release("gohighlevel")
        self.sandbox.release("aloware")
        self.settle()
        for system, company, email in (("gohighlevel", "companyName", "email"), ("aloware", "company_name",
                "email"),
                                       ("generic", "company", "email")):
            contact = self.sandbox.contacts(system)[0]
            self.assertEqual((contact[company], contact[email]), ("Tennerby Joinery",
                    "m.tennerby@example.com"), system)

    def test_our_own_create_told_by_webhook_before_its_answer_makes_no_duplicate(self):
        for system in ("aloware", "gohighlevel"):
            self.sandbox.fault(system, "POST ", behaviour="send_before_answer", times=-1)
        self.sandbox.set(echo_generic=True)
        self.sandbox.add("generic", **ADA)
        self.settle()
        self.ids()
        contacts = {e["data"]["contact"] for e in self.house.events("identity.card_written.v1")}
        self.assertEqual(len(contacts), 1)
        echoes = [e for e in self.house.events("contact.observed.v1") if e["data"]["outcome"] == "echo_of"]
        self.assertGreaterEqual(len(echoes), 2)

    def test_a_deletion_in_one_system_deletes_nothing_in_the_others(self):
        contact = self.spread()
        self.sandbox.delete("gohighlevel", contact["id"])
        self.settle()
        self.assert_counts(0, 1, 1)
