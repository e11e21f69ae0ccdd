"""Alerts reach somebody: webhook, Alertmanager, mail; a receiver that fails; a crash (requirement H24)."""
import json

from house import House
from receivers import MailReceiver, WebReceiver, SIGNING
from scenario import ADA, CANARIES, Scenario


class ToldHouse(House):
    """Has a webhook, an Alertmanager and a mailbox."""

    def __init__(self, *arguments):
        self.web, self.manager, self.mail = WebReceiver(), WebReceiver(), MailReceiver()
        self.receivers = (
            {"name": "ops", "kind": "webhook", "url": self.web.url + "/hook", "allow_plain": True,
             "secret": {"env": "ALERT_SECRET"}},
            {"name": "manager", "kind": "alertmanager", "url": self.manager.url, "allow_plain": True},
            {"name": "post", "kind": "mail", "url": self.mail.url, "allow_plain": True,
             "from": "tidemark@alerts.example", "to": ["ops@alerts.example"]},
        )
        super().__init__(*arguments)

    def start_service(self, environment=None):
        super().start_service({"ALERT_SECRET": SIGNING, **(environment or {})})

    def close(self):
        super().close()
        for receiver in (self.web, self.manager, self.mail):
            receiver.close()


class Receivers(Scenario):
    house_kind = ToldHouse

    def pause(self, connector="aloware"):
        self.house.tool("pause", connector, "--reason", "the words of Marisol")

    def resume(self, connector="aloware"):
        self.house.tool("resume", connector, "--reason", "done")

    def alertnames(self):
        """What Alertmanager would hold, by the newest message of each."""
        found = {}
        for path, _, body, _ in list(self.house.manager.posts):
            self.assertEqual(path, "/api/v2/alerts")
            for one in json.loads(body):
                found[one["labels"]["alertname"]] = one
        return found

    def test_begin_and_end_reach_everybody_and_hold_nobodys_data(self):
        web, mail = self.house.web, self.house.mail
        self.spread()
        self.pause()
        self.wait_for("the webhook came", lambda: web.told() == [("connector_paused", 1)])
        self.wait_for("the mail came", lambda: len(mail.mails) == 1)
        self.wait_for("Alertmanager heard", lambda: "connector_paused" in self.alertnames())
        self.assertIn("tidemark_alive", self.alertnames())
        envelope, text = mail.mails[0]
        self.assertIn("RCPT TO:<ops@alerts.example>", envelope)
        self.assertIn("Subject: [Tidemark] warning connector_paused (acme): 1 active", text)
        self.resume()
        self.wait_for("Alertmanager hears the end", lambda: self.alertnames()["connector_paused"]["endsAt"]
                      < self.alertnames()["tidemark_alive"]["endsAt"])
        self.assertEqual(len(mail.mails), 1, "one message of a rule in five minutes")
        sent = text + "".join(post[2] for receiver in (web, self.house.manager) for post in receiver.posts)
        for canary in (*CANARIES, ADA["phone"], ADA["email"], SIGNING):
            if canary != "example.com":  # the receivers' own
                self.assertNotIn(canary, sent)

    def test_a_test_message_says_what_came_of_it(self):
        lines = self.house.tool("alerts", "test")
        self.assertEqual([one["taken"] for one in lines[:-1]], [True, True, True])
        self.house.web.status, self.house.mail.refuses = 307, True
        self.assertEqual(self.house.tool("alerts", "test", "ops", codes=(1,))[0]["error"],
                         "HTTP 307: redirects are not followed")
        self.assertIn("550", self.house.tool("alerts", "test", "post", codes=(1,))[0]["error"])
        self.house.tool("alerts", "test", "nobody", codes=(1,))
        self.assertEqual(len(self.house.tool("alerts", "receivers", codes=(0, 1))), 4)

    def test_one_that_hangs_or_fails_keeps_nobody_waiting_and_is_told_later(self):
        web, mail = self.house.web, self.house.mail
        web.status, mail.refuses = 500, True
        self.pause()
        self.wait_for("Alertmanager heard", lambda: "connector_paused" in self.alertnames())
        self.wait_for_api("the failure is seen", lambda: {one["name"]: one["error"] for one in
                          self.house.api("/alerts/receivers").json["items"]}["ops"] == "HTTP 500")
        self.assertIn('"event":"alert_receiver_fails"', self.house.stderr())
        self.assertEqual([one["rule"] for one in self.house.tool("alerts")[:-1]], ["connector_paused"])
        web.status, mail.refuses = 204, False
        self.wait_for("the webhook comes at last", lambda: ("connector_paused", 1) in web.told())
        self.wait_for("the mail too", lambda: len(mail.mails) == 1)
        self.resume()

    def test_a_kill_leaves_nobody_untold(self):
        web = self.house.web
        web.status = None  # it hangs: the message is on its way when the service is killed
        self.pause()
        self.wait_for("it was seen", lambda: "connector_paused" in
                      (self.house.data / "alert_notices.json").read_text())
        self.house.kill_service()
        web.status = 204
        self.house.start_service()
        self.wait_for("told by the next start", lambda: ("connector_paused", 1) in web.told())
        self.wait_for("the mail came", lambda: self.house.mail.mails)
        self.assertLessEqual(len(self.house.mail.mails), 2, "once or twice")
        self.resume()


if __name__ == "__main__":
    import unittest

    unittest.main()
