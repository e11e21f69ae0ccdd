"""Our writes and the vendors' webhooks crossing each other (docs/adr/0009-echoes-and-crossings.md)."""
from scenario import Scenario


class Crossing(Scenario):
    def held(self):
        return (self.sandbox.contacts("gohighlevel")[0]["companyName"],
                self.sandbox.contacts("aloware")[0]["company_name"],
                self.sandbox.contacts("generic")[0]["company"])

    def test_the_echo_of_an_overtaken_write_is_no_edit(self):
        self.spread()
        self.sandbox.fault("aloware", "", behaviour="hold", times=-1)
        ghl = self.ids()["gohighlevel"]
        for company in ("Joinery One", "Joinery Two"):
            self.sandbox.edit("gohighlevel", ghl, company=company)
            self.wait_for(f"aloware holds {company}", lambda wanted=company:
                          self.sandbox.contacts("aloware")[0].get("company_name") == wanted)
        self.wait_for("both writes are accepted", lambda: not self.house.open_work())
        self.sandbox.clear_faults()
        self.sandbox.release("aloware")
        self.settle()
        self.assertEqual(self.held(), ("Joinery Two",) * 3)
        changes = [e for e in self.house.events("contact.changed.v1") if e["data"]["source"] == "aloware"]
        self.assertEqual(changes, [], "nobody edited anything in aloware")

    def test_an_edit_of_something_else_that_crosses_our_write_takes_nothing_back(self):
        self.spread(company="Joinery One")
        self.sandbox.fault("aloware", "", behaviour="hold", times=-1)
        ids = self.ids()
        self.sandbox.edit("aloware", ids["aloware"], last_name="Quimby")  # its body still says Joinery One
        self.sandbox.edit("gohighlevel", ids["gohighlevel"], company="Joinery Two")
        self.wait_for("aloware holds Joinery Two",
                      lambda: self.sandbox.contacts("aloware")[0]["company_name"] == "Joinery Two")
        self.wait_for("the write is accepted", lambda: not self.house.open_work())
        self.sandbox.clear_faults()
        self.sandbox.release("aloware")
        self.settle()
        self.assertEqual(self.held(), ("Joinery Two",) * 3)
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["lastName"], "Quimby")

    def test_a_record_that_is_made_anew_is_no_second_contact_although_its_webhook_comes_first(self):
        self.spread()
        self.sandbox.fault("gohighlevel", "ContactDelete", behaviour="drop")
        ids = self.ids()
        self.sandbox.delete("gohighlevel", ids["gohighlevel"])
        self.sandbox.fault("gohighlevel", "POST /contacts/", behaviour="send_before_answer")
        self.sandbox.edit("aloware", ids["aloware"], company="Tennerby Joinery")
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.held(), ("Tennerby Joinery",) * 3)
        self.assertEqual(self.house.events("identity.review_requested.v1"), [])
        gone = [e for e in self.house.events("delivery.looked_up.v1") if e["data"]["gone"]]
        self.assertEqual(len(gone), 1)
