"""The engine behind Debian's nginx with deploy/nginx.conf: addresses, base path, counts, bytes, limits, smuggling."""
import base64
import concurrent.futures
import hashlib
import http.client
import json
import re
import time
from collections import Counter

from clients import ALOWARE_HOOK, call, compact, now_text, standard_signature
from house import House
from nginx import ROOT, Nginx, exchange
from relay import Answer, Relay
from scenario import ADA, Scenario

CORPUS = json.loads((ROOT / "tests/fixtures/http/smuggling.json").read_text())
BODY_MAX = 4 * 1024 * 1024
METRIC = re.compile(r'^tidemark_http_requests_total\{route="(\w+)",status="(\d+)"\} (\d+)$', re.MULTILINE)


class ProxiedHouse(House):
    server = {"public_url": "https://sync.example.com/tidemark", "trusted_proxies": ["127.0.0.1"]}


class BehindNginx(Scenario):
    house_kind = ProxiedHouse
    changes = dict.fromkeys(("gohighlevel", "aloware", "verity", "generic"), {"receives": False})  # no echoes
    shorter = ()  # time-outs of nginx that a test does not want to wait for

    def setUp(self):
        super().setUp()
        self.nginx = Nginx(self.house.port, self.shorter)
        self.addCleanup(self.nginx.close)

    def engine_counts(self):
        """(route, status) to count of everything the engine answered; this question itself left out."""
        text = call(self.house.base + "/metrics").body.decode()
        return Counter({(route, int(status)): int(count) for route, status, count in METRIC.findall(text)
                        if route != "metrics"})

    def assert_engine_saw_what_nginx_forwarded(self):
        """Counts equal by status, and what succeeded also by path: nothing came hidden in something else."""
        engine = self.engine_counts()
        # nginx writes a line after the client has its answer
        self.wait_for("all that the engine answered is in nginx's log", lambda: sum(engine.values()) <= sum(
            line.forwarded for line in self.nginx.lines()))
        forwarded = [line for line in self.nginx.lines() if line.forwarded]
        by_status = Counter()
        for (_, status), count in engine.items():
            by_status[status] += count
        self.assertEqual(by_status, Counter(line.upstream_status for line in forwarded))
        for route, path in (("webhook", "/tidemark/webhooks/"), ("health", "/tidemark/health")):
            theirs = sum(line.path.startswith(path) and line.upstream_status == 200 for line in forwarded)
            self.assertEqual(engine[route, 200], theirs, f"requests for {path}")
        return forwarded

    def post(self, connection, body, message_id, extra=()):
        now = str(int(time.time()))
        headers = [("Content-Type", "application/json"), ("webhook-id", message_id),
                   ("webhook-timestamp", now),
                   ("webhook-signature", standard_signature(message_id, now, body))]
        return exchange(connection, "POST", "/tidemark/webhooks/generic", body, headers + list(extra))

    @staticmethod
    def message(number, **fields):
        return compact({"type": "contact.updated", "timestamp": now_text(),
                        "data": {"id": f"c_{number % 5}", **ADA, **fields}})


class Traffic(BehindNginx):
    def test_as_many_requests_in_the_log_as_were_sent_and_as_nginx_counted(self):
        def some(worker):
            connection = self.nginx.connection()
            return [self.post(connection, self.message(n, company=f"Joinery {n}"), f"msg_{worker}_{n}").status
                    for n in range(50)]

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = [status for each in pool.map(some, range(4)) for status in each]
        self.assertEqual(statuses, [200] * 200)
        forwarded = self.assert_engine_saw_what_nginx_forwarded()
        self.assertEqual((len(self.nginx.lines()), len(forwarded), self.received_count()), (200, 200, 200))

    def test_bodies_arrive_byte_for_byte(self):
        connection = self.nginx.connection()
        for number, body in enumerate((
            b'{"type":"contact.updated",\r\n\t"data" : {"id":"c_1","company":"Zo\xc3\xab \\u00e9 \\/"} }\n\n',
            b'{"type":"contact.updated","data":{"id":"c_1","company":"\xff\xfe no UTF-8"}}',
            compact({"type": "contact.updated", "data": {"id": "c_1"}, "more": "x" * 1_000_000}),  # in a file
            compact({"more": "x" * (BODY_MAX - len('{"more":""}'))}),
        )):
            answer = self.post(connection, body, f"msg_{number}")
            self.assertEqual(answer.status, 200, answer.body)
            kept = self.house.stored(answer.position)["data"]
            self.assertEqual((kept["body_bytes"], kept["body_sha256"]),
                             (len(body), hashlib.sha256(body).hexdigest()))
        chunked = self.message(1)
        now = str(int(time.time()))
        signature = standard_signature("msg_c", now, chunked)
        halves = [chunked[:20], chunked[20:]]
        reply = self.nginx.raw(
            b"POST /tidemark/webhooks/generic HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nwebhook-id: msg_c\r\n"
            + f"webhook-timestamp: {now}\r\nwebhook-signature: {signature}\r\n\r\n".encode()
            + b"".join(b"%x\r\n%s\r\n" % (len(half), half) for half in halves) + b"0\r\n\r\n")
        self.assertIn(b"HTTP/1.1 200", reply)
        self.assertEqual(self.house.stored(json.loads(reply.split(b"\r\n\r\n", 1)[1])["position"])["data"][
            "body_sha256"], hashlib.sha256(chunked).hexdigest())
        self.assertEqual(self.post(connection, b"{}", "msg_t", [("X", "y")]).status, 200)
        changed = self.post(self.nginx.connection(), b"{}", "msg_u", [("webhook-id", "msg_v")])
        self.assertEqual(changed.status, 401, "a doubled header stays doubled")

    def test_what_is_too_large_or_elsewhere_ends_at_nginx(self):
        before = self.engine_counts()
        body = b"x" * (BODY_MAX + 1)
        self.assertEqual(self.post(self.nginx.connection(), body, "msg_large").status, 413)
        for path in ("/", "/health", "/webhooks/generic", "/tidemarkx/health", "/tidemark/metrics",
                     "/tidemark/metrics/", "/tidemark/x/../metrics", "/tidemark/%6detrics"):
            self.assertEqual(exchange(self.nginx.connection(), "GET", path).status, 404, path)
        self.assertEqual(self.engine_counts(), before)
        self.assertEqual(exchange(self.nginx.connection(), "GET", "/tidemark/health/live").status, 200)

    def test_a_webhook_is_told_to_come_again_while_the_engine_is_away(self):
        self.house.stop_service()
        answer = self.post(self.nginx.connection(), b"{}", "msg_1")
        self.assertEqual((answer.status, answer.headers.get("Retry-After")), (429, "30"))
        self.assertEqual(exchange(self.nginx.connection(), "GET", "/tidemark/health").status, 502)
        self.house.start_service()
        self.assertEqual(self.post(self.nginx.connection(), self.message(1), "msg_1").status, 200)


class ClientAddress(BehindNginx):
    """The rate limit is counted by client address, and its headers show whose count a request went to."""

    def remaining(self, answer):
        return int(answer.headers["X-RateLimit-Remaining"])

    def ask(self, connection, claimed):
        return exchange(connection, "GET", "/tidemark/api/v1/events", headers=[("X-Forwarded-For", claimed)])

    def exhaust(self, source):
        """Until 429, each request claiming another address."""
        connection = self.nginx.connection(source)
        for number in range(20_000):
            answer = self.ask(connection, f"203.0.113.{number % 250}")
            if answer.status == 429:
                return answer
            self.assertEqual(answer.status, 401)
        return self.fail("the limit was never reached: every claim was believed")

    def direct(self, source, claimed):
        """A request past nginx."""
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, source_address=(source, 0))
        return exchange(connection, "GET", "/api/v1/events", headers=[("X-Forwarded-For", claimed)])

    def check(self):
        limited = self.exhaust("127.0.0.2")
        self.assertGreater(int(limited.headers["Retry-After"]), 0, "429 passes through with its Retry-After")
        limit = int(limited.headers["X-RateLimit-Limit"])
        another = self.ask(self.nginx.connection("127.0.0.3"), "127.0.0.2")
        self.assertGreater(self.remaining(another), limit // 2, "nobody becomes 127.0.0.2 by saying so")
        outside = self.direct("127.0.0.4", "127.0.0.2")
        self.assertGreater(self.remaining(outside), limit // 2, "127.0.0.4 is no trusted proxy")
        trusted = self.direct("127.0.0.1", "127.0.0.2")
        self.assertLess(self.remaining(trusted), limit // 2, "a trusted proxy is believed")

    def test_only_the_trusted_proxy_is_believed(self):
        self.check()


class AppendedAddress(ClientAddress):
    """nginx set up the other usual way: it appends to what the client wrote. The right-most address counts."""
    shorter = (("proxy_set_header X-Forwarded-For $remote_addr;",
                "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),)


class Smuggling(BehindNginx):
    shorter = (("keepalive_timeout 15s;", "keepalive_timeout 1s;"),
               ("client_body_timeout 15s;", "client_body_timeout 1s;"),
               ("client_header_timeout 5s;", "client_header_timeout 1s;"))

    @staticmethod
    def attacks():
        """(name, bytes) for nginx's paths, and with a credential that the engine takes."""
        basic = base64.b64encode(":".join(ALOWARE_HOOK).encode()).decode()
        for attack in CORPUS["attacks"]:
            text = "".join(part["repeat"] * part["times"] if isinstance(part, dict)
                           else CORPUS["pieces"][part[1:]] if part.startswith("@") else part
                           for part in attack["bytes"])
            for old, new in (("/webhooks/crm", "/tidemark/webhooks/aloware"), ("/health", "/tidemark/health"),
                             ("X-Secret: open", "Authorization: Basic " + basic)):
                text = text.replace(old, new)
            yield attack["name"], text.encode("latin-1")

    def test_nothing_is_smuggled_past_nginx(self):
        attacks = list(self.attacks())
        self.assertGreaterEqual(len(attacks), 77)
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            replies = dict(zip((name for name, _ in attacks),
                               pool.map(self.nginx.raw, (data for _, data in attacks))))
        forwarded = self.assert_engine_saw_what_nginx_forwarded()
        print(f"smuggling: {len(attacks)} attacks, {len(self.nginx.lines())} requests in nginx's log, "
              f"{len(forwarded)} forwarded, {sum(self.engine_counts().values())} at the engine", flush=True)
        self.assertNotEqual(forwarded, [], "some forms nginx makes plain, and passes on")
        lawful = {hashlib.sha256(body).hexdigest() for body in (b"{}", b"a" * 30)}  # 30: small chunks
        bodies = {event["data"]["body_sha256"] for event in self.house.events("webhook.received.v1")}
        self.assertEqual(bodies, lawful, "what was stored is what nginx took for the body")
        self.assertEqual([line.path for line in self.nginx.lines() if line.status in (500, 502, 504)], [])
        for name, reply in replies.items():
            answers = re.findall(rb"^HTTP/1\.[01] \d{3} |}HTTP/1\.[01] \d{3} ", reply)
            self.assertLessEqual(len(answers), 1 + ("second request" in name), name)


class Refusals(BehindNginx):
    def test_429_and_503_go_out_as_they_came(self):
        class Busy(Relay):
            def answer(self, request):
                status = 429 if "limited" in request.target else 503
                return Answer(status, [("Retry-After", "7"), ("Content-Type", "text/x")], b'{"a":1}')

        busy = Busy(None)
        self.addCleanup(busy.close)
        nginx = Nginx(busy.server.server_port)
        self.addCleanup(nginx.close)
        for path, status in (("/tidemark/webhooks/limited", 429), ("/tidemark/webhooks/x", 503),
                             ("/tidemark/api/v1/x", 503)):
            answer = exchange(nginx.connection(), "POST", path, b"{}")
            self.assertEqual((answer.status, answer.headers["Retry-After"], answer.body),
                             (status, "7", b'{"a":1}'))


class Logs(BehindNginx):
    """Neither log names a person, whoever is asked about and whatever goes wrong."""
    phone, mail = "+12025550142", "marisol.tennerby@example.com"
    paths = ("/api/v1/opt-outs/%2B12025550142/history", "/api/v1/opt-outs/marisol.tennerby@example.com/history",
             "/api/v1/opt-outs/marisol.tennerby%40example.com", "/api/v1/opt-outs/(202)%20555-0142",
             "/api/v1/%2B12025550142", "/api/v1/marisol.tennerby@example.com",
             "/api/v1/contacts?phone=%2B12025550142", "//api/v1/opt-outs/2025550142",
             "/api/v2/2025550142", "/opt-outs/202-555-0142", "/marisol.tennerby@example.com")

    def written(self):
        return (self.nginx.dir / "access.log").read_text() + self.nginx.errors()

    def ask_all(self, status=None):
        connection = self.nginx.connection()
        for path in self.paths:
            answer = exchange(connection, "GET", "/tidemark" + path, headers=[
                ("Authorization", "Bearer nobody"), ("Referer", "https://a.test/?phone=" + self.phone)])
            self.assertIn(answer.status, (400, 401, 404) if status is None else (status,), path)

    def test_no_log_names_a_person(self):
        self.ask_all()
        self.house.kill_service()
        self.ask_all(502)
        answer = exchange(self.nginx.connection(), "POST", "/tidemark/webhooks/aloware", b"{}")
        self.assertEqual(answer.status, 429)
        self.wait_for("all is written", lambda: len(self.nginx.lines()) == 2 * len(self.paths) + 1)
        for trace in ("2025550142", "555-0142", "marisol", "%40", "@"):
            self.assertNotIn(trace, self.written())
        self.assertIn("/tidemark/webhooks/aloware", self.nginx.errors(), "what failed of a webhook is said")
        paths = [line.path for line in self.nginx.lines()]
        self.assertEqual(paths[:3], ["/tidemark/api/v1/opt-outs/"] * 3)
        self.assertEqual(paths[4], "(not logged)")
        self.assertEqual(paths[-1], "/tidemark/webhooks/aloware")
        self.house.start_service()
