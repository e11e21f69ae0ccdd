"""The same inputs decided otherwise: what would differ, asked of a service that goes on."""
import json
import os
import shlex
import subprocess

from clients import now_text
from house import BUILD, SECRETS
from scenario import ADA, Scenario

BYE = "We are done here, thank you"
OFFER = "The offer ends today."


class WhatIf(Scenario):
    changes = {"gohighlevel": {"conversation_provider_id": "68c0ffee0000000000000001"}}

    def new_file(self, change):
        """The service's own configuration, changed."""
        text = change((self.house.dir / "tidemark.toml").read_text())
        path = self.house.dir / "new.toml"
        path.write_text(text)
        return path

    def ask(self, *arguments, code=0, form="json", keep_environment=True):
        command = [BUILD / "tidemark", "--data", self.house.data, "--format", form, "replay", "what-if",
                   *map(str, arguments)]
        environment = {**os.environ, **(SECRETS if keep_environment else {})}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
        self.assertEqual(done.returncode, code, done.stdout[-1000:] + done.stderr[-1000:])
        return done

    def lines(self, *arguments):
        found = [json.loads(line) for line in self.ask(*arguments).stdout.splitlines()]
        summary = next(line["summary"] for line in found if "summary" in line)
        return [line for line in found if "differs" in line], summary, \
            [line for line in found if "adopt" in line]

    def assert_nothing_differs(self, summary):
        self.assertEqual([summary[each] for each in ("contacts", "mappings", "opt_outs", "sends",
                         "assumed_answers", "not_recomputable")], [0] * 6, summary)
        self.assertGreater(summary["decisions"], 5)

    def write_to_ada(self, contact):
        self.sandbox.set(ghl_delivery_url=self.house.base + "/webhooks/gohighlevel/provider-delivery")
        self.sandbox.play("gohighlevel", "agent-sms", contact_id=contact["id"], attachments=[], message=OFFER,
                          user_id="USRexample0000000001")
        self.wait_for("the text was sent", lambda: any(e["data"]["allowed"]
                                                       for e in self.house.events("send.decided.v1")))
        self.settle()

    def test_it_tells_of_a_running_service_and_changes_and_sends_nothing(self):
        contact = self.spread()
        self.sandbox.text(ADA["phone"], BYE)
        self.settle()
        self.write_to_ada(contact)
        before = self.recorded()
        with self.subTest("the same configuration"):
            _, summary, adopt = self.lines("--with", self.house.dir / "tidemark.toml")
            self.assert_nothing_differs(summary)
            self.assertEqual([line for line in adopt if line["adopt"] == "value"], [])
        with self.subTest("today's rules"):
            self.assert_nothing_differs(self.lines("--rules", "today")[1])
        with self.subTest("a wider word list"):
            self.would_have_been_an_opt_out()
        with self.subTest("a target that is not written to"):
            self.would_have_written_nothing_to_aloware()
        with self.subTest("a connector that is left out"):
            self.would_have_decided_nothing_of_gohighlevel()
        self.settle()
        self.assertEqual(self.recorded(), before)
        self.house.tool(*self.advised)  # a command that is there, and that wants to be told no more
        with self.subTest("at rest"):
            self.house.stop_service()
            self.assert_nothing_differs(self.lines("--with", self.house.dir / "tidemark.toml")[1])
            self.house.start_service()

    def recorded(self):
        """What the log has, but for how far the service's own watch has looked."""
        return [e["position"] for e in self.house.events() if e["type"] != "watch.looked.v1"]

    def would_have_been_an_opt_out(self):
        words = self.house.dir / "words"
        words.write_text(f"# what people write\n{BYE.upper()}!\n")
        rows, summary, adopt = self.lines("--words", words)
        self.assertEqual((summary["opt_outs"], summary["texts"]), (1, 1), rows)
        text, = [row for row in rows if row["differs"] == "send" and row["text"]]
        self.assertEqual((text["system"], text["recorded"], text["otherwise"]),
                         ("verity", "sent", "not sent: opted_out"))
        closed = [row for row in rows if row["differs"] == "opt-out"]
        self.assertEqual({row["name"] for row in closed}, {"sms", "whatsapp"})
        self.assertTrue(all(row["recorded"] is None for row in closed))
        self.assertIn("part of the program", adopt[0]["note"])
        only, _, _ = self.lines("--words", words, "--contact", ADA["phone"])
        self.assertEqual(only, rows)
        said = self.house.stored(self.house.events("message.observed.v1")[0]["cause"])["at"]
        early = self.lines("--words", words, "--until", said)
        self.assertEqual((early[0], early[1]["opt_outs"]), ([], 0))

    def would_have_written_nothing_to_aloware(self):
        def silent(text):
            return text.replace('name = "aloware"\n', 'name = "aloware"\nreceives = false\n')
        rows, summary, adopt = self.lines("--with", self.new_file(silent))
        self.assertEqual(summary["would_leave"] + summary["other_request"], 0, rows)
        self.assertTrue(all(row["system"] == "aloware" for row in rows if row["differs"] == "send"), rows)
        self.assertGreater(summary["would_not_leave"], 0)
        self.assertEqual(summary["assumed_answers"], 0, "what generic was asked and said is in the log")
        self.assertFalse([row for row in rows if row["system"] == "generic"], rows)
        value, = [line for line in adopt if line["adopt"] == "value"]
        self.assertIn("receives", value["key"])
        commands = [line["command"] for line in adopt if line["adopt"] == "command"]
        self.assertEqual(len(commands), 4)
        self.assertTrue(commands[2].endswith("systemctl restart tidemark" if value["takes"] == "restart"
                                             else " reload"))
        words = shlex.split(commands[3])
        self.advised = words[words.index("replay"):]

    def would_have_decided_nothing_of_gohighlevel(self):
        def without(text):
            table = "[[tenants.connectors]]"
            kept = [part for part in text.split(table) if 'name = "gohighlevel"' not in part]
            return table.join(kept).replace('"gohighlevel", ', "")
        _, summary, _ = self.lines("--with", self.new_file(without))
        self.assertGreater(summary["not_decided"]["gohighlevel"], 0)
        for secret in (ADA["phone"], ADA["first_name"]):
            self.assertNotIn(secret, self.ask("--with", self.house.dir / "new.toml").stdout)
        shown = self.ask("--with", self.house.dir / "new.toml", "--reveal", "--reason", "test").stdout
        self.assertIn(ADA["phone"], shown)
        told = self.ask("--with", self.house.dir / "new.toml", form="text").stdout
        self.assertIn("gohighlevel is not in the new file", told)
        self.assertTrue(told.splitlines()[0].endswith("nothing was sent, nothing changed"), told)

    def test_what_cannot_be_asked_is_named(self):
        self.spread()
        new = self.new_file(lambda text: text.replace("[sync]", "[sync]\nprecedense = 3\n"))
        self.assertIn("precedense", self.ask("--with", new, code=64).stderr)
        self.ask(code=2)
        self.ask("--rules", "yesterday", code=2)
        self.ask("--rules", "today", "--with", self.house.dir / "tidemark.toml", code=2)
        self.ask("--with", self.house.dir / "nowhere.toml", code=64)
        self.ask("--words", self.house.dir / "nowhere", code=2)
        self.ask("--rules", "today", "--since", "yesterday", code=2)
        self.ask("--rules", "today", "--since", now_text(3600), code=2)
        self.ask("--rules", "today", "--since", now_text(), "--until", now_text(-60), code=2)
        self.ask("--rules", "today", "--reveal", code=2)
        unknown = self.ask("--rules", "today", "--contact", "+14155559999", code=1)
        self.assertNotIn("+14155559999", unknown.stdout + unknown.stderr)
        other = self.new_file(lambda text: text.replace('id = "acme"', 'id = "other"').replace(
            'tenant = "acme"', 'tenant = "other"'))
        self.assertIn("has no tenant acme", self.ask("--with", other, code=2).stderr)

    def test_the_tool_has_no_way_to_send(self):
        linked = subprocess.run(["ldd", BUILD / "tidemark"], capture_output=True, text=True,
                                check=True).stdout
        self.assertIn("librocksdb", linked)
        for name in ("libcurl", "libcaf"):
            self.assertNotIn(name, linked)
