"""Every command of the operator's book, docs/operating.md, runs: of its fenced blocks and of its sentences.

A command is told by its words (COMMANDS, the longest that fits); one that is not there fails the test, and so
does one of another program that OTHER_PROGRAMS does not name. A word in capitals gets its value from
`Book.values`, or from the command where it means something else there; one without a value fails. Paths of a
real machine have theirs in PLACES. A command runs beside the service, unless its place says otherwise: on the
folder at rest, or on the one that was restored.
"""
import dataclasses
import functools
import re
import shlex
import subprocess
import time
import unittest

from accounts_test import CLIENT
from clients import now_text
from house import BUILD, ROOT, SECRETS, House, connectors_at, toml_lines
from receivers import SIGNING, WebReceiver
from scenario import ADA, Scenario
from stop_all_test import in_hours

BOOK = ROOT / "docs/operating.md"
LONGEST = 400  # lines
BO = {**ADA, "firstName": "Zebulon", "phone": "+12025550143", "email": "zebulon.quimby@example.com"}

# What the book names and this does not run, and why.
OTHER_PROGRAMS = {
    "systemctl": "there is no systemd here; tests/outside/systemd_test.py has it judge the units",
    "apt": "it changes the machine; tests/outside/install_test.py installs into a root of its own",
}
# What stands before a command and is left out: this is the service's user, and journald's text is in a file.
BEFORE = re.compile(r"^(?:sudo -u tidemark |journalctl [^|]*\| )")
PLACEHOLDER = r"^tidemark\b|(?<![\w/-])[A-Z]+(?![\w/-])"
PLACES = {"/var/lib/tidemark/data": lambda house: house.data,
          "deploy/tidemark.toml.example": lambda _: ROOT / "deploy/tidemark.toml.example"}


@dataclasses.dataclass
class How:
    """Where a command runs, how it may end there, and values of its own."""
    place: str = "beside"  # the running service; or "at rest", "restored"
    codes: tuple = (0,)
    values: dict = dataclasses.field(default_factory=dict)
    settles: bool = False  # what it asks for is to be over before the next one


LOOK = How(codes=(0, 1))  # 1: something is not well, and much is not by then
COMMANDS = {
    "alerts": How(), "alerts test": How(), "alerts receivers": How(),
    "audit access": How(values={"TIME": in_hours(-2)}), "audit opt-outs": How(),
    "backfill": How(settles=True), "backup": How(), "backups": How(),
    "check": How(), "check-config": How(), "checklist": LOOK,
    "config diff": LOOK,
    "connect": How(values={"CODE": lambda book: book.code()}),
    "credential list": How(),
    "credential rotate": How(values={"NAME": "aloware"}), "credential set": How(values={"NAME": "aloware"}),
    "custom-fields": How(),
    "diagnose": How(codes=(0, 1), values={"FILE": "bundle"}),
    "duplicates list": How(),
    "explain": How(), "find": How(),
    "import contacts": How(settles=True), "import messages": How(settles=True),
    "import opt-outs": How(settles=True),
    "kinds": How(), "limits set": How(), "limits show": How(),
    "lists": How(), "lists rebuild": How(values={"NAME": "aloware"}),
    "log show": How(), "log-level": How(), "logs": How(),
    "mappings list": How(), "mappings repair": How(),
    "migrate down": How("at rest", values={"NEW": "older"}),
    "migrate status": How(), "migrate up": How("at rest"),
    "opt-outs by-hand": How(), "opt-outs done": How(values={"NAME": "aloware", "ADDRESS": BO["phone"]}),
    "note": How(), "overdue": How(), "pause": How(), "queues": How(),
    "rebuild": How(), "reconcile": How(settles=True), "reload": How(),
    "replay redeliver": How(settles=True), "replay reprocess": How(settles=True),
    "replay verify": How(), "replay write-off": How(),
    "report": How(), "restore": How("at rest"), "restored": How("restored", (1,)),  # until it is signed
    "restored sign": How("restored"),
    "resume": LOOK,  # 1: the book also names it for a connector that is not paused here
    "resume-all": How(),
    "serve": How(codes=(75,)),  # the folder is the running service's
    "sla": How(), "status": LOOK, "stop-all": How(),
    "store-key rotate": How(values={"OLD": "store.key", "NEW": "new.key"}),
    "summary": How(),
    "tenant create": How(), "tenant delete": How(), "tenant list": How(), "tenant resume": How(),
    "tenant suspend": How(), "tenant undelete": How(),
    "test": How(), "token create": How(), "token list": How(),
    "token revoke": How(values={"ID": lambda book: book.token()}),
    "user create": How(), "user disable": How(values={"EMAIL": lambda book: book.user()}),
    "user list": How(), "user password": How(),
    "verify": How(), "webhooks done": How(), "webhooks quarantine": How(),
}


def in_the_book(text=BOOK.read_text()):
    """Each line of the fenced blocks, and each command within a sentence, in the book's order."""
    starts = "|".join(["tidemark", "sudo", "journalctl", *OTHER_PROGRAMS])
    for found in re.finditer(rf"^```sh\n(.*?)^```|`((?:{starts}) [^`\n]*)`", text, re.S | re.M):
        lines = (found[1] or found[2]).replace("\\\n", " ").splitlines()
        yield from filter(None, (re.sub(r"\s+#.*", "", line).strip() for line in lines))


def is_others(line):
    return line.split()[0] in OTHER_PROGRAMS


def words_of(line):
    """The longest known command that a line of the book begins with, options before it left out."""
    found = re.match(r"tidemark (?:--[\w-]+ \S+ )*(.*)", BEFORE.sub("", line))
    words = found[1].split() if found else []
    return next((" ".join(words[:count]) for count in (2, 1) if " ".join(words[:count]) in COMMANDS), None)


@functools.cache
def options_of(words):
    done = subprocess.run([BUILD / "tidemark", *words.split(), "--help"], capture_output=True, text=True,
                          timeout=60)
    return set(re.findall(r"--[a-z-]+", done.stdout))


class Known(unittest.TestCase):
    def test_each_command_of_the_book_is_known(self):
        lines = list(in_the_book())
        self.assertGreater(len(lines), 80)
        named = {line: line.split()[0] if is_others(line) else words_of(line) for line in lines}
        self.assertEqual([line for line, name in named.items() if not name], [],
                         "add each to COMMANDS, or its program to OTHER_PROGRAMS with the reason")
        self.assertEqual({*COMMANDS, *OTHER_PROGRAMS} - {*named.values()}, set(), "the book has it no more")

    def test_an_option_in_a_sentence_is_one_of_a_command_of_its_section(self):
        seen = 0
        for section in re.split(r"^#+ ", BOOK.read_text(), flags=re.M):
            commands = set(map(words_of, in_the_book(section))) - {None}
            offered = set().union(*map(options_of, commands))
            named = set(re.findall(r"`(--[a-z-]+)", section))
            self.assertLessEqual(named, offered | options_of(""), section.split("\n")[0])
            seen += len(named)
        self.assertGreater(seen, 20)

    def test_the_book_stays_one(self):
        self.assertLessEqual(len(BOOK.read_text().splitlines()), LONGEST)


class HouseOfTheBook(House):
    """Has a store key, and somebody who is told of alerts."""

    def __init__(self, *given):
        self.web = WebReceiver()
        self.receivers = ({"name": "ops", "kind": "webhook", "url": self.web.url + "/hook",
                           "allow_plain": True, "secret": {"env": "ALERT_SECRET"}},)
        super().__init__(*given)
        self.stop_service()
        self.tool("store-key", "init", self.dir / "store.key")
        self.tool("store-key", "init", self.dir / "new.key")
        self.use_key("store.key")
        self.start_service()

    def use_key(self, name):
        self.serve_options = ["--store-key", str(self.dir / name)]
        self.key = {"TIDEMARK_STORE_KEY_FILE": str(self.dir / name)}

    def environment(self, more=None):
        return super().environment({"ALERT_SECRET": SIGNING, **(more or {})})

    def write_configuration(self):
        super().write_configuration()
        with open(self.dir / "tidemark.toml", "a") as file:
            file.write(f'[service_log]\ndir = "{self.dir / "logs"}"\n')

    def close(self):
        super().close()
        self.web.close()


class Book(Scenario):
    house_kind = HouseOfTheBook
    changes = {"gohighlevel": {"token": None, "oauth": CLIENT}}

    def common_checks(self):
        """The book's commands did all kinds of things; nothing of it stands in the service's lines."""
        self.assert_stderr_is_clean()

    def setUp(self):
        super().setUp()
        self.tenant = ""
        self.house.tool("connect", "gohighlevel", "--code", self.code())
        self.values = {"WHY": "the book says so", "TIME": in_hours(2), "NAME": "gohighlevel",
                       "TENANT": "beta", "KEY": ADA["phone"], "ADDRESS": ADA["phone"],
                       "EMAIL": "marisol@example.com", "TOKEN": "reports", **self.people(), **self.files(),
                       "N": self.held_webhook()}
        self.values["ID"] = self.values["DELIVERY"]

    # ---- what the commands find

    def code(self):
        return self.sandbox.control("POST", "/play/gohighlevel/install", {"user_type": "Location"})["code"]

    def people(self):
        """One whose call was refused by the CRM, and one who is opted out."""
        self.spread()
        self.sandbox.add("gohighlevel", **BO)
        self.settle()
        self.sandbox.text(BO["phone"], "STOP")
        self.sandbox.fault("gohighlevel", "/notes", status=422, times=1)
        self.sandbox.play("aloware", "call", phone=ADA["phone"], direction="outbound", outcome="completed",
                          deliveries=["initiated", "disposition"])
        self.settle()
        self.sandbox.clear_faults()
        return {"DELIVERY": self.house.events("delivery.rejected.v1")[-1]["data"]["facts"]["delivery"]}

    def token(self):
        made = self.house.tool("token", "create", "leaked", "--role", "viewer", "--reason", "to be revoked")
        return made[0]["id"]

    def user(self):
        self.house.tool("user", "create", BO["email"], "--role", "viewer", "--reason", "to be disabled")
        return BO["email"]

    def held_webhook(self):
        """The position of one that came outside its time."""
        answer = self.hooks.generic({"type": "contact.updated", "timestamp": now_text(-900),
                                     "data": {"id": "c_9", "phone": "+12025550149", "first_name": "Marisol",
                                              "updated_at": now_text(-900)}},
                                    timestamp=int(time.time()) - 900)
        self.settle()
        return answer.position

    def files(self):
        folder = self.house.dir
        beta = ["[[tenants]]", "[[tenants.connectors]]", 'name = "generic"',
                *toml_lines(connectors_at(self.house.urls)["generic"])]
        texts = {"FILE": SECRETS["SCENARIO_ALOWARE"] + "\n", "LIST": "phone\n+12025550151\n",
                 "TEXTS": "phone,direction,at,text\n"
                          "+12025550152,inbound,2025-03-04T10:00:00Z,When do you open?\n",
                 "PEOPLE": "first_name,phone\nMarisol,+12025550152\n",
                 "SETTINGS": "\n".join(beta)}
        for name, text in texts.items():
            (folder / name).write_text(text)
        self.house.tool("report", "--out", folder / "bundle")
        self.house.tool("backup", folder / "BACKUPS", "--keys", folder / "KEYS")
        return {name: folder / name for name in (*texts, "BACKUPS", "KEYS", "NEW")}

    def all_read(self):
        systems = self.house.api("/restored").json["systems"]
        return all(one["state"] in ("read_back", "cannot_be_asked") for one in systems)

    # ---- running one

    def filled(self, line, how):
        """The line as a shell runs it here."""
        own = {name: value(self) if callable(value) else value for name, value in how.values.items()}
        values = {**self.values, **own, "tidemark": BUILD / "tidemark"}
        line = BEFORE.sub("", line)
        if not words_of(line).startswith("tenant"):
            line += self.tenant
        if how.place == "at rest" and "--data" not in line:
            line += f" --data {self.house.data}"
        line = re.sub(PLACEHOLDER, lambda found: shlex.quote(str(values[found[0]])), line)
        for path, here in PLACES.items():
            line = line.replace(path, str(here(self.house)))
        return line

    def run_one(self, line):
        """What is wrong with it, or nothing."""
        how = COMMANDS[words_of(line)]
        with open(self.house.dir / "stderr" if line.startswith("journalctl") else "/dev/null", "rb") as given:
            done = subprocess.run(self.filled(line, how), shell=True, stdin=given, capture_output=True,
                                  text=True, timeout=60, cwd=self.house.dir,
                                  env=self.house.environment(self.house.key))
        if words_of(line) == "tenant create":
            self.tenant = " --tenant acme"  # there are two now: the book has one say which
        if how.settles:
            self.settle(allow_waiting=True)
        if done.returncode in how.codes and "unknown" not in done.stderr:
            return []
        said = (done.stdout + done.stderr)[-900:]
        return [f"{line}: ended with {done.returncode}, not {how.codes}: {said}"]

    def run_all(self, place):
        lines = [line for line in in_the_book()
                 if not is_others(line) and COMMANDS[words_of(line)].place == place]
        self.assertTrue(lines, place)
        return [wrong for line in lines for wrong in self.run_one(line)]

    def test_every_command_runs(self):
        wrong = self.run_all("beside")
        self.house.use_key("new.key")  # since store-key rotate
        self.house.stop_service()
        wrong += self.run_all("at rest")
        self.house.data.rename(self.house.dir / "lost")
        self.values["NEW"].rename(self.house.data)
        self.house.start_service()
        self.wait_for_api("opt-outs of meanwhile are read back", self.all_read)
        wrong += self.run_all("restored")
        self.assertEqual(wrong, [], "\n".join(wrong))
