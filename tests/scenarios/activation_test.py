"""Somebody else holds the listening socket, as systemd does: webhooks wait in it over a restart."""
import re
import subprocess
import time

from held import Holder, Senders
from house import House
from scenario import Scenario

LONGEST_WAIT = 20  # seconds of the test's own; usually below two


class HeldHouse(House):
    def __init__(self, *arguments):
        self.holder = Holder()
        self.launcher, self.kept_open = self.holder.launcher, self.holder.descriptors
        super().__init__(*arguments)

    def close(self):
        super().close()
        self.holder.close()


class Activation(Scenario):
    house_kind = HeldHouse

    def test_over_restarts_webhooks_wait_and_none_is_lost(self):
        self.assertEqual(self.house.port, self.house.holder.port)
        senders = Senders(self.hooks)
        try:
            for _ in range(3):
                time.sleep(0.3)
                self.house.restart()
            time.sleep(0.3)
        finally:
            senders.end()
        print(f"{len(senders.answers)} webhooks over 3 restarts, the longest waited "
              f"{max(senders.waits):.2f} s", flush=True)
        self.assertEqual(senders.failures, [])
        stored = {event["data"]["delivery_id"] for event in self.house.events("webhook.received.v1")}
        self.assertEqual(set(senders.answers) - stored, set(), "answered, and not in the log")
        self.assertLess(max(senders.waits), LONGEST_WAIT)

    def test_a_socket_elsewhere_is_a_fault_of_the_configuration_that_is_named(self):
        self.house.stop_service()
        file = self.house.dir / "tidemark.toml"
        file.write_text(re.sub('listen = ".*"', 'listen = "127.0.0.2:9"', file.read_text()))
        done = subprocess.run([*self.house.launcher, self.house.program, "serve", "--config", file],
                              capture_output=True, text=True, timeout=60, env=self.house.environment(),
                              pass_fds=self.house.kept_open)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn(f"listens on 127.0.0.1:{self.house.port}; make ListenStream=", done.stderr)
        self.house.start_service()
