"""What is kept of webhooks' arrival: whose they were, which came again, which nothing acts on."""
import base64
import json
import os
import subprocess

from clients import GENERIC_SECRET, now_text
from house import BUILD, SECRETS
from scenario import ADA, Scenario

OTHER_SECRET = "whsec_" + base64.b64encode(b"another key of the same length!!").decode()


class Receipt(Scenario):
    secret_files = {"key": GENERIC_SECRET, "retired": "some-other-word " + GENERIC_SECRET}
    changes = {"generic": {"webhook_secret": {"file": "key"}}}

    def verified(self, position):
        """(verdict, retired, exit code), and all of the answer."""
        done = subprocess.run(
            [BUILD / "tidemark", "log", "verify-signature", str(position), "--config",
             self.house.dir / "tidemark.toml", "--data", self.house.data, "--format", "json"],
            capture_output=True, text=True, env={**os.environ, **SECRETS}, timeout=60)
        self.assertTrue(done.stdout, done.stderr)
        answer = json.loads(done.stdout)
        return (answer["verdict"], answer["retired"], done.returncode), answer

    def test_a_webhook_is_verified_again_years_later(self):
        signed = self.hooks.generic_contact("c_1", **ADA).position
        crm = self.hooks.ghl_contact("G1", **{"phone": "+12025550143"}).position
        shown = self.hooks.aloware_contact(7, phone_number="+12025550144").position
        self.hooks.verity({"event": "message.received", "messageId": "m1", "from": "+12025550145",
                           "to": "+12025550100", "body": "hello", "timestamp": now_text()})
        self.settle()
        texted = self.newest_webhook("verity")
        self.assertEqual(self.verified(signed)[0], ("genuine", False, 0))
        self.assertEqual(self.verified(crm)[0], ("genuine", False, 0))
        self.assertEqual(self.verified(shown)[0], ("attested", False, 3))
        self.assertEqual(self.verified(texted)[0], ("attested", False, 3))
        answer = self.verified(signed)[1]
        self.assertEqual((answer["source_address"], len(answer["key_id"])), ("127.0.0.1", 12))
        # The key is replaced; the old one is first forgotten, then kept for this alone.
        self.house.write_secret("key", OTHER_SECRET)
        self.house.restart()
        found, other = self.verified(signed)
        self.assertEqual((found, other["key_id"]), (("key_not_held", False, 3), answer["key_id"]))
        self.house.changes = {"generic": {"webhook_secret": {"file": "key"},
                                          "retired_secrets": {"file": "retired"}}}
        self.house.restart()
        found, other = self.verified(signed)
        self.assertEqual((found, other["key_id"]), (("genuine", True, 0), answer["key_id"]))
        self.hooks = self.house.hooks
        refused = self.hooks.generic({"type": "contact.updated", "data": {"id": "c_2"}},
                                     secret=GENERIC_SECRET)
        self.assertEqual(refused.status, 401)
        accepted = self.hooks.generic({"type": "contact.updated", "data": {"id": "c_2", **ADA}},
                                      secret=OTHER_SECRET)
        self.assertEqual(accepted.status, 200)
        for position in (signed, crm, shown, texted):
            for secret in SECRETS.values():
                stored = self.house.stored(position, "--reveal", "--reason", "test")
                self.assertNotIn(secret, json.dumps(stored))

    def test_how_often_one_came_again_is_told(self):
        first = self.hooks.generic_contact("c_1", message_id="msg_again", at=now_text(), **ADA).position
        stored = self.house.stored(first, "--with-bodies", "--reveal", "--reason", "test")
        body = stored["attachment_base64"]
        for _ in range(3):
            answer = self.hooks.generic(base64.b64decode(body), message_id="msg_again")
            self.assertEqual(answer.json["status"], "duplicate")
        again = self.wait_for("the repeats are recorded", lambda: [
            entry for entry in self.house.explain("--webhook", first)["chain"]
            if entry["outcome"] == "duplicate_of" and " 3 times" in entry["text"]])
        self.assertEqual((again[0]["kind"], again[0]["of"]), ("repeat", str(first)))
        # Without a delivery id equal fields in another order are one event.
        one = self.hooks.aloware(
            b'{"event":"Contact-Updated","body":{"id":9,"phone_number":"+12025550143"}}')
        other = self.hooks.aloware(
            b'{"body": {"phone_number": "+12025550143", "id": 9}, "event": "Contact-Updated"}')
        self.assertEqual(one.json["status"], "accepted")
        self.assertEqual(other.json, {"status": "duplicate", "position": one.position})

    def kinds(self, connector):
        return next(item for item in self.house.tool("kinds") if item.get("connector") == connector)

    def test_events_that_are_not_allowed_are_stored_and_ignored(self):
        self.house.changes = {"generic": {"webhook_secret": {"file": "key"}, "allowed_events": ["consent*"]}}
        self.house.restart()
        self.hooks = self.house.hooks
        ignored = self.hooks.generic_contact("c_1", **ADA).position
        self.assertEqual(self.parts_left_out(ignored), [("ignored", "event_not_allowed")])
        marked = self.hooks.generic_contact("c_2", phone="+12025550143", dnd=True).position
        self.assertEqual(self.parts_left_out(marked), [])
        strange = self.hooks.ghl_contact("G1", kind="WeatherChanged").position
        self.assertIn(("skipped", "unknown_event_type"), self.parts_left_out(strange))
        self.settle()
        self.assertEqual({e["data"]["change"] for e in self.house.events("consent.changed.v1")}, {"revoked"})
        of_generic = self.kinds("generic")
        self.assertEqual([(kind["kind"], kind["count"], kind["newest"]) for kind in of_generic["ignored"]],
                         [("contact.updated", 1, ignored)])
        self.assertEqual([(kind["name"], kind["count"]) for kind in of_generic["handled"] if kind["count"]],
                         [("contact.updated", 1)])
        missing = self.kinds("gohighlevel")["without_handler"]
        self.assertEqual([(kind["kind"], kind["reason_code"]) for kind in missing],
                         [("WeatherChanged", "unknown_event_type")])
        # What is allowed later comes to life.
        self.house.changes = {"generic": {"webhook_secret": {"file": "key"}}}
        self.house.restart()
        *rows, _ = self.house.tool("replay", "reprocess", "--reason-code", "event_not_allowed",
                                   "--reason", "it counts")
        self.settle()
        self.assertEqual([(row["webhook"], row["result"]) for row in rows],
                         [(ignored, "observe_record applied")])

    def test_the_whole_log_is_exported_and_put_back(self):
        self.spread()
        self.hooks.generic_contact("c_9", dnd=True, phone="+12025550147")
        self.settle()
        self.house.stop_service()
        whole = self.house.dir / "whole.jsonl"
        with open(whole, "wb") as out:
            subprocess.run([BUILD / "tidemark", "--data", self.house.data, "log", "export", "--as", "raw",
                            "--reveal", "--reason", "test"], stdout=out, check=True)
        there = self.house.dir / "there"
        pepper = self.house.data / "keys/pepper"
        summary, = self.house.tool("log", "import", whole, "--pepper", pepper, data=there)
        verified = self.house.tool("verify", data=there)[0]["summary"]
        self.assertTrue(verified["holds"], verified)
        self.assertEqual(verified["events"], summary["summary"]["events"])
        self.assertEqual(self.house.tool("digest", data=there)[0], self.house.tool("digest")[0])
        replay = self.house.tool("replay", "verify", data=there)[0]["summary"]
        self.assertEqual((replay["differences"], replay["not_recomputable"]), (0, 0), replay)
        # A service goes on with it, and knows what came before.
        self.house.data = there
        self.house.start_service()
        self.hooks = self.house.hooks
        self.hooks.generic_contact("c_10", phone="+12025550148", first_name="Zebulon")
