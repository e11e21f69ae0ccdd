#!/usr/bin/env python3
"""imports.py FILE: how fast a list of opt-outs goes in, and how fast a live STOP holds meanwhile.

TIDEMARK_BENCH_ROWS (100000) rows by `tidemark import opt-outs`, twice. First as fast as it can: rows stored
and rows decided a second, against the 2,000 that are wanted. Then as it does without --rate, 2,000 rows a
second. During each, persons who stand in two systems say STOP one after the other until the import is
decided: from the moment at which the webhook is on disk until the statement is decided, against the same
with nothing else to do. Wanted: p99 under 50 ms. Load, sandbox, tool and service share the processors.
"""
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import threading
import time

from consent import ConsentHouse, p99, phone, wait_until
from engine_bench import BUILD, microseconds, row, say, waiting

ROWS = int(os.environ.get("TIDEMARK_BENCH_ROWS", "100000"))
STOPS = int(os.environ.get("TIDEMARK_BENCH_STOPS", "900"))  # without the import; at most so many during it
EVERY = 0.05  # seconds between two
WANTED_ROWS, NO_LIMIT = 2000, 1_000_000
NEARLY_NONE = 20  # events that no follower has seen: a STOP's own
TARGETS = ("gohighlevel", "aloware")


def stops_until(house, first, has_ended):
    """Milliseconds from stored to decided, of each STOP."""
    begin = house.last_position()
    said = 0
    while said < STOPS and not has_ended():
        house.sandbox.text(phone(first + said), "STOP")
        said += 1
        time.sleep(EVERY)
    decided = {}

    def all_decided():
        for event in house.since(begin, "consent.changed.v1"):
            decided.setdefault(event["correlation"], microseconds(event["at"]))
        received = [e for e in house.since(begin, "webhook.received.v1")
                    if e["data"]["connector"] == "verity"]
        return received if len(received) >= said and all(e["position"] in decided for e in received) else None
    # The listing is long: an import's own statements are in it. So it is asked for once all is decided.
    house.wait_for_lag(0)
    wait_until("every STOP is decided", all_decided)
    return sorted((decided[e["position"]] - microseconds(e["at"])) / 1000 for e in all_decided())


def take_list(house, first, rate):
    """The tool at work: ROWS addresses from `first` on, at its own rate or at `rate` rows a second."""
    listed = house.dir / f"registry_{first}.csv"
    listed.write_text("phone\n" + "".join(f"+1{number}\n" for number in range(first, first + ROWS)))
    command = [BUILD / "tidemark", "--data", house.data, "import", "opt-outs", listed, "--reason", "registry"]
    return subprocess.Popen(command + (["--rate", str(rate)] if rate else []), stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True)


def during_import(house, first_stop, first_row, rate):
    """What was said, the STOPs' milliseconds, and after how many seconds all was stored, and decided."""
    started = time.monotonic()
    tool = take_list(house, first_row, rate)
    said, stored, decided = [], [], []

    def watch():
        said.append(tool.communicate()[0].strip().splitlines()[-1])
        stored.append(time.monotonic() - started)
        calm = 0  # looks in a row: the figures are renewed twice a second
        while calm < 10:
            calm = calm + 1 if waiting(house) <= NEARLY_NONE else 0
            time.sleep(0.1)
        decided.append(time.monotonic() - started - 1)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    busy = stops_until(house, first_stop, lambda: bool(decided))
    watcher.join(600)
    say(f"{said[0]} {len(busy)} STOPs until all was decided: stored in {stored[0]:.1f} s, "
        f"decided in {decided[0]:.1f} s")
    return busy, stored[0], decided[0]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    house = ConsentHouse()
    try:
        house.restart_as(True)
        house.send(3 * STOPS)
        wait_until("the persons stand in both systems", lambda: all(
            house.sandbox.control("GET", "/counts")[name]["contacts"] == 3 * STOPS for name in TARGETS))
        house.wait_for_lag(0)
        idle = stops_until(house, 0, lambda: False)
        flood, stored, decided = during_import(house, STOPS, 3_122_000_000, NO_LIMIT)
        busy = during_import(house, 2 * STOPS, 4_122_000_000, None)[0]
    finally:
        house.close()
    rows = [row("import_stored", "rows/s", ROWS / stored, "wanted", WANTED_ROWS),
            row("import_decided", "rows/s", ROWS / decided, "wanted", WANTED_ROWS)]
    for name, took in (("stop_during_import", busy), ("stop_during_import_without_limit", flood)):
        for quantile, of in (("p50", statistics.median), ("p99", p99)):
            rows.append(row(f"{name}_{quantile}", "ms", of(took), "no import", of(idle), took))
    pathlib.Path(sys.argv[1]).write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
