"""A STOP behind a backlog, and while a system is away: it overtakes everything (mission O5, O6, O18)."""
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


class Backlog(Scenario):
    house_kind = PatientHouse
    changes = {"gohighlevel": SLOW, "aloware": SLOW}

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

    def three_records_in_two_systems(self):
        self.spread()
        self.sandbox.set(ghl_allow_duplicates=True)
        self.sandbox.add("gohighlevel", first_name="Marisol", last_name="T.", phone=NUMBER)
        self.sandbox.set(ghl_allow_duplicates=False)
        self.sandbox.play("aloware", "list", phone=NUMBER, list_id=9)
        self.settle()
        self.assertEqual((len(self.sandbox.contacts("gohighlevel")), len(self.sandbox.contacts("aloware"))),
                         (2, 1))

    def make_backlog(self):
        for number in range(PEOPLE):
            self.hooks.generic_contact(f"backlog-{number}", "contact.created", first_name="Zebulon",
                                       last_name="Quimby", phone=f"+1312555{number:04d}")

    def test_it_reaches_every_record_before_2000_others_and_nothing_is_sent_afterwards(self):
        self.three_records_in_two_systems()
        self.make_backlog()
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
        self.settle()
        memberships = self.sandbox.control("GET", "/state/aloware/memberships")["memberships"]
        self.assertEqual([m for m in memberships if m["powerdialer_lists"] or m["sequences"]], [])


class ASystemIsAway(Scenario):
    allow_waiting = True

    def confirmed(self):
        return {e["data"]["target"] for e in self.house.events("action.accepted.v1")
                if e["data"]["action"] == "opt_out"}

    def page(self):
        return self.ask("/api/v1/opt-outs?address=" + NUMBER.replace("+", "%2B"))["items"][0]

    def states(self):
        """Target to (action's state, is it confirmed) as the opt-out's page shows it."""
        shown = self.page()
        return {each["target"]: (each["state"], each["confirmed"] is not None)
                for each in shown["propagation"] if each["action"] == "opt_out"}

    def test_three_of_four_hold_and_the_fourth_stays_open_until_it_returns(self):
        self.spread()
        self.sandbox.fault("aloware", status=503)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("the others have confirmed", lambda: self.confirmed() == {"gohighlevel", "generic"})
        for told in ("generic", "gohighlevel"):
            self.wait_for("the page shows it", lambda: self.states().get(told) == ("accepted", True))
        self.assertFalse(self.states()["aloware"][1])
        untold = {each["target"]: each["reason_code"] for each in self.page()["not_told"]}
        self.assertEqual(untold["verity"], "held_by_the_send_gate")
        self.sandbox.clear_faults()
        self.wait_for("the dialer confirms", lambda: "aloware" in self.confirmed())
