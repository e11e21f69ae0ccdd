"""An opt-out reaches what a system has of the person, also while a create there waits (requirements O5, O6)."""
from clients import compact, call
from on_lists import TOKEN, ZEB
from scenario import ADA, Scenario

NUMBER, NEW = ADA["phone"], "+12025550177"


class UntoldOptOuts(Scenario):
    def post(self, path, **body):
        answer = call(self.house.base + "/api/v1" + path, "POST", compact(body), TOKEN)
        self.assertIn(answer.status, (200, 202), answer.body)

    def on_call_lists(self):
        """Of anybody, at the dialer."""
        found = self.sandbox.control("GET", "/state/aloware/memberships")["memberships"]
        return sorted(str(one["contact_id"]) for one in found if one["powerdialer_lists"])

    def put_on_a_list(self, phone=NUMBER):
        self.sandbox.play("aloware", "list", phone=phone, list_id=9)
        self.settle()
        self.assertEqual(len(self.on_call_lists()), 1)

    def ada_on_a_list(self):
        ada = self.spread()
        self.put_on_a_list()
        return ada["id"]

    def contact_id(self, phone):
        return self.wait_for("the contact is known", lambda: call(
            f"{self.house.base}/api/v1/contacts?phone=%2B{phone[1:]}", headers=TOKEN).json["items"])[0]["id"]

    def create_waits(self, count=1):
        self.wait_for("the create is put off", lambda: len(
            [e for e in self.house.events("delivery.intended.v1") if e["data"]["target"] == "aloware"
             and e["data"]["operation"] == "create"]) > count)

    def audited(self, address=NUMBER):
        """What the audit says of the dialer: (actions told with their state), (reasons of not told), deadlines."""
        found = self.house.tool("audit", "opt-outs", "--address", address, codes=(0, 1))[0]
        return ([(one["action"], one["state"]) for one in found["propagation"] if one["target"] == "aloware"],
                [one["reason_code"] for one in found["not_propagated"] if one["target"] == "aloware"],
                {one["state"] for one in found["deadlines"]})

    def assert_nobody_is_called(self):
        self.settle()
        self.assertEqual(self.on_call_lists(), [])
        told, not_propagated, deadlines = self.audited()
        self.assertIn(("opt_out", "accepted"), told)
        self.assertNotIn("no_record_there", not_propagated)
        self.assertNotIn("missed", deadlines)  # a person has yet to set the dialer's mark

    def test_a_stop_while_the_dialer_asks_for_time_reaches_the_record_that_is_to_be_replaced(self):
        ada = self.ada_on_a_list()
        self.sandbox.fault("aloware", status=429, times=3, retry_after=2)
        self.sandbox.edit("gohighlevel", ada, phone=NEW)
        self.create_waits()
        self.sandbox.text(NUMBER, "STOP")
        self.assert_nobody_is_called()

    def test_a_stop_from_the_new_number_reaches_the_record_that_is_to_be_replaced(self):
        ada = self.ada_on_a_list()
        self.post("/connectors/aloware/pause", reason="maintenance")
        self.sandbox.edit("gohighlevel", ada, phone=NEW)
        self.create_waits()
        self.sandbox.text(NEW, "STOP")
        self.wait_for("it passes the pause", lambda: self.on_call_lists() == [])
        self.post("/connectors/aloware/resume", reason="done")
        self.assert_nobody_is_called()

    def test_after_a_stop_and_a_start_the_last_word_at_the_dialer_is_the_second_stop(self):
        ada = self.ada_on_a_list()
        for word in ("STOP", "START"):
            self.sandbox.text(NUMBER, word)
            self.settle()
        self.put_on_a_list()
        self.post("/connectors/aloware/pause", reason="maintenance")
        self.sandbox.edit("gohighlevel", ada, phone=NEW)
        self.create_waits()
        self.post("/opt-outs", address=NUMBER, reason="called us")
        self.wait_for("it passes the pause", lambda: self.on_call_lists() == [])
        self.post("/connectors/aloware/resume", reason="done")
        self.assert_nobody_is_called()
        self.assertNotEqual(self.audited()[0][-1][0], "opt_in")
        self.sandbox.text(NUMBER, "START")
        self.settle()
        self.assertIn(self.audited()[0][-1], [("opt_in", "accepted"), ("opt_in", "rejected")])

    def test_a_stop_after_a_merge_reaches_the_others_record_at_the_dialer(self):
        self.ada_on_a_list()
        self.sandbox.fault("aloware", status=429, times=3, retry_after=2)
        self.sandbox.add("gohighlevel", **ZEB)
        self.create_waits()
        other = self.contact_id(NUMBER)
        self.post(f"/contacts/{self.contact_id(ZEB['phone'])}/merge", other=other, reason="same")
        self.wait_for("they are one", lambda: self.house.events("contact.records_adopted.v1"))
        self.sandbox.text(NUMBER, "STOP")
        self.assert_nobody_is_called()

    def at_the_dialer_only(self):
        """A record that stands on a list, and of which nobody here has heard."""
        self.sandbox.set(engine="")
        self.sandbox.add("aloware", **ADA)
        self.sandbox.play("aloware", "list", phone=NUMBER, list_id=9)
        self.sandbox.set(engine=self.house.base)

    def test_a_stop_finds_the_record_that_a_create_would_have_come_upon(self):
        self.at_the_dialer_only()
        self.post("/connectors/aloware/pause", reason="maintenance")
        self.sandbox.add("gohighlevel", **ADA)
        self.create_waits(0)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("it passes the pause", lambda: self.on_call_lists() == [])
        self.post("/connectors/aloware/resume", reason="done")
        self.assert_nobody_is_called()

    def test_a_contact_that_turns_up_after_its_stop_is_looked_for_at_the_dialer(self):
        self.at_the_dialer_only()
        self.sandbox.text(NUMBER, "STOP")
        self.settle()
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.assertEqual(self.on_call_lists(), [])

    def test_the_audit_says_no_record_there_of_a_system_that_was_asked(self):
        self.post("/connectors/aloware/pause", reason="maintenance")
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.create_waits(0)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("it was asked", lambda: self.house.events("delivery.rejected.v1"))
        self.post("/connectors/aloware/resume", reason="done")
        self.settle()
        told, not_propagated, deadlines = self.audited()
        self.assertEqual(set(told), {("opt_out", "rejected")})
        self.assertLessEqual(set(not_propagated), {"already_told"})  # the same STOP, as logged in the CRM
        self.assertLessEqual(deadlines, {"met", "nobody_to_tell"})
        asked = len(self.house.events("action.intended.v1"))
        for name in ("Joinery", "Quimby"):
            self.sandbox.edit("gohighlevel", ada["id"], lastName=name)
        self.settle()
        self.assertEqual(len(self.house.events("action.intended.v1")), asked,
                         "each address is asked for once")
