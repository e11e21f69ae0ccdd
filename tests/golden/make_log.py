#!/usr/bin/env python3
"""make_log.py: makes tests/golden/log.tar.gz anew, a data folder whose decisions today's rules made.

To be run when a change of translate, decide or evolve is meant to decide otherwise, together with raising
domain::rules_version (rule 5). tests/scenarios/golden_log_test.py holds every build to it.
"""
import pathlib
import shutil
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scenarios"))
from clients import now_text  # noqa: E402
from house import House, wait_for  # noqa: E402

QUICK = {"requests_per_second": 1000}


def person(number, first="Marisol", last="Tennerby", **more):
    return {"first_name": first, "last_name": last, "phone": f"+120255501{number:02d}",
            "email": f"person{number}@example.com", **more}


def contacts_and_edits(house):
    box = house.sandbox
    ghl = box.add("gohighlevel", **person(1))
    alo = box.add("aloware", **person(2, "Osric", "Quimby"))
    gen = box.add("generic", **person(3, "Zebulon", "Fenn"))
    house.settle()
    box.edit("gohighlevel", ghl["id"], company="Joinery One")
    box.edit("aloware", alo["id"], company="Bakery One")
    box.edit("generic", gen["id"], company="Mill One", phone="+12025550133")
    house.settle()
    for company in ("Joinery Two", "Joinery One"):
        box.edit("gohighlevel", ghl["id"], company=company)
    house.settle()
    box.text("+12025550101", "When do you open?")
    house.hooks.ghl_contact("CONconflict", firstName="Mari", phone="+12025550103", email="other@example.com")
    house.hooks.ghl_contact("CONlate", phone="+12025550150", firstName="Ann", at=now_text())
    house.hooks.ghl_contact("CONlate", phone="+12025550150", firstName="Anna", at=now_text(-60))
    house.settle()
    return ghl, alo


def trouble_at_vendors(house, alo):
    box = house.sandbox
    for match, fault in (("forms", {"status": 500}), ("forms", {"status": 429, "retry_after": 1}),
                         ("forms", {"behaviour": "effect_then_timeout"})):
        box.fault("aloware", match, **fault)
    box.fault("gohighlevel", "POST /contacts/", behaviour="send_before_answer")
    for number in (10, 11, 12):
        box.add("generic", **person(number, f"Ada{number}"))
    house.settle()
    box.fault("gohighlevel", "POST /contacts/", status=422)
    box.add("aloware", **person(13, "Bela"))
    house.settle()
    box.fault("gohighlevel", "ContactDelete", behaviour="drop")
    box.delete("gohighlevel", box.contacts("gohighlevel")[0]["id"])
    box.edit("aloware", alo["id"], last_name="Quimby-Fenn")
    house.settle()


def opt_outs_and_odd_bodies(house):
    house.hooks.ghl_contact("CONdnd", phone="+12025550160", firstName="Dora", dnd=True)
    house.hooks.aloware_contact(9901, phone_number="+12025550161", first_name="Egon", is_dnc=True)
    house.sandbox.text("+12025550110", "STOP")
    house.hooks.ghl(b'{"type":"ContactCreate","id":')
    house.hooks.ghl({"type": "OpportunityCreate", "webhookId": "w-o", "id": "OPP1"})
    house.hooks.aloware({"event": "OutboundPhoneCall-Completed", "body": {"id": 5}})
    house.hooks.ghl_contact("CONzero", phone="0000000000", firstName="Zero")
    house.settle()


def text_that_waits_while_its_person_says_stop(house):
    """The gate of the attempt refuses it, not the decision of the contact."""
    box = house.sandbox
    box.set(ghl_delivery_url=house.base + "/webhooks/gohighlevel/provider-delivery")
    contact = box.add("gohighlevel", **person(14, "Cleo", "Varga"))
    house.settle()
    house.api("/connectors/verity/pause", "POST", {"reason": "maintenance"})
    box.play("gohighlevel", "agent-sms", contact_id=contact["id"], attachments=[],
             message="The offer ends today.", user_id="USRexample0000000001")
    wait_for("the text waits", lambda: any(e["data"]["action"] == "send_message"
                                           for e in house.events("action.intended.v1")))
    said = len(house.events("consent.changed.v1"))
    box.text("+12025550114", "STOP")
    wait_for("STOP is decided", lambda: len(house.events("consent.changed.v1")) > said)
    house.api("/connectors/verity/resume", "POST", {"reason": "maintenance"})
    house.settle()
    refused = [e for e in house.events("send.decided.v1") if e["data"]["reason_code"] == "opted_out"]
    assert refused, "the gate refused nothing"


def main():
    changes = {name: QUICK for name in ("aloware", "verity", "generic")}
    house = House(changes={**changes, "gohighlevel": {**QUICK, "conversation_provider_id": "68c0ffee01"}})
    try:
        _, alo = contacts_and_edits(house)
        house.restart()
        trouble_at_vendors(house, alo)
        opt_outs_and_odd_bodies(house)
        text_that_waits_while_its_person_says_stop(house)
        wait_for("every delivery is over", lambda: not house.open_work())
        house.stop_service()
        summary = house.tool("replay", "verify")[0]["summary"]
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "data"
            shutil.copytree(house.data, copy, ignore=shutil.ignore_patterns("*.sock", "LOG*", "tables"))
            with tarfile.open(HERE / "log.tar.gz", "w:gz") as archive:
                archive.add(copy, "data")
    finally:
        house.close()
    print(f"{summary['decisions']} decisions, {(HERE / 'log.tar.gz').stat().st_size} bytes")


if __name__ == "__main__":
    main()
