"""The console in Chromium, on a real service and its sandbox."""
import os
import shlex
import time
import unittest

import chromium
from furnished import HOSTILE, SHOWN, FurnishedHouse, furnish
from clients import call
from house import SECRETS
from scenario import ADA

POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")


class Console(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        missing = chromium.missing()
        if missing:
            self.skipTest(missing)
        self.house = FurnishedHouse()
        self.addCleanup(self.house.close)
        self.settings = {"base": self.house.base, "token": SECRETS["SCENARIO_API"], "address": ADA["phone"],
                         "email": ADA["email"]}

    def drive(self, script, **settings):
        self.assertEqual(chromium.drive(script, {**self.settings, **settings}), [])

    def test_every_view_and_state(self):
        furnish(self.house)
        wish = {"name": "looks", "role": "viewer", "reason": "a test"}
        viewer = self.house.api("/tokens", "POST", wish).json["token"]
        contact = self.house.api(f"/contacts?email={ADA['email']}").json["items"][0]["id"]
        self.drive("views.mjs", viewer=viewer, contact=contact, full={name: SHOWN[name] for name in HOSTILE})
        self.drive("changed.mjs", viewer=viewer, contact=contact)

    def test_nothing_has_happened_yet(self):
        self.drive("empty.mjs")

    def test_each_task_by_keyboard_alone(self):
        furnish(self.house)
        self.drive("keyboard.mjs")

    def test_a_token_of_the_installation_says_which_tenant(self):
        house = FurnishedHouse(tenants=("acme", "globex"))
        self.addCleanup(house.close)
        made = house.tool("token", "create", "all", "--role", "admin", "--installation",
                          "--reason", "a test", "--tenant", "acme")
        self.assertEqual(chromium.drive("tenants.mjs", {"base": house.base, "token": made[0]["token"]}), [])

    def test_a_view_that_is_left_open_takes_no_more_memory(self):
        full = os.environ.get("TIDEMARK_FULL") == "1"
        self.drive("flat.mjs", refreshes=3600 if full else 300)

    def test_what_is_copied_from_a_view_works(self):
        furnish(self.house)
        contact = self.house.api(f"/contacts?email={ADA['email']}").json["items"][0]["id"]
        token = self.settings["token"]
        for view in chromium.drive("twins.mjs", {**self.settings, "contact": contact}):
            for command in view["commands"]:
                program, *words = shlex.split(command)
                self.assertEqual(program, "tidemark", view)
                if view["word"]:
                    self.assertEqual(words[-1], view["word"], view)
                    continue
                self.house.tool(*words, codes=(0, 1))  # 1: there is something to look at
            self.assertTrue(view["requests"], view)
            if view["word"]:
                continue
            if "stuck?cause" in view["place"]:
                self.assertIn("--reason-code 'validation_failed'", view["commands"][0])
            for request in view["requests"]:
                program, _, header, url = shlex.split(request.replace("$TIDEMARK_TOKEN", token))
                self.assertEqual(program, "curl", view)
                time.sleep(0.12)  # ten a second are allowed
                self.assertEqual(call(url, headers=[tuple(header.split(": ", 1))]).status, 200, request)

    def test_every_file_comes_as_it_was_built(self):
        page = call(self.house.base + "/console")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.headers["Content-Security-Policy"], POLICY)
        for path in (chromium.ROOT / "web/dist").iterdir():
            served = page if path.name == "index.html" else call(f"{self.house.base}/console/{path.name}")
            self.assertEqual(served.status, 200, path.name)
            self.assertTrue(served.body == path.read_bytes(), f"{path.name} is not what stands in web/dist")
