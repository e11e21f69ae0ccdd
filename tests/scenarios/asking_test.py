"""What a debugger asks: explain, lists and look-ups tell the truth, also while the service works."""
import shutil
import stat
import subprocess
import threading

from clients import call
from house import BUILD, SECRETS
from scenario import ADA, GHL_ADA, Scenario

TOKEN = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]


class Asking(Scenario):
    def test_each_program_says_its_version(self):
        said = [subprocess.run([BUILD / name, "--version"], capture_output=True, text=True, timeout=60)
                for name in ("tidemark", "tidemarkd")]
        self.assertEqual([done.returncode for done in said], [0, 0])
        version = call(self.house.base + "/health").json["version"]
        self.assertEqual([done.stdout.split()[-1] for done in said], [version, version])

    def test_explain_works_while_the_contact_keeps_changing(self):
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        stop = threading.Event()

        def change():
            number = 0
            while not stop.is_set():
                number += 1
                self.hooks.ghl_contact("CON1", companyName=f"Joinery {number}", **GHL_ADA)

        changing = threading.Thread(target=change)
        changing.start()
        try:
            for _ in range(15):
                self.house.explain("--contact", ADA["phone"])  # any other exit code than 0 is a failure
        finally:
            stop.set()
            changing.join()
        self.settle()

    def test_what_a_newer_change_took_the_place_of_is_superseded_and_not_pending_for_ever(self):
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        edits = [self.hooks.ghl_contact("CON1", companyName=f"Joinery {n}", **GHL_ADA) for n in range(10)]
        self.settle()
        gone = {e["data"]["delivery"] for e in self.house.events("delivery.superseded.v1")}
        self.assertTrue(gone, "ten edits in a row wait for one another")
        for edit in edits:
            targets = self.house.explain("--webhook", str(edit.position))["targets"]
            self.assertNotIn("pending", {t["outcome"] for t in targets.values()})
        for delivery in sorted(gone)[:3]:
            targets = self.house.explain("--delivery", delivery)["targets"]
            self.assertEqual([t["outcome"] for t in targets.values()], ["superseded"])

    def test_a_delivery_is_explained_for_its_own_target_and_without_tables_too(self):
        self.spread()
        delivery = self.house.events("delivery.accepted.v1")[-1]["data"]
        target, asked = delivery["target"], delivery["facts"]["delivery"]
        self.assertEqual(list(self.house.explain("--delivery", asked)["targets"]), [target])
        self.house.stop_service()
        shutil.rmtree(self.house.data / "tables")
        self.assertEqual(list(self.house.explain("--delivery", asked)["targets"]), [target])
        self.house.start_service()

    def test_a_list_by_name_goes_on_where_it_was_cut(self):
        for number in range(7):
            self.hooks.ghl_contact(f"CON{number}", firstName="Ann", phone=f"+1202555014{number}")
        self.settle()
        listed = self.house.base + "/api/v1/contacts?name=ann&limit="
        self.wait_for("all in the tables", lambda: len(call(listed + "9", headers=TOKEN).json["items"]) == 7)
        seen, after = [], ""
        while True:
            page = call(listed + f"3&after={after}", headers=TOKEN).json
            seen += [item["id"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        self.assertEqual((len(seen), len(set(seen))), (7, 7))

    def test_what_rebuild_writes_nobody_else_can_read(self):
        self.spread()
        self.house.stop_service()
        shutil.rmtree(self.house.data / "tables")
        self.house.tool("rebuild")
        for path in (self.house.data / "tables", *(self.house.data / "tables").iterdir()):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode) & 0o077, 0, path)
        self.house.start_service()

    def test_a_range_that_holds_nothing_proves_nothing(self):
        self.spread()
        self.house.tool("replay", "verify", "--from", "999999", codes=(2,))
        self.house.tool("replay", "verify", "--from", "9", "--to", "3", codes=(2,))
        self.house.tool("explain", "--contact", "", codes=(2,))


class AskingAbroad(Scenario):
    changes = {name: {"default_region": "GB"} for name in ("gohighlevel", "aloware", "generic", "verity")}

    def test_a_national_number_is_looked_up_in_the_configured_region(self):
        self.hooks.ghl_contact("CON1", phone="020 7946 0123", firstName="Zebulon")
        self.settle()
        contact = self.house.explain("--contact", "020 7946 0123")["subject"]["id"]
        url = self.house.base + "/api/v1/contacts?phone=020%207946%200123"
        found = self.wait_for("the contact in the tables", lambda: call(url, headers=TOKEN).json["items"])
        self.assertEqual([item["id"] for item in found], [contact])
