"""What every scenario shares: a running house, words to say what is expected, and the common checks at its end."""
import pathlib
import shutil
import unittest

from clients import call
from house import SECRETS, House, wait_for

# Every person of the scenarios has values of these families, so that a leak into the log lines is found.
CANARIES = ("202555", "202) 555", "202 555", "example.com", "Marisol", "Tennerby", "Joinery", "Quimby",
        "Zebulon", *SECRETS.values())
ADA = {"first_name": "Marisol", "last_name": "Tennerby", "phone": "+12025550142",
       "email": "marisol.tennerby@example.com"}
GHL_ADA = {"firstName": "Marisol", "lastName": "Tennerby", "phone": "+12025550142",
           "email": "marisol.tennerby@example.com"}


class Scenario(unittest.TestCase):
    house_kind = House
    tenants = ("acme",)
    changes = {}
    sync = {}
    secret_files = {}
    allow_waiting = False  # deliveries may still wait for a retry at the end

    def setUp(self):
        self.house = self.house_kind(self.tenants, self.changes, self.sync, self.secret_files)
        self.addCleanup(self.house.close)
        self.sandbox, self.hooks = self.house.sandbox, self.house.hooks

    def tearDown(self):
        if self._outcome.success:
            self.common_checks()

    def common_checks(self):
        house = self.house
        house.settle(self.allow_waiting)
        self.assertTrue(house.tool("verify")[0]["summary"]["holds"], "the log does not verify")
        replay = house.tool("replay", "verify", codes=(0, 1))[0]["summary"]
        self.assertEqual((replay["differences"], replay["not_recomputable"]), (0, 0), replay)
        live = house.tool("digest")[0]
        house.stop_service()
        copy = house.dir / "copy"
        shutil.copytree(house.data, copy, ignore=shutil.ignore_patterns("*.sock"))
        rebuilt = house.tool("rebuild", data=copy, codes=(0, 1))
        self.assertTrue(rebuilt[-1]["summary"]["same"], rebuilt)
        stated = house.tool("digest", "--at", live["position"], data=copy)[0]
        self.assertEqual(live["digests"], stated["digests"], "the live rows are not the fold of the log")
        self.assert_stderr_is_clean()

    def assert_stderr_is_clean(self):
        lines = self.house.stderr()
        for canary in CANARIES:
            self.assertNotIn(canary, lines, "personal data or a secret in the service's log lines")

    # ---- words

    def settle(self, allow_waiting=False):
        self.house.settle(allow_waiting)

    def wait_for(self, what, check):
        return wait_for(what, check)

    def wait_for_api(self, what, check):
        """As above for what the API is asked: it allows ten requests a second."""
        return wait_for(what, check, every=0.2)

    def spread(self, **fields):
        """A person adds a contact in GoHighLevel; everything arrives. Gives the GoHighLevel contact."""
        contact = self.sandbox.add("gohighlevel", **{**ADA, **fields})
        self.settle()
        return contact

    def ids(self):
        """Remote ids by system, where there is one contact in each."""
        out = {}
        for system in ("gohighlevel", "aloware", "generic"):
            contacts = self.sandbox.contacts(system)
            self.assertEqual(len(contacts), 1, f"contacts in {system}: {contacts}")
            out[system] = str(contacts[0]["id"])
        return out

    def assert_counts(self, gohighlevel, aloware, generic):
        counts = {s: len(self.sandbox.contacts(s)) for s in ("gohighlevel", "aloware", "generic")}
        self.assertEqual(counts, {"gohighlevel": gohighlevel, "aloware": aloware, "generic": generic})

    def interpreted(self, position):
        """How the webhook at the position was read."""
        return self.wait_for(f"webhook {position} is interpreted", lambda: next(
            (e["data"] for e in self.house.events("webhook.interpreted.v1") if e["data"]["webhook"] ==
                    position), None))

    def parts_left_out(self, position):
        """(outcome, reason code) of each part of the webhook that caused no command."""
        return [(part["outcome"], part["reason_code"]) for part in self.interpreted(position)["skipped"]]

    def observed(self, position):
        """(outcome, reason code) of the contact's decision about the webhook."""
        found = self.wait_for(f"webhook {position} is decided", lambda: next(
            (e["data"] for e in self.house.events("contact.observed.v1") if e["cause"] == position), None))
        return found["outcome"], found["reason_code"]

    def target(self, position, target):
        """(outcome, reason code) that `explain` gives for one webhook and target."""
        state = self.house.explain("--webhook", position)["targets"].get(target)
        return (state["outcome"], state["reason_code"]) if state else None

    def ask(self, path, status=200):
        """The answer of the API to the operator of the first tenant."""
        token = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]
        answer = call(self.house.base + path, headers=token)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json

    def newest_webhook(self, connector):
        """Position of the last webhook from it; Verity is answered in its own words, without a position."""
        return [e["position"] for e in self.house.events("webhook.received.v1")
                if e["data"]["connector"] == connector][-1]

    def received_count(self):
        return len(self.house.events("webhook.received.v1"))

    def deliveries(self, target, kind):
        """Events of one stored type that concern one target."""
        return [e for e in self.house.events(kind) if e["stream"].startswith(f"delivery/{target}/")]


FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "fixtures"
