"""Two people edit the same person in two systems at once: both end equal, whoever is heard first (requirement A1.6)."""
from scenario import Scenario

# Field of the edit; what is written in GoHighLevel and in Aloware; what has to stand in both at the end.
CONFLICTS = {
    "phone": ("phone", "+12025550171", "+12025550172", "+12025550171"),
    "e-mail": ("email", "crm.tennerby@example.com", "dialer.tennerby@example.com",
               "crm.tennerby@example.com"),
    "name": ("last_name", "Quimby", "Quimby-Tennerby", "Quimby-Tennerby"),
    "name, the other way round": ("last_name", "Quimby-Tennerby", "Quimby", "Quimby-Tennerby"),
}
HELD = {"phone": ("phone", "phone_number"), "email": ("email", "email"),
        "last_name": ("lastName", "last_name")}


OTHER = {"gohighlevel": "aloware", "aloware": "gohighlevel"}
# A new number in the CRM leads to another record at the dialer at once; what is said of the one before is
# outdated.
REPLACED = ("phone", "gohighlevel")


class Conflicts(Scenario):
    def both_edit(self, field, in_crm, in_dialer, heard_first):
        """Gives (outcome, reason code) of the edit that is heard second."""
        ids = self.ids()
        for system in ("gohighlevel", "aloware"):
            self.sandbox.fault(system, "", behaviour="hold", times=-1)
        self.sandbox.edit("gohighlevel", ids["gohighlevel"], **{field: in_crm})
        self.sandbox.edit("aloware", ids["aloware"], **{field: in_dialer})
        self.sandbox.clear_faults()
        heard_second = OTHER[heard_first]
        # Our write of the first must not be in the other system before that one's edit is heard.
        self.sandbox.fault(heard_second, " /", status=503, times=-1)
        for system in (heard_first, heard_second):
            before = self.received_count()
            self.assertEqual(self.sandbox.release(system), 1)
            self.wait_for(f"{system} is heard", lambda: self.received_count() > before)
            decided = self.observed(self.newest_webhook(system))
        self.sandbox.clear_faults()
        self.settle()
        return decided

    def held_by_the_dialer(self, name):
        """Aloware knows people by their number: another number is another record there, the newest one."""
        return max(self.sandbox.contacts("aloware"), key=lambda c: c["id"])[name]

    def check(self, conflict, heard_first):
        self.spread()
        field, in_crm, in_dialer, wanted = CONFLICTS[conflict]
        second = self.both_edit(field, in_crm, in_dialer, heard_first)
        crm, dialer = HELD[field]
        held = self.sandbox.contacts("gohighlevel")[0][crm]
        self.assertEqual(held, self.held_by_the_dialer(dialer))
        self.assertEqual(held, wanted)
        decided = [e["data"]["field"] for e in self.house.events("contact.conflict_decided.v1")]
        if (field, heard_first) == REPLACED:
            self.assertEqual((second, decided), (("superseded", "record_replaced"), [field]),
                             "both are on record")
        else:
            self.assertEqual((second[0], decided), ("applied", [field]))

    def check_tags(self, heard_first):
        """The union. It stands in GoHighLevel alone: the dialer's call takes ids of tags, which nobody tells."""
        self.spread(tags=["customer"])
        self.both_edit("tags", ["customer", "hot lead"], ["roof", "Customer"], heard_first)
        self.assertEqual(sorted(self.sandbox.contacts("gohighlevel")[0]["tags"]),
                         ["customer", "hot lead", "roof"])
        self.assertEqual(self.sandbox.contacts("aloware")[0]["tags"], ["roof", "Customer"])
        self.sandbox.edit("gohighlevel", self.ids()["gohighlevel"], tags=["customer"])
        self.settle()
        self.sandbox.edit("aloware", self.ids()["aloware"], tags=["roof", "Customer", "gutter"])
        self.settle()
        self.assertEqual(sorted(self.sandbox.contacts("gohighlevel")[0]["tags"]), ["customer", "gutter"],
                         "what a person took off stays off")

    def test_tags_when_gohighlevel_is_heard_first(self):
        self.check_tags("gohighlevel")

    def test_tags_when_aloware_is_heard_first(self):
        self.check_tags("aloware")


def add(conflict, heard_first):
    def test(self):
        self.check(conflict, heard_first)
    words = conflict.replace(", ", "_").replace(" ", "_").replace("-", "")
    setattr(Conflicts, f"test_{words}_when_{heard_first}_is_heard_first", test)


for each in CONFLICTS:
    for system in ("gohighlevel", "aloware"):
        add(each, system)
