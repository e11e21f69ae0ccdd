"""A system is away when somebody opts out: that stays open, after two minutes as an alarm (requirement O18)."""
from clients import call
from house import wait_for
from stop_backlog_test import NUMBER, ThreeRecords

RULE = "opt_out_not_confirmed"
OTHERS = 300  # deliveries to the same system that wait as well


class ASystemIsAway(ThreeRecords):
    allow_waiting = True

    def confirmed(self):
        return {e["data"]["target"] for e in self.house.events("action.accepted.v1")
                if e["data"]["action"] == "opt_out"}

    def alarms(self):
        return [each for each in self.ask("/api/v1/alerts")["items"] if each["rule"] == RULE]

    def counted(self):
        """The same in /metrics."""
        lines = call(self.house.base + "/metrics").body.decode().splitlines()
        return next(int(each.split()[-1]) for each in lines
                    if each.startswith(f'tidemark_alert_active{{rule="{RULE}"}}'))

    def page(self):
        return self.ask("/api/v1/opt-outs?address=" + NUMBER.replace("+", "%2B"))["items"][0]

    def states(self):
        """Target to (action's state, is it confirmed) as the opt-out's page shows it."""
        shown = self.page()
        return {each["target"]: (each["state"], each["confirmed"] is not None)
                for each in shown["propagation"] if each["action"] == "opt_out"}

    def assert_told_but_the_dialer(self):
        for told in ("generic", "gohighlevel"):
            self.wait_for("the page shows it", lambda: self.states().get(told) == ("accepted", True))
        self.assertFalse(self.states()["aloware"][1])
        self.wait_for("Verity heard of it", lambda: self.states().get("verity") == ("forwarded", False))
        self.assertNotIn("verity", [each["target"] for each in self.page()["not_propagated"]])

    def test_three_of_four_hold_and_the_fourth_is_an_alarm_until_it_returns(self):
        self.three_records_in_two_systems()
        self.sandbox.fault("aloware", status=503, times=-1)
        self.make_backlog(OTHERS)
        self.sandbox.text(NUMBER, "STOP")
        self.wait_for("the others have confirmed", lambda: self.confirmed() == {"gohighlevel", "generic"})
        self.assert_told_but_the_dialer()
        self.assertEqual((self.alarms(), self.counted()), ([], 0), "an alarm before its time")
        open_ones = {e["data"]["delivery"] for e in self.house.events("action.intended.v1")
                     if e["data"]["action"] == "opt_out" and e["data"]["target"] == "aloware"}
        self.assertEqual(len(open_ones), 2, "one for each contact")
        wait_for("the alarm", lambda: {each["subject"] for each in self.alarms()} == open_ones, 180, 1)
        self.assertEqual({(each["severity"], each["text"].split(" ")[0]) for each in self.alarms()},
                         {("critical", "aloware")})
        self.assertEqual(self.counted(), 2)
        self.sandbox.clear_faults()
        wait_for("the dialer confirms", lambda: "aloware" in self.confirmed(), 180)
        wait_for("the alarm ends", lambda: (self.alarms(), self.counted()) == ([], 0), 180, 1)
        self.assertEqual(self.states()["aloware"], ("accepted", True))
