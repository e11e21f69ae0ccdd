#!/usr/bin/env python3
"""The checks themselves: each finds the fault that it is there for."""
import base64
import copy
import hashlib
import sys
import unittest

import checks

BODY = hashlib.sha256(b"body").hexdigest()


def event(position, kind, data, cause=None, decider="none", stream="s", index=0):
    return {"position": position, "type": kind, "data": data, "cause": cause, "decider": decider,
            "stream": stream, "command_index": index, "epoch": 1}


def good_log():
    return [
        event(1, "webhook.received.v1",
              {"connector": "generic", "delivery_id": "msg_1", "body_sha256": BODY}),
        event(2, "webhook.interpreted.v1", {"webhook": 1, "commands": [{"index": 0}]}, 1, "interpreter"),
        event(3, "contact.observed.v1", {"connector": "generic"}, 1, "contact"),
        event(4, "delivery.intended.v1", {"delivery": "d1", "target": "generic"}, 1, "contact"),
        event(5, "delivery.dispatched.v1", {"delivery": "d1", "attempt": 1, "step": 0}, 4, "delivery"),
        event(6, "delivery.accepted.v1", {"facts": {"delivery": "d1"}}, 5, "delivery"),
    ]


def request(key="d1", outcome="created"):
    return {"method": "POST", "path": "/webhooks", "key": key, "outcome": outcome}


def records():
    before, out = bytes(32), []
    for position in (1, 2, 3):
        content = f"record {position}".encode()
        before = hashlib.sha256(before + content).digest()
        out.append({"position": position, "hash": before.hex(),
                    "record_base64": base64.b64encode(content + before).decode()})
    return out


def ledger(*rows):
    book = checks.Ledger()
    book.rows = list(rows)
    return book


class Checks(unittest.TestCase):
    def all_faults(self, log, book=None, received=None):
        facts = checks.Facts(log)
        return (checks.positions_dense(facts) + checks.epochs_rise(facts, 1)
                + checks.acknowledged_once(book or ledger((1, BODY, "msg_1")), facts, {})
                + checks.nothing_undecided(facts) + checks.decided_once(facts)
                + checks.deliveries_attempted(facts, {})
                + checks.same_key_each_attempt(facts, [request()] if received is None else received))

    def changed(self, change):
        log = copy.deepcopy(good_log())
        change(log)
        return log

    def assert_found(self, words, faults):
        self.assertTrue(any(words in fault for fault in faults), faults)

    def test_a_good_log_passes(self):
        self.assertEqual(self.all_faults(good_log()), [])
        self.assertEqual(checks.chain_intact(records()), [])

    def test_a_missing_position_is_found(self):
        self.assert_found("position 2 is missing", self.all_faults(self.changed(lambda log: log.pop(1))))

    def test_an_acknowledged_webhook_that_is_not_in_the_log_is_found(self):
        faults = self.all_faults(good_log(), ledger((9, BODY, "msg_1")))
        self.assert_found("1 acknowledged webhooks are not", faults)

    def test_an_acknowledged_webhook_with_other_bytes_is_found(self):
        faults = self.all_faults(good_log(), ledger((1, "00", "msg_1")))
        self.assert_found("1 acknowledged webhooks are not", faults)

    def test_a_webhook_taken_twice_is_found_by_its_id_and_by_its_bytes(self):
        again = event(7, "webhook.received.v1", good_log()[0]["data"])
        faults = self.all_faults([*good_log(), again], ledger((1, BODY, "msg_1"), (7, BODY, "msg_1")))
        self.assert_found("stand more than once", faults)
        self.assert_found("at two positions", faults)

    def test_an_undecided_webhook_is_found(self):
        more = event(7, "webhook.received.v1", {"connector": "generic", "body_sha256": "11"})
        self.assert_found("not interpreted exactly once", self.all_faults([*good_log(), more]))

    def test_an_undecided_command_is_found(self):
        log = self.changed(lambda log: log[1]["data"]["commands"].append({"index": 1}))
        self.assert_found("commands were not decided exactly once", self.all_faults(log))

    def test_a_decision_made_twice_is_found(self):
        again = {**good_log()[2], "position": 7}
        faults = self.all_faults([*good_log(), again])
        self.assert_found("decisions stand at two places", faults)
        self.assert_found("decisions hold the same event twice", faults)

    def test_a_delivery_never_attempted_is_found(self):
        intent = event(7, "delivery.intended.v1", {"delivery": "d2", "target": "generic"}, 6, "contact")
        self.assert_found("never attempted", self.all_faults([*good_log(), intent]))

    def test_a_delivery_without_an_end_is_found(self):
        self.assert_found("have no end", self.all_faults(good_log()[:5]))

    def test_an_attempt_announced_twice_is_found(self):
        again = {**good_log()[4], "position": 7, "cause": 6}
        self.assert_found("announced one attempt twice", self.all_faults([*good_log(), again]))

    def test_a_key_that_changes_is_found(self):
        faults = self.all_faults(good_log(), received=[request(), request("d9")])
        self.assert_found("was not announced", faults)

    def test_two_effects_of_one_key_are_found(self):
        self.assert_found("took effect twice", self.all_faults(good_log(), received=[request(), request()]))

    def test_an_accepted_delivery_that_never_arrived_is_found(self):
        self.assert_found("never arrived", self.all_faults(good_log(), received=[request("d9")]))

    def test_a_changed_record_breaks_the_chain(self):
        bad = records()
        bad[1]["record_base64"] = base64.b64encode(b"other" + bytes.fromhex(bad[1]["hash"])).decode()
        self.assert_found("position 2", checks.chain_intact(bad))

    def test_a_person_made_twice_is_found(self):
        twice = [{"id": "a", "phone": "+16145550100"}, {"id": "b", "phone": "(614) 555-0100"}]
        self.assert_found("1 people twice", checks.no_contact_twice({"generic": twice}))

    def test_people_who_did_not_arrive_or_differ_are_found(self):
        there = {"id": "a", "phone": "+16145550100", "last_name": "Old"}
        here = {**there, "last_name": "New"}
        people = [("gohighlevel", "a", "6145550100")]
        self.assertEqual(checks.people_arrived(people, {"gohighlevel": [here], "generic": [here]}), [])
        self.assert_found("did not arrive",
                          checks.people_arrived(people, {"gohighlevel": [here], "generic": []}))
        self.assert_found("differ between systems",
                          checks.people_arrived(people, {"gohighlevel": [here], "generic": [there]}))

    def test_what_a_vendor_gave_up_is_not_expected_but_not_all_can_be_given_up(self):
        ended = {"generic": [{"about": "generic/a", "status": 0}, {"about": "generic/b", "status": 200}]}
        untold = checks.given_up(ended)
        self.assertEqual(untold, {"generic/a"})
        here = {"id": "b", "phone": "+16145550101", "last_name": "New"}
        people = [("generic", "a", "6145550100"), ("generic", "b", "6145550101")]
        contacts = {"gohighlevel": [here], "generic": [here]}
        self.assertEqual(checks.people_arrived(people, contacts, untold), [])
        self.assert_found("did not arrive", checks.people_arrived(people, contacts))
        self.assert_found("no people", checks.people_arrived(people[:1], contacts, untold))

    def test_an_older_writer_behind_a_newer_one_is_found(self):
        log = self.changed(lambda log: log[2].update(epoch=2))
        self.assert_found("older writer", self.all_faults(log))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    failed = len(result.failures) + len(result.errors)
    for case, _ in result.failures + result.errors:
        print(f"FAIL {case.id()}: see above")
    print(f"suite: {result.testsRun - failed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
