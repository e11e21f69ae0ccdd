"""A list of messages is kept with its people: shown nowhere else, sent by nobody, and its STOPs hold."""
from scenario import Scenario

PHONE, OTHER = "+12025550142", "+12025550143"
LISTED = ("From,To,Body,Direction,SentDate,Sid,Segments\n"
          f"{PHONE},+12025550199,When do you open?,inbound,2025-03-04T10:00:00Z,SM1,1\n"
          f"+12025550199,{PHONE},At nine.,outbound-api,2025-03-04T10:05:00Z,SM2,1\n"
          f"{PHONE},+12025550199,Thanks,inbound,2025-03-04,SM3,1\n")


class MessageImports(Scenario):
    def list_of(self, text, name="texts.csv"):
        path = self.house.dir / name
        path.write_text(text)
        return path

    def take(self, path, *more, codes=(0,)):
        """The faults that were named, and the summary."""
        *faults, last = self.house.tool("import", "messages", path, "--reason", "texts of before", *more,
                                        codes=codes)
        return faults, last["summary"]

    def messages(self, phone=PHONE):
        return self.ask(f"/api/v1/messages?phone=%2B{phone[1:]}")["items"]

    def test_what_was_said_before_stands_in_the_thread_and_goes_nowhere(self):
        self.spread()
        self.sandbox.text(PHONE, "Hello again")
        self.settle()
        listed = self.list_of(LISTED)
        faults, dry = self.take(listed, "--source", "old-crm", "--dry-run", codes=(1,))
        self.assertEqual([one["line"] for one in faults], [4])
        self.assertEqual((dry["fine"], dry["of_nobody"], dry["opt_outs"], dry["columns_not_read"]),
                         (2, 0, 0, ["segments"]))
        intended = len(self.house.events("action.intended.v1"))
        faults, done = self.take(listed, "--source", "old-crm", codes=(1,))
        self.assertEqual(([one["line"] for one in faults], done["taken"]), ([4], 2))
        self.settle()
        self.assertEqual(len(self.house.events("action.intended.v1")), intended, "it goes nowhere")
        told = [(one["text"], one["direction"], one["system"], one["listed"]) for one in self.messages()]
        self.assertEqual(told, [("Hello again", "inbound", "verity", False),
                                ("At nine.", "outbound", "old-crm", True),
                                ("When do you open?", "inbound", "old-crm", True)])
        self.assertIn("said_before_import", str(self.house.explain("--contact", PHONE)))
        self.assertIn("imported a message from the person", str(self.house.explain("--contact", PHONE)))
        _, again = self.take(listed, "--source", "old-crm", codes=(1,))
        self.assertEqual((again["taken"], again["taken_before"]), (0, 2))
        printed = self.house.tool("messages", PHONE)
        self.assertEqual([one["listed"] for one in printed[:-1]], [False, True, True])

    def test_a_stop_of_before_closes_and_a_start_opens_nothing(self):
        self.spread()
        rows = ("phone,direction,at,text\n"
                f"{PHONE},inbound,2025-03-04T10:00:00Z,STOP\n"
                f"{PHONE},inbound,2025-04-04T10:00:00Z,START\n")
        _, done = self.take(self.list_of(rows))
        self.assertEqual((done["taken"], done["opt_outs"]), (2, 1))
        self.settle()
        found = self.ask(f"/api/v1/opt-outs?address=%2B{PHONE[1:]}")["items"][0]
        self.assertEqual(found["channels"]["sms"]["state"], "opted_out")
        changes = self.house.events("consent.changed.v1")
        change, = (one for one in changes if one["data"]["change"] == "revoked")
        self.assertEqual(change["data"]["stated_at"], "2025-03-04T10:00:00.000000Z")
        self.assertEqual([one["text"] for one in self.messages()], ["START", "STOP"])

    def test_words_that_may_be_an_opt_out_are_asked_about_once(self):
        self.spread()
        rows = ("phone,direction,at,text\n"
                f"{PHONE},inbound,2025-03-04T10:00:00Z,can you stop by at 5\n"
                f"{PHONE},inbound,2025-03-05T10:00:00Z,please cancel my Tuesday slot\n")
        self.take(self.list_of(rows))
        self.settle()
        review, = self.ask("/api/v1/reviews")["items"]
        self.assertEqual(review["kind"], "maybe_opt_out")
        self.assertFalse(self.ask(f"/api/v1/may-send?address=%2B{PHONE[1:]}&channel=sms")["allowed"])

    def test_messages_of_nobody_wait_until_the_person_is_known(self):
        rows = f"phone,direction,at,text\n{OTHER},inbound,2025-03-04T10:00:00Z,When do you open?\n"
        _, dry = self.take(self.list_of(rows), "--dry-run")
        self.assertEqual(dry["of_nobody"], 1)
        self.take(self.list_of(rows))
        self.settle(allow_waiting=True)
        self.spread(phone=OTHER)
        self.assertEqual([one["text"] for one in self.messages(OTHER)], ["When do you open?"])
