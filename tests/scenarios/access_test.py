"""Tokens and tenants are made, ended and suspended while the service runs, and a restart changes nothing."""
from clients import GHL_LOCATION, call, compact
from house import SECRETS
from scenario import ADA, GHL_ADA, Scenario


class Asking(Scenario):
    def tidemark(self, *words, code=0):
        return self.house.tool(*words, codes=(code,))

    def ask(self, token, path="/api/v1/contacts"):
        return call(self.house.base + path, headers=[("Authorization", "Bearer " + token)])

    def create(self, *words):
        return self.tidemark("token", "create", *words, "--reason", "a test")[0]


class Tokens(Asking):
    def test_a_token_lets_in_at_once_over_a_restart_and_until_it_is_revoked(self):
        made = self.create("export", "--role", "viewer", "--expires-in", "90d")
        self.assertEqual(self.ask(made["token"]).status, 200)
        self.house.restart()
        self.assertEqual(self.ask(made["token"]).status, 200)
        own = self.ask(made["token"], "/auth/token").json
        self.assertEqual((own["last_four"], own["source"], own["role"]),
                         (made["token"][-4:], "log", "viewer"))
        listed = self.tidemark("token", "list")
        self.assertEqual([item["source"] for item in listed[:-1]], ["file", "log"])
        self.tidemark("token", "revoke", made["id"], "--reason", "it leaked")
        refused = self.ask(made["token"])
        self.assertEqual((refused.status, refused.json["error"]["code"]), (401, "invalid_token"))
        self.assertIn("Invalid token", refused.json["error"]["message"])
        self.tidemark("token", "revoke", made["id"], "--reason", "it leaked", code=1)
        self.assertEqual(self.ask(SECRETS["SCENARIO_API"]).status, 200, "the file's goes on working")

    def test_no_token_stands_in_the_data_folder(self):
        made = self.create("export", "--role", "viewer")
        self.house.stop_service()
        for file in self.house.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(made["token"].encode(), file.read_bytes(), file)

    def test_a_viewer_sees_no_number_and_an_agent_does(self):
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        path = "/api/v1/contacts?phone=" + ADA["phone"].replace("+", "%2B")
        for role, sees in (("viewer", False), ("agent", True), ("operator", False), ("auditor", True)):
            token = self.create(role, "--role", role)["token"]
            answer = self.wait_for("the tables know of it", lambda t=token: next(iter(
                a for a in [self.ask(t, path)] if a.status != 200 or a.json["items"]), None))
            self.assertEqual(ADA["phone"] in answer.body.decode(), sees, role)


class Stories(Asking):
    def test_who_did_read_and_revealed_what_is_one_question(self):
        token = self.create("reader", "--role", "auditor")["token"]
        self.hooks.ghl_contact("CON1", **GHL_ADA)
        self.settle()
        contact = self.house.explain("--contact", ADA["phone"])["subject"]["id"]
        self.wait_for_api("the tables know",
                          lambda: self.ask(token, f"/api/v1/contacts/{contact}").status == 200)
        self.house.stored(self.newest_webhook("gohighlevel"), "--with-bodies", "--reveal",
                          "--reason", "a complaint")
        self.house.stop_service()
        *story, summary = self.tidemark("audit", "access")
        self.assertEqual(set(summary["summary"]), {"access", "read", "revealed"})
        told = {each["kind"]: each for each in story}
        self.assertTrue(told["access"]["who"].startswith("uid "))
        self.assertEqual(told["access"]["about"]["token_name"], "reader")
        self.assertEqual(told["read"]["who"], "reader")
        self.assertIn(contact, [each["subject"] for each in told["read"]["about"]["reads"]])
        self.assertNotIn(ADA["phone"], str(story))
        *story, _ = self.tidemark("audit", "access", "--by", "reader")
        self.assertEqual([each["kind"] for each in story], ["read"])


class Logins(Asking):
    def post(self, what, **body):
        return call(f"{self.house.base}/api/v1/auth/{what}", "POST", compact(body),
                    [("Content-Type", "application/json")])

    def test_a_user_logs_in_goes_on_over_a_restart_and_is_kept_out(self):
        made, = self.tidemark("user", "create", "ada@example.com", "--role", "agent", "--reason", "new here")
        first = self.post("login", email="Ada@example.com", password=made["password"]).json
        self.assertEqual(self.ask(first["access_token"]).status, 200)
        self.house.restart()
        second = self.post("refresh", refresh_token=first["refresh_token"]).json
        self.assertEqual(self.ask(second["access_token"]).status, 200)
        self.tidemark("user", "disable", "ada@example.com", "--reason", "she left")
        for refused in (self.ask(second["access_token"]),
                        self.post("login", email="ada@example.com", password=made["password"]),
                        self.post("refresh", refresh_token=second["refresh_token"])):
            self.assertEqual((refused.status, refused.json["error"]["code"]), (403, "account_disabled"))
        self.assertEqual(self.tidemark("user", "list")[0]["state"], "disabled")
        shown = self.house.events("user.created.v1")[0]["data"]
        self.assertEqual(shown["password_hash"], "***")


class Suspension(Asking):
    def say(self, what):
        return self.tidemark("tenant", what, self.house.tenants[0], "--reason", "unpaid")

    def ask_for_a_text(self):
        record = self.sandbox.contacts("gohighlevel")[0]["id"]
        return self.hooks.ghl({"contactId": record, "locationId": GHL_LOCATION, "messageId": "m-1",
                               "type": "SMS", "phone": ADA["phone"], "message": "An offer", "attachments": [],
                               "userId": "u"}, path="/webhooks/gohighlevel/provider-delivery")

    def texts(self):
        sends = self.sandbox.control("GET", "/sends?after=0&limit=1000")["sends"]
        return [each for each in sends if each.get("to") == ADA["phone"] and not each["stop"]]

    def is_closed(self):
        marks = self.sandbox.contacts("gohighlevel")[0].get("dndSettings", {})
        return marks.get("SMS", {}).get("status") == "active"

    def test_a_suspended_tenant_is_closed_and_nothing_is_sent_until_it_is_resumed(self):
        self.say("suspend")
        self.assertEqual(self.tidemark("tenant", "list")[0]["status"], "suspended")
        refused = self.ask(SECRETS["SCENARIO_API"])
        self.assertEqual((refused.status, refused.json["error"]["code"]), (403, "tenant_suspended"))
        self.assertIn("unpaid", refused.json["error"]["message"])
        self.assertEqual(self.hooks.ghl_contact("CON1", **GHL_ADA).json["status"], "accepted")
        self.wait_for("it is decided", lambda: self.house.events("delivery.intended.v1"))
        self.house.restart()
        self.assertEqual(self.house.events("delivery.dispatched.v1"), [])
        explained = self.house.explain("--contact", ADA["phone"])
        self.assertIn("suspended the tenant", str(explained))
        self.say("resume")
        self.wait_for("it is sent", lambda: self.house.events("delivery.accepted.v1"))
        self.assertEqual(self.ask(SECRETS["SCENARIO_API"]).status, 200)

    def test_who_says_stop_meanwhile_is_marked_at_once_and_gets_no_text_after_the_resume(self):
        self.spread()
        self.say("suspend")
        self.assertEqual(self.ask_for_a_text().status, 200)
        self.wait_for("the text waits", lambda: [e for e in self.house.events("action.intended.v1")
                                                 if e["data"]["action"] == "send_message"])
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for("the systems are told", self.is_closed)
        self.assertEqual(self.texts(), [])
        self.say("resume")
        self.settle()
        self.assertEqual(self.texts(), [])


class Several(Asking):
    tenants = ("acme", "globex")

    def ask_as(self, token, tenant=None, path="/api/v1/auth/token"):
        named = [("X-Tenant-ID", tenant)] if tenant else []
        return call(self.house.base + path, headers=[("Authorization", "Bearer " + token), *named])

    def test_a_token_of_the_installation_names_its_tenant_and_another_has_its_own_only(self):
        made = self.create("all", "--role", "admin", "--installation", "--tenant", "acme")["token"]
        self.assertEqual([self.ask_as(made, each).json["tenant"] for each in self.tenants],
                         list(self.tenants))
        own = SECRETS["SCENARIO_API"]  # acme's
        self.assertEqual([self.ask_as(own, each).status for each in (None, "acme", "globex", "initech")],
                         [200, 200, 404, 404])
        self.assertEqual(self.ask_as(made).json["error"]["code"], "tenant_required")
        self.assertEqual(self.ask_as(made, path="/api/v1/tenants").status, 200)
        self.assertEqual(self.ask_as(own, path="/api/v1/tenants").status, 403)

    def test_one_is_suspended_and_the_other_goes_on(self):
        self.tidemark("tenant", "suspend", "globex", "--reason", "unpaid")
        self.assertEqual([each["status"] for each in self.tidemark("tenant", "list")[:-1]],
                         ["active", "suspended"])
        self.assertEqual(self.ask_as(SECRETS["SCENARIO_API"]).status, 200)
        self.tidemark("tenant", "suspend", "globex", "--reason", "unpaid", code=1)
        self.tidemark("tenant", "suspend", "initech", "--reason", "unpaid", code=1)
        self.tidemark("tenant", "resume", "globex", "--reason", "paid")
