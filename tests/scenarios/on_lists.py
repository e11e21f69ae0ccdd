"""A world with call lists, agents and a sequence at the dialer."""
from clients import call, compact
from scenario import ADA, Scenario

TOKEN = [("Authorization", "Bearer scenario-operator-token-0001"), ("Content-Type", "application/json")]
LISTS = [{"tag": "call now", "connector": "aloware", "list": "DF_{agent}_CALL_NOW"},
         {"tag": "hot.*", "match": "regex", "connector": "aloware", "list": "DF_{agent}_HOT"}]
AGENTS = [{"key": "ANA", "owner": ["USRana"], "user": "501"},
          {"key": "BO", "owner": ["USRbo"], "user": "502"}]
NURTURE = [{"id": "CFDstatus", "field_value": "nurture"}]
ZEB = {"first_name": "Zebulon", "last_name": "Quimby", "phone": "+12025550177", "email": "zeb@example.com"}


class OnLists(Scenario):
    sync = {"tag_lists": LISTS, "agents": AGENTS,
            "sequences": [{"status": "Nurture", "connector": "aloware", "sequence": "7001"}]}
    changes = {"gohighlevel": {"status_field": "CFDstatus"}}

    def setUp(self):
        super().setUp()
        self.sandbox.set(aloware_list_calls=True)

    def make_lists(self, *names):
        for name in names:
            self.sandbox.control("POST", "/play/aloware/list", {"name": name})

    def membership(self, remote_id):
        """What Aloware has the contact in."""
        found = self.sandbox.control("GET", "/state/aloware/memberships")
        found = found.get("memberships", found) if isinstance(found, dict) else found
        for one in found:
            if str(one["contact_id"]) == str(remote_id):
                return one
        return {"powerdialer_lists": [], "sequences": []}

    def lists(self, remote_id):
        return sorted(self.membership(remote_id)["powerdialer_lists"])

    def api(self, path, body=None):
        answer = call(self.house.base + path, "GET" if body is None else "POST",
                      None if body is None else compact(body), TOKEN)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def aloware_id(self, phone):
        return next(str(c["id"]) for c in self.sandbox.contacts("aloware") if c["phone_number"] == phone)

    def leave_one_of_two_lists(self, fails):
        """Ada is on two lists of ours and one that people keep; a tag goes while the dialer fails."""
        self.make_lists("DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT", "Made by hand")
        ada = self.sandbox.add("gohighlevel", **ADA, tags=["call now", "hot lead"])
        self.settle()
        one = self.aloware_id(ADA["phone"])
        self.sandbox.control("POST", "/play/aloware/list", {"phone": ADA["phone"], "list_id": 4003})
        self.assertEqual(self.lists(one), ["DF_UNASSIGNED_CALL_NOW", "DF_UNASSIGNED_HOT", "Made by hand"])
        self.sandbox.fault("aloware", fails, status=503, times=-1)
        self.sandbox.edit("gohighlevel", ada["id"], tags=["hot lead"])
        self.wait_for("it failed at the dialer", lambda: self.house.events("delivery.retry_scheduled.v1"))
        return one
