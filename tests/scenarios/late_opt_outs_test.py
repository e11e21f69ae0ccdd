"""What waits for a system when somebody opts out: nothing of it is done to the person, and the opt-out waits for nothing."""
from clients import compact, call
from on_lists import NURTURE, TOKEN, ZEB, OnLists
from scenario import ADA


class LateOptOuts(OnLists):
    def intended(self, action, target):
        return [e for e in self.house.events("action.intended.v1")
                if (e["data"]["action"], e["data"]["target"]) == (action, target)]

    def ask(self, path, **body):
        answer = call(self.house.base + "/api/v1" + path, "POST", compact(body), TOKEN)
        self.assertIn(answer.status, (200, 202), answer.body)

    def applied(self, change, channel):
        return [e for e in self.house.events("contact.consent_applied.v1")
                if e["data"]["change"] == change and channel in e["data"]["channels"]]

    def dnd(self, remote_id):
        contact = next(c for c in self.sandbox.contacts("gohighlevel") if c["id"] == remote_id)
        return {name: one["status"] for name, one in contact.get("dndSettings", {}).items()}

    def contact_id(self, remote_id):
        return self.wait_for("the contact is known", lambda: self.api(
            f"/api/v1/contacts?connector=gohighlevel&remote_id={remote_id}")["items"])[0]["id"]

    def on_a_list(self, **more):
        self.make_lists("DF_UNASSIGNED_CALL_NOW")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"], **more)
        self.settle()
        return ada["id"], self.aloware_id(ADA["phone"])

    def test_a_stop_texted_at_the_dialer_takes_the_person_off_its_lists(self):
        _, one = self.on_a_list()
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW"])
        self.sandbox.play("aloware", "sms", phone=ADA["phone"], direction="inbound", text="STOP")
        self.settle()
        self.assertEqual(self.lists(one), [])

    def test_a_mark_at_the_dialer_ends_its_sequence(self):
        _, one = self.on_a_list(customFields=NURTURE)
        self.assertEqual(self.membership(one)["sequences"], [7001])
        self.sandbox.edit("aloware", one, tags=["DNC"])
        self.settle()
        self.assertEqual((self.membership(one)["sequences"], self.lists(one)), ([], []))
        told = len(self.intended("opt_out", "aloware"))
        self.sandbox.edit("aloware", one, tags=["DNC", "again"])
        self.settle()
        self.assertEqual(len(self.intended("opt_out", "aloware")), told, "the mark once more tells nothing")

    def test_an_opt_in_of_another_address_lets_no_list_be_joined_again(self):
        one = self.leave_one_of_two_lists("")
        self.ask("/opt-outs", address=ADA["phone"], reason="called us")
        self.ask("/opt-outs", address=ADA["email"], reason="called us")
        self.wait_for("both are closed", lambda: self.applied("revoked", "email"))
        self.ask("/opt-ins", address=ADA["email"], reason="wants mail")
        self.wait_for("the mail is open", lambda: self.applied("granted", "email"))
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(self.lists(one), [])

    def test_an_opt_out_after_a_merge_holds_for_what_the_other_contact_wanted(self):
        zeb = self.sandbox.add("gohighlevel", **ZEB)
        self.settle()
        one = self.leave_one_of_two_lists("")
        ada = next(c["id"] for c in self.sandbox.contacts("gohighlevel") if c["id"] != zeb["id"])
        self.ask(f"/contacts/{self.contact_id(zeb['id'])}/merge", other=self.contact_id(ada), reason="same")
        self.wait_for("they are one", lambda: self.house.events("contact.records_adopted.v1"))
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the opt-out is to be told", lambda: self.intended("opt_out", "aloware"))
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(self.lists(one), [])

    def test_a_tag_that_was_to_be_shared_before_is_not_set_on_who_opted_out(self):
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)
        self.sandbox.edit("aloware", self.aloware_id(ADA["phone"]), tags=["Summer Promo"])
        self.wait_for("the tag is to be shared", lambda: self.intended("add_tags", "gohighlevel"))
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the opt-out is to be told", lambda: self.intended("opt_out", "gohighlevel"))
        self.sandbox.clear_faults()
        self.settle()
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.assertEqual({tag.lower() for tag in contact["tags"]}, {"dnc-sms", "sms opted out"})
        self.assertEqual(contact["dndSettings"]["SMS"]["status"], "active")

    def test_an_opt_in_that_waits_opens_nothing_that_was_closed_since(self):
        self.spread()
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)
        self.sandbox.text(ADA["phone"], "START")
        self.wait_for("it is put off", lambda: self.house.events("delivery.retry_scheduled.v1"))
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the second opt-out is to be told",
                      lambda: len(self.intended("opt_out", "gohighlevel")) > 1)
        self.sandbox.clear_faults()
        self.settle()
        opt_in = self.intended("opt_in", "gohighlevel")[0]["data"]["delivery"]
        self.assertEqual([e["data"]["reason_code"] for e in self.house.events("delivery.suppressed.v1")
                          if e["data"]["delivery"] == opt_in], ["closed_again"])
        self.assertEqual([e for e in self.house.events("delivery.dispatched.v1")
                          if e["data"]["delivery"] == opt_in and e["data"]["effect"]], [])
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.assertEqual(contact["dndSettings"]["SMS"]["status"], "active")

    def test_an_opt_out_passes_an_opt_in_that_a_pause_holds(self):
        ada = self.spread()["id"]
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.ask("/connectors/gohighlevel/pause", reason="maintenance")
        self.sandbox.text(ADA["phone"], "START")
        self.wait_for("the opt-in waits", lambda: self.intended("opt_in", "gohighlevel"))
        self.ask("/opt-outs", address=ADA["email"], reason="unsubscribed")
        self.wait_for("the mail is closed there", lambda: self.dnd(ada).get("Email") == "active")
        self.assertEqual(self.dnd(ada)["SMS"], "active")
        self.ask("/connectors/gohighlevel/resume", reason="done")
        self.settle()
        self.wait_for("the text is open again", lambda: self.dnd(ada)["SMS"] == "inactive")
        self.assertEqual(self.dnd(ada)["Email"], "active")

    def test_a_record_that_refuses_an_opt_out_holds_up_no_other(self):
        ada = self.sandbox.add("gohighlevel", **ADA)["id"]
        self.settle()
        zeb = self.sandbox.add("gohighlevel", **ZEB)["id"]
        self.settle()
        self.ask(f"/contacts/{self.contact_id(ada)}/merge", other=self.contact_id(zeb), reason="same")
        self.settle()
        self.sandbox.fault("gohighlevel", "/contacts/" + ada, status=422, times=-1)
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the other record is closed", lambda: self.dnd(zeb).get("SMS") == "active")
        self.sandbox.clear_faults()
        self.wait_for("both are closed", lambda: self.dnd(ada).get("SMS") == "active")
