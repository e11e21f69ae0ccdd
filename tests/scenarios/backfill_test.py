"""Contacts older than the engine are taken over, and differences that no webhook told are found."""
import json
import os
import subprocess

from house import BUILD, wait_for
from scenario import ADA, Scenario

FULL = os.environ.get("TIDEMARK_FULL") == "1"
LISTED, KNOWN = (1200, 900) if FULL else (120, 90)  # contacts in GoHighLevel, of which Aloware has so many
RATE = 10 if FULL else 40
PATIENCE = 900 if FULL else 60
PAGE = 20


class Run:
    """`tidemark backfill` or `reconcile` as a person starts it."""

    def __init__(self, house, *arguments):
        command = [BUILD / "tidemark", "--data", house.data, "--format", "json", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self):
        """(exit code, summary, what was said on standard error)"""
        out, errors = self.process.communicate(timeout=PATIENCE)
        lines = [json.loads(line) for line in out.splitlines()]
        return self.process.returncode, lines[-1]["summary"] if lines else None, errors


class Backfill(Scenario):
    limit = {"requests_per_second": RATE, "burst": 1}
    changes = {"gohighlevel": limit, "aloware": {**limit, "requests_per_second": RATE * 10}, "generic": None,
               "verity": None}
    sync = {"precedence": ["gohighlevel", "aloware"]}

    def seed(self, system, count, first=1, **fields):
        self.sandbox.control("POST", f"/seed/{system}", {
            "phones": {"from": f"+1202555{first:04d}", "to": f"+1202555{first + count - 1:04d}"},
            "fields": {"first_name": "Marisol", "last_name": "Tennerby{n}", **fields}})

    def pages(self):
        return [e["data"] for e in self.house.events("backfill.page_received.v1")]

    def run_to_end(self, *arguments, code=0):
        ended, summary, errors = Run(self.house, *arguments).end()
        self.assertEqual(ended, code, (summary, errors))
        return summary

    def assert_one_record_each(self):
        for system, phone in (("gohighlevel", "phone"), ("aloware", "phone_number")):
            phones = [contact[phone] for contact in self.sandbox.contacts(system)]
            self.assertEqual(len(phones), LISTED, system)
            self.assertEqual(len(set(phones)), LISTED, "two records of one number in " + system)

    def test_a_backfill_that_is_killed_and_resumed_maps_everybody_once(self):
        self.seed("gohighlevel", LISTED)
        self.seed("aloware", KNOWN)
        first = Run(self.house, "backfill", "gohighlevel")
        wait_for("two pages are recorded", lambda: len(self.pages()) >= 2)
        self.house.kill_service()
        code, summary, _ = first.end()
        self.assertEqual((code, summary), (69, None), "the command says that the service has gone")
        self.house.start_service()
        self.assertFalse(self.house.events("backfill.finished.v1"), "killed too late to resume anything")
        summary = self.run_to_end("backfill", "gohighlevel")
        self.assertEqual(
            {name: summary[name] for name in ("connector", "seen", "skipped", "review", "repaired", "errors",
                                              "cursor", "dry_run")},
            {"connector": "gohighlevel", "seen": LISTED, "skipped": 0, "review": 0, "repaired": 0,
             "errors": 0, "cursor": "", "dry_run": False})
        self.assertEqual(summary["mapped"] + summary["created"], LISTED)
        # Nobody can tell who made a record whose create was out when the service was killed.
        uncertain = len([e for e in self.house.events("delivery.unknown.v1")])
        self.assertLessEqual(LISTED - KNOWN, summary["created"])
        self.assertLessEqual(summary["created"], LISTED - KNOWN + uncertain)
        self.settle()
        self.assert_one_record_each()
        self.assertEqual(len(self.house.events("backfill.requested.v1")), 1, "resumed, not begun again")
        self.assertEqual([page["page"] for page in self.pages()], list(range(1, LISTED // PAGE + 2)))
        first_sight = {e["stream"] for e in self.house.events("contact.observed.v1")}
        self.assertEqual(len(first_sight), LISTED, "each person is one contact")
        again = self.run_to_end("backfill", "gohighlevel")
        self.assertEqual((again["seen"], again["mapped"]), (LISTED, LISTED), "a second run finds all of them")
        self.settle()
        self.assert_one_record_each()

    def test_a_dry_run_counts_and_changes_nothing(self):
        self.seed("gohighlevel", 30)
        self.seed("gohighlevel", 1, first=9000, dnd=True)
        summary = self.run_to_end("backfill", "gohighlevel", "--dry-run")
        self.assertEqual((summary["seen"], summary["created"], summary["not_asked"], summary["skipped"],
                          summary["dry_run"]), (31, 0, 30, 1, True))
        self.settle()
        self.assertEqual(self.house.events("contact.observed.v1"), [])
        for system in ("gohighlevel", "aloware"):
            self.assertEqual(self.sandbox.received(system), [], "something was sent to " + system)

    def test_a_run_of_another_kind_is_not_taken_for_the_one_that_was_asked_for(self):
        self.seed("gohighlevel", 60)
        self.sandbox.fault("gohighlevel", "GET", behaviour="delay", delay_ms=2500, times=-1)
        first = Run(self.house, "backfill", "gohighlevel", "--dry-run")
        wait_for("it is asked for", lambda: self.house.events("backfill.requested.v1"))
        for other in (("reconcile", "gohighlevel"), ("backfill", "gohighlevel")):
            code, summary, errors = Run(self.house, *other).end()
            self.assertEqual((code, summary), (75, None), other)
            self.assertIn("backfill (dry run) of this system is under way", errors)
        self.sandbox.clear_faults()
        self.assertEqual(first.end()[0], 0)
        self.assertEqual(len(self.house.events("backfill.requested.v1")), 1)
        code, _, errors = Run(self.house, "lists", "rebuild", "alowere").end()
        self.assertEqual(code, 2, "a name that nobody knows is a wrong one everywhere")
        self.assertIn("say one of gohighlevel, aloware", errors)

    def test_reconcile_finds_an_edit_whose_webhook_was_lost(self):
        contact = self.spread()
        self.sandbox.fault("gohighlevel", "ContactUpdate", behaviour="drop")
        self.sandbox.edit("gohighlevel", contact["id"], email="zebulon.quimby@example.com")
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["email"], ADA["email"])
        summary = self.run_to_end("reconcile", "gohighlevel")
        self.assertEqual((summary["seen"], summary["mapped"], summary["repaired"]), (1, 1, 1))
        self.settle()
        self.assertEqual(self.sandbox.contacts("aloware")[0]["email"], "zebulon.quimby@example.com")
        drift = self.house.events("drift.found.v1")
        self.assertEqual([(e["data"]["drift"], e["data"]["fields"], e["data"]["targets"]) for e in drift],
                         [("recovered_by_reconcile", ["email"], ["aloware"])])
        self.assertEqual(self.run_to_end("reconcile", "gohighlevel")["repaired"], 0, "now all is as known")

    def test_reconcile_sets_a_mark_again_that_was_taken_away_unheard(self):
        contact = self.spread()
        said = self.house.api("/opt-outs", "POST",
                              {"address": ADA["phone"], "channels": ["sms"], "reason": "asked"})
        self.assertEqual(said.status, 200)

        def status():
            settings = self.sandbox.contacts("gohighlevel")[0].get("dndSettings") or {}
            return settings.get("SMS", {}).get("status")
        wait_for("GoHighLevel shows the opt-out", lambda: status() == "active")
        self.settle()
        self.sandbox.fault("gohighlevel", "ContactDndUpdate", behaviour="drop")
        self.sandbox.edit("gohighlevel", contact["id"], dndSettings={"SMS": {"status": "inactive"}})
        self.settle()
        self.assertEqual(status(), "inactive")
        self.run_to_end("reconcile", "gohighlevel")
        wait_for("the mark is set again", lambda: status() == "active")
        self.settle()
        told = len(self.house.events("action.intended.v1"))
        self.run_to_end("reconcile", "gohighlevel")
        self.settle()
        self.assertEqual(len(self.house.events("action.intended.v1")), told, "now all is as known")

    def test_a_slow_or_failing_vendor_delays_the_run_only(self):
        self.seed("gohighlevel", 25)
        self.sandbox.fault("gohighlevel", "POST /contacts/search", status=429, retry_after=1)
        self.sandbox.fault("gohighlevel", "POST /contacts/search", status=503)
        summary = self.run_to_end("backfill", "gohighlevel")
        self.assertEqual((summary["seen"], summary["created"], summary["errors"]), (25, 25, 0))

    def test_what_cannot_be_done_is_said(self):
        summary = self.run_to_end("backfill", "aloware", code=1)
        self.assertEqual((summary["reason_code"], summary["seen"]), ("offers_no_list", 0))
        self.run_to_end("backfill", "nobody", code=2)
        self.sandbox.rotate_token("gohighlevel", "another-token")
        self.assertEqual(self.run_to_end("backfill", "gohighlevel", code=1)["reason_code"], "unauthorized")
        self.house.stop_service()
        self.run_to_end("backfill", "gohighlevel", code=69)
        self.house.start_service()
