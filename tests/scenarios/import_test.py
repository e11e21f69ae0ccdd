"""A registry of opt-outs from elsewhere is taken row by row, and closes whom it names."""
import subprocess
import threading

from house import BUILD
from scenario import ADA, Scenario

PHONE, MOBILE, MAIL = "+12025550142", "+12025550199", "marisol.tennerby@example.com"


class Imports(Scenario):
    def list_of(self, text, name="registry.csv"):
        path = self.house.dir / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, path, *more, codes=(0,)):
        """The faults that were named, and the summary."""
        *faults, last = self.house.tool("import", "opt-outs", path, "--reason", "registry of June", *more,
                                        codes=codes)
        return faults, last["summary"]

    def channels(self, address):
        items = self.ask("/api/v1/opt-outs?address=" + address.replace("+", "%2B"))["items"]
        return {name: one["state"] for name, one in items[0]["channels"].items()}

    def wait_closed(self, address, *channels):
        self.wait_for_api(f"{channels} closed", lambda: all(
            self.channels(address).get(channel) == "opted_out" for channel in channels))

    def imported(self):
        return self.house.events("opt_out.imported.v1")

    def say(self, words):
        self.sandbox.text(PHONE, words)

    def test_bad_rows_are_named_and_the_rest_is_taken_once(self):
        listed = self.list_of("\ufeffFirst Name,Phone,Mobile,E-mail,Channel,Date\r\n"
                              "Ada,(202) 555-0142,+1 202 555 0199,,all,2025-03-04\r\n"
                              "Bob,12,,,all,\r\n"
                              "Cy,2025550143,,,fax,\r\n"
                              "Di,2025550144,,,sms,03/04/2025\r\n"
                              "Ed,\"2025550145,,,sms,\r\n"
                              "Flo,2025550146,,,calls,\r\n"
                              "Gus,,,marisol.tennerby@example.com,email,\r\n")
        faults, dry = self.take(listed, "--dry-run", codes=(1,))
        self.assertEqual([one["line"] for one in faults], [3, 4, 5, 6])
        self.assertEqual((dry["addresses"], dry["taken"], dry["faults"]), (4, 0, 4))
        self.assertEqual(self.imported(), [])
        faults, done = self.take(listed, codes=(1,))
        self.assertEqual([one["line"] for one in faults], [3, 4, 5, 6])
        for fault in faults:
            self.assertNotIn("555", fault["text"])
        self.assertEqual((done["taken"], done["taken_before"]), (4, 0))
        self.settle()
        self.assertEqual([(e["data"]["line"], e["data"]["channels"]) for e in self.imported()],
                         [(2, ["sms", "call", "whatsapp"]), (2, ["sms", "call", "whatsapp"]), (7, ["call"]),
                          (8, ["email"])])
        self.wait_closed(PHONE, "sms", "call", "whatsapp")
        self.wait_closed(MOBILE, "sms", "call", "whatsapp")
        self.wait_closed("+12025550146", "call")
        self.assertNotEqual(self.channels("+12025550146").get("sms"), "opted_out")
        self.wait_closed(MAIL, "email")
        changes = len(self.house.events("consent.changed.v1"))
        _, again = self.take(listed, codes=(1,))
        self.assertEqual((again["taken"], again["taken_before"]), (0, 4))
        self.take(self.list_of("phone\r2025550142\r", "other.csv"))
        self.settle()
        self.assertEqual(len(self.house.events("consent.changed.v1")), changes, "it stands already")
        audit = self.house.tool("audit", "opt-outs", "--address", PHONE)
        self.assertIn("import:" + done["file_hash"][:12], str(audit))

    def test_it_is_an_action_that_somebody_else_may_look_at_and_stop(self):
        listed = self.list_of("phone\n" + "".join(f"+1312555{n:04}\n" for n in range(5000)))
        run = subprocess.Popen(
            [BUILD / "tidemark", "--data", self.house.data, "import", "opt-outs", listed, "--reason", "big",
             "--rate", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        found = self.wait_for_api("it is shown", lambda: [
            one for one in self.ask("/api/v1/actions")["items"] if one["requested"] > 0])[0]
        self.assertEqual((found["what"], found["state"], found["import"]["list"]),
                         ("import", "running", "opt_outs"))
        self.house.api(f"/actions/{found['id']}/stop", "POST", {})
        _, said = run.communicate(timeout=60)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("stopped", said)
        end = self.ask(f"/api/v1/actions/{found['id']}")
        self.assertEqual(end["state"], "stopped")
        self.assertLess(end["requested"], 5000)
        self.assertGreaterEqual(len(self.imported()), end["requested"])
        _, done = self.take(listed, "--rate", "100000")
        self.assertEqual(done["taken"] + done["taken_before"], 5000)
        again = self.ask(f"/api/v1/actions/{done['action']}")
        self.assertEqual((again["state"], again["requested"]), ("done", done["taken"]))

    def test_json_lines_close_their_people_in_the_other_systems(self):
        contact = self.spread()
        _, done = self.take(self.list_of('{"phone": "2025550142", "channel": "sms"}\n\n'
                                         '{"email": "Marisol.Tennerby@example.com"}\n', "dnc.ndjson"))
        self.assertEqual(done["taken"], 2)
        self.settle()
        self.wait_closed(PHONE, "sms")
        opt_outs = [e["data"] for e in self.house.events("action.intended.v1")
                    if e["data"]["action"] == "opt_out"]
        # What the CRM then says of the mark that we set is its own statement, and is told to others as such.
        self.assertIn("import:" + done["file_hash"][:12],
                      {e["purpose"] for e in opt_outs if e["target"] == "gohighlevel"})
        self.assertEqual({e["target"] for e in opt_outs if "sms" in e["channels"]} & {"gohighlevel"},
                         {"gohighlevel"})
        held, = (one for one in self.sandbox.contacts("gohighlevel") if one["id"] == contact["id"])
        self.assertEqual(held["dndSettings"]["SMS"]["status"], "active")

    def test_a_row_older_than_a_start_waits_for_a_person_and_nothing_is_sent(self):
        self.say("STOP")
        self.settle()
        self.wait_closed(PHONE, "sms")
        self.say("START")
        self.settle()
        self.wait_for_api("open again", lambda: self.channels(PHONE)["sms"] == "opted_in")
        self.take(self.list_of(f"phone,channel,date\n{PHONE},sms,2024-05-01\n"))
        self.settle()
        review = self.wait_for_api("the review", lambda: self.ask("/api/v1/reviews")["items"])[0]
        self.assertEqual((review["reason_code"], review["source"]), ("older_than_opt_in", "import"))
        self.assertTrue(self.ask("/api/v1/opt-outs?address=%2B12025550142")["items"][0]["channels"]["sms"][
            "in_review"])
        self.take(self.list_of(f"phone,channel,date\n{PHONE},sms,2024-05-02\n", "newer.csv"))
        self.settle()
        self.assertEqual(len(self.ask("/api/v1/reviews")["items"]), 1, "it asks the same")
        self.house.api("/reviews/" + review["id"], "POST", {"decision": "opt_out", "reason": "old paper"})
        self.settle()
        self.wait_closed(PHONE, "sms")

    def test_a_live_stop_is_decided_before_the_rows_that_wait(self):
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        rows = "".join(f"+1312555{n:04}\n" for n in range(3000))
        listed = self.list_of("phone\n" + rows)
        tool = threading.Thread(target=lambda: subprocess.run(
            [BUILD / "tidemark", "--data", self.house.data, "import", "opt-outs", listed, "--reason", "big",
             "--rate", "100000"], check=True, capture_output=True))
        tool.start()
        self.wait_for("the import runs", lambda: len(self.imported()) > 500)
        self.say("STOP")
        self.wait_closed(PHONE, "sms")
        tool.join()
        self.settle()
        events = self.house.events()
        stop = self.newest_webhook("verity")
        order = [e["cause"] for e in events if e["type"] == "webhook.interpreted.v1"]
        rows_before = {e["position"] for e in self.imported() if e["position"] < stop}
        late = [cause for cause in order[order.index(stop) + 1:] if cause in rows_before]
        self.assertEqual(len(self.imported()), 3000)
        self.assertTrue(late or not rows_before, "rows that came before the STOP are decided after it")
