"""Tags put contacts on call lists, owners move them, statuses begin sequences; appointments and broadcasts are kept."""
from clients import GHL_LOCATION, now_text
from on_lists import NURTURE, ZEB, OnLists
from scenario import ADA, Scenario


class Placement(OnLists):
    def test_a_tag_puts_only_that_contact_on_the_list_and_takes_it_off(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW", "df_unassigned_hot")
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.sandbox.add("gohighlevel", **ZEB)
        self.settle()
        self.sandbox.edit("gohighlevel", ada["id"], tags=["Call Now", "hot lead"])
        self.settle()
        one, other = self.aloware_id(ADA["phone"]), self.aloware_id(ZEB["phone"])
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW", "df_unassigned_hot"])
        self.assertEqual(self.lists(other), [])
        self.sandbox.edit("gohighlevel", ada["id"], tags=["hot lead"])
        self.settle()
        self.assertEqual(self.lists(one), ["df_unassigned_hot"])
        self.wait_for("the tables know who is on which list", lambda: [
            (i["name"], i["members"]) for i in self.api("/api/v1/lists?connector=aloware")["items"]
        ] == [("DF_UNASSIGNED_CALL_NOW", 0), ("DF_UNASSIGNED_HOT", 1)])

    def test_who_opted_out_is_put_on_no_list(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW")
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.sandbox.edit("gohighlevel", ada["id"], tags=["call now"])
        self.settle()
        self.assertEqual(self.lists(self.aloware_id(ADA["phone"])), [])

    def test_who_unsubscribes_from_mail_stays_on_the_list_and_leaves_nothing_to_do_by_hand(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"])
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.hooks.ghl({"type": "LCEmailStats", "locationId": GHL_LOCATION, "webhookPayload": {
            "event": "unsubscribed", "recipient": ADA["email"], "timestamp": 1786726800}})
        self.settle(True)
        self.assertEqual([e["data"]["channels"] for e in self.house.events("consent.changed.v1")],
                         [["email"]])
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW"])
        self.assertEqual([r for r in self.house.tool("opt-outs", "by-hand") if "connector" in r], [])
        audited = self.house.tool("audit", "opt-outs", "--address", ADA["email"])[0]
        self.assertNotIn("aloware", [told["target"] for told in audited["propagation"]])
        self.sandbox.edit("gohighlevel", ada["id"], tags=["call now", "hot lead"])
        self.wait_for("tags still count", lambda: self.lists(one) == [
            "DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT"])
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("texts are closed: off all lists", lambda: self.lists(one) == [])

    def test_a_missing_list_is_named_and_joined_once_it_is_made(self):
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.edit("gohighlevel", ada["id"], tags=["call now"])
        self.settle()
        alerts = self.wait_for("the alert", lambda: [
            a for a in self.api("/api/v1/alerts")["items"] if a["rule"] == "list_missing"])
        self.assertEqual(len(alerts), 1)
        self.assertIn('"DF_UNASSIGNED_CALL_NOW"', alerts[0]["text"])
        chain = self.house.explain("--contact", ADA["phone"])["chain"]
        refused = next(e for e in chain if e["reason_code"] == "list_missing")
        self.assertIn("DF_UNASSIGNED_CALL_NOW", refused["text"])
        self.assertIn("exactly this name", refused["next_step"])
        self.make_lists("DF_UNASSIGNED_CALL_NOW")
        self.assertEqual(self.api("/api/v1/lists/aloware/rebuild", {})["contacts"], 1)
        self.wait_for("it is joined",
                      lambda: self.lists(self.aloware_id(ADA["phone"])) == ["DF_UNASSIGNED_CALL_NOW"])
        self.wait_for("the alert is gone", lambda: not [
            a for a in self.api("/api/v1/alerts")["items"] if a["rule"] == "list_missing"])

    def test_a_reassigned_contact_moves_between_the_agents_lists(self):
        self.make_lists("DF_ANA_CALL_NOW", "DF_BO_CALL_NOW")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"], assignedTo="USRana")
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.assertEqual((self.lists(one), self.membership(one).get("owner_id")), (["DF_ANA_CALL_NOW"], 501))
        self.sandbox.edit("gohighlevel", ada["id"], assignedTo="USRbo")
        self.settle()
        self.assertEqual((self.lists(one), self.membership(one).get("owner_id")), (["DF_BO_CALL_NOW"], 502))
        asked = [e["data"]["action"] for e in self.house.events("action.intended.v1")]
        self.assertEqual(asked[-3:], ["leave_lists", "join_list", "set_owner"])

    def test_what_people_put_the_contact_on_stays_although_the_dialer_failed_in_the_middle(self):
        one = self.leave_one_of_two_lists("powerdialer-add-contact-to-lists")
        self.assertEqual(self.lists(one), [], "the one call that leaves a list leaves them all")
        self.house.kill_service()  # what was seen before is in the log
        self.sandbox.clear_faults()
        self.house.start_service()
        self.settle()
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_HOT", "Made by hand"])

    def test_who_opts_out_while_a_list_is_being_left_is_on_none_in_the_end(self):
        one = self.leave_one_of_two_lists("")
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the opt-out is to be told", lambda: [
            e for e in self.house.events("action.intended.v1") if e["data"]["action"] == "opt_out"])
        self.sandbox.clear_faults()
        self.settle()
        self.assertEqual(self.lists(one), [])

    def test_a_rebuild_puts_right_what_people_changed_at_the_dialer(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT")
        self.sandbox.add("gohighlevel", **ADA, tags=["call now"])
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.sandbox.control("POST", "/play/aloware/list", {"phone": ADA["phone"], "list_id": 4002})
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT"])
        self.wait_for("the rebuild knows the contact", lambda: self.api(
            "/api/v1/lists/aloware/rebuild", {})["contacts"] == 1)
        self.wait_for("it is put right", lambda: self.lists(one) == ["DF_UNASSIGNED_CALL_NOW"])

    def test_the_tools_show_lists_and_say_what_a_rebuild_would_do_before_it_is_done(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT")
        self.sandbox.add("gohighlevel", **ADA, tags=["call now"])
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.sandbox.control("POST", "/play/aloware/list", {"phone": ADA["phone"], "list_id": 4002})
        self.wait_for("the tables know the list", lambda: [
            (i["name"], i["members"]) for i in self.house.tool("lists") if "name" in i
        ] == [("DF_UNASSIGNED_CALL_NOW", 1)])
        before = len(self.house.events())
        contact, last = self.house.tool("lists", "rebuild", "aloware", "--dry-run")
        self.assertEqual((contact["stays_on"], contact["taken_off"], contact["put_on"]),
                         (["DF_UNASSIGNED_CALL_NOW"], [], []))
        self.assertIn("DF_UNASSIGNED_HOT", contact["left_if_there"])
        self.assertEqual(last["summary"], {"contacts": 1, "put_on": 0, "taken_off": 0, "dry_run": True})
        self.assertEqual(len(self.house.events()), before, "nothing was recorded")
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT"])
        self.assertEqual(self.house.tool("lists", "rebuild", "aloware")[0]["summary"]["contacts"], 1)
        self.wait_for("it is put right", lambda: self.lists(one) == ["DF_UNASSIGNED_CALL_NOW"])
        self.house.tool("lists", "rebuild", "nobody", codes=(2,))

    def test_a_status_begins_its_sequence(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"])
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.sandbox.edit("gohighlevel", ada["id"],
                          customFields=[{"id": "CFDstatus", "field_value": "nurture"}])
        self.settle()
        self.assertEqual((self.membership(one)["sequences"], self.lists(one)), ([7001], []))

    def test_a_change_of_the_number_moves_lists_and_owner_to_the_new_record(self):
        self.make_lists("DF_ANA_CALL_NOW", "Made by hand")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"], assignedTo="USRana")
        self.settle()
        old = self.aloware_id(ADA["phone"])
        self.sandbox.control("POST", "/play/aloware/list", {"phone": ADA["phone"], "list_id": 4002})
        self.assertEqual(self.lists(old), ["DF_ANA_CALL_NOW", "Made by hand"])
        self.sandbox.edit("gohighlevel", ada["id"], phone="+12025550143")
        self.settle()
        new = self.aloware_id("+12025550143")
        self.assertNotEqual(new, old, "the dialer knows records by their number")
        self.assertEqual((self.lists(new), self.membership(new).get("owner_id")), (["DF_ANA_CALL_NOW"], 501))
        self.assertEqual(self.lists(old), ["Made by hand"], "what people put the old number on is theirs")
        self.sandbox.edit("gohighlevel", ada["id"], tags=[])
        self.settle()
        self.assertEqual((self.lists(new), self.lists(old)), ([], ["Made by hand"]))

    def test_a_change_of_the_number_moves_the_sequence_to_the_new_number(self):
        ada = self.sandbox.add("gohighlevel", **ADA, customFields=NURTURE)
        self.settle()
        old = self.aloware_id(ADA["phone"])
        self.sandbox.edit("gohighlevel", ada["id"], phone="+12025550143")
        self.settle()
        new = self.aloware_id("+12025550143")
        self.assertEqual([self.membership(one)["sequences"] for one in (new, old)], [[7001], []])
        nothing = [{"id": "CFDstatus", "field_value": ""}]
        self.sandbox.edit("gohighlevel", ada["id"], customFields=nothing)
        self.settle()
        self.assertEqual(self.membership(new)["sequences"], [])

    def test_who_opted_out_is_moved_to_no_list_by_a_change_of_the_number(self):
        self.make_lists("DF_UNASSIGNED_CALL_NOW")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now"])
        self.settle()
        old = self.aloware_id(ADA["phone"])
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.sandbox.edit("gohighlevel", ada["id"], phone="+12025550143")
        self.settle()
        on_lists = [one for one in self.sandbox.contacts("aloware") if self.lists(str(one["id"]))]
        self.assertEqual((self.lists(old), on_lists), ([], []))

    def test_a_kill_while_lists_are_left_does_not_keep_the_sequence_from_beginning(self):
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        one = self.aloware_id(ADA["phone"])
        leaving = "powerdialer-remove-contact-from-lists"
        self.sandbox.fault("aloware", leaving, behaviour="effect_then_timeout")
        self.sandbox.edit("gohighlevel", ada["id"], customFields=NURTURE)
        self.wait_for("the lists are being left", lambda: "leave_lists" in [
            e["data"]["step_name"] for e in self.house.events("delivery.dispatched.v1")])
        self.house.kill_service()
        self.sandbox.clear_faults()
        self.house.start_service()
        self.settle()
        self.assertEqual(self.membership(one)["sequences"], [7001])
        lost = [e["data"]["facts"]["reason_code"] for e in self.deliveries("aloware", "delivery.unknown.v1")]
        self.assertEqual(lost, ["restarted_before_answer"])

    def test_a_stop_also_ends_the_sequence_of_a_record_that_another_took_the_place_of(self):
        ada = self.sandbox.add("gohighlevel", **ADA, customFields=NURTURE)
        self.settle()
        old = self.aloware_id(ADA["phone"])
        self.assertEqual(self.membership(old)["sequences"], [7001])
        self.sandbox.edit("gohighlevel", ada["id"], phone="+12025550143")
        self.settle()
        self.assertNotEqual(self.aloware_id("+12025550143"), old, "the dialer knows records by their number")
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.assertEqual(self.membership(old)["sequences"], [])

    def test_doubtful_words_hold_up_a_sequence_until_somebody_has_read_them(self):
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.sandbox.text(ADA["phone"], "please cancel everything with you")
        self.wait_for("it is to be read", lambda: self.api("/api/v1/reviews")["items"])
        self.sandbox.edit("gohighlevel", ada["id"], customFields=NURTURE)
        self.wait_for("the sequence is wanted", lambda: [
            e for e in self.house.events("action.intended.v1") if e["data"]["action"] == "join_sequence"])
        self.assertEqual(self.membership(self.aloware_id(ADA["phone"]))["sequences"], [])
        review = self.api("/api/v1/reviews")["items"][0]["id"]
        self.api(f"/api/v1/reviews/{review}", {"decision": "not_an_opt_out", "reason": "asked her"})
        self.settle()
        self.assertEqual(self.membership(self.aloware_id(ADA["phone"]))["sequences"], [7001])

    def test_an_appointment_is_kept_with_the_contact_and_written_nowhere(self):
        ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        before = len(self.sandbox.received("aloware"))
        appointment = {"id": "APT1", "contactId": ada["id"], "title": "Kitchen survey", "calendarId": "CAL1",
                       "appointmentStatus": "confirmed", "startTime": "2026-08-20T10:00:00-04:00"}
        told = self.hooks.ghl({"type": "AppointmentCreate", "timestamp": now_text(), "webhookId": "w-apt-1",
                               "locationId": GHL_LOCATION, "appointment": appointment})
        self.settle()
        self.assertEqual(told.status, 200)
        chain = self.house.explain("--contact", ADA["phone"])["chain"]
        shown = next(e for e in chain if e["type"] == "appointment.observed.v1")
        self.assertIn("begins 2026-08-20T14:00:00", shown["text"])
        self.assertEqual(len(self.sandbox.received("aloware")), before)


class Broadcasts(Scenario):
    changes = {"verity": {"broadcast_secret": {"env": "SCENARIO_VERITY_HOOK"}}}

    def message(self, number, status, **more):
        self.hooks.verity({"eventType": "message." + status, "messageId": f"m-{number}",
                           "direction": "outbound",
                           "from": "+13125550117", "to": number, "body": "Open day on Friday",
                           "timestamp": now_text(), "status": status, "raw": {"broadcastId": "ba-1"}, **more})

    def test_the_results_of_a_broadcast_follow_from_what_was_recorded(self):
        numbers = [f"+1202555018{n}" for n in range(4)]
        people = [self.sandbox.add("gohighlevel", first_name="Marisol", last_name="Tennerby", phone=number,
                                   email=f"m{number[-1]}@example.com") for number in numbers]
        self.settle()
        for number in numbers[:2]:
            self.message(number, "sent")
        self.message(numbers[2], "failed", errorCode="40001", errorMessage="Not routable")
        self.message(numbers[3], "failed", errorCode="40300", errorMessage="Blocked due to STOP message")
        self.settle()
        self.sandbox.text(numbers[0], "When does it begin?")
        appointment = {"id": "APT1", "contactId": people[0]["id"], "appointmentStatus": "confirmed"}
        self.hooks.ghl({"type": "AppointmentCreate", "timestamp": now_text(), "webhookId": "w-apt-2",
                        "locationId": GHL_LOCATION, "appointment": appointment})
        body = {"broadcastId": "ba-1", "eventType": "broadcast_completed", "timestamp": now_text()}
        secret = [("X-DF-Broadcast-Secret", "example-verity-webhook-secret")]
        self.assertEqual(self.hooks.post("/webhooks/verity/broadcast", body, secret).status, 200)
        self.settle()
        items = self.wait_for("the tables know that it is over", lambda: [
            each for each in self.ask("/api/v1/broadcasts")["items"] if each["completed"]])
        self.assertEqual(len(items), 1)
        wanted = {"recipients": 4, "sent": 3, "delivered": 2, "pending": 0, "failed": 1, "opted_out": 1,
                  "responses": 1, "appointments": 1, "delivery_rate": 66.67, "failure_rate": 33.33,
                  "opt_out_rate": 50.0, "response_rate": 50.0, "conversion_rate": 100.0, "completed": True}
        self.assertEqual({name: items[0][name] for name in wanted}, wanted)
