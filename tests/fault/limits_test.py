#!/usr/bin/env python3
"""limits_test.py [--build DIR] [NAME...]: too few descriptors, too little memory. The engine may
turn webhooks away or be killed; nothing acknowledged is lost."""
import contextlib
import os
import pathlib
import resource
import socket

import cases
from stage import NotHere, Trouble, wait_until
from traffic import Sender

SPARE_DESCRIPTORS = 24
TOO_MANY = 60  # connections that want one of them
SPARE_MEMORY = 40 << 20
HEAVY_BODY = 400_000
HEAVY_SENDERS = 8
HEAVY_SECONDS = 20
CGROUP = pathlib.Path("/sys/fs/cgroup/memory")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def memory(pid, what):
    """VmRSS, VmSize or VmPeak in bytes; 0 when the process is gone."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) << 10
    return 0


def test_no_descriptor_left_for_new_connections(stage):
    """Who is connected is served on; once some are free again, so is everybody."""
    stage.start()
    stage.fill()
    sender = stage.sender()
    wait_until(lambda: sender.acknowledged >= 5, 30, 0.02)
    pid = stage.engine.process.pid
    limit = descriptors(pid) + SPARE_DESCRIPTORS
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, limit))
    with contextlib.ExitStack() as held:
        for _ in range(TOO_MANY):
            held.enter_context(socket.create_connection(("127.0.0.1", stage.engine.port), timeout=10))
        full = wait_until(lambda: not stage.engine.running() or descriptors(pid) >= limit, 30, 0.05)
        if not full:
            raise Trouble(f"{TOO_MANY} connections did not use up {limit} descriptors: {descriptors(pid)}")
        before = sender.acknowledged
        went_on = wait_until(lambda: sender.acknowledged > before + 20, 30, 0.05)
    faults = [] if went_on else ["who was connected was not served on"]
    again = wait_until(lambda: served_anew(stage), 60, 0.2)
    faults += [] if again else ["nobody new was served although descriptors were free again"]
    sender.end()
    stage.fill()
    code = stage.engine.terminate() if stage.engine.running() else stage.engine.wait_end(5)
    faults += [] if code == 0 else [f"it ended with {code}: {stage.last_words()}"]
    return faults + stage.faults_of_log()


def served_anew(stage):
    try:
        with socket.create_connection(("127.0.0.1", stage.engine.port), timeout=5) as connection:
            connection.settimeout(5)
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False


class Heavy(Sender):
    """Webhooks with large bodies, each of another person."""

    def body(self, number):
        person = super().body(number)
        return {**person, "id": f"heavy{self.seed}-{number}", "note": "x" * HEAVY_BODY}

    def run(self):
        number = 0
        while not self.ending.is_set():
            number += 1
            with contextlib.suppress(Trouble):  # any refusal is right where memory is short
                self.post(*self.generic(number))  # what is not answered is not sent again


def burden(stage):
    """Large webhooks until the engine ends or the time is over. Gives its exit code, None if it lives."""
    senders = [Heavy(stage.engine.port, stage.ledger(), 300 + number, 0) for number in range(HEAVY_SENDERS)]
    for sender in senders:
        sender.start()
    code = stage.engine.wait_end(HEAVY_SECONDS)
    for sender in senders:
        sender.end()
    return code


def after_the_burden(stage, code):
    """Without the limit everything is there and it works again."""
    stage.engine.stop()
    stage.start()
    stage.fill()
    ended = stage.engine.terminate()
    faults = [] if ended == 0 else [f"then SIGTERM ended it with {ended}: {stage.last_words()}"]
    print("    it lived through it" if code is None else f"    it ended with {code}", flush=True)
    return faults + stage.faults_of_log()


def test_no_address_space_left(stage):
    stage.start()
    stage.fill()
    pid = stage.engine.process.pid
    limit = memory(pid, "VmSize") + SPARE_MEMORY
    resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))
    code = burden(stage)
    reached = code is not None or memory(pid, "VmPeak") > limit - (SPARE_MEMORY >> 2)
    faults = after_the_burden(stage, code)
    return faults if reached else [*faults, "the limit was never reached: the test showed nothing"]


class MemoryGroup:
    """A cgroup (version 1) with its own bound on memory."""

    def __init__(self, name):
        self.folder = CGROUP / name
        if not (CGROUP / "memory.limit_in_bytes").exists():
            raise NotHere("no memory cgroup of version 1")
        try:
            self.folder.mkdir()
        except OSError as fault:
            raise NotHere(f"a memory cgroup cannot be made: {fault.strerror}") from fault

    def bound(self, pid, limit):
        try:
            (self.folder / "cgroup.procs").write_text(str(pid))
            (self.folder / "memory.limit_in_bytes").write_text(str(limit))
        except OSError as fault:
            raise NotHere(f"a memory cgroup cannot be used: {fault.strerror}") from fault

    def hits(self):
        return int((self.folder / "memory.failcnt").read_text())

    def close(self):
        wait_until(lambda: not (self.folder / "cgroup.procs").read_text(), 10, 0.1)
        self.folder.rmdir()


def test_no_memory_left(stage):
    """The kernel kills it (OOM)."""
    group = MemoryGroup(f"tidemark-fault-{os.getpid()}")
    try:
        stage.start()
        stage.fill()
        group.bound(stage.engine.process.pid, SPARE_MEMORY)
        code = burden(stage)
        stage.engine.stop()
        hits = group.hits()
    finally:
        stage.engine.stop()
        group.close()
    faults = after_the_burden(stage, code)
    return faults if hits else [*faults, "the limit was never reached: the test showed nothing"]


if __name__ == "__main__":
    cases.main(__doc__, globals())
