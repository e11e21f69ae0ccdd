"""What the engine sends to GoHighLevel, judged by GoHighLevel's own OpenAPI documents."""
import json
import unittest

import openapi_judge
from clients import GHL_LOCATION, call, compact
from house import SECRETS, House
from judged import ABSENT, DOCUMENTS, Judged
from openapi_judge import OpenapiJudge, SpecError
from scenario import ADA

COMPANY = SpecError("PUT /contacts/{contactId}", "additional properties; found 'companyName'",
                    "forgotten in UpdateContactDto; the vendor takes it (issue 314 of "
                    "GoHighLevel/highlevel-api-docs)")
FULL = {**ADA, "company": "Tennerby Joinery", "timezone": "America/New_York", "source": "web form",
        "address_line1": "18 Lantern Row", "address_city": "Marrowfield", "address_state": "OH",
        "address_postal_code": "43099", "address_country": "US"}


class ContactRequests(Judged):
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

    def test_contacts_are_made_found_edited_and_sought_again(self):
        self.excuse(COMPANY)
        self.new_contact_with_every_field()
        self.search_that_finds_by_email()
        self.edit_and_cleared_field()
        self.record_that_is_gone()
        self.assert_fits("GET /contacts/search/duplicate", "POST /contacts/", "PUT /contacts/{contactId}")


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
        form = [("Version", "2021-07-28"), ("Content-Type", "application/x-www-form-urlencoded")]
        client = b"client_id=a&client_secret=b&"
        for words, body in (("must have required property 'grant_type'", client + b"code=c"),
                            ("must be equal to one of the allowed values", client + b"grant_type=password"),
                            ("member app of the form", client + b"grant_type=refresh_token&app=d")):
            with self.subTest(words):
                call(judge.url + "/oauth/token", "POST", body, form, 120)
                self.assert_one_complaint(judge, words)
        self.ask(judge, "POST", "/contacts/", good)
        self.assertEqual((judge.complaints, judge.passed), ([], {"POST /contacts/": 1}))

    def test_excuses_a_known_error_of_a_document_and_tells_when_nothing_needed_it(self):
        known = SpecError("POST /conversations/messages/inbound", "direction must be object",
                          "typed as an object, a text is sent (connectors/gohighlevel/README.md fact 18)")
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
