"""What is secret in the data folder is sealed under a store key (rows T16, G13)."""
import os
import shutil
import subprocess
from unittest import mock

from accounts_test import CLIENT
from house import BUILD, SECRETS, House
from scenario import ADA, Scenario


class StoreKeys(Scenario):
    changes = {"gohighlevel": {"token": None, "oauth": CLIENT}}

    def setUp(self):
        super().setUp()
        self.house.serve_options = []
        code = self.sandbox.control("POST", "/play/gohighlevel/install", {"user_type": "Location"})["code"]
        self.house.tool("connect", "gohighlevel", "--code", code)
        self.sandbox.add("aloware", **ADA)
        self.settle()

    def common_checks(self):
        with mock.patch.dict(os.environ, {"TIDEMARK_STORE_KEY_FILE": self.house.serve_options[-1]}):
            super().common_checks()

    def make_key(self, name):
        made = self.house.tool("store-key", "init", self.house.dir / name)[0]
        self.house.serve_options = ["--store-key", str(self.house.dir / name)]
        return made

    def secrets(self):
        keys = self.house.data / "keys"
        return {str(each.relative_to(keys)): each.read_bytes() for each in keys.rglob("*") if each.is_file()}

    def sealed(self):
        return {name for name, content in self.secrets().items() if content.startswith(b"TMSEAL1\n")}

    def serve(self, *options, environment=None):
        """A start that is expected to end; its code and what it said."""
        command = [BUILD / "tidemarkd", "serve", "--config", self.house.dir / "tidemark.toml", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                              env={**os.environ, **SECRETS, **(environment or {})})
        return done.returncode, done.stdout + done.stderr

    def works(self):
        """Accounts can be used and people found."""
        self.sandbox.add("aloware", **{**ADA, "phone": "+12025550188", "email": "more@example.com"})
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 2)
        self.assertTrue(self.house.explain("--contact", ADA["phone"]))


class Rotating(StoreKeys):
    def setUp(self):
        super().setUp()
        self.house.stop_service()
        self.old = self.make_key("old")
        self.house.start_service()
        self.new = self.make_key("new")

    def rotate(self, *options, codes=(0,)):
        return self.house.tool("store-key", "rotate", "--from", self.house.dir / "old", "--to",
                               self.house.dir / "new", *options, codes=codes)

    def refuses(self, key, in_use):
        """The key of that file is not in use: it says so, names both and changes nothing."""
        command = [BUILD / "tidemark", "--data", self.house.data, "store-key"]
        other = subprocess.run([*command, "show-id", self.house.dir / key], capture_output=True, text=True)
        done = subprocess.run([*command, "rotate", "--from", self.house.dir / key, "--to",
                               self.house.dir / "new"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn(f"{other.stdout.strip()}, which is not the one in use, so nothing was changed",
                      done.stderr)
        self.assertIn(in_use, done.stderr)

    def test_beside_the_service_a_system_is_tested_without_the_key(self):
        self.house.serve_options = ["--store-key", str(self.house.dir / "old")]
        config = ("--config", self.house.dir / "tidemark.toml")
        *steps, last = self.house.tool("test", "gohighlevel", *config)
        self.assertEqual(last["summary"], {"connectors": 1, "failed": 0})
        self.assertIn(("gohighlevel", "credential", "ok"),
                      [(s["connector"], s["step"], s["verdict"]) for s in steps])
        self.house.tool("test", "nobody", *config, codes=(2,))
        self.sandbox.control("POST", "/play/gohighlevel/end-tokens", {})
        self.assertEqual(self.house.api("/connector-tests").json["state"], "ended")
        with mock.patch.dict(os.environ, SECRETS):
            command = [BUILD / "tidemark", *map(str, config), "test", "gohighlevel"]
            by_file = subprocess.run([*command, "--from-file"], capture_output=True, text=True)
            self.house.stop_service()
            alone = subprocess.run(command, capture_output=True, text=True)
        for without_key in by_file, alone:
            self.assertEqual(without_key.returncode, 1, without_key.stdout)
            self.assertIn("(store_key_missing)", without_key.stdout)

    def under(self, made):
        return all(content[8:16].hex() == made["store_key"] for content in self.secrets().values())

    def test_the_running_service_goes_over_to_another_key(self):
        self.assertTrue(self.under(self.old))
        done = self.rotate()[0]
        self.assertEqual((done["from"], done["to"], done["sealed"], done["service"]),
                         (self.old["store_key"], self.new["store_key"], 2, True))
        self.assertTrue(self.under(self.new))
        self.sandbox.control("POST", "/play/gohighlevel/end-tokens", {})
        self.works()  # with a token that was renewed, and sealed under the new key
        self.assertTrue(self.under(self.new))
        self.assertEqual(self.rotate()[0]["sealed"], 0)
        self.house.stop_service()
        self.assertNotIn(self.new["recovery_copy"], self.house.stderr())
        code, said = self.serve("--store-key", self.house.dir / "old")
        self.assertEqual(code, 64, said)
        self.assertIn(self.new["store_key"], said)
        self.house.start_service()

    def test_killed_in_the_middle_either_key_starts_it(self):
        for given, made in (("old", self.old), ("new", self.new)):
            self.house.stop_service()
            self.house.serve_options = ["--test-failpoints", "--store-key", str(self.house.dir / "old")]
            # Each key sealed under the other, then the first of two files.
            self.house.start_service({"TIDEMARK_FAILPOINTS": "file.after_rename=1in:3:kill"})
            self.rotate(codes=(69,))
            self.house.service.wait(20)
            self.assertFalse(self.under(self.old) or self.under(self.new))
            self.house.serve_options = ["--store-key", str(self.house.dir / given)]
            self.house.start_service()
            self.assertTrue(self.under(made))
        self.works()

    def test_a_stopped_service_s_folder_goes_over_too(self):
        self.house.tool("store-key", "init", self.house.dir / "other")
        before = self.secrets()
        self.refuses("other", self.old["store_key"])
        self.house.stop_service()
        self.refuses("other", self.old["store_key"])
        self.assertEqual(self.secrets(), before)
        self.assertEqual(self.rotate()[0]["service"], False)
        self.assertTrue(self.under(self.new))
        self.house.start_service()
        self.works()


class AtRest(StoreKeys):
    def test_a_key_is_not_changed_where_nothing_is_sealed_under_one(self):
        self.make_key("old")
        self.make_key("new")
        plain = self.secrets()
        for when in "running", "stopped":
            done = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "store-key", "rotate",
                                   "--from", self.house.dir / "old", "--to", self.house.dir / "new"],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 64, when + done.stderr)
            self.assertIn("so nothing was changed", done.stderr)
            if when == "running":
                self.house.stop_service()
        self.assertEqual(self.secrets(), plain)

    def test_a_folder_of_before_is_sealed_and_goes_on(self):
        self.assertEqual(self.sealed(), set())
        self.assertIn("no_store_key", self.house.stderr())
        plain = self.secrets()
        self.house.stop_service()
        made = self.make_key("key")
        self.house.start_service()
        self.assertEqual(self.sealed(), {"pepper", "tokens/acme.gohighlevel"})
        for content in self.secrets().values():
            self.assertNotIn(plain["pepper"], content)
        self.works()
        self.assertNotIn(made["recovery_copy"], self.house.stderr())
        self.house.stop_service()

        # Tools of the stopped service: what needs no key, and what does.
        self.house.tool("verify")
        self.house.tool("digest")
        self.house.tool("--store-key", self.house.dir / "key", "explain", "--contact", ADA["phone"])
        asked = subprocess.run([BUILD / "tidemark", "--data", self.house.data, "explain", "--contact",
                                ADA["phone"]], capture_output=True, text=True, timeout=60)
        self.assertEqual(asked.returncode, 64, asked.stderr)
        self.assertIn(made["store_key"], asked.stderr)

    def test_a_start_with_no_or_another_key_ends_with_64_and_names_the_key(self):
        self.house.stop_service()
        made = self.make_key("key")
        self.house.restart()
        self.house.stop_service()
        other = self.house.tool("store-key", "init", self.house.dir / "other")[0]
        for options in [(), ("--store-key", self.house.dir / "other")]:
            code, said = self.serve(*options)
            self.assertEqual(code, 64, said)
            self.assertIn(made["store_key"], said)
        code, said = self.serve("--store-key", self.house.dir / "nothing")
        self.assertEqual(code, 64, said)
        self.assertNotIn(other["recovery_copy"], said)
        # From the recovery copy it is there again; systemd or a variable may name it too.
        (self.house.dir / "key").unlink()
        subprocess.run([BUILD / "tidemark", "store-key", "recover", self.house.dir / "tidemark-store-key"],
                       input=made["recovery_copy"].lower(), text=True, check=True, capture_output=True)
        shown = self.house.tool("store-key", "show-id", self.house.dir / "tidemark-store-key")[0]
        self.assertEqual(shown["store_key"], made["store_key"])
        self.house.serve_options = []
        self.house.start_service({"CREDENTIALS_DIRECTORY": str(self.house.dir)})
        self.house.stop_service()
        self.house.start_service({"TIDEMARK_STORE_KEY_FILE": str(self.house.dir / "tidemark-store-key")})
        self.works()
        self.house.serve_options = ["--store-key", str(self.house.dir / "tidemark-store-key")]

    def test_killed_at_any_step_of_sealing_it_loses_nothing(self):
        self.house.stop_service()
        self.make_key("key")
        kept = self.house.dir / "kept"
        shutil.copytree(self.house.data, kept)
        for point in ("file.before_rename", "file.after_rename"):
            for nth in (1, 2):  # as many as there are files
                shutil.rmtree(self.house.data)
                shutil.copytree(kept, self.house.data)
                code, said = self.serve(*self.house.serve_options, "--test-failpoints",
                                        environment={"TIDEMARK_FAILPOINTS": f"{point}=1in:{nth}:kill"})
                self.assertEqual(code, -9, said)
                whole = [name for name in self.sealed() if not name.endswith(".new")]
                self.assertEqual(len(whole), nth - (point == "file.before_rename"))
        self.house.start_service()
        self.assertEqual(self.sealed(), {"pepper", "tokens/acme.gohighlevel"})
        self.works()

    def test_a_backup_is_sealed_and_restored_without_the_key_which_it_names(self):
        self.house.stop_service()
        made = self.make_key("key")
        self.house.start_service()
        self.house.tool("backup", self.house.dir / "backups", "--keys", self.house.dir / "keys")
        self.house.stop_service()
        shutil.move(self.house.data, self.house.dir / "old")
        found = self.house.tool("restore", self.house.dir / "backups", "--keys", self.house.dir / "keys",
                                "--reason", "the disk died")[-1]["summary"]
        self.assertEqual(found["store_keys"], [made["store_key"]])
        self.assertEqual(self.sealed(), {"pepper", "tokens/acme.gohighlevel"})
        self.house.events_read = []
        self.house.start_service()
        self.assertTrue(self.house.explain("--contact", ADA["phone"]))

