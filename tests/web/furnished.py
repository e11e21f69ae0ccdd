"""A house with something of everything that the console shows: people, opt-outs, what failed and what waits."""
from house import House
from scenario import ADA

# What vendors and people write into names; it is shown as text.
HOSTILE = {
    "script": "<script>window.pwned=1</script>",
    "image": "\"><img src=x onerror=window.pwned=1>",
    "bidi": "\u202egnp.exe\u202c",
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\u200d\u2620\ufe0f",
    "long": "Longname " + "x" * 10_000,
    "null": "be\u0000fore",
}
# A part of what stands on the page for each.
SHOWN = {**HOSTILE, "bidi": "\u27e8U+202E\u27e9gnp.exe", "long": "characters in all)", "null": "fore"}


class FurnishedHouse(House):
    health = {"probes_per_second": 20}


def furnish(house):
    """Ada is everywhere and has opted out of texts; one contact is refused, one webhook is not readable."""
    hooks, sandbox = house.hooks, house.sandbox
    contact = sandbox.add("gohighlevel", **ADA)
    house.settle()
    sandbox.edit("gohighlevel", contact["id"], last_name="Tennerby-Stone")
    house.settle()
    sandbox.text(ADA["phone"], "STOP")
    house.settle(allow_waiting=True)
    for serial, (name, value) in enumerate(HOSTILE.items()):
        hooks.generic_contact(f"hostile-{name}", email=f"{name}@example.com", first_name=value[:200],
                              last_name=value, phone=f"+1202555017{serial}")
    house.settle(allow_waiting=True)
    refuse(house, "Quimby", "quimby@example.com")
    hooks.ghl({"type": "ContactUpdate", "locationId": "LOCexample0000000001", "contact": 7})
    sandbox.text("+12025550188", "please cancel my Tuesday slot")
    house.settle(allow_waiting=True)


def refuse(house, name, email):
    """Somebody whom Aloware does not take."""
    house.sandbox.fault("aloware", match="/v1/", status=422, times=1000)
    house.sandbox.add("gohighlevel", first_name=name, last_name="Joinery", email=email, phone="+12025550199")
    house.settle(allow_waiting=True)
    house.sandbox.clear_faults()
