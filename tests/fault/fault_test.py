#!/usr/bin/env python3
"""fault_test.py [--build DIR] [NAME...]: faults of process, folder and disk that the engine must survive
or refuse. Each prints ok, FAIL or SKIP; the last line counts them."""
import argparse
import hashlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import time

from stage import NotHere, SmallDisk, Stage, Trouble, wait_until
from house import ROOT, Engine, ask
from traffic import Load, standard_headers

FULL = os.environ.get("TIDEMARK_FULL") == "1"
TERMINATIONS = 24 if FULL else 4
FROZEN_SECONDS = 60 if FULL else 3


def test_sigterm_under_load(stage):
    """Exit 0; what was under way is answered and on disk, or its connection is closed."""
    faults = []
    for number in range(TERMINATIONS):
        stage.start()
        load = Load(stage.build, stage.engine.url, stage.ledger(), 700 + number, 400, 3)
        sender = stage.sender()
        wait_until(lambda: sender.acknowledged >= 5, 30, 0.02)
        time.sleep(random.uniform(0, 0.8))
        began = time.monotonic()
        code = stage.engine.terminate(45)
        if code != 0:
            faults.append(f"stop {number + 1} ended with code {code} after {time.monotonic() - began:.0f} s: "
                          + stage.last_words())
        refused = set(load.end().get("refused", {})) - {"429", "503"}
        faults += [f"stop {number + 1} answered {sorted(refused)}"] if refused else []
        sender.end()
        if stage.engine.running():
            stage.engine.kill()
    return faults + stage.faults_of_log()


def test_frozen_and_thawed(stage):
    """SIGSTOP and SIGCONT: clients wait or give up, nothing acknowledged is lost, work goes on."""
    stage.start()
    sender = stage.sender()
    wait_until(lambda: sender.acknowledged >= 20, 30, 0.02)
    stage.engine.process.send_signal(signal.SIGSTOP)
    time.sleep(FROZEN_SECONDS)
    stage.engine.process.send_signal(signal.SIGCONT)
    time.sleep(1)
    if not stage.engine.running():  # a long freeze may end it: then it must come up again
        stage.start()
    before = sender.acknowledged
    went_on = wait_until(lambda: sender.acknowledged > before + 20, 60, 0.05)
    sender.end()
    code = stage.engine.terminate()
    faults = [] if went_on else [f"no webhooks were taken after the thaw: {stage.last_words()}"]
    faults += [] if code == 0 else [f"then SIGTERM ended it with {code}"]
    return faults + stage.faults_of_log()


def contents(folder):
    """Hash of every file but RocksDB's own journals."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("LOG")}


def settled(stage):
    return wait_until(lambda: stage.engine.metrics("tidemark_follower_waiting")
                      and not any(stage.engine.metrics("tidemark_follower_waiting").values())
                      and not any(stage.engine.metrics("tidemark_follower_lag").values()), 60, 0.5)


def test_second_process_on_the_same_folder(stage):
    """The second one ends with 75 and changes nothing; the first one does not notice."""
    stage.start()
    stage.fill()
    if not settled(stage):
        return ["the first engine did not settle"]
    time.sleep(2)
    before = contents(stage.engine.data)
    (stage.folder / "second").mkdir()
    second = Engine(stage.build, stage.folder / "second", stage.sandbox.urls, stage.engine.data)
    ready = second.start()
    code = second.wait_end(60)
    text = second.log.read_text()
    second.stop()
    faults = ["the second engine opened its port"] if ready else []
    faults += [] if code == 75 else [f"the second engine ended with {code}: {text[-300:]}"]
    faults += [] if "data_in_use" in text else [f"it did not say that the folder is in use: {text[-300:]}"]
    changed = {name for name, _ in set(before.items()) ^ set(contents(stage.engine.data).items())}
    faults += [f"it changed {sorted(changed)}"] if changed else []
    stage.fill()
    faults += [] if stage.engine.terminate() == 0 else ["the first engine did not end well"]
    return faults + stage.faults_of_log()


def test_read_only_folder(build):
    """Refused with 74 before the port opens; the tools still read."""
    disk = SmallDisk(256)
    stage = Stage(build, disk.path)
    try:
        stage.start()
        stage.fill()
        stage.engine.terminate()
        disk.remount("ro")
        faults = stage.refusal_faults(74, ["start_refused"])
        return faults + stage.faults_of_log()
    finally:
        stage.close()
        disk.close()


def post_generic(stage, number):
    person = {"id": f"f{number}", "first_name": "Wren", "email": f"w{number}@own.example.com"}
    body = json.dumps({"type": "contact.created", "data": person}).encode()
    headers = {"Content-Type": "application/json", **standard_headers(f"msg_full_{number}", body)}
    return ask(stage.engine.url + "/webhooks/generic", "POST", body, headers)


def test_nearly_full_disk_sheds(build):
    """503 with Retry-After (GoHighLevel: 429), nothing stored; with room again it takes them."""
    disk = SmallDisk(400)
    stage = Stage(build, disk.path)
    try:
        stage.start()
        stage.fill()
        disk.fill(disk.total() // 100)  # 1 % free: nothing is taken
        answer = wait_until(lambda: shed_answer(stage), 20, 0.3)
        faults = [] if answer else ["it went on taking webhooks with 1 % of the disk free"]
        if answer and not answer[1].get("Retry-After"):
            faults.append("the refusal has no Retry-After")
        load = Load(build, stage.engine.url, stage.ledger(), 901, 100, 2)
        refused = load.end().get("refused", {})
        faults += [] if list(refused) == ["429"] else [
            f"GoHighLevel's webhooks were answered {refused}, not 429"]
        disk.ballast.unlink()
        faults += [] if wait_until(lambda: post_generic(stage, 2)[0] == 200, 30, 0.5) else [
            "it takes nothing although there is room again"]
        stage.fill()
        code = stage.engine.terminate()
        faults += [] if code == 0 else [f"then SIGTERM ended it with {code}: {stage.last_words()}"]
        return faults + stage.faults_of_log()
    finally:
        stage.close()
        disk.close()


def shed_answer(stage):
    answer = post_generic(stage, int(time.monotonic() * 1000))
    return answer if answer[0] == 503 else None


def test_disk_full_at_once(build):
    """No room from one moment to the next: it sheds or ends with 74; nothing acknowledged is lost."""
    disk = SmallDisk(200)
    stage = Stage(build, disk.path)
    try:
        stage.start()
        stage.fill()
        load = Load(build, stage.engine.url, stage.ledger(), 902, 500, 6)
        time.sleep(1)
        disk.fill(0)
        load.end()
        time.sleep(1)
        faults = []
        if not stage.engine.running() and stage.engine.process.returncode != 74:
            faults.append(f"it ended with {stage.engine.process.returncode}, not 74: {stage.last_words()}")
        stage.engine.stop()
        disk.fill(0)
        faults += stage.refusal_faults(74, ["make room"])
        disk.ballast.unlink()
        stage.start()
        stage.fill()
        code = stage.engine.terminate()
        faults += [] if code == 0 else [f"then SIGTERM ended it with {code}: {stage.last_words()}"]
        return faults + stage.faults_of_log()
    finally:
        stage.close()
        disk.close()


def copy(data, to):
    """A killed engine leaves its socket behind, which cannot be copied."""
    shutil.copytree(data, to, ignore=shutil.ignore_patterns("control.sock"))


def flip(path):
    """One bit in the middle of what was written; RocksDB preallocates zeros behind it."""
    data = bytearray(path.read_bytes())
    data[len(bytes(data).rstrip(b"\0")) // 2] ^= 0x10
    path.write_bytes(data)


def biggest(folder, pattern):
    return max(folder.glob(pattern), key=lambda path: len(path.read_bytes().rstrip(b"\0")))


def cut(path):
    data = path.read_bytes().rstrip(b"\0")
    path.write_bytes(data[:len(data) // 2])


DAMAGES = {
    "a bit flipped in the write-ahead log": lambda data, old: flip(biggest(data / "log", "*.log")),
    "the write-ahead log cut in half": lambda data, old: cut(biggest(data / "log", "*.log")),
    "the write-ahead log gone": lambda data, old: biggest(data / "log", "*.log").unlink(),
    "CURRENT gone": lambda data, old: (data / "log/CURRENT").unlink(),
    "the log folder gone": lambda data, old: shutil.rmtree(data / "log"),
    "both slots of the anchor overwritten": lambda data, old: (data / "anchor").write_bytes(
        b"\xa5" * (data / "anchor").stat().st_size),
    "the anchor gone": lambda data, old: (data / "anchor").unlink(),
    "an older log put back": lambda data, old: (shutil.rmtree(data / "log"),
                                                shutil.copytree(old / "log", data / "log")),
}


def test_damaged_or_rolled_back_folder(stage):
    """65 with the reason, the port never opens, and the folder stays as it was found."""
    stage.start()
    stage.fill()
    stage.engine.kill()
    old, good = stage.folder / "old", stage.folder / "good"
    copy(stage.engine.data, old)
    stage.start()
    stage.fill()
    stage.engine.kill()
    copy(stage.engine.data, good)
    faults = []
    for what, damage in DAMAGES.items():
        shutil.rmtree(stage.engine.data)
        shutil.copytree(good, stage.engine.data)
        damage(stage.engine.data, old)
        before = contents(stage.engine.data)
        faults += [f"{what}: {fault}" for fault in
                   stage.refusal_faults(65, ["data_damaged", "data_rolled_back", "not_a_data_folder"])]
        changed = {name for name, _ in set(before.items()) ^ set(contents(stage.engine.data).items())}
        if changed - {"writer.lock"}:
            faults.append(f"{what}: the refusing engine changed {sorted(changed)}")
        stage.engine.stop()
    shutil.rmtree(stage.engine.data)
    shutil.copytree(good, stage.engine.data)
    stage.start()  # the undamaged copy opens, so it was the damage that was refused
    stage.engine.terminate()
    return faults + stage.faults_of_log() + faults_of_flipped_table(stage)


def faults_of_flipped_table(stage):
    """Opening reads no old table file whole; `verify` does, and says where."""
    flip(biggest(stage.engine.data / "log", "*.sst"))
    code, lines, errors = stage.tools.run("verify")
    told = (lines[-1]["summary"]["what"] if lines else "") + errors
    good = code in (1, 65) and told
    return [] if good else [f"a flipped table file: verify ended with {code} and said '{told}'"]


def run(name, function, build, totals):
    wants_stage = function.__code__.co_varnames[0] == "stage"
    stage = None
    try:
        stage = Stage(build) if wants_stage else None
        faults = function(stage if wants_stage else build)
    except NotHere as why:
        totals["skipped"] += 1
        return print(f"SKIP {name}: {why}", flush=True)
    except (Trouble, OSError, http.client.HTTPException) as fault:
        faults = [f"{type(fault).__name__}: {fault}"]
    finally:
        if stage:
            stage.close()
    for fault in faults:
        print(f"    {fault}")
    totals["failed" if faults else "passed"] += 1
    print(f"FAIL {name}: {faults[0]}" if faults else f"  ok {name}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("names", nargs="*", help="parts of names; all when none is given")
    options = parser.parse_args()
    totals = {"passed": 0, "failed": 0, "skipped": 0}
    for name, function in list(globals().items()):
        if name.startswith("test_") and (not options.names or any(part in name for part in options.names)):
            run(name.removeprefix("test_").replace("_", " "), function, options.build, totals)
    print(f"suite: {totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
