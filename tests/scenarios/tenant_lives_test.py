"""Tenants are made, renamed and deleted while the service runs, and the others never notice."""
import concurrent.futures
import pathlib

from access_test import Asking
from clients import GHL_LOCATION, SIGNER, compact, now_text
from house import SECRETS, connectors_at, toml_lines
from scenario import ADA, GHL_ADA


class Globex(Asking):
    """A tenant that is made beside the file's."""

    def settings(self, changes=None, **common):
        """Its file; `changes`: of connectors."""
        lines = ["[[tenants]]", *toml_lines(common)]
        for name, connector in connectors_at(self.house.urls).items():
            lines += ["[[tenants.connectors]]", f'name = "{name}"',
                      *toml_lines({**connector, **(changes or {}).get(name, {})})]
        file = self.house.dir / "globex.toml"
        file.write_text("\n".join(lines) + "\n")
        return str(file)

    def tenant(self, what, *words, code=0, id="globex"):
        return self.tidemark("tenant", what, id, *words, code=code)

    def make(self, **common):
        return self.tenant("create", "--settings", self.settings(**common), "--name", "Globex Ltd.")

    def ghl(self, tenant, number="w-1"):
        body = compact({"type": "ContactUpdate", "timestamp": now_text(), "id": "CON1",
                        "locationId": GHL_LOCATION, "webhookId": number, **GHL_ADA})
        return self.hooks.post(f"/t/{tenant}/webhooks/gohighlevel", body,
                               [("X-GHL-Signature", SIGNER.sign_base64(body))])


class Lives(Globex):
    def test_one_works_at_once_and_over_a_restart(self):
        self.assertEqual(self.ghl("globex").status, 404)
        self.make()
        self.assertEqual(self.ghl("globex").json["status"], "accepted")
        self.assertEqual(self.hooks.ghl_contact("CON1", **GHL_ADA).json["status"], "accepted",
                         "the path without a tenant is the file's still")
        self.settle()
        cards = {e["tenant"] for e in self.house.events("identity.card_written.v1")}
        self.assertEqual(cards, {"acme", "globex"})
        self.house.restart()
        self.assertEqual(self.ghl("globex").json["status"], "duplicate")
        self.assertEqual(self.ask(SECRETS["SCENARIO_API"]).status, 200, "the file's token is acme's still")
        shown = self.tenant("show")[0]
        self.assertEqual((shown["name"], shown["source"], shown["status"]), ("Globex Ltd.", "log", "active"))
        for secret in SECRETS.values():
            self.assertNotIn(secret, str(shown))
        self.tenant("rename", "--name", "Globex Inc.")
        self.assertEqual(self.tidemark("tenant", "list")[1]["name"], "Globex Inc.")
        self.tenant("rename", "--name", "Acme", id="acme", code=1)

    def test_a_faulty_one_is_refused_with_the_faults_of_the_file(self):
        self.tenant("create", "--settings", self.settings(colour="red"), code=2)
        self.tenant("create", code=2)
        self.tenant("show", code=1)
        self.assertEqual(self.house.events("tenant.created.v1"), [])

    def test_one_that_is_deleted_ends_after_its_grace_and_can_be_read_still(self):
        self.make()
        self.ghl("globex")
        self.settle()
        self.tenant("delete", "--reason", "they left")
        self.assertEqual(self.tenant("show")[0]["status"], "deleting")
        self.tenant("undelete", "--reason", "they stay")
        self.tenant("resume", "--reason", "they stay")
        self.assertEqual(self.tenant("show")[0]["status"], "active")
        self.tenant("delete", "--reason", "they left", "--grace-days", "0")
        self.wait_for("it has ended", lambda: self.house.events("tenant.ended.v1"))
        self.wait_for("it takes nothing", lambda: self.ghl("globex", "w-2").status == 404)
        self.assertEqual(self.ghl("acme").status, 200)
        self.tenant("undelete", "--reason", "too late", code=1)
        self.house.restart()
        self.assertEqual(self.ghl("globex", "w-2").status, 404)
        self.assertEqual(self.tenant("show")[0]["status"], "deleted")
        told = self.house.tool("audit", "opt-outs", "--address", ADA["phone"], "--tenant", "globex",
                               codes=(0, 1))
        self.assertIn(ADA["phone"][-4:], str(told))
        self.tenant("create", "--settings", self.settings(), code=1)
        self.house.tenants = ("acme", "globex")
        self.house.stop_service()
        with self.assertRaises(Exception, msg="the file may not have the id either"):
            self.house.start_service()
        self.house.tenants = ("acme",)
        self.house.start_service()


class Settings(Globex):
    def set(self, file, *words, code=0, id="globex"):
        return self.tenant("set", file, *words, code=code, id=id)

    def summary(self, *arguments, **options):
        return self.set(*arguments, **options)[-1]["summary"]

    def test_others_hold_at_once_and_over_a_restart_and_another_tenant_never_notices(self):
        self.make()
        self.assertEqual([self.ghl("globex", f"w-{n}").status for n in range(3)], [200] * 3)
        self.settle()
        before = len(self.house.events("engine.started.v1"))
        wanted = self.settings({"gohighlevel": {"webhooks_per_minute": 1, "burst": 7}}, public_page=False)
        lines = self.set(wanted, "--dry-run")
        self.assertEqual([(each["key"].split("].", 1)[1], each["from"], each["to"], each["takes"])
                          for each in lines[:-1]],
                         [("public_page", "true", "false", "nothing"),
                          ("connectors[gohighlevel].webhooks_per_minute", "0", "1", "nothing"),
                          ("connectors[gohighlevel].burst", "10000", "7", "nothing")])
        self.assertEqual(self.house.events("tenant.settings_set.v1"), [])
        done = self.summary(wanted, "--reason", "they flood us", "--if-version", 1)
        self.assertEqual((done["settings_version"], done["now"], done["at_next_start"]), (2, 3, 0))
        self.assertEqual([self.ghl("globex", f"x-{n}").status == 200 for n in range(3)], [True, False, False])
        self.assertEqual([self.ghl("acme", f"y-{n}").status for n in range(3)], [200] * 3)
        self.assertEqual(len(self.house.events("engine.started.v1")), before, "nobody was started anew")
        event, = self.house.events("tenant.settings_set.v1")
        told = self.tidemark("audit", "access", "--tenant", "globex", "--reveal", "--reason", "a test")
        self.assertIn("they flood us", str([e for e in told if e.get("position") == event["position"]]))
        for secret in SECRETS.values():
            self.assertNotIn(secret, str(told))
        self.house.restart()
        shown = self.tenant("show")[0]
        self.assertEqual((shown["settings_version"], shown["needs_restart"]), (2, []))
        self.assertEqual([self.ghl("globex", f"z-{n}").status == 200 for n in range(2)], [True, False])
        self.set(wanted, "--reason", "again", code=1)

    def test_what_takes_a_restart_is_refused_unless_it_may_wait_for_it(self):
        self.make()
        slower = self.settings({"aloware": {"timeout_ms": 900}}, public_page=False)
        self.set(slower, "--reason", "they are slow", code=1)
        self.assertEqual(self.tenant("show")[0]["settings_version"], 1)
        done = self.summary(slower, "--reason", "they are slow", "--at-next-start")
        self.assertEqual((done["now"], done["at_next_start"]), (1, 1))
        key = "tenants[globex].connectors[aloware].timeout_ms"
        self.assertEqual(self.tenant("show")[0]["needs_restart"], [key])
        self.ghl("globex")
        self.settle()
        self.house.restart()
        self.assertEqual(self.tenant("show")[0]["needs_restart"], [])
        self.assertEqual(self.ghl("globex").json["status"], "duplicate")

    def test_nothing_is_changed_by_what_is_wrong(self):
        self.make()
        good = self.settings(public_page=False)
        text = pathlib.Path(good).read_text()
        half = self.house.dir / "half.toml"
        half.write_text(text[:text.rindex("[[tenants.connectors]]") + 12])
        why = ("--reason", "a test")
        self.set(half, *why, code=2)
        half.write_text(text[:text.rindex("[[tenants.connectors]]")])  # it reads well and lacks a connector
        self.set(half, *why, code=1)
        half.write_text("\n")
        self.set(half, *why, code=2)
        self.set(self.house.dir / "none.toml", *why, code=2)
        self.set(self.settings(colour="red"), *why, code=2)
        good = self.settings(public_page=False)
        self.set(good, code=2)
        self.set(good, *why, code=1, id="nobody")
        self.set(good, *why, code=1, id="acme")
        self.set(good, *why, "--if-version", 7, code=1)
        self.assertEqual(self.house.events("tenant.settings_set.v1"), [])
        self.assertEqual(self.tenant("show")[0]["settings_version"], 1)

    def test_of_two_who_looked_at_the_same_settings_one_is_refused(self):
        self.make()
        files = []
        for number in (3, 4):
            file = self.house.dir / f"{number}.toml"
            made = self.settings({"generic": {"burst": number}})
            file.write_text(pathlib.Path(made).read_text())
            files.append(file)

        def set_to(file):
            return self.house.tool("tenant", "set", "globex", file, "--reason", "at once", "--if-version", 1,
                                   codes=(0, 1))
        with concurrent.futures.ThreadPoolExecutor() as both:
            ends = list(both.map(set_to, files))
        self.assertEqual(sorted(map(bool, ends)), [False, True])
        self.assertEqual(len(self.house.events("tenant.settings_set.v1")), 1)
