"""What waits, what is overdue and how long things take, as the tools show it (requirement H16)."""
from scenario import Scenario


class Queues(Scenario):
    def level(self, connector):
        found = [one for one in self.house.tool("sla") if one.get("connector") == connector]
        return found[0]["since_start"] if found else {"all": 0}

    def queues(self):
        return {one["name"]: one for one in self.house.tool("queues") if "name" in one}

    def test_the_tools_show_what_waits_and_how_long_things_took(self):
        self.house.sandbox.add("gohighlevel", firstName="Ana", phone="+12025550142", email="ana@example.com")
        self.settle()
        self.wait_for("its arrival is counted", lambda: self.level("aloware")["all"] > 0)
        level = self.level("aloware")
        self.assertEqual(level["all"], sum(count for name, count in level.items() if name != "all"))
        names = ("inputs", "parked", "reviews", "quarantine", "delivery/aloware", "delivery/gohighlevel",
                 "backfill/gohighlevel")
        # The echoes of what was written come late.
        self.wait_for("nothing waits", lambda: [self.queues()[name]["depth"] for name in names] == [0] * 7)
        queues = self.queues()
        self.assertEqual(queues["inputs"]["workers"], 1)
        self.assertGreater(queues["delivery/aloware"]["workers"], 0)
        self.assertEqual(self.house.tool("overdue"), [{"summary": {"causes": 0, "overdue": 0}}])

    def test_what_waits_stands_in_its_queue(self):
        self.house.tool("pause", "aloware", "--reason", "nobody is to be called")
        self.house.sandbox.add("gohighlevel", firstName="Ana", phone="+12025550142", email="ana@example.com")
        waiting = lambda: next(one for one in self.house.tool("queues")
                               if one.get("name") == "delivery/aloware")["depth"]
        self.wait_for("it waits", lambda: waiting() == 1)
        self.house.tool("resume", "aloware", "--reason", "now they are")
        self.wait_for("it is there", lambda: waiting() == 0)
