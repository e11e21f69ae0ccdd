"""A do-not-contact mark at the dialer whose webhook was lost: it is asked number by number (requirement C16)."""
from scenario import ADA, Scenario

BO = {**ADA, "firstName": "Bo", "phone": "+12025550143", "email": "bo@example.com"}


class LostMarks(Scenario):
    changes = {"verity": None}

    def reconcile(self, *options, code=0):
        last = self.house.tool("reconcile", "aloware", *options, codes=(code,))[-1]
        self.settle(self.allow_waiting)
        return last["summary"]

    def closed(self):
        """Numbers whose texts the CRM shows closed."""
        return [each["phone"] for each in self.sandbox.contacts("gohighlevel")
                if (each.get("dndSettings") or {}).get("SMS", {}).get("status") == "active"]

    def mark_unheard(self, phone, **flags):
        record, = [each["id"] for each in self.sandbox.contacts("aloware") if each["phone_number"] == phone]
        self.sandbox.fault("aloware", "Contact", behaviour="drop", times=-1)
        self.sandbox.edit("aloware", record, **flags)
        self.settle()
        self.sandbox.clear_faults()
        return record

    def two_people(self):
        for person in (ADA, BO):
            self.sandbox.add("gohighlevel", **person)
        self.settle()

    def test_a_mark_whose_webhook_was_lost_is_found_and_told_everywhere(self):
        self.two_people()
        self.mark_unheard(BO["phone"], is_dnc=True)
        self.assertEqual(self.closed(), [], "nobody has heard of it")
        summary = self.reconcile()
        self.assertEqual((summary["seen"], summary["mapped"], summary["errors"]), (2, 1, 0))
        self.assertEqual(self.closed(), [BO["phone"]])
        said, = [e["data"] for e in self.house.events("consent.changed.v1") if e["data"]["kind"] == "phone"]
        self.assertEqual((said["change"], said["source"], said["evidence"]), ("revoked", "aloware", "flag"))
        pages = {e["position"] for e in self.house.events("backfill.page_received.v1")}
        self.assertIn(said["input"], pages, "what found it is on record")
        self.assertEqual(len(pages), 2, "one look-up for each number")
        run, = [e["position"] for e in self.house.events("backfill.requested.v1")]
        self.assertEqual({e["data"]["purpose"] for e in self.house.events("action.intended.v1")
                          if e["data"]["action"] == "opt_out"}, {f"reconcile:{run}"}, "behind live ones")
        told = len(self.house.events("action.intended.v1"))
        self.assertEqual(self.reconcile()["seen"], 2)
        self.assertEqual(len(self.house.events("action.intended.v1")), told, "now all is as known")
        self.assertEqual(len(self.sandbox.contacts("aloware")), 2)

    def test_a_look_up_that_finds_nobody_or_fails_says_so_and_the_rest_is_asked(self):
        self.two_people()
        self.mark_unheard(BO["phone"], is_opted_out=True)
        self.sandbox.fault("aloware", "phone-number", status=404, times=1)
        summary = self.reconcile()
        self.assertEqual((summary["seen"], summary["errors"]), (1, 0))
        self.sandbox.fault("aloware", "phone-number", status=503, times=1)
        self.assertEqual(self.reconcile()["seen"], 2)
        self.assertEqual(self.closed(), [BO["phone"]])

    def test_people_whom_nobody_knows_cannot_be_asked_for(self):
        self.two_people()
        self.assertEqual(self.house.tool("backfill", "aloware", codes=(1,))[-1]["summary"]["reason_code"],
                         "offers_no_list")

    def test_nobody_known_is_nobody_to_ask_about(self):
        self.assertEqual(self.reconcile()["seen"], 0)
