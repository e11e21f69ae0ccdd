"""`tidemark check` and `migrate`: one command says whether everything holds, one what an upgrade leaves to do."""
import fcntl

from planted_rows import Rows
from scenario import ADA, Scenario

RECORDS = b"\x08mappings\x01"  # as storage/keys.hpp begins the rows of that table


class Check(Scenario):
    def parts(self, codes=(0,)):
        lines = self.house.tool("check", codes=codes)
        self.assertEqual(lines[-1]["summary"]["holds"], codes == (0,))
        return {each["part"]: each for each in lines[:-1]}

    def plant(self, change):
        self.house.stop_service()
        rows = Rows(self.house.data / "tables")
        change(rows, [each for each in rows.all() if each[0].startswith(RECORDS)])
        rows.close()
        self.house.start_service()

    def test_all_parts_hold_and_say_how_much_was_looked_at(self):
        self.spread()
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        parts = self.parts()
        self.assertEqual(list(parts), ["log", "files", "tables", "mappings", "intents", "opt_outs"])
        for name in ("log", "tables", "mappings", "intents", "opt_outs"):
            self.assertGreater(parts[name]["looked_at"], 0, parts[name])
        self.house.stop_service()
        self.parts()
        self.house.start_service()

    def test_a_mapping_of_one_side_is_found_with_its_table(self):
        self.spread()

        def lose_the_contacts_side(rows, found):
            rows.delete(next(key for key, _ in found if b"\0\7contact" in key))
        self.plant(lose_the_contacts_side)
        parts = self.parts(codes=(1,))
        bad = {name: each["count"] for name, each in parts.items() if not each["holds"]}
        self.assertEqual(bad, {"tables": 1, "mappings": 1})
        self.assertIn("does not list it", parts["mappings"]["first"])
        self.assertIn("1 rows missing", parts["tables"]["first"])
        self.house.tool("rebuild", codes=(1,))
        self.settle()
        self.parts()

    def test_intents_for_a_system_that_is_gone_are_orphans(self):
        self.sandbox.fault("generic", "webhooks", status=503)
        self.sandbox.add("gohighlevel", **ADA)
        self.wait_for("one waits", lambda: self.deliveries("generic", "delivery.retry_scheduled.v1"))
        self.parts()
        self.house.stop_service()
        self.house.changes = {"generic": {"receives": False}}
        self.house.start_service()
        parts = self.parts(codes=(1,))
        self.assertEqual(parts["intents"]["count"], 1)
        self.assertIn("nothing is sent to generic any more", parts["intents"]["first"])
        self.house.stop_service()
        self.house.changes = {}
        self.sandbox.clear_faults()
        self.house.start_service()

    def test_one_at_a_time_reads_a_copy_of_the_tables(self):
        with open(self.house.data / "tables.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for command in ("check", "rebuild"):
                self.house.tool(command, codes=(75,))
        self.parts()

    def test_an_upgrade_backs_up_first_and_leaves_nothing_to_do(self):
        self.spread()
        found = self.house.tool("migrate", "status")
        self.assertTrue(found[-1]["summary"]["up_to_date"])
        self.house.stop_service()
        rows = Rows(self.house.data / "tables")
        version = next(each for each in rows.all() if each[0].endswith(b"\x01contacts"))
        rows.put(version[0], b"0")
        rows.close()
        found = self.house.tool("migrate", "status", codes=(1,))
        self.assertEqual([each["table"] for each in found[:-1] if each.get("due")], ["contacts"])
        backups, keys = self.house.dir / "backups", self.house.dir / "keys"
        lines = self.house.tool("migrate", "up", backups, "--keys", keys)
        self.assertIn("contacts", [each.get("projection") for each in lines])
        self.assertEqual(len(self.house.tool("backups", backups)[:-1]), 1)
        self.house.tool("migrate", "status")
        aside = self.house.dir / "aside"
        self.house.tool("migrate", "down", backups, "--keys", keys, "--reason", "the new one fails",
                        data=aside)
        self.assertTrue(self.house.tool("verify", data=aside)[0]["summary"]["holds"])
        self.house.start_service()
