"""Custom fields are carried by name, each system under its own id or key, and checked by type."""
from scenario import ADA, Scenario

LEAD = {"name": "lead_source", "type": "choice", "options": ["Web form", "Phone"]}
BUDGET = {"name": "budget", "type": "number"}


class CustomFields(Scenario):
    changes = {"gohighlevel": {"custom_fields": [{**LEAD, "id": "CFDlead"}, {**BUDGET, "id": "CFDbudget"}]},
               "aloware": {"custom_fields": [{**LEAD, "key": "csf1"}]},
               "generic": {"custom_fields": [{**LEAD, "key": "data.custom.lead_source"},
                                             {**BUDGET, "key": "data.custom.budget"}]}}

    def ghl_fields(self, remote_id):
        contact = next(c for c in self.sandbox.contacts("gohighlevel") if c["id"] == remote_id)
        return {f["id"]: f["value"] for f in contact.get("customFields", [])}

    def aloware(self):
        return next(c for c in self.sandbox.contacts("aloware") if c["phone_number"] == ADA["phone"])

    def told_generic(self):
        """The generic system's record of the contact, as it was told."""
        return self.sandbox.contacts("generic")[0].get("custom")

    def test_a_value_goes_to_every_system_that_maps_its_name_and_edits_come_back(self):
        ada = self.sandbox.add("gohighlevel", **ADA, customFields=[
            {"id": "CFDlead", "field_value": "Web form"}, {"id": "CFDbudget", "field_value": 12500}])
        self.settle()
        self.assertEqual(self.aloware()["csf1"], "Web form")
        self.assertEqual(self.told_generic(), {"lead_source": "Web form", "budget": "12500"})
        hub = self.sandbox.contacts("generic")[0]
        self.sandbox.edit("generic", hub["id"], custom={"budget": "13000.50", "lead_source": "phone"})
        self.settle()
        self.assertEqual(self.ghl_fields(ada["id"])["CFDbudget"], 13000.5)
        shown = self.house.api("/contacts?phone=" + ADA["phone"].replace("+", "%2B")).json
        self.assertIn("custom.budget", str(shown))
        self.assertEqual(self.aloware()["csf1"], "Phone", "as its option is spelt")

    def test_what_the_account_has_otherwise_is_named(self):
        def check():
            return [e["data"] for e in self.house.events("custom_fields.checked.v1")]
        first = self.wait_for("it was asked", check)[0]
        self.assertEqual([(f["field"], f["fault"]) for f in first["findings"]],
                         [("budget", "missing"), ("lead_source", "missing")], "the account has none")
        self.sandbox.play("gohighlevel", "custom-fields", customFields=[
            {"id": "CFDlead", "name": "Lead source", "fieldKey": "contact.lead_source",
             "dataType": "SINGLE_OPTIONS", "picklistOptions": ["Phone"]},
            {"id": "CFDbudget", "name": "Budget", "fieldKey": "contact.budget", "dataType": "TEXT"}])
        self.house.restart()
        self.wait_for("it was asked again", lambda: len(check()) == 2)
        *found, last = self.house.tool("custom-fields", codes=(1,))
        self.assertEqual([(f["field"], f["fault"], f["detail"]) for f in found],
                         [("budget", "other_type", "TEXT"), ("lead_source", "missing_options", "Web form")])
        self.assertEqual(last["summary"], {"connectors": 1, "faults": 2})

    def test_a_value_that_does_not_fit_is_left_out_and_named_and_the_rest_goes_on(self):
        self.sandbox.add("gohighlevel", **ADA, customFields=[
            {"id": "CFDlead", "field_value": "Fax"}, {"id": "CFDbudget", "field_value": "a lot"}])
        self.settle()
        self.assertEqual(self.aloware()["first_name"], ADA["first_name"])
        self.assertFalse(self.aloware().get("csf1"))
        skipped = [part for e in self.house.events("webhook.interpreted.v1") for part in e["data"]["skipped"]
                   if part["reason_code"] == "custom_field_unfit"]
        texts = " ".join(part["text"] for part in skipped)
        self.assertIn("lead_source holds a text that is none of its options", texts)
        self.assertIn("budget holds a text, which is no number", texts)
        self.assertNotIn("Fax", texts)
