"""What a person knows of an outage over there is shown beside what is measured (requirement Q10)."""
import datetime
import subprocess

from clients import call
from house import BUILD
from scenario import Scenario

TEXT = "their status page says: calls fail"
LINK = "https://status.example.com/42"


def in_seconds(count):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=count)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class OutageNotes(Scenario):
    def note(self, *options, codes=(0,)):
        return self.house.tool("note", "aloware", *options, "--reason", "so that all know", codes=codes)

    def shown(self):
        return {each["name"]: each["outage_note"] for each in self.ask("/api/v1/connectors")["items"]}

    def health(self):
        return call(self.house.base + "/health").json["services"]["aloware"]["detail"]

    def screen(self):
        command = [BUILD / "tidemark", "--data", self.house.data, "status"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    def test_a_note_is_shown_survives_a_restart_and_is_said_as_over(self):
        until = in_seconds(15)
        done = self.note("--text", TEXT, "--link", LINK, "--until", until)[0]
        self.assertEqual(done["result"], "noted")
        shown = self.shown()
        self.assertEqual({name for name, note in shown.items() if note}, {"aloware"})
        note = shown["aloware"]
        self.assertEqual((note["text"], note["link"], note["position"]), (TEXT, LINK, done["position"]))
        self.assertFalse(note["is_over"])
        self.wait_for("health tells that there is one", lambda: "noted an outage" in self.health())
        self.assertNotIn(TEXT, self.health())
        self.assertIn("planned to end at", self.screen())
        self.sandbox.add("gohighlevel", first_name="Marisol", last_name="Tennerby", phone="+12025550142")
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("aloware")), 1, "a note holds nothing back")
        self.house.restart()
        self.assertEqual(self.shown()["aloware"]["text"], TEXT)
        self.wait_for_api("its planned end passes", lambda: self.shown()["aloware"]["is_over"])
        self.assertIn(f"{TEXT} {LINK}; its planned end is over since", self.screen())
        self.wait_for("health says so", lambda: "whose planned end is over" in self.health())
        self.assertEqual(self.note("--clear")[0]["result"], "cleared")
        self.assertEqual(set(self.shown().values()), {None})
        self.assertNotIn("outage noted", self.screen())
        self.note("--clear", codes=(1,))
        written = [e["data"] for e in self.house.events() if e["stream"] == "note/aloware"]
        self.assertEqual(len(written), 2)

    def test_what_is_no_note_is_refused(self):
        self.note("--text", TEXT, "--link", "http://example.com", codes=(2,))
        self.note("--text", "two\nlines", codes=(2,))
        self.note("--text", TEXT, "--clear", codes=(2,))
        self.note(codes=(2,))
        self.assertEqual(set(self.shown().values()), {None})


class RefusedSignatures(Scenario):
    changes = {"verity": {"refused_status": 403}}

    def test_each_connector_refuses_a_bad_signature_with_its_own_status(self):
        def forged(connector):
            headers = [("Content-Type", "application/json"), ("X-Signature", "sha256=00")]
            return call(f"{self.house.base}/webhooks/{connector}", "POST", b"{}", headers).status

        self.assertEqual((forged("verity"), forged("gohighlevel")), (403, 401))

    def test_put_pauses_and_resumes_as_post_does(self):
        for deed, paused in (("pause", True), ("resume", False)):
            answer = self.house.api(f"/connectors/aloware/{deed}", "PUT", {"reason": "a try"})
            self.assertEqual(answer.status, 200, answer.body)
            self.wait_for_api("it is shown", lambda is_so=paused: is_so == any(
                one.get("paused") for one in self.ask("/api/v1/connectors")["items"]))
