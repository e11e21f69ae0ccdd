"""What the users of the older systems suffered from (requirement A1.7), where it concerns contacts."""
from scenario import ADA, GHL_ADA, Scenario


class Regressions(Scenario):
    def test_a_loop_marker_in_a_body_does_not_silence_a_persons_edits(self):
        """Requirement A1.7.9: the marker was a permanent tag, so every later edit was taken for an echo."""
        tags = ["new lead", "SYS:df_middleware_origin"]
        self.hooks.ghl_contact("CON1", tags=tags, **GHL_ADA)
        self.settle()
        edit = self.hooks.ghl_contact("CON1", tags=tags, companyName="Tennerby Joinery", **GHL_ADA)
        self.settle()
        self.assertEqual(self.observed(edit.position)[0], "applied")
        self.assertEqual(self.sandbox.contacts("aloware")[0]["company_name"], "Tennerby Joinery")

    def test_nothing_of_ours_marks_a_contact_in_any_system(self):
        self.spread()
        self.sandbox.edit("aloware", self.ids()["aloware"], company="Tennerby Joinery")
        self.settle()
        for system in ("gohighlevel", "aloware", "generic"):
            self.assertNotIn("SYS:", str(self.sandbox.contacts(system)), system)

    def test_a_persons_edit_right_after_our_own_write_is_an_edit(self):
        """The echo of a write is used up once; the next webhook with other values counts."""
        self.spread()
        ids = self.ids()
        for company in ("Joinery One", "Joinery Two"):
            self.sandbox.edit("gohighlevel", ids["gohighlevel"], company=company)
            self.settle()
            self.sandbox.edit("aloware", ids["aloware"], company=company + " Ltd")
            self.settle()
            self.assertEqual(self.sandbox.contacts("generic")[0]["company"], company + " Ltd")

    def test_saying_the_same_again_sends_nothing(self):
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        before = [len(self.sandbox.received(s)) for s in ("aloware", "generic")]
        again = self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        self.assertEqual(self.observed(again.position), ("no_change", "nothing_new"))
        self.assertEqual([len(self.sandbox.received(s)) for s in ("aloware", "generic")], before)

    def test_two_systems_that_undo_each_other_are_parked_as_flapping(self):
        self.spread()
        ids = self.ids()
        for turn in range(8):
            system = ("gohighlevel", "generic")[turn % 2]
            self.sandbox.edit(system, ids[system], company=f"Joinery {turn % 2}")
            self.settle()
        outcomes = [(t["outcome"], t["reason_code"]) for e in self.house.events("contact.observed.v1")
                    for t in e["data"]["targets"]]
        self.assertIn(("parked", "flapping"), outcomes)

    def test_an_absent_field_says_nothing_and_an_empty_one_clears(self):
        self.hooks.ghl_contact("CON1", companyName="Tennerby Joinery", **GHL_ADA)
        self.settle()
        self.hooks.ghl_contact("CON1", firstName="Marisol")
        self.settle()
        self.assertEqual(self.sandbox.contacts("generic")[0]["company"], "Tennerby Joinery")
        self.hooks.ghl_contact("CON1", companyName="")
        self.settle()
        self.assertFalse(self.sandbox.contacts("generic")[0].get("company"))

    def test_one_broken_contact_keeps_nobody_else_waiting(self):
        """Requirements A1.7.1 and A1.7.2: one failure used to hold back all that came after it."""
        self.sandbox.fault("aloware", "forms", status=422)
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        for n in range(5):
            self.hooks.ghl_contact(f"CON1{n}", phone=f"+120255501{n:02d}", firstName="Zebulon",
                    lastName=f"Quimby{n}x")
        self.hooks.ghl(b'{"broken')
        last = self.hooks.ghl_contact("CON2", phone="+12025550177", firstName="Zebulon", lastName="Quimby")
        self.settle()
        self.assertEqual(self.target(last.position, "aloware")[0], "applied")

    def test_contacts_are_found_by_the_api_in_every_form_of_the_number(self):
        from urllib.parse import quote

        from clients import call
        self.spread()
        token = [("Authorization", "Bearer scenario-operator-token-0001")]
        for form in ("+12025550142", "12025550142", "(202) 555-0142", "202 555 0142"):
            answer = self.wait_for("the row is there", lambda text=form: next((a for a in [call(
                self.house.base + "/api/v1/contacts?phone=" + quote(text, safe=""), headers=token)]
                if a.status != 200 or len((a.json["items"] or [{"records": []}])[0]["records"]) == 3), None))
            self.assertEqual(answer.status, 200, answer.body)

    def test_the_api_shows_nothing_without_a_token(self):
        from clients import call
        self.assertEqual(call(self.house.base + "/api/v1/contacts").status, 401)
        self.assertEqual(call(self.house.base + "/api/v1/contacts",
                              headers=[("Authorization", "Bearer wrong-wrong-wrong-wrong")]).status, 401)

    def test_explain_masks_personal_data_unless_a_reason_is_given(self):
        self.spread()
        shown = str(self.house.tool("log", "list")) + str(self.house.explain("--contact", ADA["phone"]))
        for value in (ADA["phone"], ADA["email"], ADA["first_name"], ADA["last_name"]):
            self.assertNotIn(value, shown)
