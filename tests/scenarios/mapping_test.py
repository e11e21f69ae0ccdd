"""A contact that some system lacks is mapped when somebody asks: its record is found there, or made, or it is said why not."""
import subprocess

from house import BUILD
from scenario import ADA, Scenario

SYSTEMS = ("gohighlevel", "aloware", "generic")
WHY = "its calls are not shown"


class Repair(Scenario):
    def repair(self, *address, code=0):
        """What `tidemark mappings repair` says: outcome and reason by system, and the summary."""
        *systems, last = self.house.tool("mappings", "repair", *address, "--reason", WHY, codes=(code,))
        return {s["connector"]: (s["outcome"], s["reason_code"]) for s in systems}, last["summary"]

    def asked_of(self, system):
        """Deliveries that were intended for it."""
        return len([e for e in self.house.events("delivery.intended.v1") if e["data"]["target"] == system])

    def refused_by_aloware(self):
        """Everybody has the person but Aloware, which refused the record for good."""
        self.sandbox.fault("aloware", "forms", status=422)
        contact = self.spread()
        self.assert_counts(1, 0, 1)
        self.sandbox.edit("gohighlevel", contact["id"], firstName=ADA["first_name"])
        self.settle()
        self.assert_counts(1, 0, 1)
        return contact

    def mapped(self):
        return {m["connector"]: m["remote_id"] for m in self.house.tool("mappings", "list")
                if "connector" in m}

    def test_what_a_system_refused_is_made_once_it_is_mended_and_somebody_asks(self):
        self.refused_by_aloware()
        systems, summary = self.repair("--phone", "(202) 555-0142")
        self.assertEqual(systems["gohighlevel"], ("no_change", "already_mapped"))
        self.assertEqual(systems["generic"], ("no_change", "already_mapped"))
        self.assertIn(systems["aloware"][0], ("pending", "applied"))
        self.assertEqual((summary["outcome"], summary["possible"]), ("applied", True))
        self.settle()
        self.assert_counts(1, 1, 1)
        self.assertEqual(self.target(summary["position"], "aloware")[0], "applied")
        shown = self.wait_for("the repair is done", lambda: next(
            (s for s in self.ask(f"/api/v1/mappings/repair/{summary['position']}")["systems"]
             if s["connector"] == "aloware" and s["outcome"] == "applied"), None))
        self.assertEqual(shown["remote_id"], self.ids()["aloware"])

        asked = self.asked_of("aloware")
        systems, summary = self.repair("--phone", ADA["phone"], "--email", ADA["email"])
        self.assertEqual(set(systems.values()), {("no_change", "already_mapped")})
        self.assertEqual(summary["reason_code"], "nothing_to_repair")
        self.settle()
        self.assertEqual(self.asked_of("aloware"), asked, "asking twice changes nothing more")
        self.assert_counts(1, 1, 1)
        self.wait_for("the tables have every mapping", lambda: self.mapped() == self.ids())

    def test_a_record_that_is_there_already_is_found_and_not_doubled(self):
        self.refused_by_aloware()
        self.sandbox.fault("aloware", "Contact", behaviour="drop", times=-1)
        by_hand = self.sandbox.add("aloware", **ADA)
        self.settle()
        self.sandbox.clear_faults()
        self.repair("--email", ADA["email"])
        self.settle()
        self.assert_counts(1, 1, 1)
        self.wait_for("its record is mapped", lambda: self.mapped().get("aloware") == str(by_hand["id"]))

    def test_it_says_why_a_system_cannot_have_the_contact(self):
        self.sandbox.add("gohighlevel", first_name="Marisol", last_name="Tennerby", email=ADA["email"])
        self.settle()
        self.sandbox.delete("generic", self.sandbox.contacts("generic")[0]["id"])
        self.settle()
        systems, summary = self.repair("--email", ADA["email"], code=1)
        self.assertEqual(systems, {"gohighlevel": ("no_change", "already_mapped"),
                                   "aloware": ("skipped", "target_needs_phone"),
                                   "generic": ("skipped", "deleted_there")})
        self.assertEqual((summary["reason_code"], summary["possible"]), ("repair_not_possible", False))
        self.settle()
        self.assert_counts(1, 0, 0)
        chain = self.house.explain("--contact", ADA["email"])["chain"]
        told = [e for e in chain if e["type"] == "mapping.repair_decided.v1"]
        self.assertEqual([e["reason_code"] for e in told[1:]],
                         ["already_mapped", "target_needs_phone", "deleted_there"])
        self.assertIn("not mapped then: aloware, generic",
                      next(e for e in chain if e["type"] == "mapping.repair_requested.v1")["text"])

    def test_who_opted_out_is_made_known_to_nobody_else(self):
        self.refused_by_aloware()
        self.sandbox.text(ADA["phone"], "STOP")
        self.settle()
        systems, _ = self.repair("--phone", ADA["phone"], code=1)
        self.assertEqual(systems["aloware"], ("blocked", "opted_out"))
        self.settle()
        self.assert_counts(1, 0, 1)

    def test_wrong_questions_are_told_apart(self):
        self.spread()
        self.house.tool("mappings", "repair", "--reason", WHY, codes=(2,))
        self.house.tool("mappings", "repair", "--phone", ADA["phone"], codes=(2,))
        self.house.tool("mappings", "repair", "--phone", "12", "--reason", WHY, codes=(2,))
        self.house.tool("mappings", "repair", "--phone", "+12025550199", "--reason", WHY, codes=(1,))
        self.assertEqual(self.house.api("/mappings/repair", "POST", {"reason": WHY}).status, 400)
        answer = self.house.api("/mappings/repair", "POST", {"phone": "+12025550199", "reason": WHY})
        self.assertEqual((answer.status, answer.json["error"]["code"]), (404, "contact_not_found"))
        said = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "mappings", "repair", "--phone",
                               ADA["phone"], "--reason", WHY], capture_output=True, text=True, timeout=60)
        self.assertEqual(said.returncode, 0, said.stderr)
        self.assertIn("aloware: already mapped.", said.stdout)
        self.settle()
        self.house.stop_service()
        self.house.tool("mappings", "repair", "--phone", ADA["phone"], "--reason", WHY, codes=(69,))
        self.house.start_service()
