#!/usr/bin/env python3
"""held.py DESCRIPTOR COMMAND...: runs COMMAND with a listening socket as systemd hands one over. Also the
holder of such a socket, who keeps it while the service is away, and those who send to it meanwhile."""
import os
import pathlib
import socket
import sys
import threading
import time


class Holder:
    def __init__(self, address=("127.0.0.1", 0)):
        # Made before all else that a test opens: descriptor 3, or that one is taken already.
        self.socket = socket.create_server(address, backlog=1024)
        self.port = self.socket.getsockname()[1]
        self.descriptors = (self.socket.fileno(),)
        self.launcher = (sys.executable, pathlib.Path(__file__).resolve(), str(self.socket.fileno()))

    def close(self):
        self.socket.close()


class Senders:
    """Some that send webhooks one after the other, each over a connection of its own."""

    def __init__(self, hooks, count=4):
        self.hooks, self.stop = hooks, threading.Event()
        self.answers, self.failures, self.waits = [], [], []
        self.threads = [threading.Thread(target=self.send, args=(number,)) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def send(self, number):
        serial = 0
        while not self.stop.is_set():
            serial += 1
            message, began = f"msg_{number}_{serial:06d}", time.monotonic()
            try:
                answer = self.hooks.generic_contact(f"gen-{number}", message_id=message, first_name="Kim",
                                                    last_name=f"No {serial}")
                (self.answers if answer.status == 200 else self.failures).append(message)
            except OSError as error:
                self.failures.append(f"{message}: {error!r}")
            self.waits.append(time.monotonic() - began)
            time.sleep(0.005)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


if __name__ == "__main__":
    given, command = int(sys.argv[1]), sys.argv[2:]
    if given != 3:
        os.dup2(given, 3)
        os.close(given)
    os.set_inheritable(3, True)
    os.execve(command[0], command, {**os.environ, "LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())})
