"""What the office sees without a login (requirement H5)."""
import html
import re
import time

from clients import call
from house import House
from scenario import ADA, CANARIES, Scenario


# What IT asks first, and what does not wait until it is asked.
QUESTIONS = ["What I wanted to do:", "In which system:", "What I expected:", "What happened:",
             "When (date and time):", "What I tried already:"]
URGENT = ["said STOP was texted or called again", "Contacts, calls or messages are gone",
          "not reachable or refuses our key for more than ten minutes", "data of people who are not yours",
          "asks for passwords"]


class ProbedHouse(House):
    health = {"probes_per_second": 20}


class Page(Scenario):
    house_kind = ProbedHouse

    def page(self, path="/docs/visual"):
        time.sleep(0.15)  # the page is for people: it has the limit of all that is for anyone
        answer = call(self.house.base + path)
        self.assertEqual(answer.status, 200, path)
        return answer.body if isinstance(answer.body, str) else answer.body.decode()

    def row(self, title):
        body = self.page()
        start = body.index(f'<th scope="row">{title}</th>')
        return body[start:body.index("</tr>", start)]

    def test_the_first_sentence_and_the_rows_follow_what_is_so(self):
        self.spread()
        self.wait_for("both answer", lambda: "Working" in self.row("CRM (GoHighLevel)")
                      and "Working" in self.row("Dialer (Aloware)"))
        self.sandbox.rotate_token("gohighlevel", "another-token")
        self.wait_for("the key is refused", lambda: "Refuses our key" in self.row("CRM (GoHighLevel)"))
        self.assertIn("does not take changes now", self.page())
        self.sandbox.rotate_token("gohighlevel", "sandbox-gohighlevel-token")
        self.wait_for("it is taken again", lambda: "Working" in self.row("CRM (GoHighLevel)"))
        self.house.tool("pause", "aloware", "--reason", "the words of an operator")
        self.wait_for("it is paused", lambda: "Paused" in self.row("Dialer (Aloware)"))
        self.assertNotIn("the words of an operator", self.page())
        self.house.tool("resume", "aloware", "--reason", "done")

    def test_no_page_shows_anybodys_data(self):
        self.spread()
        for path in ("", "/status", "/integrations", "/data-flow", "/events", "/sync-history", "/workflows",
                     "/architecture"):
            body = self.page("/docs/visual" + path)
            ids = self.ids()["gohighlevel"]
            for canary in (*CANARIES, ADA["phone"], ADA["phone"][2:], ADA["email"], ids):
                self.assertNotIn(canary, body, path)
        self.assertIn("a change was taken", self.page("/docs/visual/sync-history"))
        self.assertIn("Questions and answers", self.page("/docs/knowledge-base"))

    def test_what_is_sent_to_it_asks_what_it_asks_and_says_where_it_is_found(self):
        self.spread()
        self.wait_for("both answer", lambda: "Working" in self.row("CRM (GoHighLevel)")
                      and "Working" in self.row("Dialer (Aloware)"))
        body = self.page()
        text = html.unescape(re.search(r"<h2>Tell IT</h2>.*?<pre>(.*?)</pre>", body, re.DOTALL)[1])
        lines = text.splitlines()
        self.assertEqual(lines[:len(QUESTIONS)], QUESTIONS)
        self.assertIn("CRM (GoHighLevel): Working", lines)
        self.assertIn("Dialer (Aloware): Working", lines)
        self.assertRegex(lines[-1], r"^Reference: position \d+$")
        reference = int(lines[-1].split()[-1])
        self.assertEqual(self.house.stored(reference)["position"], reference, "IT finds the place by it")

    def test_what_does_not_wait_is_on_the_first_page(self):
        urgent = re.search(r"<h2>Tell IT now, do not wait</h2><ul>(.*?)</ul>", self.page(), re.DOTALL)[1]
        self.assertEqual(urgent.count("<li>"), 4)
        for words in URGENT:
            self.assertIn(words, urgent)
