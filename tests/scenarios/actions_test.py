"""One request for many outlives the service, and what waits can be ended on purpose: all but opt-outs."""
from scenario import ADA, Scenario

WHY = "the CRM is replaced"


class Actions(Scenario):
    def action(self, **body):
        answer = self.house.api("/actions", "POST", {"reason": WHY, **body})
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json["id"]

    def ended(self, action):
        return self.wait_for_api("it has ended", lambda: (lambda now: now["state"] != "running" and now)(
            self.ask(f"/api/v1/actions/{action}")))

    def person(self, number):
        return {**ADA, "phone": f"+1202555010{number}", "email": f"marisol.{number}@example.com"}

    def pause(self, what):
        answer = self.house.api(f"/connectors/gohighlevel/{what}", "POST", {"reason": WHY})
        self.assertEqual(answer.status, 200, answer.body)

    def open_deliveries(self):
        return next(each for each in self.ask("/api/v1/queues")["items"]
                    if each["connector"] == "gohighlevel")["depth"]


class Purge(Actions):
    def test_what_waits_for_a_system_is_ended_and_can_be_sent_after_all(self):
        self.sandbox.add("aloware", **self.person(0))
        self.settle()
        self.pause("pause")
        for number in range(1, 4):
            self.sandbox.add("aloware", **self.person(number))
        self.wait_for_api("they wait", lambda: self.open_deliveries() == 3)
        which = {"what": "purge", "filter": {"target": "gohighlevel"}}
        dry = self.ended(self.action(**which, dry_run=True))
        self.assertEqual((dry["state"], dry["requested"]), ("done", 3))
        self.assertEqual(self.open_deliveries(), 3)
        self.assertEqual(self.house.api("/actions", "POST", {"reason": WHY, **which}).status, 400)
        done = self.ended(self.action(**which, confirm=True))
        self.assertEqual((done["state"], done["requested"]), ("done", 3))
        self.wait_for_api("nothing waits", lambda: self.open_deliveries() == 0)
        self.pause("resume")
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 1)
        self.assertEqual([e["data"]["facts"]["reason_code"] for e in self.house.events("delivery.died.v1")],
                         ["purged"] * 3)
        dead = self.ask("/api/v1/deliveries?state=dead")["items"]
        self.assertEqual({each["reason_code"] for each in dead}, {"purged"})
        self.assertNotIn("delivery_dead", {each["rule"] for each in self.ask("/api/v1/alerts")["items"]})
        chain = str(self.house.explain("--delivery", dead[0]["id"]))
        self.assertIn("before it was sent", chain)
        again = self.ended(self.action(what="retry", filter={"reason_code": "purged"}))
        self.assertEqual(again["requested"], 3)
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 4)

    def test_an_opt_out_is_never_ended(self):
        self.spread()
        self.house.api("/connectors/gohighlevel/pause", "POST", {"reason": WHY, "hold_opt_outs": True})
        self.sandbox.text(ADA["phone"], "STOP")
        self.wait_for_api("it waits", lambda: self.open_deliveries() >= 1)
        done = self.ended(self.action(what="purge", filter={"target": "gohighlevel"}, confirm=True))
        self.assertIn("is_opt_out", {each["reason_code"] for each in done["skipped"]})
        self.pause("resume")
        self.settle()
        contact, = self.sandbox.contacts("gohighlevel")
        self.assertEqual(contact["dndSettings"]["SMS"]["status"], "active")


class Restart(Actions):
    def failed(self, count):
        self.sandbox.fault("gohighlevel", "POST /contacts/", status=422, times=-1)
        for number in range(count):
            self.sandbox.add("aloware", **self.person(number))
        self.settle()
        self.sandbox.clear_faults()
        self.assertEqual(self.sandbox.contacts("gohighlevel"), [])

    def asked(self):
        return [e["data"]["delivery"] for e in self.house.events("delivery.retry_requested.v1")]

    def assert_goes_on(self, end):
        self.failed(6)
        action = self.action(what="retry", filter={"target": "gohighlevel"}, rate=2)
        self.wait_for("it has begun", self.asked)
        end()
        self.house.start_service()
        self.assertEqual(self.ended(action)["state"], "done")
        self.settle()
        self.assertEqual(len(self.sandbox.contacts("gohighlevel")), 6)
        self.assertEqual(len(self.asked()), 6)
        self.assertEqual(len(set(self.asked())), 6, "none is asked for twice")
        self.assertEqual(len(self.house.events("bulk.ended.v1")), 1)
        return action

    def test_an_action_goes_on_after_a_restart(self):
        action = self.assert_goes_on(lambda: self.house.stop_service())
        self.assertEqual(self.ask(f"/api/v1/actions/{action}")["requested"], 6)

    def test_an_action_goes_on_after_the_process_was_killed(self):
        self.assert_goes_on(lambda: self.house.kill_service())


class Reprocess(Actions):
    def test_webhooks_of_a_reason_are_read_again_by_one_request(self):
        for number in range(3):
            self.hooks.ghl_contact(f"n{number}", kind="PigeonSent")
        self.settle()
        action = self.ended(self.action(what="reprocess", filter={"connector": "gohighlevel",
                                                                  "reason_code": "unknown_event_type"}))
        self.assertEqual((action["state"], action["requested"]), ("done", 3))
        self.settle()
        asked = self.house.events("webhook.reprocess_requested.v2")
        self.assertEqual(len({e["data"]["webhook"] for e in asked}), 3)
        self.assertEqual({e["data"]["request_id"] for e in asked}, {action["id"]})
