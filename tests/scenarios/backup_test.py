"""A copy of the log while the service runs, and a service that begins again from it (requirements G7, G9)."""
import shutil
import subprocess
import time

from clients import call
from house import BUILD, House
from scenario import ADA, Scenario

BO = {**ADA, "firstName": "Bo", "phone": "+12025550143", "email": "bo@example.com"}


class HouseWithBackups(House):
    def write_configuration(self):
        super().write_configuration()
        with open(self.dir / "tidemark.toml", "a") as file:
            file.write(f'[backup]\ndir = "{self.dir / "backups"}"\n')


class WatchedBackups(Scenario):
    house_kind = HouseWithBackups

    def alerts(self):
        return {each["rule"]: each for each in self.house.api("/alerts").json["items"]}

    def test_somebody_is_told_until_one_was_put_back_and_held(self):
        told = self.wait_for_api("it is told", lambda: self.alerts().get("backup_overdue"))
        self.assertEqual(told["severity"], "critical")
        self.assertIn("not_a_backup_folder", told["text"])
        metrics = call(self.house.base + "/metrics").body.decode()
        self.assertIn('tidemark_alert_active{rule="backup_overdue"} 1', metrics)
        backups = self.house.dir / "backups"
        self.house.tool("backup", backups, "--keys", self.house.dir / "keys", "--no-check")
        self.house.restart()  # it looks once a minute, and at the start
        told = self.wait_for_api("never put back", lambda: self.alerts().get("backup_overdue"))
        self.assertIn("no backup was ever put back", told["text"])
        self.house.tool("backup", backups, "--keys", self.house.dir / "keys")
        self.house.restart()
        self.wait_for_api("all is well", lambda: "backup_overdue" not in self.alerts())


class Backups(Scenario):
    def setUp(self):
        super().setUp()
        self.backups, self.keys = self.house.dir / "backups", self.house.dir / "keys"

    def back_up(self, *options, codes=(0,)):
        lines = self.house.tool("backup", self.backups, "--keys", self.keys, *options, codes=codes)
        return lines[-1]["summary"] if lines else None

    def restore(self, *options):
        """The service begins again from the backup, in the place of the old folder."""
        self.house.stop_service()
        shutil.move(self.house.data, self.house.dir / "old")
        found = self.house.tool("restore", self.backups, "--keys", self.keys, "--reason", "the disk died",
                                *options)[-1]["summary"]
        self.house.events_read = []
        self.house.start_service()
        return found

    def test_a_backup_is_put_back_aside_and_a_second_one_copies_little(self):
        self.spread()
        first = self.back_up()
        self.assertEqual(first["backup"], 1)
        self.assertGreaterEqual(first["events_checked"], first["position"])
        self.assertIsNotNone(first["checked_at"])
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        second = self.back_up("--keep", 1)
        self.assertGreater(second["position"], first["position"])
        self.assertEqual(second["removed"], 1)
        left = self.house.tool("backups", self.backups)
        self.assertEqual([one["backup"] for one in left[:-1]], [2])
        self.assertFalse((self.house.data / "checkpoint").exists())

    def test_what_is_restored_sends_nothing_but_opt_outs_until_what_was_said_meanwhile_is_read_back(self):
        self.spread()
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        held = self.back_up()
        self.sandbox.text(BO["phone"], "STOP")
        self.settle()
        self.assertTrue(self.opted_out(BO["phone"]))
        found = self.restore()
        self.assertGreaterEqual(found["position"], held["position"])
        self.assertEqual(found["asked"], ["gohighlevel", "aloware"])
        self.assertFalse(self.opted_out(BO["phone"]), "the log does not know of it any more")
        restored, = self.house.events("log.restored.v1")
        self.assertEqual((restored["data"]["backup"], restored["data"]["position"]), (1, found["position"]))
        ada, = [each["id"] for each in self.sandbox.contacts("gohighlevel") if each["phone"] == ADA["phone"]]
        self.sandbox.edit("gohighlevel", ada, firstName="Augusta")
        self.wait_for("the mark is read back", lambda: self.opted_out(BO["phone"]))
        names = lambda: {each.get("first_name") for each in self.sandbox.contacts("aloware")}
        self.wait_for_api("both are read", lambda: self.read_back() == {
            "gohighlevel": "read_back", "aloware": "read_back", "verity": "cannot_be_asked",
            "generic": "cannot_be_asked"})
        self.house.tool("resume-all", "--reason", "no matter", codes=(1, 2))
        self.house.tool("stop-all", "--reason", "on top of it")
        self.house.tool("resume-all", "--reason", "around it", codes=(1, 2))
        time.sleep(0.5)
        self.assertNotIn("Augusta", names(), "all else waits")
        self.sign()
        signed = self.house.events("sending.resumed.v1")[-1]["data"]
        self.assertEqual(signed["restore_signed"], {
            "restored": restored["position"], "read_back": ["gohighlevel", "aloware"],
            "signed_for": ["verity", "generic"]})
        self.settle()
        self.assertIn("Augusta", names())
        self.assertEqual(len(self.sandbox.contacts("aloware")), 2)

    def test_up_to_a_position_and_with_the_service_down(self):
        self.spread()
        before = self.house.events()[-1]["position"]
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        self.house.stop_service()
        self.back_up()
        self.house.start_service()
        found = self.restore("--at", before)
        self.assertEqual(found["position"], before)
        self.wait_for_api("both are read", lambda: "under_way" not in self.read_back().values())
        self.sign()

    def test_how_far_the_lost_log_was_is_recorded(self):
        self.spread()
        self.back_up()
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        reached = self.house.events()[-1]["position"]
        found = self.restore("--old", self.house.dir / "old")
        self.assertGreaterEqual(found["acknowledged"], reached)
        self.assertGreater(found["acknowledged"], found["position"])
        restored, = self.house.events("log.restored.v1")
        self.assertEqual(restored["data"]["acknowledged"], found["acknowledged"])
        shown = self.house.tool("restored", codes=(1,))[-1]["summary"]
        self.assertEqual((shown["restored"]["position"], shown["restored"]["acknowledged"]),
                         (found["position"], found["acknowledged"]))
        self.wait_for_api("both are read", lambda: "under_way" not in self.read_back().values())
        self.sign()
        self.assertFalse(self.house.tool("restored")[-1]["summary"]["holds"])

    def test_what_cannot_be_is_said(self):
        self.spread()
        self.house.tool("backups", self.backups, codes=(2,))
        self.house.tool("backup", self.house.data / "backups", codes=(2,))
        self.house.tool("backup", self.backups, "--keys", self.backups / "keys", codes=(2,))
        self.back_up()
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        self.house.stop_service()
        refused = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "restore", self.backups,
                                  "--keys", self.keys, "--reason", "x"], capture_output=True, text=True)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertRegex(refused.stderr, r"nothing is written over data.*move that one away.*"
                                         r"\d+ events newer than the backup")
        self.house.start_service()
        aside = self.house.dir / "aside"
        self.house.tool("restore", self.backups, "--keys", self.keys, "--reason", "x", "--at", 10 ** 9,
                        data=aside, codes=(2,))
        self.house.tool("restore", self.backups, "--reason", "x", data=aside, codes=(2,))
        self.house.tool("restore", self.backups, "--read-only", "--reason", "x", data=aside)
        self.assertTrue(self.house.tool("verify", data=aside)[0]["summary"]["holds"])

    def read_back(self):
        shown = self.house.api("/restored").json
        return {each["name"]: each["state"] for each in shown["systems"]}

    def sign(self, *options):
        self.house.tool("restored", "sign", "--reason", "looked at", *options)

    def opted_out(self, phone):
        rows = self.house.api("/opt-outs?address=" + phone.replace("+", "%2B")).json["items"]
        return any(row["channels"]["sms"]["state"] == "opted_out" for row in rows)
