#!/usr/bin/env python3
"""strace_test.py [--build DIR] [NAME...]: syncs fail in the unmodified programs: EIO once at the N-th of a
thread, and from the N-th on for ever. After the first webhook that was not acknowledged none may be."""
import os
import re
import shutil
import subprocess
import time

import cases
from bare import Bare
from nth_call_test import PROMISE
from stage import NotHere

FULL = os.environ.get("TIDEMARK_FULL") == "1"
POINTS = range(1, 41) if FULL else (4, 15, 22)
WEBHOOKS = range(12)
# `-f -ttt -y`: thread, time, call(descriptor<path>)
INJECTED = re.compile(r"^\d+ +([\d.]+) \w+\(\d+<(.*?)>.*\(INJECTED\)", re.MULTILINE)


def injecting(call, when, output):
    # -D: strace is not the parent, so signals and exit codes are the engine's own.
    return ["strace", "-D", "-f", "-qq", "-ttt", "-y", "-o", str(output), "-e", f"trace={call}",
            "-e", f"inject={call}:error=EIO:when={when}"]


def late_acknowledgements(name, failures, sent):
    """After an error at the write-ahead log or the anchor nothing that comes later may be acknowledged."""
    times = [float(at) for at, path in failures if PROMISE.search(path)]
    clocks_apart = time.time() - time.monotonic()
    late = [each for each in sent if each and each.status == 200 and times
            and each.asked_at + clocks_apart > min(times)]
    return [f"{name}: {len(late)} webhooks that came after it were acknowledged"] if late else []


def one(bare, call, when):
    """Gives whether a sync failed, how often a webhook was acknowledged before it, and what is wrong."""
    name = f"EIO at {call} {when}"
    output, spoken = bare.folder / "strace.out", bare.spoken()
    output.unlink(missing_ok=True)
    shutil.rmtree(bare.engine.data, ignore_errors=True)
    bare.acknowledged = {}
    ready = bare.start(injecting(call, when, output))
    sent = bare.post_all(WEBHOOKS) if ready else []
    answers = [each is not None and each.status == 200 for each in sent]
    code = bare.stop() if bare.engine.running() else bare.engine.wait_end(60)
    bare.connection = None
    failures = INJECTED.findall(output.read_text(errors="replace")) if output.exists() else []
    faults = late_acknowledgements(name, failures, sent)
    if answers != sorted(answers, reverse=True):
        faults.append(f"{name}: acknowledged again after a failure: {answers}")
    wanted = {74} if not ready or not all(answers) else {0, 74}
    if code not in wanted:
        faults.append(f"{name}: ended with {code}, not {wanted}: {bare.words(spoken)[-300:]}")
    bare.start_well()
    bare.post_all(WEBHOOKS)
    code = bare.stop()
    faults += [] if code == 0 else [f"{name}: after the next start SIGTERM ended it with {code}"]
    return bool(failures), sum(answers), faults + [f"{name}: {fault}" for fault in bare.faults_of_log()]


def test_syncs_that_fail(build):
    if shutil.which("strace") is None:
        raise NotHere("strace is not installed")
    if subprocess.run(["strace", "-D", "-qq", "true"], capture_output=True).returncode:
        raise NotHere("strace may not trace here")
    bare = Bare(build)
    try:
        faults, played, before, ended_early = [], 0, 0, 0
        for call in ("fdatasync", "fsync"):
            for number in POINTS:
                for when in (str(number), f"{number}+"):
                    failed, acknowledged, wrong = one(bare, call, when)
                    faults += wrong
                    played += failed
                    before += acknowledged
                    ended_early += failed and acknowledged < len(WEBHOOKS)
        print(f"    {played} failing syncs, of which {ended_early} ended the service early; {before} acknowledged "
              f"before them, all looked for; {len(faults)} wrong", flush=True)
        if not ended_early:
            faults.append("no sync failed: can strace trace here? The test showed nothing")
        return faults
    finally:
        bare.close()


if __name__ == "__main__":
    cases.main(__doc__, globals())
