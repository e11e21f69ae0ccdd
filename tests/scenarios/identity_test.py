"""Who is who: one person told by several systems, several persons who share an address."""
from concurrent.futures import ThreadPoolExecutor

from scenario import ADA, Scenario

ZEBULON = {"first_name": "Zebulon", "last_name": "Quimby", "phone": ADA["phone"], "email":
        "zebulon@example.com"}


class Identity(Scenario):
    def contacts_known(self):
        return {e["data"]["contact"] for e in self.house.events("identity.card_written.v1")}

    def reviews(self):
        return [e["data"]["reason_code"] for e in self.house.events("identity.review_requested.v1")]

    def add_unheard(self, system, **fields):
        """A person adds a contact; its webhook waits."""
        self.sandbox.fault(system, "", behaviour="hold")
        return self.sandbox.add(system, **fields)

    def test_two_webhooks_for_one_new_phone_at_the_same_moment_make_one_contact(self):
        systems = ("gohighlevel", "aloware")
        for system in systems:
            self.add_unheard(system, **ADA)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.sandbox.release, systems))
        self.settle()
        self.assertEqual(len(self.contacts_known()), 1)
        self.assert_counts(1, 1, 1)

    def test_a_create_that_crosses_the_others_own_webhook_is_one_person_and_reviewed(self):
        """The generic CRM cannot be searched, so a crossing makes a second record there; it is told, not hidden."""
        self.sandbox.fault("generic", "contact.created", behaviour="webhook_delay", delay_ms=300)
        self.sandbox.fault("generic", "webhooks", behaviour="delay", delay_ms=600)
        self.sandbox.add("generic", **ADA)
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.assertEqual(len(self.contacts_known()), 1)
        self.assert_counts(1, 1, 2)
        self.assertEqual(self.reviews(), ["record_exists"])

    def test_many_new_people_told_by_two_systems_at_once_stay_one_contact_each(self):
        systems = ("gohighlevel", "aloware")
        count = 20
        for system in systems:
            self.sandbox.fault(system, "", behaviour="hold", times=count)
            for n in range(count):
                self.sandbox.add(system, first_name="Marisol", last_name=f"Tennerby{n}x",
                        phone=f"+120255501{n:02d}")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.sandbox.release, systems))
        self.settle()
        self.assertEqual(len(self.contacts_known()), count)
        self.assert_counts(count, count, count)

    def test_two_people_who_share_a_phone_stay_two_and_a_person_is_asked(self):
        self.sandbox.add("generic", **ADA)
        self.settle()
        self.sandbox.add("generic", **ZEBULON)
        self.settle()
        self.assertEqual(len(self.contacts_known()), 2)
        self.assertIn(self.reviews()[0], ("record_exists", "names_differ"))
        names = {c["first_name"] for c in self.sandbox.contacts("generic")}
        self.assertEqual(names, {"Marisol", "Zebulon"})
        # Aloware and GoHighLevel keep one record for each number: the first person's, untouched.
        self.assertEqual([c["name"] for c in self.sandbox.contacts("aloware")], ["Marisol Tennerby"])
        self.assertEqual([c["firstName"] for c in self.sandbox.contacts("gohighlevel")], ["Marisol"])
        second = self.newest_webhook("generic")
        for target in ("aloware", "gohighlevel"):
            self.assertEqual(self.target(second, target), ("dead", "address_belongs_to_other_person"))

    def test_who_shares_an_address_is_found_by_it(self):
        self.sandbox.set(echo=False)
        self.hooks.generic_contact("c_1", **ADA)
        self.settle()
        self.hooks.generic_contact("c_2", **{**ZEBULON, "email": ADA["email"]})
        self.settle()
        self.assertEqual(len(self.contacts_known()), 2)
        for query in ("phone=" + ADA["phone"].replace("+", "%2B"), "email=" + ADA["email"]):
            found = self.wait_for("both are listed", lambda: self.found(query, 2))
            self.assertEqual([each["fields"]["first_name"]["value"] for each in found],
                             [ADA["first_name"], "Zebulon"], query)
            first = self.ask("/api/v1/contacts?limit=1&" + query)
            second = self.ask(f"/api/v1/contacts?limit=1&{query}&after={first['next']}")
            self.assertEqual(first["items"] + second["items"], found)
            self.assertIsNone(second["next"])
        ids = [each["id"] for each in found]
        for key in (ADA["phone"], ADA["email"]):
            told = self.house.explain("--contact", key)
            self.assertEqual([told["subject"]["id"], *told["sharing"]], ids)

    def found(self, query, count):
        items = self.ask("/api/v1/contacts?" + query)["items"]
        return items if len(items) == count else None

    def test_a_name_is_found_although_it_is_spelt_otherwise(self):
        self.sandbox.set(echo=False)
        names = [("John", "Smith"), ("Jon", "Smith"), ("Joan", "Smith"), ("John", "Smythe"), ("Ed", "Smith")]
        for n, (first, last) in enumerate(names):
            self.hooks.generic_contact(f"c_{n}", first_name=first, last_name=last, phone=f"+1202555010{n}")
        self.settle()

        def first_names(query):
            return [f"{each['fields']['first_name']['value']} {each['fields']['last_name']['value']}"
                    for each in self.ask("/api/v1/contacts?name=" + query)["items"]]

        self.wait_for("all are listed", lambda: len(self.ask("/api/v1/contacts")["items"]) == len(names))
        found = first_names("Jon+Smith")
        self.assertEqual(found[0], "Jon Smith")
        self.assertEqual(sorted(found[1:]), ["Joan Smith", "John Smith"])
        self.assertEqual(first_names("Ed%20Smith"), ["Ed Smith"])
        pages, after = [], ""
        while True:
            page = self.ask("/api/v1/contacts?limit=1&name=Jon+Smith" + after)
            pages += [each["fields"]["first_name"]["value"] + " Smith" for each in page["items"]]
            if page["next"] is None:
                break
            after = "&after=" + page["next"]
        self.assertEqual(pages, found)

    def test_another_person_with_the_same_phone_from_another_system_is_not_merged(self):
        self.sandbox.set(echo=False)
        self.hooks.generic_contact("c_1", **ADA)
        self.settle()
        other = self.hooks.aloware_contact(7001, first_name="Zebulon", last_name="Quimby",
                phone_number=ADA["phone"])
        self.settle()
        self.assertEqual(len(self.contacts_known()), 2)
        self.assertEqual(len(self.reviews()), 1)
        self.assertTrue(self.interpreted(other.position)["commands"][0]["new_contact"])

    def test_people_who_share_a_mail_address_but_not_the_phone_are_not_merged(self):
        """Requirement A1.7.12: the first hit of a search by e-mail used to win."""
        mail = "family@example.com"
        self.sandbox.add("gohighlevel", **{**ADA, "email": mail})
        self.settle()
        self.sandbox.add("aloware", **{**ZEBULON, "phone": "+12025550177", "email": mail})
        self.settle()
        self.assertEqual(len(self.contacts_known()), 2)
        self.assertTrue(self.reviews())
        marisol = [c for c in self.sandbox.contacts("gohighlevel") if c["phone"] == ADA["phone"]]
        self.assertEqual([c["firstName"] for c in marisol], ["Marisol"])

    def test_a_changed_phone_in_aloware_is_a_new_record_there_and_the_old_one_is_unlinked(self):
        self.spread()
        old = self.sandbox.contacts("aloware")[0]
        self.sandbox.edit("gohighlevel", self.ids()["gohighlevel"], phone="+12025550199")
        self.settle()
        phones = {c["phone_number"]: str(c["id"]) for c in self.sandbox.contacts("aloware")}
        self.assertEqual(set(phones), {"+12025550142", "+12025550199"})
        accepted = self.deliveries("aloware", "delivery.accepted.v1")[-1]["data"]
        self.assertTrue(accepted["replaces"])
        self.assertEqual(len(self.contacts_known()), 1)
        self.assertEqual(self.sandbox.contacts("generic")[0]["phone"], "+12025550199")
        before = len(self.sandbox.received("gohighlevel"))
        self.sandbox.edit("aloware", phones["+12025550199"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        self.assertGreater(len(self.sandbox.received("gohighlevel")), before)
        self.assertEqual(str(old["id"]), phones["+12025550142"])

    def test_an_aloware_contact_is_looked_up_by_phone_never_by_its_id(self):
        """Requirement A1.7.4: Aloware has no look-up by id, so calls and DNC events used to be lost."""
        self.spread()
        mapped = [e["data"]["remote_id"] for e in self.deliveries("aloware", "delivery.accepted.v1")]
        self.assertTrue(mapped and all(mapped), "the id was read back")
        shown = self.house.tool("explain", "--contact", f"aloware:{self.ids()['aloware']}")[0]
        self.assertIn(shown["subject"]["id"], self.contacts_known())


class AddressesThatMove(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def texted(self, words):
        """At whom a text from the number is shown."""
        self.sandbox.text(ADA["phone"], words)
        self.settle()
        found = self.sandbox.state("gohighlevel", "messages")
        return [m["contactId"] for m in (found if isinstance(found, list) else found["messages"])]

    def test_who_has_a_number_now_comes_before_who_once_had_it(self):
        """Calls, texts and repairs by number; nor are the two of them one person for it."""
        first = self.spread()
        self.sandbox.edit("gohighlevel", first["id"], phone="+12025550199")
        self.settle()
        second = self.sandbox.add("gohighlevel", **ZEBULON)
        self.settle()
        self.wait_for_api("nobody is taken for twice there",
                          lambda: self.ask("/api/v1/duplicates")["items"] == [])
        self.assertEqual(self.texted("I will be there at noon"), [second["id"]])
        asked = self.house.api("/mappings/repair", "POST", {"phone": ADA["phone"], "reason": "asked"}).json
        there = {s["connector"]: s["remote_id"] for s in asked["systems"]}
        self.assertEqual(there["gohighlevel"], second["id"])
        self.settle()

    def test_a_text_goes_to_whoever_is_left_when_the_older_of_two_is_deleted(self):
        self.sandbox.set(ghl_allow_duplicates=True)
        older = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        newer = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.delete("gohighlevel", older["id"])
        self.settle()
        self.assertEqual(self.texted("noon"), [newer["id"]])

    def test_a_number_that_is_changed_back_uses_the_dialers_first_record_again(self):
        contact = self.spread()
        first = self.sandbox.contacts("aloware")[0]["id"]
        for phone in ("+12025550199", ADA["phone"]):
            self.sandbox.edit("gohighlevel", contact["id"], phone=phone)
            self.settle()
        self.sandbox.edit("aloware", first, company_name="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
        self.sandbox.edit("gohighlevel", contact["id"], company="Tennerby and Son")
        self.settle()
        self.assert_counts(1, 2, 1)

    def test_a_phone_that_is_none_does_not_end_the_sync(self):
        contact = self.spread()
        record = self.ids()["generic"]
        self.hooks.generic_contact(record, **{**ADA, "phone": "ask office"})
        self.settle()
        conflict = self.house.events("contact.conflict_decided.v1")[-1]["data"]
        self.assertEqual((conflict["field"], conflict["winner"], conflict["rule"]),
                         ("phone", "gohighlevel", "A1.6.phone.valid_e164"))
        self.assertEqual([c["phone"] for c in self.sandbox.contacts("generic")], [ADA["phone"]])
        self.sandbox.edit("gohighlevel", contact["id"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual([c["company_name"] for c in self.sandbox.contacts("aloware")], ["Tennerby Joinery"])
