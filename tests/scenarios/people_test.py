"""Who is who: what waits for its person, what a deletion means, and two contacts that are one (requirements C8, C17, C18)."""
from clients import call, compact
from house import SECRETS
from scenario import ADA, Scenario

SECOND = {"firstName": "Marisol", "lastName": "Tennerby", "phone": "+12025550188"}


class Api(Scenario):
    """Questions and requests of an operator."""

    def api(self, path, body=None):
        return call(f"{self.house.base}/api/v1{path}", "POST" if body else "GET",
                    compact(body) if body else None,
                    [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]).json

    def contact_of(self, remote_id):
        return self.wait_for("the tables know of it", lambda: self.api(
            f"/contacts?connector=gohighlevel&remote_id={remote_id}")["items"])[0]


class Waiting(Api):
    sync = {"parking_timeout": "1s"}

    def waits_too_long(self):
        """A part of a call whose contact nobody has heard of."""
        self.hooks.aloware({"event": "transcription.call.summarized", "body": {"summary": "They agreed.",
                "communication": {"id": 90000001, "contact_id": 70000099, "campaign_id": 3001}}})
        self.wait_for("it is a dead letter", lambda: self.house.events("command.timed_out.v1"))
        return self.newest_webhook("aloware")

    def test_what_waits_too_long_is_a_dead_letter_and_goes_on_when_its_person_comes(self):
        position = self.waits_too_long()
        self.wait_for("the alert", lambda: [each for each in self.api("/alerts")["items"]
                                            if each["rule"] == "parked_timed_out"])
        self.assertEqual([each["webhook"] for each in self.api("/parked?state=dead")["items"]], [position])
        self.assertEqual(call(self.house.base + "/health/parking").json["status"], "degraded")
        self.assertIn("dead", str(self.house.explain("--webhook", position)["chain"]))
        self.hooks.aloware_contact(70000099, "Contact-Created", phone_number=ADA["phone"],
                                   first_name="Marisol")
        self.settle()
        self.wait_for("it waits no more", lambda: not self.api("/parked?state=dead")["items"])
        self.assertEqual(len(self.house.events("call.observed.v1")), 1)
        self.assertEqual(len(self.house.events("timer.due.v1")), 1)

    def test_an_operator_says_whose_it_is(self):
        contact = self.sandbox.add("gohighlevel", **SECOND)
        self.settle()
        position = self.waits_too_long()
        whose = self.contact_of(contact["id"])["id"]
        answer = self.api(f"/webhooks/{position}/release", {"contact": whose, "reason": "she called"})
        self.assertEqual(answer["status"], "accepted", answer)
        self.wait_for("it is hers", lambda: self.house.events("call.observed.v1"))
        self.settle()


class Deleting(Api):
    changes = {"gohighlevel": {"on_delete": "mark_do_not_call"}}

    def test_a_deleted_contact_is_closed_elsewhere_and_nobody_brings_it_back(self):
        contact = self.spread()
        self.sandbox.delete("gohighlevel", contact["id"])
        self.settle()
        self.assertEqual([e["data"]["rule"] for e in self.house.events("consent.changed.v1")],
                         ["deleted_there"])
        self.assertEqual([e["data"]["target"] for e in self.house.events("action.intended.v1")],
                         ["aloware", "generic"])
        record = self.sandbox.contacts("aloware")[0]["id"]
        self.sandbox.edit("aloware", record, company_name="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])


class Merging(Api):
    def two(self):
        ada = self.spread()
        other = self.sandbox.add("gohighlevel", **SECOND, email="other@example.com")
        self.settle()
        return self.contact_of(ada["id"])["id"], self.contact_of(other["id"])["id"], ada, other

    def merge(self, kind="merge"):
        answer = self.api(f"/contacts/{self.stays}/{kind}", {"other": self.other, "reason": "asked her"})
        self.assertEqual(answer["status"], "accepted", answer)
        self.settle()

    def refused(self, contact, kind, other):
        body = {"other": other, "reason": "asked her"}
        answer = self.house.api(f"/contacts/{contact}/{kind}", "POST", body)
        return answer.status, answer.json.get("error", {}).get("code")

    def test_what_cannot_be_merged_or_parted_is_refused_with_its_reason(self):
        self.stays, self.other, ada, _ = self.two()
        third = self.sandbox.add("gohighlevel", first_name="Zebulon", last_name="Quimby",
                                 phone="+12025550144")
        self.settle()
        third = self.contact_of(third["id"])["id"]
        self.assertEqual(self.refused(self.stays, "unmerge", self.other), (409, "not_merged"))
        self.assertEqual(self.refused(self.stays, "merge", "nobody"), (404, "not_found"))
        self.assertEqual(self.refused(self.stays, "unmerge", "nobody"), (404, "not_found"))
        self.merge()
        self.wait_for("they are one", lambda: self.api(f"/contacts/{self.other}")["merged_into"])
        self.assertEqual(self.refused(self.stays, "merge", self.other), (409, "already_merged"))
        self.assertEqual(self.refused(self.other, "merge", third), (409, "already_merged"))
        self.assertEqual(self.refused(third, "merge", self.stays), (409, "other_has_parts"))
        asked = self.house.events("contacts.merge_requested.v1")
        self.assertEqual(len(asked), 1, "nothing of what was refused is recorded")

    def test_explain_says_who_merged_whom_and_why(self):
        self.stays, self.other, ada, _ = self.two()
        self.merge()
        asked = self.house.events("contacts.merge_requested.v1")[0]["position"]
        for subject in (("--contact", "gohighlevel:" + ada["id"]), ("--webhook", asked)):
            chain = self.house.explain(*subject, "--reveal", "--reason", "test")["chain"]
            said = [entry["text"] for entry in chain if entry["type"].startswith("contacts.merge")]
            self.assertEqual(len(said), 2, chain)
            self.assertIn("asked her", said[0])
            self.assertNotIn("asked her", str(self.house.explain(*subject)), "somebody's own words")
            self.assertIn(f"The contact {self.other} became part of {self.stays}", said[1])

    def test_two_contacts_become_one_and_two_again(self):
        self.stays, self.other, ada, second = self.two()
        self.wait_for("they are taken for duplicates", lambda: [self.stays, self.other] in [
            sorted(c["contacts"], key=[self.stays, self.other].index) for c in self.api("/duplicates")["items"]])
        self.merge()
        self.wait_for("they are no duplicates", lambda: not self.api("/duplicates")["items"])
        self.wait_for("the record is hers", lambda: self.contact_of(second["id"])["id"] == self.stays)
        self.wait_for("all records are hers",
                      lambda: len(self.api(f"/contacts/{self.stays}")["records"]) == 6)
        self.assertEqual(self.api(f"/contacts/{self.other}")["merged_into"], self.stays)
        self.sandbox.control("POST", "/people/verity/messages", {"from": SECOND["phone"], "body": "STOP"})
        self.settle()
        told = [e["data"]["target"] for e in self.house.events("action.intended.v1")
                if e["data"]["action"] == "opt_out"]
        self.assertEqual(sorted(told), ["aloware"] * 2 + ["generic"] * 2 + ["gohighlevel"] * 2,
                         "every record of hers is told, once")
        self.merge("unmerge")
        self.wait_for("the record is its own again",
                      lambda: self.contact_of(second["id"])["id"] == self.other)
        for number in (ADA["phone"], SECOND["phone"]):
            state = self.api(f"/opt-outs?address=%2B{number[1:]}")["items"][0]
            self.assertEqual(state["channels"]["sms"]["state"], "opted_out", "nothing is opened again")
