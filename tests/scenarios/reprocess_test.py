"""Webhooks that were held or left out are read again, by the rules of now."""
import time

from clients import now_text
from scenario import ADA, Scenario

WHY = "the vendor's clock was wrong"


class Reprocess(Scenario):
    def stale(self, **data):
        """A webhook that came outside its time; gives its position."""
        answer = self.hooks.generic({"type": "contact.updated", "timestamp": now_text(-900),
                                     "data": {"id": "c_1", "phone": ADA["phone"], "first_name": "Marisol",
                                              "updated_at": now_text(-900), **data}},
                                    timestamp=int(time.time()) - 900)
        self.assertEqual(self.parts_left_out(answer.position), [("quarantined", "stale")])
        self.settle()
        return answer.position

    def again(self, *which, code=0):
        *rows, last = self.house.tool("replay", "reprocess", *which, "--reason", WHY, codes=(code,))
        self.settle()
        return [(row["webhook"], row["result"]) for row in rows]

    def held(self):
        return [(one["position"], one["reason_code"]) for one in self.ask("/api/v1/quarantine")["items"]]

    def consent(self):
        found = self.ask("/api/v1/opt-outs?address=" + ADA["phone"].replace("+", "%2B"))["items"]
        return found[0]["channels"]["sms"]["state"] if found else "nothing"

    def test_what_was_held_comes_to_life_once(self):
        position = self.stale()
        self.assert_counts(0, 0, 0)
        self.wait_for_api("it is held", lambda: self.held() == [(position, "stale")])
        dry = self.house.tool("replay", "reprocess", "--reason-code", "stale", "--dry-run")
        self.assertEqual([row["webhook"] for row in dry[:-1]], [position])
        self.house.tool("replay", "reprocess", 10 ** 6, "--dry-run", codes=(1,))
        self.house.tool("replay", "reprocess", position + 1, "--dry-run", codes=(1,))
        self.assertEqual(self.house.events("webhook.reprocess_requested.v2"), [])
        self.assertEqual(self.again("--reason-code", "stale", "--connector", "generic"),
                         [(position, "observe_record applied")])
        self.assert_counts(1, 1, 0)
        self.assertEqual(self.held(), [])
        asked, = self.house.events("webhook.reprocess_requested.v2")
        self.assertEqual((asked["data"]["webhook"], bool(asked["data"]["reason"])), (position, True))
        self.assertTrue(asked["data"]["by"])
        self.assertEqual(self.again("--reason-code", "stale"), [])
        self.assertEqual(self.again(position), [(position, "nothing new in it")])
        self.assert_counts(1, 1, 0)

    def says(self, state, age=0):
        """The generic system tells of a consent; gives the webhook's position."""
        answer = self.hooks.generic({"type": "consent.changed", "timestamp": now_text(),
                                     "data": {"address": ADA["phone"], "state": state,
                                              "occurred_at": now_text()}},
                                    timestamp=int(time.time()) - age)
        self.settle()
        return answer.position

    def dry(self, *which):
        *rows, last = self.house.tool("replay", "reprocess", *which, "--dry-run")
        self.assertEqual(last["summary"]["webhooks"], len(rows))
        return [row["webhook"] for row in rows]

    def test_of_one_person_or_of_one_time(self):
        hers = self.stale()
        self.hooks.generic_contact("c_1", phone=ADA["phone"], first_name="Marisol")
        other = self.hooks.generic({"type": "contact.updated", "timestamp": now_text(-900), "data": {
            "id": "c_2", "phone": "+12025550177", "updated_at": now_text(-900)}},
                                   timestamp=int(time.time()) - 900)
        self.settle()
        self.parts_left_out(other.position)
        self.assertEqual(self.dry("--contact", ADA["phone"]), [hers])
        self.assertEqual(self.dry("--contact", "generic:c_1", "--reason-code", "stale"), [hers])
        self.assertEqual(self.dry("--since", now_text(-600)), [hers, other.position], "as it came in")
        self.assertEqual(self.dry("--since", now_text(60)), [])
        self.assertEqual(self.dry("--until", now_text(-600)), [])
        self.assertEqual(self.dry("--contact", ADA["phone"], "--until", now_text(60)), [hers])
        self.house.tool("replay", "reprocess", "--since", "yesterday", "--dry-run", codes=(2,))
        self.house.tool("replay", "reprocess", "--since", now_text(), "--until", now_text(-9), "--dry-run",
                        codes=(2,))
        self.house.tool("replay", "reprocess", "--contact", "+12025550188", "--dry-run", codes=(1, 2))
        contact, = {command["contact"] for event in self.house.events("webhook.interpreted.v1")
                    for command in event["data"]["commands"]}
        started = self.house.api("/actions", "POST", {"what": "reprocess", "reason": WHY,
                                                      "filter": {"contact": contact}})
        self.assertEqual(started.status, 202, started.json)
        ended = self.wait_for_api("it is done", lambda: next(
            (one for one in [self.house.api("/actions/" + started.json["id"]).json]
             if one["state"] == "done"), None))
        self.assertEqual((ended["matched"], ended["requested"]), (1, 1))
        self.settle()
        asked, = self.house.events("webhook.reprocess_requested.v2")
        self.assertEqual(asked["data"]["webhook"], hers)

    def test_an_opt_out_in_it_applies_and_an_opt_in_does_not(self):
        closed = self.says("opted_out", age=900)
        self.wait_for_api("it closed at once, stale or not", lambda: self.consent() == "opted_out")
        said_yes = self.says("opted_in", age=900)
        self.again(said_yes)
        self.again(closed)
        self.assertEqual(self.consent(), "opted_out")
        self.assertNotIn("granted", [e["data"]["change"] for e in self.house.events("consent.changed.v1")])
        self.says("opted_in")
        self.wait_for_api("what is said now counts", lambda: self.consent() == "opted_in")

    def test_what_was_learned_since_is_not_taken_back(self):
        position = self.stale(email="old@example.com")
        self.hooks.generic_contact("c_1", phone=ADA["phone"], first_name="Marisol", email="new@example.com")
        self.settle()
        self.assertEqual(self.again(position), [(position, "observe_record superseded")])
        emails = [each["email"] for each in self.sandbox.contacts("gohighlevel")]
        self.assertEqual(emails, ["new@example.com"])

    def test_what_still_cannot_be_read_is_held_again(self):
        answer = self.hooks.generic(b'{"broken')
        self.settle()
        self.assertEqual(self.again(answer.position), [(answer.position, "quarantined(body_not_json)")])
        asked, = self.house.events("webhook.reprocess_requested.v2")
        self.wait_for_api("it is held", lambda: self.held() == [(asked["position"], "body_not_json")])
        self.assertEqual(self.again(asked["position"])[0][1], "quarantined(body_not_json)")

    def test_a_webhook_is_done_and_held_as_people_say(self):
        position = self.stale()
        self.wait_for_api("it is held", lambda: self.held() == [(position, "stale")])
        self.house.tool("webhooks", "done", position, "--reason", WHY)
        self.wait_for_api("it is done", lambda: self.held() == [])
        marked, = self.house.events("webhook.marked.v1")
        self.assertEqual([marked["data"][name] for name in ("webhook", "reading", "mark")],
                         [position, position, "done"])
        self.assertTrue(marked["data"]["by"] and marked["data"]["reason"])
        again = self.house.api(f"/webhooks/{position}/done", "POST", {"reason": WHY})
        self.assertEqual((again.status, again.json["error"]["code"]), (409, "not_held"))
        self.assertEqual(self.again("--reason-code", "stale"), [], "it is not read again among others")
        self.assert_counts(0, 0, 0)
        self.house.tool("webhooks", "quarantine", position, "--reason", WHY)
        self.wait_for_api("it is held", lambda: self.held() == [(position, "held_by_hand")])
        self.assertEqual(self.again(position), [(position, "observe_record applied")])
        self.wait_for_api("it is not held", lambda: self.held() == [])
        self.assert_counts(1, 1, 0)
        said = [entry["text"] for entry in self.house.explain("--webhook", position)["chain"]
                if entry["type"] == "webhook.marked.v1"]
        self.assertEqual(len(said), 2)
        self.assertIn("is done", said[0])

    def test_what_is_wrong_with_a_mark_is_said(self):
        position = self.stale()
        self.wait_for_api("it is held", lambda: self.held())
        for path, body, status, code in ((f"{position}/quarantine", {"reason": WHY}, 409, "already_held"),
                                         (f"{position}/done", {}, 400, "bad_reason"),
                                         ("x/done", {"reason": WHY}, 400, "bad_position"),
                                         ("1/done", {"reason": WHY}, 404, "not_found")):
            answer = self.house.api(f"/webhooks/{path}", "POST", body)
            self.assertEqual((answer.status, answer.json["error"]["code"]), (status, code), path)
        self.assertEqual(self.house.events("webhook.marked.v1"), [])

    def test_what_is_wrong_with_a_request_is_said(self):
        position = self.stale()
        for path, body, status, code in ((position, {}, 400, "bad_reason"),
                                         (1, {"reason": WHY}, 404, "not_found"),
                                         (999_999, {"reason": WHY}, 404, "not_found")):
            answer = self.house.api(f"/webhooks/{path}/reprocess", "POST", body)
            self.assertEqual((answer.status, answer.json["error"]["code"]), (status, code))
        for wrong in (("--reason", WHY), (position,), ("--connector", "nobody", "--reason", WHY),
                      (position, "--kind", "x", "--reason", WHY)):
            self.house.tool("replay", "reprocess", *wrong, codes=(2,))
        self.assertEqual(self.house.events("webhook.reprocess_requested.v2"), [])

    def test_a_kill_between_request_and_decision_loses_nothing(self):
        position = self.stale()
        self.wait_for_api("the request is taken", lambda: self.house.api(
            f"/webhooks/{position}/reprocess", "POST", {"reason": WHY}).status == 200)
        self.house.kill_service()
        self.house.start_service()
        self.settle()
        self.assert_counts(1, 1, 0)
