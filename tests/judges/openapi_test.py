"""What the engine sends to GoHighLevel, judged by GoHighLevel's own OpenAPI documents."""
import json
import unittest

import openapi_judge
from clients import GHL_LOCATION, call, compact
from house import SECRETS, House
from openapi_judge import OpenapiJudge, SpecError
from scenario import ADA, Scenario

NAMES = ("gohighlevel-contacts.json", "gohighlevel-conversations.json")
DOCUMENTS = openapi_judge.documents_named(NAMES)
ABSENT = "the vendors' documents are not in ../shared/contracts (or TIDEMARK_CONTRACTS); nothing judged the requests"

# Errors of the documents that requests of the engine meet. One that no request meets is a failure as well.
# Section 9 of the contract lists those that are to be expected for messages.
SPEC_ERRORS = (
    SpecError("PUT /contacts/{contactId}", "additional properties; found 'companyName'",
              "forgotten in UpdateContactDto; the vendor takes it (issue 314 of GoHighLevel/highlevel-api-docs)"),
)

FULL = {**ADA, "company": "Tennerby Joinery", "timezone": "America/New_York", "source": "web form",
        "address_line1": "18 Lantern Row", "address_city": "Marrowfield", "address_state": "OH",
        "address_postal_code": "43099", "address_country": "US"}


class JudgedHouse(House):
    """With much patience: Prism takes long over its first requests on a busy machine."""
    judge = None
    patience = 120

    def start_sandbox(self):
        super().start_sandbox()
        self.judge = OpenapiJudge(DOCUMENTS, self.urls["gohighlevel"], SPEC_ERRORS)
        self.changes = {"gohighlevel": {"base_url": self.judge.url, "timeout_ms": 120_000}}

    def close(self):
        if self.judge:
            self.judge.close()
        super().close()


@unittest.skipUnless(DOCUMENTS, ABSENT)
class EngineRequests(Scenario):
    house_kind = JudgedHouse

    def ada_in(self, system):
        """The id of the contact with that phone number there."""
        return next(each["id"] for each in self.sandbox.contacts(system) if each.get("phone") == ADA["phone"])

    def new_contact_with_every_field(self):
        self.sandbox.add("generic", **FULL)
        self.settle()

    def search_that_finds_by_email(self):
        self.sandbox.fault("gohighlevel", "ContactCreate", behaviour="drop")  # nobody hears of this one
        self.sandbox.add("gohighlevel", first_name="Zebulon", last_name="Quimby", email="zq+1@example.com")
        self.sandbox.add("generic", first_name="Zebulon", last_name="Quimby", email="zq+1@example.com",
                         company="Quimby & Söhne")
        self.settle()

    def edit_and_cleared_field(self):
        self.sandbox.edit("generic", self.ada_in("generic"), last_name="O’Tennerby", company="")
        self.settle()

    def record_that_is_gone(self):
        self.sandbox.fault("gohighlevel", "ContactDelete", behaviour="drop")
        self.sandbox.delete("gohighlevel", self.ada_in("gohighlevel"))
        self.sandbox.edit("generic", self.ada_in("generic"), company="Tennerby Joinery")
        self.settle()

    def test_every_request_to_gohighlevel_fits_its_documents(self):
        self.new_contact_with_every_field()
        self.search_that_finds_by_email()
        self.edit_and_cleared_field()
        self.record_that_is_gone()
        judge = self.house.judge
        self.assertEqual(judge.complaints, [])
        self.assertEqual(judge.unused(), [], "exceptions that no request needed")
        counts = ", ".join(f"{name} {count}" for name, count in sorted(judge.passed.items()))
        print(f"requests that fit GoHighLevel's documents: {counts}", flush=True)
        for operation in ("GET /contacts/search/duplicate", "POST /contacts/", "PUT /contacts/{contactId}"):
            self.assertGreater(judge.passed[operation], 0, f"{operation} was never judged")
        effects = sum(count for name, count in judge.passed.items() if not name.startswith("GET "))
        self.assertEqual(effects, len(self.sandbox.received("gohighlevel")), "a request passed by the judge")


@unittest.skipUnless(DOCUMENTS, ABSENT)
class TheJudge(unittest.TestCase):
    """It complains where it should: otherwise its silence says nothing."""
    headers = [("Authorization", "Bearer " + SECRETS["SCENARIO_GHL"]), ("Version", "2021-07-28"),
               ("Accept", "application/json"), ("Content-Type", "application/json")]

    def setUp(self):
        self.house = House()
        self.addCleanup(self.house.close)

    def judge(self, *spec_errors):
        judge = OpenapiJudge(DOCUMENTS, self.house.urls["gohighlevel"], spec_errors)
        self.addCleanup(judge.close)
        return judge

    def ask(self, judge, method, path, body=None, headers=None):
        call(judge.url + path, method, None if body is None else compact(body), headers or self.headers, 120)

    def assert_one_complaint(self, judge, words):
        self.assertEqual(len(judge.complaints), 1, judge.complaints)
        self.assertIn(words, judge.complaints[0])
        self.assertEqual(sum(judge.passed.values()), 0)
        judge.complaints.clear()

    def test_complains_of_each_kind_of_wrong_request_and_counts_none_of_them(self):
        judge = self.judge()
        good = {"locationId": GHL_LOCATION, "firstName": "Marisol", "phone": ADA["phone"]}
        other_version = [self.headers[0], ("Version", "2021-04-15"), self.headers[3]]
        search = f"/contacts/search/duplicate?locationId={GHL_LOCATION}"
        for words, method, path, body, headers in (
            ("must have required property 'locationId'", "POST", "/contacts/", {"firstName": "A"}, None),
            ("firstName must be string", "POST", "/contacts/", {**good, "firstName": 5}, None),
            ("additional properties", "POST", "/contacts/", {**good, "firstname": "Marisol"}, None),
            ("additional properties", "PUT", "/contacts/CONexample0000000001", good, None),
            ("Invalid security scheme", "POST", "/contacts/", good, self.headers[1:]),
            ("version", "POST", "/contacts/", good, other_version),
            ("locationid", "GET", "/contacts/search/duplicate?number=1", None, None),
            ("query parameter phone is not declared", "GET", search + "&phone=1", None, None),
            ("no document has this operation", "PUT", "/contacts/CONexample0000000001/dnd", {}, None),
        ):
            with self.subTest(words):
                self.ask(judge, method, path, body, headers)
                self.assert_one_complaint(judge, words)
        self.ask(judge, "POST", "/contacts/", good)
        self.assertEqual((judge.complaints, judge.passed), ([], {"POST /contacts/": 1}))

    def test_excuses_a_known_error_of_a_document_and_tells_when_nothing_needed_it(self):
        known = SpecError("POST /conversations/messages/inbound", "direction must be object",
                          "typed as an object, a text is sent (contract 6.4)")
        path = openapi_judge.CONTRACTS / "examples/gohighlevel/api-inbound-message-request.json"
        message = json.loads(path.read_text())
        headers = [self.headers[0], ("Version", "2021-04-15"), *self.headers[2:]]
        strict, knowing = self.judge(), self.judge(known)
        self.assertEqual(knowing.unused(), [known])
        for judge in (strict, knowing):
            self.ask(judge, "POST", "/conversations/messages/inbound", message, headers)
        self.assert_one_complaint(strict, "direction must be object")
        self.assertEqual(knowing.complaints, [])
        self.assertEqual(knowing.passed, {known.operation: 1})
        self.assertEqual(knowing.unused(), [])
