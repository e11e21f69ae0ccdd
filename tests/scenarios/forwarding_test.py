"""What GoHighLevel says of a contact goes on to Verity as it came: every body, once, in order, none that is held."""
import hashlib
import itertools

from clients import GHL_LOCATION, compact, now_text
from scenario import GHL_ADA, Scenario

CONTACT = "CONexample0000000001"


class Forwarding(Scenario):
    def setUp(self):
        super().setUp()
        self.serial = itertools.count(1)

    def body(self, kind, **fields):
        return {"type": kind, "timestamp": now_text(), "locationId": GHL_LOCATION,
                "webhookId": f"22222222-0000-4000-8000-{next(self.serial):012d}", **fields}

    def tell(self, *bodies):
        """Posts them one after the other; gives their hashes."""
        for body in bodies:
            self.assertEqual(self.hooks.ghl(body).status, 200, body)
        return [hashlib.sha256(compact(body)).hexdigest() for body in bodies]

    def forwarded(self):
        return [entry["body_sha256"] for entry in self.sandbox.received("verity")
                if entry["path"].endswith("/ghl/webhook")]

    def of_the_contact(self):
        contact = {"contactId": CONTACT}
        return [
            self.body("ContactCreate", id=CONTACT, **GHL_ADA),
            self.body("InboundMessage", messageType="SMS", messageId="MSG1", direction="inbound", body="Hi",
                      **{"from": "+12025550142", "to": "+13125550117"}, **contact),
            self.body("OutboundMessage", messageType="CALL", messageId="CALL1", direction="outbound",
                      callStatus="completed", callDuration=12, status="completed", **contact),
            self.body("AppointmentCreate", appointment={
                "id": "APP1", "calendarId": "CAL1", "contactId": CONTACT, "appointmentStatus": "confirmed",
                "title": "Visit", "startTime": now_text(3600), "endTime": now_text(7200)}),
            self.body("OpportunityStageUpdate", id="OPP1", status="open", **contact),
            self.body("NoteCreate", id="NOTE1", body="Likes green", **contact),
            self.body("ContactTagUpdate", id=CONTACT, tags=["vip"], **GHL_ADA),
            self.body("ContactUpdate", id=CONTACT, **GHL_ADA),  # says nothing new
            self.body("ContactDelete", id=CONTACT, **GHL_ADA),
        ]

    def test_every_body_about_a_contact_goes_on_once_and_in_order(self):
        self.sandbox.set(echo=False)
        bodies = self.of_the_contact()
        told = self.tell(*bodies)
        self.tell(bodies[0], bodies[4])  # repeats
        self.settle()
        self.assertEqual(self.forwarded(), told)
        for entry in self.sandbox.received("verity"):
            self.assertEqual(entry["status"], 200, entry)
        opportunity = next(e["data"]["webhook"] for e in self.house.events("webhook.interpreted.v1")
                           if e["data"]["kind"] == "OpportunityStageUpdate")
        self.assertEqual(self.target(opportunity, "verity")[0], "applied")

    def test_what_is_about_no_contact_or_held_stays(self):
        self.tell(self.body("UserCreate", id="USER1", firstName="Zebulon"),
                  self.body("LocationUpdate", id="LOC2", name="Quimby Joinery"),
                  self.body("ContactUpdate", id=CONTACT, **{**GHL_ADA, "email": {"a": 1}}),
                  {**self.body("ContactUpdate", id=CONTACT, **GHL_ADA), "timestamp": now_text(3600)},
                  {**self.body("ContactUpdate", id="CON2", **GHL_ADA), "locationId": "LOCother"})
        self.settle()
        self.assertEqual(self.forwarded(), [])

    def test_what_comes_before_its_contact_goes_on_behind_it(self):
        self.sandbox.set(echo=False)
        bodies = self.of_the_contact()
        early = self.tell(bodies[4])
        first = self.tell(bodies[0])
        self.settle()
        self.assertEqual(self.forwarded(), first + early)

    def test_a_refusing_route_keeps_no_later_body_and_no_order_back(self):
        self.sandbox.set(echo=False)
        self.sandbox.fault("verity", "ghl/webhook", status=503, times=3)
        told = self.tell(*self.of_the_contact())
        self.settle()
        taken = [entry["body_sha256"] for entry in self.sandbox.received("verity") if entry["status"] == 200]
        self.assertEqual(taken, told)

    def test_an_opt_out_said_elsewhere_comes_with_the_webhook_about_our_mark(self):
        contact = self.spread()
        for said in (lambda: self.sandbox.edit("aloware", self.ids()["aloware"], is_dnc=True),
                     lambda: self.sandbox.edit("gohighlevel", contact["id"], first_name="Zebulon")):
            said()
            self.settle()
        heard = [c for c in self.sandbox.contacts("verity") if c["id"] == contact["id"]]
        self.assertEqual(heard[0].get("dndSettings", {}).get("SMS", {}).get("status"), "active", heard)
        edit = self.newest_webhook("gohighlevel")
        self.assertEqual(self.target(edit, "verity"), ("blocked", "opted_out"),
                         "a record that says nothing of the mark could take it back")
