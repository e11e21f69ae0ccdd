"""An account of GoHighLevel that was connected by a code: its tokens are renewed, and never shown."""
import os
import stat

from clients import call
from house import House, wait_for
from scenario import ADA, Scenario

CLIENT = {"client_id": "68c0ffee0000000000000002-sandbox", "client_secret": {"env": "SCENARIO_GHL_CLIENT"},
          "redirect_uri": "https://example.com/connected"}
SECRET_BEGINNINGS = ("sandbox-access-", "sandbox-refresh-", "sandbox-client-secret")


class FailingHouse(House):
    serve_options = ("--test-failpoints",)


class Accounts(Scenario):
    changes = {"gohighlevel": {"token": None, "oauth": CLIENT}}

    def connector(self):
        items = self.house.api("/connectors").json["items"]
        return next(each for each in items if each["name"] == "gohighlevel")

    def wait_for(self, what, check):
        return wait_for(what, check, every=0.2)  # what the API shows is as old as a second

    def account(self):
        return self.connector().get("account") or {"state": "unknown"}

    def state_is(self, state):
        self.wait_for(f"the account is {state}", lambda: self.account()["state"] == state)

    def connect(self, user_type="Location", codes=(0,)):
        code = self.sandbox.control("POST", "/play/gohighlevel/install", {"user_type": user_type})["code"]
        return self.house.tool("connect", "gohighlevel", "--code", code, codes=codes)

    def end_tokens(self):
        self.sandbox.control("POST", "/play/gohighlevel/end-tokens", {})

    def token_file(self):
        return self.house.data / "keys" / "tokens" / "acme.gohighlevel"

    def add(self, number):
        self.sandbox.add("aloware", **{**ADA, "phone": f"+1202555{number:04d}",
                                       "email": f"marisol{number}@example.com"})

    def wait_for_contacts(self, count):
        self.wait_for(f"{count} contacts", lambda: len(self.sandbox.contacts("gohighlevel")) == count)

    def renewals(self):
        return [e["data"] for e in self.house.events("token.refreshed.v1")]

    def common_checks(self):
        super().common_checks()
        places = [self.house.stderr(), str(self.house.events())]
        for folder, _, names in os.walk(self.house.data):
            if "keys" not in folder:
                places += [open(os.path.join(folder, name), "rb").read().decode("latin-1") for name in names]
        for place in places:
            for secret in SECRET_BEGINNINGS:
                self.assertNotIn(secret, place, "a token outside of keys/tokens")


class Connecting(Accounts):
    def test_deliveries_wait_until_somebody_connects_the_account(self):
        self.state_is("not_connected")
        self.add(1)
        self.wait_for("a delivery waits", lambda: self.connector()["deliveries"]["open"] == 1)
        self.wait_for("somebody is asked to connect it", lambda: "reconnect_needed" in {
            e["rule"] for e in self.house.api("/alerts").json["items"]})
        where = self.house.tool("connect", "gohighlevel")[0]["text"]
        self.assertIn("client_id=68c0ffee0000000000000002-sandbox", where)
        self.connect()
        self.wait_for_contacts(1)
        self.assertEqual(stat.S_IMODE(self.token_file().stat().st_mode), 0o600)
        self.assertEqual([e["connected"] for e in self.renewals()], [True])
        self.wait_for("its key is shown", lambda: self.account()["key_id"] == self.renewals()[0]["key_id"])

    def test_a_wrong_code_connects_nothing_and_says_so(self):
        self.house.tool("connect", "gohighlevel", "--code", "nonsense", codes=(1,))
        self.house.tool("connect", "aloware", "--code", "nonsense", codes=(2,))
        self.state_is("not_connected")
        self.connect()
        self.state_is("connected")

    def test_an_agency_gives_a_token_for_the_location(self):
        self.connect("Company")
        self.add(1)
        self.wait_for_contacts(1)


    def test_a_connect_that_fails_halfway_leaves_a_working_account_as_it_was(self):
        self.connect()
        self.state_is("connected")
        self.sandbox.fault("gohighlevel", "locationToken", status=503, times=1)
        self.connect("Company", codes=(1,))
        self.assertEqual(self.account()["state"], "connected")
        self.end_tokens()
        self.add(1)
        self.wait_for_contacts(1)


class ListedOnly(Accounts):
    changes = {"gohighlevel": {"token": None, "oauth": CLIENT, "receives": False}, "verity": None}
    sync = {"precedence": ["gohighlevel", "aloware", "generic"]}

    def test_a_list_that_waits_for_its_account_is_an_alert(self):
        self.state_is("not_connected")
        self.wait_for("somebody is asked to connect it", lambda: "reconnect_needed" in {
            e["rule"] for e in self.house.api("/alerts").json["items"]})
        screen = self.house.tool("status", codes=(1,))[0]
        self.assertEqual(screen["services"]["gohighlevel"]["status"], "disconnected")
        self.assertNotIn("gohighlevel", {e["connector"] for e in screen["queues"]}, "nothing is sent there")
        self.connect()
        self.state_is("connected")
        self.wait_for("it is over", lambda: "reconnect_needed" not in {
            e["rule"] for e in self.house.api("/alerts").json["items"]})
        self.house.tool("backfill", "gohighlevel")


class Renewing(Accounts):
    def test_an_agencys_new_tokens_are_kept_when_the_locations_cannot_be_made_at_once(self):
        self.connect("Company")
        self.state_is("connected")
        self.sandbox.fault("gohighlevel", "locationToken", status=503, times=1)
        self.end_tokens()
        self.add(1)
        self.wait_for_contacts(1)
        self.state_is("connected")
        self.assertEqual(self.house.events("token.refused.v1"), [])

    def test_an_account_whose_token_ends_while_it_cannot_be_renewed_is_an_alert(self):
        self.sandbox.set(ghl_access_token_s=4)
        self.connect()
        self.state_is("connected")
        self.sandbox.fault("gohighlevel", "/oauth/token", status=503, times=-1)
        alert = self.wait_for("an alert", lambda: [
            e for e in self.house.api("/alerts").json["items"] if e["rule"] == "reconnect_needed"])[0]
        self.assertEqual(self.account()["state"], "failing")
        self.assertIn("vendor_failed", alert["text"])
        self.sandbox.set(ghl_access_token_s=86399)
        self.sandbox.clear_faults()
        self.state_is("connected")
        self.wait_for("it is over", lambda: "reconnect_needed" not in {
            e["rule"] for e in self.house.api("/alerts").json["items"]})

    def test_tokens_are_renewed_before_they_end_and_each_refresh_token_is_used_once(self):
        self.sandbox.set(ghl_access_token_s=4)
        self.connect()
        self.wait_for("it was renewed twice", lambda: len(self.renewals()) >= 3)
        self.add(1)
        self.wait_for_contacts(1)
        self.sandbox.set(ghl_access_token_s=86399)
        self.wait_for("a long one", lambda: self.account()["state"] == "connected"
                      and len({e["key_id"] for e in self.renewals()}) == len(self.renewals()))
        refused = [e for e in self.house.events("delivery.retry_scheduled.v1")
                   if e["data"]["facts"]["answer"]["http_status"] == 401]
        self.assertEqual(refused, [], "nothing met an ended token")

    def test_a_refused_token_is_renewed_once_however_many_meet_it(self):
        self.connect()
        self.end_tokens()
        for number in range(12):
            self.add(number)
        self.wait_for_contacts(12)
        self.settle()
        self.assertEqual(len(self.renewals()), 2)
        self.assertEqual(self.house.events("circuit.opened.v1"), [])

    def test_a_restart_goes_on_with_the_tokens_that_are_kept(self):
        self.connect()
        self.state_is("connected")
        key = self.account()["key_id"]
        self.house.restart()
        self.wait_for("it is known again", lambda: self.account().get("key_id") == key)
        self.end_tokens()
        self.add(1)
        self.wait_for_contacts(1)
        self.house.kill_service()
        self.house.start_service()
        self.add(2)
        self.wait_for_contacts(2)
        self.settle()
        self.assertEqual(len(self.renewals()), 2)

    def test_a_paused_location_costs_nothing_but_time(self):
        self.connect()
        self.sandbox.set(ghl_location_active=False)
        self.end_tokens()
        self.add(1)
        self.state_is("failing")
        self.assertEqual(self.account()["reason_code"], "account_inactive")
        self.sandbox.set(ghl_location_active=True)
        self.wait_for_contacts(1)
        self.state_is("connected")

    def test_a_spent_refresh_token_needs_a_person(self):
        self.connect()
        kept = self.token_file().read_text()
        self.end_tokens()
        self.add(1)
        self.wait_for_contacts(1)
        self.house.stop_service()
        self.token_file().write_text(kept)  # as an old copy of the folder would hold it
        self.house.start_service()
        self.add(2)
        self.state_is("reconnect_needed")
        self.wait_for("somebody is asked to connect it", lambda: "reconnect_needed" in {
            e["rule"] for e in self.house.api("/alerts").json["items"]})
        self.assertEqual(call(self.house.base + "/health").json["services"]["gohighlevel"]["status"],
                         "disconnected")
        self.assertEqual(len(self.house.events("token.refused.v1")), 1)
        self.connect()
        self.wait_for_contacts(2)


class Killed(Accounts):
    house_kind = FailingHouse

    def test_a_kill_between_the_answer_and_the_file_is_told_and_loses_no_delivery(self):
        self.connect()
        self.house.stop_service()
        self.house.start_service({"TIDEMARK_FAILPOINTS": "token.before_write=1in:2:kill"})
        self.end_tokens()
        self.add(1)
        self.house.service.wait(20)
        self.house.start_service()
        self.state_is("reconnect_needed")
        self.assertEqual(self.account()["reason_code"], "renewal_cut_off")
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])
        self.connect()
        self.wait_for_contacts(1)

    def test_a_kill_before_the_refresh_token_is_shown_changes_nothing(self):
        self.connect()
        self.house.stop_service()
        self.house.start_service({"TIDEMARK_FAILPOINTS": "token.before_write=kill"})
        self.end_tokens()
        self.add(1)
        self.house.service.wait(20)
        self.house.start_service()
        self.wait_for_contacts(1)
        self.state_is("connected")


class Shown(Accounts):
    def token(self, more=""):
        return self.house.api("/auth/token?connector=gohighlevel" + more)

    def test_what_may_be_known_of_the_token_and_a_renewal_that_somebody_wants(self):
        self.assertEqual(self.token().status, 404)
        self.assertEqual(self.token("&refresh=true").json["error"]["code"], "not_renewed")
        self.connect()
        self.state_is("connected")
        first = self.token().json
        self.assertEqual((first["source"], len(first["last_four"]), first["refreshed"]),
                         ("account", 4, False))
        self.assertIsNotNone(first["expires_at"])
        second = self.token("&refresh=true").json
        self.assertTrue(second["refreshed"])
        self.assertNotEqual(second["key_id"], first["key_id"])
        self.wait_for("it is on record", lambda: self.renewals()[-1]["key_id"] == second["key_id"])
        self.add(1)
        self.wait_for_contacts(1)
        self.assertEqual(self.house.api("/auth/token?connector=aloware").json["source"],
                         "environment SCENARIO_ALOWARE")
