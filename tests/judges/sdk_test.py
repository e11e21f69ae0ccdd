"""Signatures, judged by the vendors' own SDKs: ours by them, theirs by the engine."""
import base64
import json
import subprocess
import time
import unittest

import packages
from clients import GENERIC_SECRET, SIGNER, compact, now_text
from ed25519 import Signer
from house import GHL_PUBLIC_KEY, House
from openapi_judge import ROOT
from relay import Relay
from scenario import ADA, Scenario

TELNYX_SEED = "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
TELNYX_PUBLIC_KEY = "JUO5L/EJVRFHatyDadtt3JM2ZaEZeN2hQE7hBmypVZ0="


class Sdks:
    """The Node process that asks the SDKs."""

    def __init__(self):
        packages.ensure()
        self.process = subprocess.Popen(["node", ROOT / "tests/judges/sdks.mjs"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **question):
        question["body"] = base64.b64encode(question["body"]).decode()
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the Node process ended, see above"
        return json.loads(line)

    def accepts(self, sdk, key, headers, body):
        names = {name.lower(): value for name, value in headers}
        return self.ask(do="verify", sdk=sdk, key=key, headers=names, body=body)["valid"]

    def sign(self, key, message_id, timestamp, body):
        """The headers of a Standard Webhooks message that the SDK signed."""
        signature = self.ask(do="sign", sdk="standardwebhooks", key=key, id=message_id, timestamp=timestamp,
                             body=body)["signature"]
        return [("webhook-id", message_id), ("webhook-timestamp", str(timestamp)),
                ("webhook-signature", signature)]

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def tampered(body):
    """Still JSON, one letter other."""
    assert b'"type":"' in body
    return body.replace(b'"type":"', b'"type": "', 1)


class RelayedHouse(House):
    """Keeps what the engine sends to the generic CRM and what all vendors send to the engine."""
    to_generic = to_engine = None

    def start_sandbox(self):
        super().start_sandbox()
        self.to_generic = Relay(self.urls["generic"])
        self.changes = {"generic": {"send_url": self.to_generic.url + "/webhooks"}}

    def start_service(self, environment=None):
        super().start_service(environment)
        self.to_engine = Relay(self.base)
        self.sandbox.set(engine=self.to_engine.url)

    def close(self):
        for relay in filter(None, [self.to_generic, self.to_engine]):
            relay.close()
        super().close()


class Signatures(Scenario):
    house_kind = RelayedHouse

    def setUp(self):
        super().setUp()
        self.sdks = Sdks()
        self.addCleanup(self.sdks.close)

    def traffic(self):
        contact = self.spread()
        self.sandbox.edit("gohighlevel", contact["id"], company="Joinery & Söhne")
        self.settle()
        self.sandbox.edit("generic", self.ids()["generic"], last_name="Quimby")
        self.settle()

    def assert_judged(self, sdk, key, sent, engine_path=None):
        """The SDK takes every request and none of them with another body; nor does the engine."""
        for request, answer in sent:
            self.assertEqual(answer.status // 100, 2, answer)
            self.assertTrue(self.sdks.accepts(sdk, key, request.headers, request.body), request)
            other = tampered(request.body)
            self.assertFalse(self.sdks.accepts(sdk, key, request.headers, other), request)
            if engine_path:
                signature = [(name, value) for name, value in request.headers
                             if name.lower().startswith(("x-ghl", "webhook-"))]
                self.assertEqual(self.hooks.post(engine_path, other, signature).status, 401)

    def seen(self, relay, path):
        found = [each for each in relay.seen if each[0].target == path]
        self.assertGreaterEqual(len(found), 2, f"requests to {path}")
        return found

    def test_the_sdks_take_what_the_sandbox_and_the_engine_sign_and_nothing_changed(self):
        self.traffic()
        house = self.house
        path = "/webhooks/gohighlevel"
        self.assert_judged("gohighlevel", GHL_PUBLIC_KEY, self.seen(house.to_engine, path), path)
        self.sandbox.edit("generic", self.ids()["generic"], last_name="Zebulon")
        self.settle()
        path = "/webhooks/generic"
        self.assert_judged("standardwebhooks", GENERIC_SECRET, self.seen(house.to_engine, path), path)
        self.assert_judged("standardwebhooks", GENERIC_SECRET, self.seen(house.to_generic, "/webhooks"))

    def test_the_sdk_takes_what_the_tests_sign_for_gohighlevel(self):
        body = compact({"type": "ContactUpdate", "appId": "68c0ffee0000000000000002", "name": "Zoë"})
        headers = [("x-ghl-signature", SIGNER.sign_base64(body))]
        self.assertTrue(self.sdks.accepts("gohighlevel", GHL_PUBLIC_KEY, headers, body))
        for wrong in ([("x-ghl-signature", "N/A")], [("x-wh-signature", headers[0][1])], []):
            self.assertFalse(self.sdks.accepts("gohighlevel", GHL_PUBLIC_KEY, wrong, body), wrong)

    def test_the_engine_takes_what_the_sdk_signs_and_nothing_changed(self):
        now = int(time.time())
        body = compact({"type": "contact.created", "timestamp": now_text(), "data": {"id": "c_9", **ADA}})
        good = self.sdks.sign(GENERIC_SECRET, "msg_sdk_1", now, body)
        of_another = self.sdks.sign("whsec_" + base64.b64encode(bytes(24)).decode(), "msg_sdk_1", now, body)
        for signed, sent, valid in ((good, body, True), (good, tampered(body), False),
                                    (of_another, body, False)):
            verdict = self.hooks.post("/webhooks/test?connector=generic", sent, signed).json
            self.assertEqual((verdict["valid"], verdict["verdict"]),
                             (valid, "verified" if valid else "forged"), verdict)
        stored = self.received_count()
        self.assertEqual(self.hooks.post("/webhooks/generic", tampered(body), good).status, 401)
        self.assertEqual(self.hooks.post("/webhooks/generic", body, of_another).status, 401)
        self.assertEqual(self.received_count(), stored)
        position = self.hooks.post("/webhooks/generic", body, good).position
        self.assertEqual(self.observed(position)[0], "applied")


class Telnyx(unittest.TestCase):
    """There is no connector yet: what its tests will sign with is right already."""

    def setUp(self):
        self.sdks = Sdks()
        self.addCleanup(self.sdks.close)

    def test_the_sdk_takes_what_the_test_key_signs_and_nothing_changed(self):
        body = (ROOT / "tests/fixtures/telnyx/message.received.json").read_bytes()
        now = int(time.time())

        def accepted(sent, timestamp, signed_at=None):
            signature = Signer(TELNYX_SEED).sign_base64(f"{signed_at or timestamp}|".encode() + body)
            headers = [("telnyx-timestamp", str(timestamp)), ("telnyx-signature-ed25519", signature)]
            return self.sdks.accepts("telnyx", TELNYX_PUBLIC_KEY, headers, sent)

        self.assertTrue(accepted(body, now))
        self.assertFalse(accepted(body + b" ", now))
        self.assertFalse(accepted(body, now, signed_at=now - 1), "the time is signed too")
        self.assertFalse(accepted(body, now - 400), "five minutes each way")
