"""Spans of webhooks reach a collector of OpenTelemetry; one that does not take them costs nothing else."""
import json
import re

from clients import call, now_text
from house import House, connectors_at, toml_lines
from receivers import WebReceiver
from scenario import ADA, CANARIES, Scenario

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SENT = f"00-{TRACE}-00f067aa0ba902b7-01"


class TracingHouse(House):
    """A collector, and a second generic system that shows what it is sent."""

    def __init__(self, *arguments):
        self.collector, self.system = WebReceiver(), WebReceiver()
        super().__init__(*arguments)

    def write_configuration(self):
        super().write_configuration()
        second = {**connectors_at(self.urls)["generic"], "name": "second",
                  "send_url": self.system.url + "/in"}
        with open(self.dir / "tidemark.toml", "a", encoding="utf-8") as file:
            print("[traces]", *toml_lines({"endpoint": self.collector.url + "/v1/traces"}),
                  "[[tenants.connectors]]", *toml_lines(second), sep="\n", file=file)

    def close(self):
        super().close()
        self.collector.close()
        self.system.close()


class Traces(Scenario):
    house_kind = TracingHouse

    def spans(self):
        """All that the collector took, by OTLP's names; its form is looked at."""
        found = []
        for path, headers, body, status in list(self.house.collector.posts):
            self.assertEqual((path, headers["Content-Type"]), ("/v1/traces", "application/json"))
            for resource in json.loads(body)["resourceSpans"] if status < 300 else []:
                names = {one["key"]: one["value"]["stringValue"]
                         for one in resource["resource"]["attributes"]}
                self.assertEqual(names["service.name"], "tidemark")
                found += [span for scope in resource["scopeSpans"] for span in scope["spans"]]
        for span in found:
            self.assertRegex(span["traceId"], "^[0-9a-f]{32}$")
            self.assertRegex(span["spanId"], "^[0-9a-f]{16}$")
            for name in ("startTimeUnixNano", "endTimeUnixNano"):
                self.assertIsInstance(span[name], str)
                self.assertRegex(span[name], "^[0-9]{19}$")
            self.assertLessEqual(int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"]))
            span["about"] = {one["key"].split("tidemark.")[-1]: list(one["value"].values())[0]
                             for one in span["attributes"]}
        return found

    def of_the_trace(self, begins=""):
        return [one for one in self.spans() if one["traceId"] == TRACE and one["name"].startswith(begins)]

    def lost(self):
        text = call(self.house.base + "/metrics").body
        text = text if isinstance(text, str) else text.decode()
        return int(re.search(r'tidemark_trace_spans_total\{outcome="lost"\} (\d+)', text).group(1))

    def send(self, number, trace=SENT):
        at = now_text()
        person = {**ADA, "last_name": f"Tennerby {number}"}
        answer = self.house.hooks.generic(
            {"type": "contact.updated", "timestamp": at, "data": {"id": "P-1", "updated_at": at, **person}},
            extra=[("traceparent", trace)])
        self.assertEqual(answer.status, 200)

    def test_from_the_webhook_to_each_attempt(self):
        self.send(1)
        self.settle()
        self.wait_for("an attempt came", lambda: self.of_the_trace("deliver "))
        deliver = self.of_the_trace("deliver ")  # other systems' own webhooks begin traces of their own
        spans = self.of_the_trace()
        received = next(one for one in spans if one["name"] == "webhook received")
        decided = next(one for one in spans if one["name"] == "webhook decided")
        self.assertEqual(received["parentSpanId"], "00f067aa0ba902b7")
        self.assertEqual(decided["parentSpanId"], received["spanId"])
        self.assertEqual({one["parentSpanId"] for one in deliver}, {decided["spanId"]})
        self.assertEqual(received["about"]["tenant"], "acme")
        self.assertEqual(received["about"]["connector"], "generic")
        self.assertEqual(self.house.stored(received["about"]["position"])["type"], "webhook.received.v1")
        self.assertIn("accepted", {one["about"]["outcome"] for one in deliver})
        sent = "".join(body for _, _, body, _ in self.house.collector.posts)
        for canary in (*CANARIES, *ADA.values()):
            self.assertNotIn(str(canary), sent)

    def test_a_system_hears_of_the_attempt_as_its_parent(self):
        self.send(2)
        self.settle()
        self.assertTrue(self.house.system.posts)
        for _, headers, _, _ in self.house.system.posts:
            _, trace, parent, flags = {name.lower(): value for name, value in
                                       headers.items()}["traceparent"].split("-")
            self.assertEqual((trace, flags), (TRACE, "01"))
            self.wait_for("its span came", lambda sent=parent: sent in
                          {one["spanId"] for one in self.spans() if one["about"]["connector"] == "second"})

    def test_a_collector_that_fails_or_hangs_costs_spans_alone(self):
        self.house.collector.status = 500
        self.send(3)
        self.settle()
        self.wait_for("they are counted", lambda: self.lost() > 0)
        self.assertIn('"event":"traces_not_taken"', self.house.stderr())
        self.house.collector.status = None
        self.send(4)
        self.settle()  # everything is delivered while it hangs
        self.house.collector.closed.set()
        self.house.collector.status = 200
        self.send(5)
        self.settle()
        self.wait_for("it goes on", self.spans)


if __name__ == "__main__":
    import unittest

    unittest.main()
