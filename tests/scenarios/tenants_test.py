"""Two tenants in one service never see each other's people."""
from clients import GHL_LOCATION, SIGNER, compact, now_text
from scenario import ADA, GHL_ADA, Scenario


class Tenants(Scenario):
    tenants = ("acme", "globex")

    def ghl(self, tenant, **fields):
        body = compact({"type": "ContactUpdate", "timestamp": now_text(), "id": "CON1", "locationId":
                GHL_LOCATION,
                        "webhookId": "w-1", **fields})
        return self.hooks.post(f"/t/{tenant}/webhooks/gohighlevel", body,
                               [("X-GHL-Signature", SIGNER.sign_base64(body))])

    def test_the_same_phone_and_ids_in_two_tenants_stay_two_contacts(self):
        first, second = self.ghl("acme", **GHL_ADA), self.ghl("globex", **{**GHL_ADA, "companyName":
                "Quimby Ltd"})
        self.assertEqual([first.json["status"], second.json["status"]], ["accepted"] * 2,
                         "the same delivery id in another tenant is no repeat")
        self.settle()
        cards = [(e["tenant"], e["data"]["contact"]) for e in self.house.events("identity.card_written.v1")]
        contacts = {tenant: {c for t, c in cards if t == tenant} for tenant in self.tenants}
        self.assertEqual([len(contacts[t]) for t in self.tenants], [1, 1])
        self.assertFalse(contacts["acme"] & contacts["globex"])
        for tenant in self.tenants:
            shown = self.house.explain("--contact", ADA["phone"], tenant=tenant)
            self.assertEqual(shown["subject"]["id"], next(iter(contacts[tenant])))

    def test_keyed_hashes_of_one_phone_differ_between_tenants(self):
        self.ghl("acme", **GHL_ADA)
        self.ghl("globex", **GHL_ADA)
        self.settle()
        cards = {e["tenant"]: e["data"] for e in self.house.events("identity.card_written.v1")}
        self.assertNotEqual(cards["acme"]["phones"], cards["globex"]["phones"])
        self.assertNotEqual(cards["acme"]["words"], cards["globex"]["words"])

    def test_paths_without_a_tenant_are_not_found(self):
        self.assertEqual(self.hooks.ghl_contact("CON1", **GHL_ADA).status, 404)
        self.assertEqual(self.received_count(), 0)

    def test_a_token_shows_its_own_tenants_people_only(self):
        from clients import call
        from house import SECRETS
        token = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"])]  # acme's
        phone = ADA["phone"].replace("+", "%2B")
        for tenant, people in (("globex", 0), ("acme", 1)):
            self.ghl(tenant, **GHL_ADA)
            self.settle()
            answer = self.wait_for("the tables know of it", lambda wanted=people: next(iter(
                a for a in [call(f"{self.house.base}/api/v1/contacts?phone={phone}", headers=token)]
                if a.status != 200 or len(a.json["items"]) == wanted), None))
            self.assertEqual(answer.status, 200, answer.body)
