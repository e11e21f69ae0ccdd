"""A list of contacts from elsewhere is taken row by row, and makes its people known in every system."""
from scenario import Scenario

PHONE, MAIL = "+12025550142", "marisol.tennerby@example.com"
LISTED = ("First Name,Last Name,Phone,Email,Tags,Shoe size,Opt in\n"
          "Marisol,Tennerby,(202) 555-0142,Marisol.Tennerby@example.com,Prospect,41,yes\n"
          "Zebulon,Quimby,12,,,,\n"
          "Zebulon,Quimby,2025550143,,DNC,,\n")


class ContactImports(Scenario):
    def list_of(self, text, name="customers.csv"):
        path = self.house.dir / name
        path.write_text(text)
        return path

    def take(self, path, *more, codes=(0,)):
        """The faults that were named, and the summary."""
        *faults, last = self.house.tool("import", "contacts", path, "--reason", "customers of June", *more,
                                        codes=codes)
        return faults, last["summary"]

    def imported(self):
        return self.house.events("contact.imported.v1")

    def counts(self, path):
        _, dry = self.take(path, "--dry-run")
        return dry["new"], dry["changed"], dry["same"]

    def test_a_row_makes_its_person_known_everywhere_and_the_same_file_changes_nothing(self):
        listed = self.list_of(LISTED)
        faults, dry = self.take(listed, "--dry-run", codes=(1,))
        self.assertEqual([one["line"] for one in faults], [3, 4])
        self.assertEqual((dry["new"], dry["changed"], dry["same"], dry["faults"]), (1, 0, 0, 2))
        self.assertEqual((dry["columns_not_read"], dry["columns_of_consent"]), (["shoe_size"], ["opt_in"]))
        self.assertEqual(self.imported(), [])
        faults, done = self.take(listed, codes=(1,))
        self.assertEqual(([one["line"] for one in faults], done["taken"]), ([3, 4], 1))
        self.settle()
        self.ids()  # one in each system
        held, = self.sandbox.contacts("gohighlevel")
        self.assertEqual((held["firstName"], held["phone"]), ("Marisol", PHONE))
        self.assertEqual(self.house.events("consent.changed.v1"), [], "nobody is opted in by a list")
        told = str(self.house.tool("explain", "--contact", PHONE))
        self.assertIn("imported a contact: line 2", told)
        before = len(self.house.events("contact.changed.v1"))
        _, again = self.take(listed, codes=(1,))
        self.assertEqual((again["taken"], again["taken_before"]), (0, 1))
        one = "first_name,last_name,phone,email\nMarisol,{},2025550142," + MAIL + "\n"
        self.assertEqual(self.counts(self.list_of(one.format("Tennerby"), "same.csv")), (0, 0, 1))
        self.assertEqual(self.counts(self.list_of(one.format("Joinery"), "other.csv")), (0, 1, 0))
        self.take(self.list_of(one.format("Tennerby"), "same.csv"))
        self.settle()
        self.assertEqual(len(self.house.events("contact.changed.v1")), before)

    def test_whoever_opted_out_stays_so(self):
        self.spread()
        self.sandbox.text(PHONE, "STOP")
        self.settle()
        closed = len(self.house.events("consent.changed.v1"))
        self.take(self.list_of('{"first_name": "Marisol", "phone": "2025550142", "subscribed": "yes", '
                               '"company": "Joinery"}\n', "customers.ndjson"))
        self.settle()
        self.assertEqual(len(self.imported()), 1)
        self.assertEqual(len(self.house.events("consent.changed.v1")), closed)
        channels = self.ask("/api/v1/opt-outs?address=%2B12025550142")["items"][0]["channels"]
        self.assertEqual(channels["sms"]["state"], "opted_out")

    def test_the_same_file_read_again_as_a_sources_list_adds_its_ids(self):
        listed = self.list_of(f"id,first_name,phone\n7,Marisol,{PHONE}\n9,Zebulon,+12025550143\n")
        self.take(listed)
        self.settle()
        _, dry = self.take(listed, "--source", "old-crm", "--dry-run")
        self.assertEqual((dry["new"], dry["changed"], dry["same"]), (0, 2, 0))
        _, done = self.take(listed, "--source", "old-crm")
        self.assertEqual((done["taken"], done["taken_before"]), (2, 0))
        self.settle()
        self.assert_counts(2, 2, 2)
        known = [self.house.explain("--contact", key)["subject"] for key in (PHONE, "import.old-crm:7")]
        self.assertEqual(known[0], known[1])
        _, again = self.take(listed, "--source", "old-crm")
        self.assertEqual((again["taken"], again["taken_before"]), (0, 2))

    def test_ids_of_a_source_keep_its_people_apart(self):
        self.take(self.list_of(f"id,first_name,phone\n7,Marisol,{PHONE}\n"), "--source", "old-crm")
        self.settle()
        self.take(self.list_of(f"id,first_name,phone,email\n7,Marisol,{PHONE},{MAIL}\n", "later.csv"),
                  "--source", "old-crm")
        self.take(self.list_of(f"id,first_name,phone\n9,Marisol,{PHONE}\n", "shop.csv"), "--source", "shop")
        self.take(self.list_of("id,first_name,phone\n7,Zebulon,+12025550143\n", "others.csv"),
                  "--source", "shop")
        self.settle()
        self.assert_counts(2, 2, 2)
        self.assertIn(MAIL, [c.get("email") for c in self.sandbox.contacts("gohighlevel")])
