"""Alerts reach Debian's Alertmanager, and are over there when they are over here (requirement H24)."""
import json
import socket
import subprocess
import tempfile

from clients import call
from house import House, wait_for
from scenario import CANARIES, Scenario


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Alertmanager:
    """The real one, alone, which tells nobody."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory(prefix="tidemark-alertmanager-")
        with open(self.dir.name + "/alertmanager.yml", "w") as file:
            file.write("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            ["prometheus-alertmanager", "--config.file", self.dir.name + "/alertmanager.yml",
             "--storage.path", self.dir.name, "--web.listen-address", self.url.removeprefix("http://"),
             "--cluster.listen-address="], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("Alertmanager is there", self.is_ready)

    def is_ready(self):
        try:
            return call(self.url + "/-/ready").status == 200
        except OSError:
            return False

    def active(self):
        """The alerts that it holds for active, by name."""
        found = call(self.url + "/api/v2/alerts?active=true")
        assert found.status == 200, found.body
        return {one["labels"]["alertname"]: one for one in json.loads(found.body)}

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self.dir.cleanup()


class ManagedHouse(House):
    def __init__(self, *arguments):
        self.manager = Alertmanager()
        self.receivers = ({"name": "manager", "kind": "alertmanager", "url": self.manager.url,
                           "allow_plain": True},)
        super().__init__(*arguments)

    def close(self):
        super().close()
        self.manager.close()


class ToAlertmanager(Scenario):
    house_kind = ManagedHouse

    def test_it_holds_what_is_active_and_nothing_that_is_over(self):
        active = self.house.manager.active
        self.wait_for("that we live", lambda: "tidemark_alive" in active())
        self.house.tool("pause", "aloware", "--reason", "the words of Marisol")
        self.wait_for("it holds the alert", lambda: "connector_paused" in active())
        held = active()["connector_paused"]
        self.assertEqual((held["labels"]["tenant"], held["labels"]["subject"], held["labels"]["severity"]),
                         ("acme", "aloware", "warning"))
        for canary in CANARIES:
            self.assertNotIn(canary, json.dumps(held))
        self.house.tool("resume", "aloware", "--reason", "done")
        self.wait_for("it is over there too", lambda: "connector_paused" not in active())
        self.assertTrue(self.house.tool("alerts", "test", "manager")[0]["taken"])
        self.wait_for("the test came", lambda: "tidemark_test" in active())
