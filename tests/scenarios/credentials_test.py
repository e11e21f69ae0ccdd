"""Secrets of connectors, set while the service runs (rows T4, T15, G10)."""
import base64
import os
import pathlib
import subprocess
from unittest import mock

from clients import call
from house import BUILD, SECRETS, House, wait_for
from scenario import Scenario

FRESH = "fresh-token-of-aloware-0001"


class HouseWithKey(House):
    def __init__(self, *given):
        super().__init__(*given)
        self.stop_service()
        self.tool("store-key", "init", self.dir / "store.key")
        self.serve_options = ["--store-key", str(self.dir / "store.key")]
        self.start_service()


class Credentials(Scenario):
    house_kind = HouseWithKey

    def common_checks(self):
        with mock.patch.dict(os.environ, {"TIDEMARK_STORE_KEY_FILE": str(self.house.dir / "store.key")}):
            super().common_checks()
        places = [self.house.stderr(), str(self.house.events())]
        for folder, _, names in os.walk(self.house.data):
            places += [pathlib.Path(folder, name).read_bytes().decode("latin-1") for name in names]
        for place in places:
            self.assertNotIn(FRESH, place, "a secret in the open")

    def credential(self, *words, value=None, codes=(0,)):
        command = [BUILD / "tidemark", "--data", self.house.data, "credential", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, input=value)
        self.assertIn(done.returncode, codes, done.stdout + done.stderr)
        self.assertNotIn(FRESH, done.stdout + done.stderr)
        return done.stdout

    def listed(self, **wanted):
        items = self.house.api("/credentials").json["items"]
        return [one for one in items if all(one[name] == value for name, value in wanted.items())]

    def add(self, number):
        self.sandbox.add("gohighlevel", firstName="Marisol", phone=f"+1202555{number:04d}",
                         email=f"marisol{number}@example.com")

    def arrives(self, count):
        wait_for(f"{count} contacts in Aloware", lambda: len(self.sandbox.contacts("aloware")) == count)

    def test_a_new_key_is_used_at_once_and_after_a_restart(self):
        self.spread()
        self.sandbox.rotate_token("aloware", FRESH)
        self.credential("set", "aloware", "token", "--reason", "it left the house", value=FRESH + "\n")
        self.add(1)
        self.arrives(2)
        (told,) = self.house.events("credential.set.v1")
        self.assertEqual((told["data"]["setting"], told["data"]["last_four"]), ("token", FRESH[-4:]))
        self.assertTrue(told["data"]["by"].startswith("uid "))
        now, = self.listed(connector="aloware", name="token", state="in_use")
        self.assertEqual((now["source"], now["last_four"]), ("run_time", FRESH[-4:]))
        self.assertTrue(self.listed(connector="aloware", name="token", state="replaced"))
        self.house.restart()
        self.add(2)
        self.arrives(3)

    def test_webhooks_under_the_secret_before_are_taken_until_the_overlap_ends(self):
        user = ("sandbox", SECRETS["SCENARIO_ALOWARE_HOOK"])
        self.assertEqual(self.hook(*user), 200)
        self.credential("rotate", "aloware", "webhook_password", "--overlap", "6s", value=FRESH)
        self.assertEqual(self.hook("sandbox", FRESH), 200)
        self.assertEqual(self.hook(*user), 200)
        before, = self.listed(connector="aloware", name="webhook_password", state="overlap")
        self.assertIsNotNone(before["ends_at"])
        wait_for("the one before has ended", lambda: self.hook(*user) == 401, every=0.5)
        self.assertEqual(self.hook("sandbox", FRESH), 200)
        self.credential("remove", "aloware", "webhook_password", "--reason", "the file has it")
        self.assertEqual(self.hook(*user), 200)
        self.assertEqual(self.hook("sandbox", FRESH), 401)

    def hook(self, user, password):
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        return call(self.house.base + "/webhooks/aloware", "POST", b'{"event":"Ping"}',
                    [("Authorization", "Basic " + word), ("Content-Type", "application/json")]).status

    def test_what_is_only_sent_has_no_overlap(self):
        self.credential("rotate", "aloware", "token", "--overlap", "1h", value=FRESH, codes=(2,))
        self.assertEqual(self.house.events("credential.set.v1"), [])

    def test_only_what_the_configuration_has_can_be_set(self):
        self.credential("set", "aloware", "base_url", value="x", codes=(2,))
        self.credential("set", "crn", "token", value="x", codes=(2,))
        self.credential("set", "aloware", "token", value="", codes=(2,))
        self.credential("set", "aloware", "token", value="key\r\nX-More: 1\n", codes=(2,))
        self.assertEqual(self.house.events("credential.set.v1"), [])

    def test_everything_that_would_have_to_be_replaced_is_listed(self):
        lines = self.credential("list")
        for word in ("pepper", "store_key", "api.tokens[", "webhook_password",
                     "environment SCENARIO_ALOWARE_HOOK", "SCENARIO_API"):
            self.assertIn(word, lines)
        for secret in SECRETS.values():
            self.assertNotIn(secret, lines)


class WithoutAStoreKey(Scenario):
    def test_nothing_can_be_set(self):
        asked = self.house.api("/credentials/aloware/token", "POST", {"value": "x" * 20})
        self.assertEqual((asked.status, asked.json["error"]["code"]), (409, "store_key_missing"))
