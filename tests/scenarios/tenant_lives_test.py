"""Tenants are made, renamed and deleted while the service runs, and the others never notice."""
from access_test import Asking
from clients import GHL_LOCATION, SIGNER, compact, now_text
from house import SECRETS, connectors_at, toml_lines
from scenario import ADA, GHL_ADA


class Lives(Asking):
    def settings(self, **common):
        lines = ["[[tenants]]", *toml_lines(common)]
        for name, connector in connectors_at(self.house.urls).items():
            lines += ["[[tenants.connectors]]", f'name = "{name}"', *toml_lines(connector)]
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
