"""Opportunities move people between call lists and off them, in whatever order their webhooks come."""
from clients import GHL_LOCATION, now_text
from on_lists import LISTS, OnLists
from scenario import ADA

NEW, FOLLOW_UP, HOT = "DF_UNASSIGNED_NEW_LEADS", "DF_UNASSIGNED_FOLLOW_UP", "DF_UNASSIGNED_HOT"


class Stages(OnLists):
    sync = {"tag_lists": LISTS, "new_contacts_list": "DF_{agent}_NEW_LEADS",
            "stages": [{"pipeline": "PIP1", "stage": "STG2", "connector": "aloware",
                        "list": "DF_{agent}_FOLLOW_UP"},
                       {"stage": "STG3", "connector": "aloware", "sequence": "7001"}]}
    changes = {}

    def setUp(self):
        super().setUp()
        self.make_lists(NEW, FOLLOW_UP, HOT)
        self.ada = self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        self.one = self.aloware_id(ADA["phone"])

    def opportunity(self, kind, stage, status="open", at=""):
        told = self.hooks.ghl({
            "type": kind, "timestamp": at, "webhookId": f"w-opp-{kind}-{at}",
            "id": "OPP1", "contactId": self.ada["id"], "pipelineId": "PIP1", "pipelineStageId": stage,
            "status": status, "name": "Kitchen refit", "locationId": GHL_LOCATION})
        self.assertEqual(told.status, 200)
        self.settle()

    def test_a_new_contact_moves_by_its_opportunity_and_leaves_every_list_when_it_is_lost(self):
        self.assertEqual(self.lists(self.one), [NEW])
        self.opportunity("OpportunityCreate", "STG1", at="2026-08-16T10:00:00.000Z")
        self.assertEqual(self.lists(self.one), [NEW], "no rule is for that stage")
        self.opportunity("OpportunityStageUpdate", "STG2", at="2026-08-16T10:00:05.000Z")
        self.assertEqual(self.lists(self.one), [FOLLOW_UP])
        self.sandbox.edit("gohighlevel", self.ada["id"], tags=["hot lead"])
        self.settle()
        self.assertEqual(self.lists(self.one), [FOLLOW_UP, HOT])
        self.opportunity("OpportunityStatusUpdate", "STG2", "lost", at="2026-08-16T10:00:09.000Z")
        self.assertEqual(self.lists(self.one), [])
        self.opportunity("OpportunityUpdate", "STG2", at="2026-08-16T10:00:06.000Z")
        self.assertEqual(self.lists(self.one), [], "it was told late, and is from before")
        chain = self.house.explain("--contact", ADA["phone"])["chain"]
        told = [e for e in chain if e["type"] == "opportunity.observed.v1"]
        self.assertIn("tells of the opportunity OPP1 with the contact: lost, stage STG2.",
                      " ".join(e["text"] for e in told))
        self.assertIn("older_than_known", [e["reason_code"] for e in told])

    def test_a_stage_begins_a_sequence_and_a_rebuild_knows_all_of_it(self):
        self.opportunity("OpportunityStageUpdate", "STG3", at="2026-08-16T10:00:00.000Z")
        self.assertEqual((self.membership(self.one)["sequences"], self.lists(self.one)), ([7001], []))
        self.opportunity("OpportunityStageUpdate", "STG2", at="2026-08-16T10:00:05.000Z")
        self.assertEqual((self.membership(self.one)["sequences"], self.lists(self.one)), ([], [FOLLOW_UP]))
        contact, last = self.house.tool("lists", "rebuild", "aloware", "--dry-run")
        self.assertEqual((contact["stays_on"], contact["taken_off"], contact["put_on"]),
                         ([FOLLOW_UP], [], []))
        self.assertIn(NEW, contact["left_if_there"])
        self.assertEqual(last["summary"]["contacts"], 1)

    def test_who_opted_out_is_put_on_no_list_by_an_opportunity(self):
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        self.opportunity("OpportunityStageUpdate", "STG2", at="2026-08-16T10:00:00.000Z")
        self.assertEqual(self.lists(self.one), [])

    def test_an_opportunity_that_is_told_of_before_its_contact_waits_for_it(self):
        told = self.hooks.ghl({
            "type": "OpportunityCreate", "timestamp": now_text(), "webhookId": "w-early", "id": "OPP9",
            "contactId": "CONearly", "pipelineId": "PIP1", "pipelineStageId": "STG2", "status": "open",
            "locationId": GHL_LOCATION})
        self.assertEqual(told.status, 200)
        self.wait_for("it waits", lambda: self.house.events("command.parked.v1"))
        self.hooks.ghl_contact("CONearly", kind="ContactCreate", firstName="Zeb", lastName="Quimby",
                               phone="+12025550177")
        self.settle()
        self.assertEqual(self.lists(self.aloware_id("+12025550177")), [FOLLOW_UP])
