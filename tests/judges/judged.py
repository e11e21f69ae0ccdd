"""Scenarios whose requests to GoHighLevel are judged by GoHighLevel's own OpenAPI documents."""
import unittest

import openapi_judge
from house import House
from openapi_judge import OpenapiJudge
from scenario import ADA, Scenario

NAMES = ("gohighlevel-contacts.json", "gohighlevel-conversations.json", "gohighlevel-oauth.json")
DOCUMENTS = openapi_judge.documents_named(NAMES)
ABSENT = ("the vendors' documents are not in ../shared/contracts (or TIDEMARK_CONTRACTS); "
          "nothing judged the requests")


class JudgedHouse(House):
    """With much patience: Prism takes long over its first requests on a busy machine."""
    judge = None
    patience = 120

    def start_sandbox(self):
        super().start_sandbox()
        self.judge = OpenapiJudge(DOCUMENTS, self.urls["gohighlevel"])
        ours = {"base_url": self.judge.url, "timeout_ms": 120_000}
        self.changes = {**self.changes, "gohighlevel": {**self.changes.get("gohighlevel", {}), **ours}}

    def close(self):
        if self.judge:
            self.judge.close()
        super().close()


def has_effect(operation):
    """Is it one that the sandbox counts?"""
    return not operation.startswith(("GET ", "POST /contacts/search", "POST /oauth/"))


@unittest.skipUnless(DOCUMENTS, ABSENT)
class Judged(Scenario):
    house_kind = JudgedHouse
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.judge = self.house.judge

    def excuse(self, *spec_errors):
        """Errors of the documents that the requests to come, or their answers, meet; section 9 of the
        contract lists those that are to be expected. One that none meets is a failure as well."""
        self.judge.spec_errors += spec_errors

    def ada_in(self, system):
        """The id of the contact with that phone number there."""
        number = "phone_number" if system == "aloware" else "phone"
        return next(each["id"] for each in self.sandbox.contacts(system) if each.get(number) == ADA["phone"])

    def assert_fits(self, *operations):
        """Every request so far fits the documents, and these were among them."""
        self.assertEqual(sorted(set(self.judge.complaints)), [])
        self.assertEqual(self.judge.unused(), [], "exceptions that no request needed")
        passed = self.judge.passed
        counts = ", ".join(f"{name} {count}" for name, count in sorted(passed.items()))
        print(f"requests that fit GoHighLevel's documents: {counts}", flush=True)
        for operation in operations:
            self.assertGreater(passed[operation], 0, f"{operation} was never judged")
        effects = sum(count for name, count in passed.items() if has_effect(name))
        self.assertEqual(effects, len(self.sandbox.received("gohighlevel")), "a request passed by the judge")
