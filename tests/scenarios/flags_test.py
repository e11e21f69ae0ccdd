"""Agents who are switched off in a channel while the service runs (row G15)."""
import messages_test
from quiet_hours_test import Writing
from scenario import ADA

USER = "USRexample0000000001"


class Flags(Writing):
    sync = {"agents": [{"key": "jane", "owner": [USER]}],
            "replies": {"opt_out_confirmation": "You are opted out.", "help": "Call +1 312 555 0117."}}

    def flag(self, how, *more, codes=(0,)):
        return self.house.tool("flags", "set", "--agent", "jane", "--channel", "sms", how, "--reason",
                               "writes to the wrong list", *more, codes=codes)

    def test_what_an_agent_writes_who_is_off_fails_until_the_agent_is_on_again(self):
        contact = self.spread()
        at = self.flag("--off", "--until", "2099-01-01T00:00:00Z")[0]["position"]
        shown, last = self.house.tool("flags", "list")
        self.assertEqual((shown["agent"], shown["on"], shown["reason"], shown["planned_end"]),
                         ("jane", False, "writes to the wrong list", "2099-01-01T00:00:00.000000Z"))
        self.assertEqual(last["summary"], {"flags": 1, "off": 1})
        self.house.restart()
        held, said = self.agent_writes(contact, "The installer is on the way.")
        self.assertEqual((held["allowed"], held["reason_code"], held["flag"]),
                         (False, "agent_switched_off", {"agent": "jane", "set": at}))
        self.assertIn(f"The agent jane was switched off for sms at position {at}.", said)
        self.assertEqual(self.sent(), [])
        states = self.house.explain("--contact", ADA["phone"])["targets"]
        self.assertIn("blocked", str(states))
        failed, = [m for m in messages_test.Messages.messages(self) if "installer" in m["body"]]
        self.assertEqual(failed["status"], "failed")
        self.sandbox.text(ADA["phone"], "HELP")
        self.wait_for("the person is answered", lambda: [d for d in self.decided()
                                                         if d["purpose"] == "help" and d["allowed"]])
        self.flag("--on")
        self.flag("--on", codes=(1,))
        again, _ = self.agent_writes(contact, "The installer comes today.")
        self.assertEqual((again["allowed"], "flag" in again), (True, False))

    def test_a_confirmation_of_an_opt_out_leaves_all_the_same(self):
        self.spread()
        self.flag("--off")
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("it is confirmed", lambda: [d for d in self.decided()
                                                  if d["purpose"] == "confirmation" and d["allowed"]])
        self.assertEqual([(d["purpose"], d["allowed"]) for d in self.decided()], [("confirmation", True)])

    def decided(self):
        return [e["data"] for e in self.house.events("send.decided.v1")]

    def sent(self):
        return messages_test.Messages.texts_out(self)
