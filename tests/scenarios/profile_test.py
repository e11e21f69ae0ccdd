"""What the running service takes of the machine, and a system that hangs on all requests there may be."""
from house import House
from receivers import WebReceiver
from scenario import ADA, Scenario


class HangingHouse(House):
    """A generic system that takes requests and does not answer; two may be out to it."""
    alerts = {"pool_seconds": 1, "cool_down_seconds": 1}

    def __init__(self, *arguments):
        self.system = WebReceiver()
        self.system.status = None
        super().__init__(*arguments)

    def write_configuration(self):
        self.changes = {"generic": {"send_url": self.system.url, "concurrency": 2, "timeout_ms": 20000}}
        super().write_configuration()

    def close(self):
        self.system.closed.set()
        super().close()
        self.system.close()


class Profile(Scenario):
    def test_memory_is_named_and_its_trend_too_early_to_tell(self):
        self.spread()
        *databases, summary = self.house.tool("profile", "memory")
        self.assertEqual([one["name"] for one in databases], ["log", "tables"])
        for one in databases:
            self.assertGreater(one["block_cache_max"], one["block_cache"])
        found = summary["summary"]
        self.assertGreater(found["resident"], 10 << 20)
        self.assertEqual(found["memory"]["trend"], "not_known")
        self.assertGreater(found["followers"], 3)

    def test_processor_time_is_that_of_named_threads(self):
        *threads, summary = self.house.tool("profile", "cpu", "--seconds", "1")
        names = {one["name"] for one in threads}
        self.assertLessEqual({"tidemarkd", "actors", "http-client", "http-server", "log-writer", "api",
                              "api-local"}, names)
        self.assertEqual(summary["summary"]["process_id"], self.house.service.pid)


class Pool(Scenario):
    house_kind = HangingHouse
    allow_waiting = True

    def rules(self):
        return [one["rule"] for one in self.house.tool("alerts")[:-1]]

    def test_a_system_that_hangs_exhausts_its_pool_until_it_answers(self):
        for number in range(4):
            self.sandbox.add("gohighlevel", **{**ADA, "phone": f"+1202555014{number}",
                                               "email": f"ada{number}@example.com"})
        self.wait_for("it is told", lambda: "http_pool_exhausted" in self.rules())
        text = next(one["text"] for one in self.house.tool("alerts")[:-1]
                    if one["rule"] == "http_pool_exhausted")
        self.assertIn("2 of the 2 requests that may be out to generic", text)
        self.assertIn('"event":"alert"', self.house.stderr())
        self.house.system.status = 200
        self.house.system.closed.set()  # those that hang end without an answer, the next are answered
        self.wait_for("it is over", lambda: "http_pool_exhausted" not in self.rules())


if __name__ == "__main__":
    import unittest

    unittest.main()
