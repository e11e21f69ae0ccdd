"""What a merge writes to the systems, and what an unmerge writes there again; lists and edits go along (requirement C8)."""
from people_test import Api

FIRST = {"first_name": "Marisol", "last_name": "Tennerby", "phone": "+12025550142"}
SECOND = {"first_name": "Marisol", "last_name": "Tennerby-Quimby", "phone": "+12025550188",
          "email": "second@example.com", "company": "Joinery Two"}


class MergeValues(Api):
    def add(self, system="gohighlevel", **fields):
        record = self.sandbox.add(system, **fields)
        self.settle()
        return record["id"], self.wait_for("the tables know of it", lambda: self.api(
            f"/contacts?connector={system}&remote_id={record['id']}")["items"])[0]["id"]

    def merge(self, stays, other, kind="merge"):
        def asked():
            answer = self.api(f"/contacts/{stays}/{kind}", {"other": other, "reason": "asked her"})
            return answer.get("status") == "accepted"
        self.wait_for_api("the tables know both", asked)
        self.settle()

    def at_aloware(self, phone):
        return next(c for c in self.sandbox.contacts("aloware") if c["phone_number"] == phone)

    def assert_as_it_was(self, phone):
        """No system has a value of another in the record with the number."""
        for system, company in (("gohighlevel", "companyName"), ("aloware", "company_name"),
                                ("generic", "company")):
            record = next(c for c in self.sandbox.contacts(system)
                          if phone in (c.get("phone"), c.get("phone_number")))
            said = str(record)
            self.assertFalse(record.get("email"), (system, said))
            self.assertFalse(record.get(company), (system, said))
            self.assertNotIn("Quimby", said, system)

    def shown(self, contact):
        return {name: field["value"] for name, field in self.api(f"/contacts/{contact}")["fields"].items()
                if field["value"]}


class Values(MergeValues):
    def test_an_unmerge_gives_the_systems_of_both_what_they_had(self):
        record, stays = self.add(**FIRST)
        _, other = self.add(**SECOND)
        before = self.shown(stays)
        self.merge(stays, other)
        self.assertEqual(self.at_aloware(FIRST["phone"])["company_name"], "Joinery Two")
        self.merge(stays, other, "unmerge")
        self.assert_as_it_was(FIRST["phone"])
        self.wait_for("the tables tell what is its own", lambda: self.shown(stays) == before)
        self.assertEqual(self.at_aloware(SECOND["phone"])["company_name"], "Joinery Two")
        self.sandbox.edit("gohighlevel", record, source="web")
        self.settle()
        self.assert_as_it_was(FIRST["phone"])

    def test_nothing_of_one_that_was_taken_back_comes_with_the_next(self):
        record, stays = self.add(**FIRST)
        _, second = self.add("generic", **SECOND)
        _, third = self.add(first_name="Marisol", last_name="Tennerby", phone="+12025550177",
                            company="Joinery Three")
        for kind in ("merge", "unmerge"):
            self.merge(stays, second, kind)
            self.merge(stays, third, kind)
        self.sandbox.edit("gohighlevel", record, source="web")
        self.settle()
        self.assert_as_it_was(FIRST["phone"])


class Lists(MergeValues):
    sync = {"tag_lists": [{"tag": "hot", "list": "Hot leads", "connector": "aloware"}]}

    def on_list(self):
        found = self.sandbox.state("aloware", "memberships")
        found = found if isinstance(found, list) else found["memberships"]
        return sorted(str(one["contact_id"]) for one in found if one["powerdialer_lists"])

    def setUp(self):
        super().setUp()
        self.sandbox.set(aloware_list_calls=True)
        self.sandbox.play("aloware", "list", name="Hot leads")
        _, self.stays = self.add(**FIRST, tags=[])
        self.record, self.other = self.add(**SECOND, tags=["hot"])
        self.dialed = str(self.at_aloware(SECOND["phone"])["id"])
        self.assertEqual(self.on_list(), [self.dialed])
        self.merge(self.stays, self.other)

    def tags(self, contact):
        return self.api(f"/contacts/{contact}")["tags"]

    def test_the_others_record_leaves_its_list_when_the_tag_is_taken_off(self):
        self.assertEqual(self.on_list(), [self.dialed])
        self.wait_for("the tag is hers", lambda: (self.tags(self.stays), self.tags(self.other)) == (["hot"], []))
        self.sandbox.edit("gohighlevel", self.record, tags=[])
        self.settle()
        self.assertEqual(self.on_list(), [])

    def test_after_an_unmerge_the_list_is_the_others_again(self):
        self.merge(self.stays, self.other, "unmerge")
        self.assertEqual(self.on_list(), [self.dialed])
        self.wait_for("the tag is its own", lambda: (self.tags(self.stays), self.tags(self.other)) == ([], ["hot"]))
        self.sandbox.edit("gohighlevel", self.record, tags=[])
        self.settle()
        self.assertEqual(self.on_list(), [])


class TypedIn(MergeValues):
    sync = {"preserve_manual_edits": True}

    def test_what_was_typed_in_by_hand_is_not_written_over(self):
        _, stays = self.add(first_name="Marisol", last_name="Tennerby", email="first@example.com",
                            company="Joinery One")
        _, other = self.add(first_name="Marisol", last_name="Tennerby", phone=SECOND["phone"])
        self.sandbox.edit("aloware", self.at_aloware(SECOND["phone"])["id"], company="Joinery by hand")
        self.settle()
        self.merge(stays, other)
        self.assertEqual(self.at_aloware(SECOND["phone"])["company_name"], "Joinery by hand")
        rules = [e["data"]["rule"] for e in self.house.events("contact.conflict_decided.v1")]
        self.assertIn("preserve_manual_edits", rules)
