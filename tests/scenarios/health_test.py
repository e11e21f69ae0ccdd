"""Health says what it knows: idle systems are asked, and what fails has its right name."""
import contextlib
import socket

from clients import call
from house import House, wait_for
from scenario import ADA, Scenario


class AskingHouse(House):
    """Systems are asked by themselves, as they are where nothing is configured."""
    health = {}


class Health(Scenario):
    house_kind = AskingHouse

    def wait_for(self, what, check):
        return wait_for(what, check, patience=30, every=0.2)  # the API allows ten a second

    def service(self, name="gohighlevel"):
        services = call(self.house.base + "/health").json["services"]
        return services.get(name, {"status": "", "detail": ""})  # nothing is reported in the first moment

    def wait_until(self, status, part, name="gohighlevel"):
        self.wait_for(f"{name} is {status}, {part}", lambda: self.service(name)["status"] == status
                      and part in self.service(name)["detail"])

    def alerts(self, rule="credential_refused"):
        return [each for each in self.house.api("/alerts").json["items"] if each["rule"] == rule]


class OutOfReach(Health):
    def setUp(self):
        closed, silent = socket.socket(), socket.socket()
        self.addCleanup(silent.close)
        for each in (closed, silent):
            each.bind(("127.0.0.1", 0))
        silent.listen()  # it takes connections and never answers
        port = closed.getsockname()[1]
        closed.close()
        hole = silent.getsockname()[1]
        self.changes = {
            "gohighlevel": {"base_url": f"http://127.0.0.1:{port}"},
            "aloware": {"base_url": "https://aloware.invalid", "allow_loopback_http": None},
            "verity": {"base_url": f"http://127.0.0.1:{hole}", "timeout_ms": 500}}
        super().setUp()

    def test_each_way_of_not_being_there_has_its_name(self):
        for name, reason in (("gohighlevel", "connection_refused"), ("aloware", "name_not_resolved"),
                             ("verity", "timeout")):
            self.wait_until("disconnected", reason, name)
        self.assertEqual(self.house.tool("status", codes=(1,))[0]["status"], "degraded")


class NoTls(Health):
    def setUp(self):
        self.house = None
        plain = socket.socket()
        self.addCleanup(plain.close)
        plain.bind(("127.0.0.1", 0))
        plain.listen()
        plain.settimeout(0.2)
        self.plain = plain
        port = plain.getsockname()[1]
        self.changes = {"generic": {"send_url": f"https://127.0.0.1:{port}/in"}}
        super().setUp()

    def answer_in_plain_http(self):
        with contextlib.suppress(OSError):
            peer, _ = self.plain.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    def test_a_port_that_speaks_plain_http_is_named(self):
        def named():
            self.answer_in_plain_http()
            return "tls_failed" in self.service("generic")["detail"]
        self.wait_for("it is named", named)


class Keys(Health):
    changes = {"gohighlevel": {"token": {"file": "ghl-token"}}}
    secret_files = {"ghl-token": "not-the-token"}

    def test_a_wrong_key_is_named_without_traffic_and_over_a_restart_and_what_waits_goes_on(self):
        self.wait_until("degraded", "unauthorized")
        self.assertEqual([(each["severity"], each["subject"]) for each in self.wait_for(
            "the alert", self.alerts)], [("critical", "gohighlevel")])
        refused = self.wait_for("it is recorded", lambda: [
            e for e in self.house.events("credential.changed.v1")
            if e["data"]["connector"] == "gohighlevel"])[0]
        self.house.restart()
        self.sandbox.fault("gohighlevel", "", status=503, times=-1)  # nothing can be learned anew
        self.wait_until("degraded", "unauthorized")
        self.assertEqual([each["since"] for each in self.alerts()], [refused["at"]])
        self.sandbox.clear_faults()
        self.sandbox.add("aloware", **ADA)
        self.wait_for("it waits", lambda: any(each["depth"] for each in self.house.api(
            "/queues").json["items"] if each["connector"] == "gohighlevel"))
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])
        self.house.write_secret("ghl-token", "sandbox-gohighlevel-token")
        self.wait_for("it has arrived", lambda: self.sandbox.contacts("gohighlevel"))
        self.wait_until("connected", "key last accepted")
        self.wait_for("the alert is over", lambda: not self.alerts())
        states = [e["data"]["state"] for e in self.house.events("credential.changed.v1")
                  if e["data"]["connector"] == "gohighlevel"]
        self.assertEqual(states, ["refused", "accepted"])
        self.assertNotIn("not-the-token", str(self.house.events()))


class Answers(Health):
    def test_what_an_idle_system_answers_has_its_name(self):
        for name in ("gohighlevel", "aloware"):
            self.wait_until("connected", "key last accepted", name)
        self.assertEqual(self.alerts(), [])
        self.sandbox.fault("gohighlevel", "/contacts/search", status=403, times=-1)
        self.sandbox.fault("aloware", "", status=402, times=-1)
        self.wait_until("degraded", "the key lacks a right")
        self.wait_until("degraded", "payment_required", "aloware")
        self.assertEqual({(each["subject"], each["severity"]) for each in self.alerts()},
                         {("gohighlevel", "warning"), ("aloware", "critical")})
        self.sandbox.clear_faults()
        for name in ("gohighlevel", "aloware"):
            self.wait_until("connected", "key last accepted", name)

    def test_a_system_that_falls_silent_while_nobody_has_anything_for_it_has_its_name_too(self):
        for name in ("gohighlevel", "aloware"):
            self.wait_until("connected", "key last accepted", name)
        self.sandbox.fault("gohighlevel", "", behaviour="never", times=-1)  # ten seconds each
        self.sandbox.fault("aloware", "", behaviour="reset", times=-1)
        self.wait_until("degraded", "reset: ", "aloware")
        self.wait_until("degraded", "timeout")

    def test_answer_times_stand_under_what_was_asked(self):
        self.wait_until("connected", "key last accepted")
        self.sandbox.add("aloware", **ADA)
        self.wait_for("it has arrived", lambda: self.sandbox.contacts("gohighlevel"))
        self.settle()
        shown = {each["name"]: each for each in self.wait_for("reported", lambda: [
            one["operations"] for one in self.house.api("/connectors").json["items"]
            if one["name"] == "gohighlevel" and len(one.get("operations", [])) > 1])[0]}
        self.assertIn("probe", shown)
        self.assertEqual(shown["create"]["requests"], 1)
        self.assertEqual(shown["create"]["failed"], 0)
        self.assertIn('operation="create"', call(self.house.base + "/metrics").body.decode())

    def test_a_page_proves_no_key(self):
        self.sandbox.fault("verity", "", behaviour="html200", times=-1)
        self.wait_until("unknown", "key not accepted", "verity")
        self.wait_until("unknown", "last answer", "verity")
        self.assertEqual(self.house.events("credential.changed.v1"), [
            e for e in self.house.events("credential.changed.v1") if e["data"]["connector"] != "verity"])


class OnlyListenedTo(Health):
    changes = {"generic": {"receives": False}}

    def test_a_system_that_only_sends_webhooks_shows_its_last_one(self):
        self.wait_until("unknown", "nothing is sent to it", "generic")
        self.hooks.generic_contact("c_1", first_name="Marisol", last_name="Tennerby", phone="+12025550142")
        self.wait_until("connected", "last webhook at", "generic")
        self.settle()


class OnlyListenedToAndAsked(Health):
    """Nothing is sent to them; their settings let them be asked."""
    changes = {"gohighlevel": {"receives": False, "token": {"file": "ghl-token"}},
               "aloware": {"receives": False}, "verity": {"receives": False},
               "generic": {"receives": False, "send_url": None, "allow_loopback_http": None}}
    secret_files = {"ghl-token": "not-the-token"}

    def test_what_is_wrong_has_its_name_and_what_cannot_be_asked_is_only_heard(self):
        self.wait_until("degraded", "unauthorized")
        self.assertEqual({each["subject"] for each in self.wait_for("the alert", self.alerts)},
                         {"gohighlevel"})
        self.wait_until("connected", "key last accepted", "aloware")
        self.wait_until("unknown", "last answer", "verity")
        self.assertEqual(self.service("generic")["detail"],
                         "nothing is sent to it, and no webhook of it came lately")
        self.house.write_secret("ghl-token", "sandbox-gohighlevel-token")
        self.wait_until("connected", "key last accepted")
        self.sandbox.fault("gohighlevel", "", status=402, times=-1)
        self.sandbox.fault("aloware", "", status=403, times=-1)
        self.wait_until("degraded", "payment_required")
        self.wait_until("degraded", "the key lacks a right", "aloware")
        self.assertEqual(self.house.events("delivery.dispatched.v1"), [])


class OnlyListenedToAtAClosedPort(Health):
    def setUp(self):
        closed = socket.socket()
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        closed.close()
        self.changes = {"generic": {"receives": False, "send_url": f"http://127.0.0.1:{port}/in"}}
        super().setUp()

    def test_a_closed_port_is_named_although_webhooks_come(self):
        self.hooks.generic_contact("c_1", first_name="Marisol", last_name="Tennerby", phone="+12025550142")
        self.wait_until("disconnected", "connection_refused", "generic")
        self.assertIn("last webhook at", self.service("generic")["detail"])


class Waiting(Scenario):
    """Nothing is asked by itself here, so that no probe takes the fault."""

    def test_what_is_to_be_paid_for_or_allowed_first_waits_and_goes_on(self):
        for status in (402, 403):
            self.sandbox.fault("gohighlevel", "POST /contacts/", status=status, times=1)
        self.sandbox.add("aloware", **ADA)
        self.wait_for("it has arrived", lambda: self.sandbox.contacts("gohighlevel"))
        self.settle()
        self.assertEqual(self.deliveries("gohighlevel", "delivery.rejected.v1"), [])
        again = [e["data"]["facts"]["reason_code"]
                 for e in self.deliveries("gohighlevel", "delivery.retry_scheduled.v1")]
        self.assertEqual(again, ["payment_required", "forbidden"])
        self.assertEqual(self.house.events("circuit.opened.v1"), [])
