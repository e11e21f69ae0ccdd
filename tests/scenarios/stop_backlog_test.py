"""A STOP behind a backlog overtakes everything, and nothing is sent afterwards (requirements O5, O6, O18)."""
from clients import GHL_LOCATION
from house import House
from scenario import ADA, Scenario

NUMBER = ADA["phone"]
PEOPLE = 2000
# The second contact claims the number of the first: each has a record of its own in the generic system,
# and the dialer's one record is told for both.
TOLD = ["aloware", "aloware", "generic", "generic", "gohighlevel", "gohighlevel"]
SLOW = {"requests_per_second": 150, "burst": 10}


class PatientHouse(House):
    patience = 120


class ThreeRecords(Scenario):
    """Of one person, two of them in GoHighLevel, and on a call list of the dialer."""
    house_kind = PatientHouse
    changes = {"gohighlevel": SLOW, "aloware": SLOW}

    def three_records_in_two_systems(self):
        self.spread()
        self.sandbox.set(ghl_allow_duplicates=True)
        self.sandbox.add("gohighlevel", first_name="Marisol", last_name="T.", phone=NUMBER)
        self.sandbox.set(ghl_allow_duplicates=False)
        self.sandbox.play("aloware", "list", phone=NUMBER, list_id=9)
        self.settle()
        self.assertEqual((len(self.sandbox.contacts("gohighlevel")), len(self.sandbox.contacts("aloware"))),
                         (2, 1))

    def make_backlog(self, people):
        for number in range(people):
            self.hooks.generic_contact(f"backlog-{number}", "contact.created", first_name="Zebulon",
                                       last_name="Quimby", phone=f"+1312555{number:04d}")


class Backlog(ThreeRecords):
    def dispatched(self, target):
        """(position, delivery) of each attempt's first request."""
        return [(e["position"], e["data"]["delivery"])
                for e in self.deliveries(target, "delivery.dispatched.v1") if e["data"]["step"] == 0]

    def opt_outs(self):
        return {e["data"]["delivery"]: e["data"]["target"] for e in self.house.events("action.intended.v1")
                if e["data"]["action"] == "opt_out"}

    def confirmed(self):
        opt_outs = self.opt_outs()
        return [opt_outs[e["data"]["facts"]["delivery"]] for e in self.house.events("action.accepted.v1")
                if e["data"]["facts"]["delivery"] in opt_outs]

    def assert_an_agents_text_is_refused(self):
        self.wait_for("the tables know", lambda: self.house.tool(
            "audit", "opt-outs", "--address", NUMBER)[0]["channels"]["sms"]["state"] == "opted_out")
        record = next(c["id"] for c in self.sandbox.contacts("gohighlevel") if c["phone"] == NUMBER)
        answer = self.hooks.ghl({"contactId": record, "locationId": GHL_LOCATION, "messageId": "m-1",
                                 "type": "SMS", "phone": NUMBER, "message": "An offer", "attachments": [],
                                 "userId": "u"}, path="/webhooks/gohighlevel/provider-delivery")
        self.assertEqual((answer.status, answer.json["success"], answer.json["reason"]),
                         (200, False, "opted_out"))

    def sent_after_the_stop(self):
        """What was meant for the person's telephone since, blocked or not."""
        sends = self.sandbox.control("GET", "/sends?after=0&limit=1000")["sends"]
        stop = next(each["number"] for each in sends if each["stop"])
        return [each for each in sends if each["number"] > stop and each.get("to") == NUMBER]

    def test_it_reaches_every_record_before_2000_others_and_nothing_is_sent_afterwards(self):
        self.three_records_in_two_systems()
        self.make_backlog(PEOPLE)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("every record is told", lambda: sorted(self.confirmed()) == TOLD)
        stop = self.newest_webhook("verity")
        still_waiting = self.house.open_work(allow_waiting=True)
        self.assertGreater(len(still_waiting), 500, "the backlog was gone: the test says nothing")
        opt_outs = self.opt_outs()
        self.assertEqual([c["dndSettings"]["SMS"]["status"] for c in self.sandbox.contacts("gohighlevel")
                          if c["phone"] == NUMBER], ["active", "active"])
        for target in ("gohighlevel", "aloware"):
            sent = self.dispatched(target)
            last = max(position for position, delivery in sent if delivery in opt_outs)
            overtaken = [delivery for position, delivery in sent
                         if stop < position < last and delivery not in opt_outs]
            # What had its turn at the limit already goes first; nothing that came later.
            self.assertLessEqual(len(overtaken), 40, f"{target} was told behind others")
        self.assert_an_agents_text_is_refused()
        self.settle()
        self.assertEqual(self.sent_after_the_stop(), [])
        self.assertEqual([(e["data"]["allowed"], e["data"]["reason_code"])
                          for e in self.house.events("send.decided.v1")], [(False, "opted_out")])
        memberships = self.sandbox.control("GET", "/state/aloware/memberships")["memberships"]
        self.assertEqual([m for m in memberships if m["powerdialer_lists"] or m["sequences"]], [])
