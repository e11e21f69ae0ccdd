"""Clients of the scenarios: plain HTTP, the sandbox's control API, and webhooks as the vendors send them."""
import base64
import hashlib
import hmac
import http.client
import itertools
import json
import time
import urllib.parse

import exchanges
from ed25519 import Signer

GHL_SEED = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
GHL_LOCATION = "LOCexample0000000001"
ALOWARE_HOOK = ("sandbox", "sandbox-aloware-hook")
VERITY_SECRET = "example-verity-webhook-secret"
GENERIC_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
SIGNER = Signer(GHL_SEED)


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def position(self):
        return self.json["position"]


def call(url, method="GET", body=None, headers=None, timeout=20):
    """One request over a connection of its own. `headers`: a list, so that one can come twice."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.putrequest(method, parts.path + ("?" + parts.query if parts.query else ""),
                              skip_accept_encoding=True)
        for name, value in headers or []:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        if body:
            try:
                connection.send(body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before the whole body was read; the answer is there
        answer = connection.getresponse()
        response = Response(answer.status, dict(answer.getheaders()), answer.read())
        exchanges.note(method, parts.path, response)
        return response
    finally:
        connection.close()


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


class Sandbox:
    """The control API of tidemark-sandbox (sandbox/README.md)."""

    def __init__(self, urls):
        self.urls = urls

    def control(self, method, path, body=None):
        answer = call(self.urls["control"] + path, method, None if body is None else compact(body))
        assert answer.status < 300, f"{method} {path} of the sandbox: {answer.status} {answer.body[:300]}"
        return answer.json

    def add(self, system, **fields):
        """A person adds a contact in that system. Gives it as that system shows it."""
        answer = self.control("POST", f"/people/{system}/contacts", fields)
        return answer.get("contact", answer)

    def edit(self, system, remote_id, **fields):
        self.control("PUT", f"/people/{system}/contacts/{remote_id}", fields)

    def delete(self, system, remote_id):
        self.control("DELETE", f"/people/{system}/contacts/{remote_id}")

    def text(self, sender, words):
        """A person texts through Verity."""
        return self.control("POST", "/people/verity/messages", {"from": sender, "body": words})

    def play(self, system, what, **fields):
        """Something happens over there, as /play of the sandbox's control API says."""
        return self.control("POST", f"/play/{system}/{what}", fields)

    def state(self, system, what):
        return self.control("GET", f"/state/{system}/{what}")

    def fault(self, system, match="", **what):
        self.control("POST", "/faults", {"system": system, "match": match, **what})

    def clear_faults(self):
        self.control("DELETE", "/faults")

    def set(self, **settings):
        self.control("POST", "/settings", settings)

    def rotate_token(self, system, token):
        self.control("POST", f"/tokens/{system}", {"token": token})

    def release(self, system):
        return self.control("POST", f"/release/{system}")["released"]

    def contacts(self, system):
        return self.control("GET", f"/state/{system}/contacts")["contacts"]

    def received(self, system):
        """Every effectful request that the system got."""
        return self.control("GET", f"/state/{system}/received")["received"]

    def webhooks_open(self):
        counts = self.control("GET", "/counts")
        return counts["webhooks_pending"] + counts["webhooks_held"]


class Hooks:
    """Sends webhooks to the engine as the vendors would, with bodies of the test's own."""

    def __init__(self, base):
        self.base = base
        self.serial = itertools.count(1)

    def post(self, path, body, headers, content_type="application/json"):
        if not isinstance(body, bytes):
            body = compact(body)
        kind = [("Content-Type", content_type)] if content_type else []
        return call(self.base + path, "POST", body, kind + headers)

    def ghl(self, body, path="/webhooks/gohighlevel", **options):
        if not isinstance(body, bytes):
            body = compact(body)
        return self.post(path, body, [("X-GHL-Signature", SIGNER.sign_base64(body))], **options)

    def ghl_contact(self, remote_id, kind="ContactUpdate", webhook_id=None, at=None,
            path="/webhooks/gohighlevel",
                    **fields):
        body = {"type": kind, "timestamp": at or now_text(), "id": remote_id, "locationId": GHL_LOCATION,
                "webhookId": webhook_id or f"11111111-0000-4000-8000-{next(self.serial):012d}", **fields}
        return self.ghl({name: value for name, value in body.items() if value is not None}, path)

    def aloware(self, body, path="/webhooks/aloware", credential=ALOWARE_HOOK, **options):
        basic = base64.b64encode(":".join(credential).encode()).decode()
        return self.post(path, body, [("Authorization", "Basic " + basic)], **options)

    def aloware_contact(self, remote_id, event="Contact-Updated", **fields):
        return self.aloware({"event": event, "body": {"id": remote_id, **fields}})

    def verity(self, body, path="/webhooks/verity", **options):
        return self.post(path, body, [("X-Texting-Secret", VERITY_SECRET)], **options)

    def generic(self, body, message_id=None, timestamp=None, path="/webhooks/generic", signature=None,
                secret=GENERIC_SECRET, extra=(), **options):
        if not isinstance(body, bytes):
            body = compact(body)
        message_id = message_id or f"msg_{next(self.serial):06d}"
        timestamp = str(int(time.time())) if timestamp is None else str(timestamp)
        headers = [("webhook-id", message_id), ("webhook-timestamp", timestamp),
                   ("webhook-signature", standard_signature(message_id, timestamp, body, secret)
                    if signature is None else signature)]
        return self.post(path, body, headers + list(extra), **options)

    def generic_contact(self, remote_id, kind="contact.updated", at=None, message_id=None, **fields):
        at = at or now_text()
        return self.generic({"type": kind, "timestamp": at, "data": {"id": remote_id, "updated_at": at,
                **fields}},
                            message_id)


def standard_signature(message_id, timestamp, body, secret=GENERIC_SECRET):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def now_text(shift_seconds=0):
    seconds, micros = divmod(int((time.time() + shift_seconds) * 1e6), 1_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{micros // 1000:03d}Z"
