#!/usr/bin/env python3
"""fault_test.py [--build DIR] [NAME...]: faults of process, folder and disk that the engine must survive
or refuse. Each prints ok, FAIL or SKIP; the last line counts them."""
import datetime
import json
import os
import random
import signal
import time

import cases
from stage import SmallDisk, Stage, wait_until
from house import ask
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


def address_of(number):
    return f"w{number}@own.example.com"


def post_generic(stage, number, **more):
    person = {"id": f"f{number}", "first_name": "Wren", "email": address_of(number), **more}
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


def test_only_opt_outs_are_taken_on_the_last_percents_of_a_disk(build):
    """Below 8 % free, and below 3 % too. With room again and after a restart all is there."""
    disk = SmallDisk(400)
    stage = Stage(build, disk.path)
    try:
        stage.start()
        stage.fill()
        disk.fill(disk.total() * 5 // 100)
        faults = [] if wait_until(lambda: shed_answer(stage), 20, 0.3) else [
            "it went on taking ordinary webhooks with 5 % of the disk free"]
        status, _, text = post_generic(stage, 7, opted_out=True)
        faults += [] if status == 200 else [f"an opt-out was answered {status} with 5 % of the disk free"]
        disk.fill(disk.total() * 2 // 100)
        time.sleep(3)  # it looks at the disk once a second
        last = post_generic(stage, 8, opted_out=True)[0]
        faults += [] if last == 200 else [f"an opt-out was answered {last} with 2 % of the disk free"]
        stage.engine.terminate()
        disk.ballast.unlink()
        stage.start()
        again = post_generic(stage, 7, opted_out=True)[2]
        if status == 200 and json.loads(again) != {**json.loads(text), "status": "duplicate"}:
            faults.append(f"the opt-out was {text!r}, after the restart {again!r}")
        again = json.loads(post_generic(stage, 8, opted_out=True)[2])
        faults += [] if again["status"] == "duplicate" else [f"the last opt-out is now {again}"]
        stage.fill()
        stage.engine.terminate()
        return faults + stage.faults_of_log()
    finally:
        stage.close()
        disk.close()


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


def test_a_stop_on_a_full_disk_is_kept(build):
    """It goes to the spool, the process ends with 74, and the next start has it before anything else."""
    disk = SmallDisk(200)
    stage = Stage(build, disk.path)
    try:
        stage.start()
        stage.fill()
        disk.fill(0)
        answers = stops_until_the_end(stage)
        taken = {number: json.loads(text) for number, (status, _, text) in answers.items() if status == 200}
        spooled = [number for number, answer in taken.items() if answer["position"] is None]
        print(f"    {len(taken)} taken, {len(spooled)} of them into the spool", flush=True)
        faults = [] if spooled else [f"no opt-out went to the spool: {list(answers.values())[-3:]}"]
        if stage.engine.wait_end(30) != 74:
            faults.append(f"it did not end with 74: {stage.last_words()}")
        if "opt_out_spooled" not in stage.engine.log.read_text(errors="replace"):
            faults.append("the service's log has no line about it")
        disk.ballast.unlink()
        time.sleep(2)  # times below are of whole seconds
        started = datetime.datetime.now(datetime.timezone.utc).isoformat()
        stage.start()
        again = {number: json.loads(post_stop(stage, number)[2]) for number in taken}
        faults += [f"opt-out {number} was acknowledged and is now {answer}"
                   for number, answer in again.items() if answer["status"] != "duplicate"]
        code = stage.engine.terminate()
        faults += [] if code == 0 else [f"then SIGTERM ended it with {code}: {stage.last_words()}"]
        _, (told, *_), _ = stage.tools.run("audit", "opt-outs", "--address", address_of(spooled[0]))
        since = told["channels"]["email"].get("since", "never")
        if not since < started:
            faults.append(f"an opt-out from the spool counts from {since}, the start was at {started}")
        code, lines, errors = stage.tools.run("replay", "verify")
        faults += [] if code == 0 else [f"replay verify ended with {code}: {lines[-2:]} {errors}"]
        return faults + stage.faults_of_log()
    finally:
        stage.close()
        disk.close()


def post_stop(stage, number):
    return post_generic(stage, number, opted_out=True, note="x" * 200_000)


def stops_until_the_end(stage):
    """Opt-outs, one after the other, until the engine takes none any more."""
    answers = {}
    for number in range(1000, 1400):
        try:
            answers[number] = post_stop(stage, number)
        except OSError:
            return answers
    return answers


if __name__ == "__main__":
    cases.main(__doc__, globals())
