"""Tables made anew from the log beside a service that goes on."""
import time

from held import Senders
from planted_rows import Rows
from scenario import ADA, Scenario
from tenant_lives_test import Globex

BO = {**ADA, "firstName": "Bo", "phone": "+12025550143", "email": "bo@example.com"}
CONTACTS = b"\x08contacts\x01"  # as storage/keys.hpp begins the rows of that table


class Rebuild(Scenario):
    def plant(self):
        """One row less, one more, one otherwise, while the service is down."""
        self.house.stop_service()
        rows = Rows(self.house.data / "tables")
        found = [each for each in rows.all() if each[0].startswith(CONTACTS)]
        rows.delete(found[0][0])
        rows.put(found[1][0], found[1][1].replace(b"{", b'{"planted":1,', 1))
        rows.put(found[2][0] + b"\0\1x", found[2][1])
        rows.close()
        self.house.start_service()

    def found(self, lines):
        return {each["projection"]: (each["missing"], each["extra"], each["other"])
                for each in lines[:-1] if not each["same"]}

    def test_tables_as_they_should_be_are_left_alone(self):
        self.spread()
        lines = self.house.tool("rebuild")
        self.assertTrue(lines[-1]["summary"]["same"], lines)
        for table in lines[:-1]:
            self.assertEqual(table["digest"], table["was"], table)
        one = self.house.tool("rebuild", "contacts", "--tenant", "acme")
        self.assertEqual([each["projection"] for each in one[:-1]], ["contacts"])
        self.house.tool("rebuild", "contracts", codes=(2,))
        self.house.tool("rebuild", "--tenant", "nobody", codes=(2,))
        self.assertFalse((self.house.data / "tables.copy").exists())
        self.assertFalse((self.house.data / "tables.staged").exists())

    def test_what_differs_is_named_and_put_right_under_traffic(self):
        self.spread()
        self.plant()
        senders = Senders(self.hooks, count=2)
        try:
            time.sleep(0.3)
            lines = self.house.tool("rebuild", codes=(1,))
        finally:
            senders.end()
        self.assertEqual(senders.failures, [])
        self.assertEqual(self.found(lines), {"contacts": (1, 1, 1)})
        self.assertEqual(lines[-1]["summary"]["rows_replaced"], 3)
        self.settle()
        self.assertTrue(self.house.tool("rebuild")[-1]["summary"]["same"])

    def test_the_rows_of_one_tenant_at_rest(self):
        self.spread()
        self.plant()
        self.house.stop_service()
        lines = self.house.tool("rebuild", "--tenant", "acme", codes=(1,))
        self.assertEqual(self.found(lines), {"contacts": (1, 1, 1)})
        self.assertTrue(self.house.tool("rebuild", "--tenant", "acme")[-1]["summary"]["same"])
        self.house.start_service()


class CacheClear(Globex):
    def plant(self, tenant):
        """One row of the tenant's less, one otherwise, while the service is down."""
        self.house.stop_service()
        rows = Rows(self.house.data / "tables")
        found = [each for each in rows.all() if each[0].startswith(CONTACTS) and tenant in each[0]]
        rows.delete(found[0][0])
        rows.put(found[1][0], found[1][1].replace(b"{", b'{"planted":1,', 1))
        rows.close()
        self.house.start_service()

    def clear(self, *words, code=0, tenant="globex"):
        lines = self.tidemark("cache", "clear", *words, "--tenant", tenant, code=code)
        return lines[-1]["summary"], {each["projection"]: each for each in lines[:-1]}

    def test_one_tenants_rows_are_put_right_under_traffic_and_no_others(self):
        self.make()
        self.ghl("globex")
        self.spread()
        self.plant(b"globex")
        self.plant(b"acme")
        senders = Senders(self.hooks, count=2)
        try:
            time.sleep(0.3)
            summary, tables = self.clear(code=1)
        finally:
            senders.end()
        self.assertEqual(senders.failures, [])
        self.assertEqual((summary["different"], summary["rows_replaced"]), (1, 2))
        contacts = tables["contacts"]
        self.assertEqual((contacts["tenant"], contacts["missing"], contacts["extra"], contacts["other"]),
                         ("globex", 1, 0, 1))
        self.settle()
        summary, tables = self.clear("contacts")
        self.assertEqual((list(tables), summary["same"], summary["rows_replaced"]), (["contacts"], True, 0))
        self.assertGreater(summary["rows"], 1)
        summary, tables = self.clear(code=1, tenant="acme")
        self.assertEqual((tables["contacts"]["missing"], tables["contacts"]["other"]), (1, 1),
                         "it stayed as it was while globex's were made anew")
        self.assertTrue(self.house.tool("rebuild")[-1]["summary"]["same"])

    def test_nothing_is_done_without_a_tenant_that_is_there(self):
        self.make()
        self.tidemark("cache", "clear", code=2)
        self.tidemark("cache", "clear", "--tenant", "nobody", code=2)
        self.tidemark("cache", "clear", "contracts", "--tenant", "globex", code=2)
        self.tidemark("cache", code=2)
        self.assertTrue(self.clear()[0]["same"])
