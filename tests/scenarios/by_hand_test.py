"""What no call can tell a system of an opt-out, and what is left to people (requirements O5, O6)."""
import hashlib

from clients import GHL_LOCATION, compact, now_text
from scenario import ADA, GHL_ADA, Scenario

NUMBER = ADA["phone"]
OTHER = {**ADA, "phone": "+12025550143", "email": "zebulon.quimby@example.com"}


class Hands(Scenario):
    def audited(self, address=NUMBER):
        return self.house.tool("audit", "opt-outs", "--address", address, codes=(0, 1))[0]

    def states(self, target, address=NUMBER):
        return [one["state"] for one in self.audited(address)["propagation"]
                if one["target"] == target and one["action"] == "opt_out"]

    def left(self, *options):
        rows = self.house.tool("opt-outs", "by-hand", *options)
        return [(row["connector"], row["state"]) for row in rows if "connector" in row]

    def alerts(self):
        return {each["subject"]: each["severity"] for each in self.house.api("/alerts").json["items"]
                if each["rule"] == "opt_out_needs_hand"}

    def done(self, connector, code=0):
        return self.house.tool("opt-outs", "done", NUMBER, "--connector", connector,
                               "--reason", "set it there", codes=(code,))


class VerityHears(Hands):
    def test_an_opt_out_said_at_the_dialer_is_forwarded_and_never_called_confirmed(self):
        self.spread()
        self.sandbox.edit("aloware", self.ids()["aloware"], is_dnc=True)
        self.wait_for("it went on", lambda: self.states("verity") == ["forwarded"])
        row, = [one for one in self.audited()["propagation"] if one["target"] == "verity"]
        self.assertIsNone(row["confirmed"])
        self.assertEqual(row["via"], "gohighlevel")
        took = next(e for e in self.house.events("delivery.accepted.v1") if e["position"] == row["forwarded"])
        self.assertEqual(took["data"]["target"], "verity")
        self.assertNotIn("verity", [one["target"] for one in self.audited()["not_propagated"]])
        self.assertNotIn("verity", [one[0] for one in self.left()])

    def test_a_mark_whose_webhook_does_not_come_is_waited_for(self):
        self.spread()
        self.sandbox.set(echo=False)
        self.sandbox.text(NUMBER, "STOP")
        self.settle()
        self.wait_for("the mark is written", lambda: self.states("gohighlevel") == ["accepted"])
        self.assertEqual(self.states("verity"), ["awaiting_webhook"])
        deadline = self.audited()["deadlines"][0]
        self.assertEqual((deadline["rule"], deadline["state"]), ("confirmed_in_2_minutes", "open"))
        contact = self.sandbox.contacts("gohighlevel")[0]
        self.hooks.ghl({"type": "ContactDndUpdate", "timestamp": now_text(), "locationId": GHL_LOCATION,
                        "webhookId": "33333333-0000-4000-8000-000000000001", "id": contact["id"], **GHL_ADA,
                        "dnd": False, "dndSettings": contact["dndSettings"]})
        self.wait_for("it comes late", lambda: self.states("verity") == ["forwarded"])


class OtherBodiesOfAnOptedOutPerson(Hands):
    def setUp(self):
        super().setUp()
        self.spread()
        self.sandbox.set(echo=False)  # the webhook about our mark does not come
        self.sandbox.text(NUMBER, "STOP")
        self.settle()
        self.wait_for("the mark is written", lambda: self.states("gohighlevel") == ["accepted"])
        self.contact = self.sandbox.contacts("gohighlevel")[0]
        self.before = self.forwarded()

    def forwarded(self):
        return [entry["body_sha256"] for entry in self.sandbox.received("verity")
                if entry["path"].endswith("/ghl/webhook")]

    def tell(self, number, kind, **fields):
        body = {"type": kind, "timestamp": now_text(), "locationId": GHL_LOCATION,
                "webhookId": f"33333333-0000-4000-8000-{number:012d}", **fields}
        self.assertEqual(self.hooks.ghl(body).status, 200)
        return hashlib.sha256(compact(body)).hexdigest()

    def notes(self):
        told = [self.tell(number, "NoteCreate", id=f"NOTE{number}", contactId=self.contact["id"], body="Hi")
                for number in (1, 2)]
        self.wait_for("they are decided", lambda: len(self.house.events("contact.mentioned.v1")) == 2)
        self.assertEqual([each["data"]["targets"][0]["reason_code"]
                          for each in self.house.events("contact.mentioned.v1")], ["waits_for_mark"] * 2)
        return told

    def test_wait_until_the_mark_was_taken_and_go_on_in_order(self):
        self.sandbox.fault("verity", "ghl/webhook", status=503, times=2)
        notes = self.notes()
        mark = self.tell(3, "ContactDndUpdate", id=self.contact["id"], **GHL_ADA, dnd=False,
                         dndSettings=self.contact["dndSettings"])
        self.settle()
        self.assertEqual(self.forwarded()[len(self.before):], [mark] * 3 + notes)
        self.assertEqual(self.states("verity"), ["forwarded"])

    def test_go_on_when_somebody_says_that_the_mark_was_set_by_hand(self):
        notes = self.notes()
        self.assertEqual(self.forwarded(), self.before)
        self.done("verity")
        self.settle()
        self.assertEqual(self.forwarded()[len(self.before):], notes)

    def test_leave_an_opt_out_through_a_pause_and_stay_behind_it(self):
        notes = self.notes()
        self.house.tool("pause", "verity", "--reason", "it is moved")
        mark = self.tell(3, "ContactDndUpdate", id=self.contact["id"], **GHL_ADA, dnd=False,
                         dndSettings=self.contact["dndSettings"])
        self.wait_for("the mark went on", lambda: self.states("verity") == ["forwarded"])
        self.assertEqual(self.forwarded()[len(self.before):], [mark])
        self.house.tool("resume", "verity", "--reason", "it is there")
        self.settle()
        self.assertEqual(self.forwarded()[len(self.before):], [mark] + notes)


class NoCrmStandsBetween(Hands):
    changes = {"gohighlevel": None}
    sync = {"precedence": ["aloware", "generic"]}

    def test_a_person_has_to_do_it_at_once_and_the_alert_ends_when_it_is_done(self):
        self.sandbox.add("aloware", **ADA)
        self.settle()
        self.sandbox.text(NUMBER, "STOP")
        self.settle()
        self.assertEqual(self.states("verity"), ["to_be_done_by_hand"])
        self.wait_for_api("both are listed", lambda: [one[0] for one in self.left()] == ["verity", "aloware"])
        self.assertEqual(self.left("--connector", "verity"), [("verity", "to_be_done_by_hand")])
        self.assertEqual(self.alerts(), {"verity": "warning"}, "the dialer has two minutes")
        self.assertEqual(self.house.tool("status", codes=(1,))[0]["opt_outs_by_hand"], 2)
        self.done("gohighlevel", 2)
        self.done("verity")
        self.wait_for_api("the alert ends", lambda: self.alerts() == {})
        self.assertEqual(self.states("verity"), ["done_by_hand"])
        self.done("verity", 1)
        said, = self.house.events("opt_out.marked_by_hand.v1")
        self.assertEqual((said["data"]["connector"], bool(said["data"]["by"])), ("verity", True))
        self.assertEqual(self.left(), [("aloware", "to_be_done_by_hand")])
        self.sandbox.edit("aloware", self.sandbox.contacts("aloware")[0]["id"], is_dnc=True)
        self.wait_for("its own mark was seen", lambda: self.left() == [])

    def test_an_opt_in_and_a_stranger_leave_nothing_to_people(self):
        self.sandbox.add("aloware", **OTHER)
        self.settle()
        self.assertEqual(self.left(), [])
        self.sandbox.text(NUMBER, "START")
        self.settle()
        self.assertEqual(self.left(), [])
