"""The service goes down in the middle of things."""
import shutil
import signal

from scenario import ADA, Scenario


class Restart(Scenario):
    changes = {name: {"timeout_ms": 600} for name in ("gohighlevel", "aloware", "verity", "generic")}

    def waiting_delivery(self):
        self.sandbox.fault("generic", "webhooks", status=429, retry_after=3)
        self.sandbox.add("aloware", **ADA)
        self.wait_for("a retry is scheduled", lambda: self.deliveries("generic",
                "delivery.retry_scheduled.v1"))
        return self.deliveries("generic", "delivery.retry_scheduled.v1")[0]["data"]

    def assert_resumed(self, scheduled):
        self.settle()
        keys = {e["key"] for e in self.sandbox.received("generic")}
        self.assertEqual(len(keys), 1, "the same webhook-id before and after the restart")
        dispatched = self.deliveries("generic", "delivery.dispatched.v1")
        self.assertEqual({e["data"]["delivery"] for e in dispatched}, {scheduled["facts"]["delivery"]})
        times = [e["at"] for e in self.sandbox.received("generic")]
        self.assertGreaterEqual(times[-1], scheduled["not_before"], "not before the time that was promised")
        self.assert_counts(1, 1, 1)

    def test_a_restart_keeps_the_time_of_a_retry_and_the_key(self):
        scheduled = self.waiting_delivery()
        self.house.restart()
        self.assert_resumed(scheduled)

    def test_a_closed_terminal_or_log_rotation_stops_nothing(self):
        self.house.service.send_signal(signal.SIGHUP)
        self.spread()
        self.assert_counts(1, 1, 1)

    def test_a_kill_keeps_the_time_of_a_retry_and_the_key(self):
        scheduled = self.waiting_delivery()
        self.house.kill_service()
        self.house.start_service()
        self.assert_resumed(scheduled)

    def test_after_a_copy_is_put_back_nothing_new_is_taken_for_something_old(self):
        self.spread()
        self.sandbox.set(echo=False)  # one that came only after the copy was put back would be an edit
        self.house.stop_service()
        copy = self.house.data.with_name("kept")
        shutil.copytree(self.house.data, copy)
        for company in ("Told Before Ltd", "Told After Ltd"):
            self.house.start_service()
            self.sandbox.edit("aloware", self.ids()["aloware"], company=company)
            self.settle()
            self.assertEqual(self.sandbox.contacts("generic")[0]["company"], company)
            self.house.stop_service()
            shutil.rmtree(self.house.data)
            shutil.copytree(copy, self.house.data)
            self.house.events_read.clear()  # positions begin again
        self.house.start_service()
        updates = [e["key"] for e in self.sandbox.received("generic") if e["outcome"] == "updated"]
        self.assertEqual(len(set(updates)), 2, "the positions are the same, the keys are not")

    def test_a_kill_while_a_create_is_unanswered_makes_no_duplicate(self):
        for system in ("gohighlevel", "aloware"):
            self.sandbox.fault(system, "POST ", behaviour="effect_then_timeout")
        self.sandbox.add("generic", **ADA)
        self.wait_for("both records are made", lambda: self.sandbox.contacts("gohighlevel")
                      and self.sandbox.contacts("aloware"))
        self.house.kill_service()
        self.house.start_service()
        self.settle()
        self.assert_counts(1, 1, 1)

    def test_webhooks_sent_while_the_service_is_down_arrive_by_the_vendors_retries(self):
        self.house.stop_service()
        contact = self.sandbox.add("gohighlevel", **ADA)
        self.house.start_service()
        self.settle()
        self.assertEqual(self.ids()["gohighlevel"], contact["id"])

    def test_what_was_acknowledged_before_a_kill_is_delivered_after_it(self):
        for n in range(30):
            self.hooks.generic_contact(f"c_{n}", first_name="Marisol", last_name=f"Tennerby{n}x",
                                       phone=f"+120255501{n:02d}")
        self.house.kill_service()
        self.house.start_service()
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 30)
        self.assertEqual(len(self.sandbox.contacts("aloware")), 30)

    def test_edits_after_a_restart_find_the_records_made_before(self):
        self.spread()
        ids = self.ids()
        self.house.restart()
        self.sandbox.edit("aloware", ids["aloware"], company="Tennerby Joinery")
        self.settle()
        self.assertEqual(self.ids(), ids)
        self.assertEqual(self.sandbox.contacts("gohighlevel")[0]["companyName"], "Tennerby Joinery")
