"""What must hold after any number of crashes. Each check reads facts and gives what is wrong."""
import base64
import collections
import hashlib

ENDS = {"delivery.accepted.v1", "delivery.rejected.v1", "delivery.died.v1", "delivery.superseded.v1",
        "delivery.suppressed.v1", "action.accepted.v1"}
DECIDED = {"contact.observed.v1", "call.observed.v1", "message.observed.v1", "contact.mentioned.v1",
           "contact.consent_applied.v1"}
EXAMPLES = 3


class Ledger:
    """Every 2xx that a client saw: position, SHA-256 of the body, webhook id or `-`. Position 0: the answer
    named none, for it went to the spool of opt-outs."""

    def __init__(self):
        self.rows = []

    def read(self, path):
        text = path.read_text(encoding="ascii") if path.exists() else ""
        for line in text.split("\n")[:-1]:  # a last line without its end was never finished
            position, digest, identity = line.split(" ")
            self.rows.append((int(position) if position.isdigit() else 0, digest, identity))


class Facts:
    """The log as `log list --format json` tells it, arranged for the checks."""

    def __init__(self, events):
        self.positions = []
        self.webhooks = {}  # position -> data
        self.interpreted = collections.defaultdict(list)  # webhook position -> [(position, data)]
        self.observed = collections.Counter()  # (cause, command index) -> observations
        self.decisions = collections.defaultdict(list)  # (cause, index, decider) -> [event marks]
        self.intents = {}  # delivery -> (position, target)
        self.dispatches = collections.defaultdict(list)  # delivery -> [(attempt, step, position)]
        self.ends = collections.defaultdict(list)  # delivery -> [(type, position)]
        self.epochs = []
        for event in events:
            self.add(event)

    def add(self, event):
        position, kind, data = event["position"], event["type"], event["data"]
        self.positions.append(position)
        self.epochs.append(event["epoch"])
        if event["decider"] != "none":
            key = (event["cause"], event["command_index"], event["decider"])
            self.decisions[key].append((position, kind, event["stream"], delivery_of(data),
                                        data.get("target"), data.get("field")))
        if kind == "webhook.received.v1":
            self.webhooks[position] = data
        elif kind == "webhook.interpreted.v1":
            self.interpreted[data["webhook"]].append((position, data))
        elif kind in DECIDED:
            self.observed[event["cause"], event["command_index"]] += 1
        elif kind in ("delivery.intended.v1", "action.intended.v1"):
            self.intents[data["delivery"]] = (position, data["target"])
        elif kind == "delivery.dispatched.v1":
            self.dispatches[data["delivery"]].append((data.get("attempt", 0), data.get("step", 0), position))
        if kind in ENDS:
            self.ends[delivery_of(data)].append((kind, position))


def delivery_of(data):
    return data.get("delivery") or data.get("facts", {}).get("delivery")


def some(items):
    items = list(items)
    more = f" and {len(items) - EXAMPLES} more" if len(items) > EXAMPLES else ""
    return ", ".join(str(item) for item in items[:EXAMPLES]) + more


def positions_dense(facts):
    for expected, position in enumerate(facts.positions, start=1):
        if position != expected:
            return [f"position {expected} is missing or doubled: {position} stands there"]
    return [] if facts.positions else ["the log is empty"]


def epochs_rise(facts, starts):
    """One writer at a time: epochs never fall, and there is one for each start that got so far."""
    if any(later < earlier for earlier, later in zip(facts.epochs, facts.epochs[1:])):
        return ["an event of an older writer stands behind one of a newer writer"]
    count = len(set(facts.epochs))
    return [f"{count} writers wrote, but the engine was started {starts} times"] if count > starts else []


def chain_intact(records):
    """Recomputes every hash from the exported bytes: SHA-256(previous hash · everything before it)."""
    before = bytes(32)
    for record in records:
        stored = base64.b64decode(record["record_base64"])
        content, claimed = stored[:-32], stored[-32:]
        actual = hashlib.sha256(before + content).digest()
        if actual != claimed or claimed.hex() != record["hash"]:
            return [f"the hash at position {record['position']} does not follow from the record before it"]
        before = claimed
    return []


def acknowledged_once(ledger, facts, counts):
    """Every 2xx names a webhook in the log with exactly these bytes, and no other one has its id."""
    faults, seen = [], collections.Counter()
    by_id = collections.Counter((w["connector"], w["delivery_id"]) for w in facts.webhooks.values()
                                if w.get("delivery_id"))
    stored = collections.Counter(webhook["body_sha256"] for webhook in facts.webhooks.values())
    lost = [row for row in ledger.rows if (facts.webhooks.get(row[0], {}).get("body_sha256") != row[1]
                                           if row[0] else stored[row[1]] != 1)]
    if lost:
        faults.append(f"{len(lost)} acknowledged webhooks are not in the log where the answer said: "
                      f"{some(row[0] for row in lost)}")
    doubled = {key: count for key, count in by_id.items() if count > 1}
    if doubled:
        faults.append(f"{len(doubled)} webhooks stand more than once in the log: {some(doubled)}")
    # Bodies are unique, so equal bytes at two acknowledged positions are one webhook taken twice.
    places = collections.defaultdict(set)
    for position, digest, _ in ledger.rows:
        seen[digest] += 1
        if position:
            places[digest].add(position)
    twice = [digest for digest, at in places.items() if len(at) > 1]
    if twice:
        faults.append(f"{len(twice)} bodies were acknowledged at two positions: "
                      f"{some(sorted(places[d]) for d in twice)}")
    counts.update(acknowledged=len(seen), found=len(seen) - len({r[1] for r in lost}), lost=len(lost),
                  doubled=len(doubled) + len(twice), answered_again=len(ledger.rows) - len(seen))
    if not ledger.rows:
        faults.append("nothing was acknowledged: the test showed nothing")
    return faults


def sandbox_acknowledged_once(ended, facts):
    """The same for the sandbox's own webhooks that carry an id."""
    by_id = collections.Counter((w["connector"], w["delivery_id"]) for w in facts.webhooks.values()
                                if w.get("delivery_id"))
    wanted = {(system, end["id"]) for system, ends in ended.items() for end in ends
              if end["id"] and 200 <= end["status"] < 300}
    wrong = [f"{key} {by_id[key]} times" for key in sorted(wanted) if by_id[key] != 1]
    return [f"{len(wrong)} webhooks that the sandbox saw taken: {some(wrong)}"] if wrong else []


def nothing_undecided(facts):
    faults = []
    wrong = [at for at in facts.webhooks if len(facts.interpreted[at]) != 1]
    if wrong:
        faults.append(f"{len(wrong)} webhooks were not interpreted exactly once: positions {some(wrong)}")
    commands = [(webhook, command["index"]) for webhook, found in facts.interpreted.items()
                for _, data in found for command in data["commands"]]
    wrong = [key for key in commands if facts.observed[key] != 1]
    if wrong:
        faults.append(f"{len(wrong)} commands were not decided exactly once: "
                      f"(webhook, command) {some((*key, facts.observed[key]) for key in wrong)}")
    if not commands:
        faults.append("no webhook led to a command: the test showed nothing")
    return faults


def decided_once(facts):
    """The events of one decision are one append: one run of positions, and nothing twice in it."""
    torn, twice = [], []
    for key, marks in facts.decisions.items():
        positions = [mark[0] for mark in marks]
        if positions[-1] - positions[0] + 1 != len(positions):
            torn.append((key, positions))
        if len({mark[1:] for mark in marks}) != len(marks):
            twice.append((key, positions))
    faults = []
    if torn:
        faults.append(f"{len(torn)} decisions stand at two places: {some(torn)}")
    if twice:
        faults.append(f"{len(twice)} decisions hold the same event twice: {some(twice)}")
    return faults


def deliveries_attempted(facts, counts):
    faults = []
    idle = [d for d in facts.intents if not facts.dispatches[d] and not facts.ends[d]]
    if idle:
        faults.append(f"{len(idle)} deliveries were never attempted: {some(at_of(facts, idle))}")
    open_ = [d for d in facts.intents if not facts.ends[d]]
    if open_:
        faults.append(f"{len(open_)} deliveries have no end: {some(at_of(facts, open_))}")
    ended = [d for d, ends in facts.ends.items() if len(ends) > 1]
    if ended:
        faults.append(f"{len(ended)} deliveries ended twice: {some((d, facts.ends[d]) for d in ended)}")
    repeated = [d for d, all_ in facts.dispatches.items() if len({a[:2] for a in all_}) != len(all_)]
    if repeated:
        faults.append(f"{len(repeated)} deliveries announced one attempt twice: "
                      f"{some((d, facts.dispatches[d]) for d in repeated)}")
    unknown = [d for d in facts.dispatches if d not in facts.intents]
    if unknown:
        faults.append(f"{len(unknown)} requests were sent that nobody intended: {some(unknown)}")
    counts.update(deliveries=len(facts.intents),
                  attempts=sum(len({a[0] for a in all_}) for all_ in facts.dispatches.values()),
                  ends=dict(collections.Counter(e[0] for ends in facts.ends.values() for e in ends)))
    if not facts.dispatches:
        faults.append("nothing was delivered: the test showed nothing")
    return faults


def at_of(facts, deliveries):
    return [f"{d} to {facts.intents[d][1]} (intended at {facts.intents[d][0]})" for d in deliveries]


def same_key_each_attempt(facts, received):
    """The generic CRM saw no key but delivery ids that were announced, none with two
    effects; and it saw the key of every delivery it is recorded to have accepted."""
    by_key = collections.defaultdict(list)
    for request in received:
        if request["method"] == "POST" and request["path"].startswith("/webhooks"):
            by_key[request["key"]].append(request)
    mine = {d for d, (_, target) in facts.intents.items() if target == "generic"}
    faults = []
    strange = [key for key in by_key if key not in mine or not facts.dispatches[key]]
    if strange:
        faults.append(f"{len(strange)} requests carried a key that was not announced: {some(strange)}")
    twice = [key for key, all_ in by_key.items()
             if sum(r["outcome"] in ("created", "updated", "deleted") for r in all_) > 1]
    if twice:
        faults.append(f"{len(twice)} deliveries took effect twice: {some(twice)}")
    accepted = {d for d in mine if any(kind == "delivery.accepted.v1" for kind, _ in facts.ends[d])}
    unseen = sorted(accepted - set(by_key))
    if unseen:
        faults.append(f"{len(unseen)} deliveries count as accepted and never arrived: {some(unseen)}")
    if not by_key:
        faults.append("the generic CRM received nothing: the test showed nothing")
    return faults


def no_contact_twice(contacts):
    """A repeated create must not make a second record: phones are unique in each system."""
    faults = []
    for system, members in contacts.items():
        phones = collections.Counter(phone_of(contact) for contact in members)
        twice = [phone for phone, count in phones.items() if phone and count > 1]
        if twice:
            faults.append(f"{system} holds {len(twice)} people twice: "
                          f"{some([c['id'] for c in members if phone_of(c) == phone] for phone in twice)}")
    return faults


def given_up(ended):
    """The records, as `system/id`, of which a webhook was tried as often as its vendor tries and never taken."""
    return {end["about"] for ends in ended.values() for end in ends if not 200 <= end["status"] < 300}


def people_arrived(people, contacts, untold=frozenset()):
    """Whoever a person added in a system that repeats its webhooks is in the others, with the newest
    name. Aloware never repeats, so what it told while the engine was down is gone; so is what another
    vendor gave up (`untold`)."""
    by_phone = {system: {phone_of(c): c for c in members} for system, members in contacts.items()}
    missing, different, looked_at = [], [], 0
    for system, identity, phone in people:
        if system == "aloware" or f"{system}/{identity}" in untold:
            continue
        looked_at += 1
        found = {name: of.get(phone) for name, of in by_phone.items()}
        missing += [f"{identity} of {system} in {name}" for name, contact in found.items() if contact is None]
        names = {name: last_name_of(contact) for name, contact in found.items() if contact}
        if len(set(names.values())) > 1:
            different.append(f"{identity} of {system}: {names}")
    faults = [f"{len(missing)} people did not arrive: {some(missing)}"] if missing else []
    faults += [f"{len(different)} people differ between systems: {some(different)}"] if different else []
    return faults if looked_at else ["no people were added: the test showed nothing"]


def last_name_of(contact):
    return contact.get("last_name") or contact.get("lastName") or ""


def phone_of(contact):
    text = contact.get("phone") or contact.get("phone_number") or ""
    return "".join(c for c in str(text) if c.isdigit())[-10:]


def digests_equal(before, after, rebuilt):
    faults = []
    if before["digests"] != after["digests"]:
        faults.append(f"digest before the rebuild {before['digests']}, after it {after['digests']}")
    different = [row["projection"] for row in rebuilt if "projection" in row
                 and (not row["same"] or row["was_at"] != row["position"]
                      or row["digest"] != before["digests"].get(row["projection"]))]
    if different:
        faults.append(f"the live tables were not what the log says: {', '.join(different)}")
    return faults
