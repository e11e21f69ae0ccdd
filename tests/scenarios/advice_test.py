"""Advice holds: every command and route that a reason or an alert names is there."""
import re
import subprocess

from clients import call
from house import BUILD, ROOT, SECRETS
from scenario import Scenario

# Texts that advise: reasons, alerts, refusals of the API, what the tools say, and the handbooks.
SOURCES = [ROOT / "events/format/reasons.def", ROOT / "events/format/reason.cpp",
           *sorted((ROOT / "gateway").rglob("*.cpp")), *sorted((ROOT / "replay-tools").rglob("*.cpp"))]
HANDBOOKS = [ROOT / "docs" / f"{name}.md" for name in (
    "operating", "installing", "watching", "alerts", "deliveries", "contacts", "carried-over", "backup",
    "secrets", "access", "debugging-a-missed-sync", "auditing-opt-outs")]
# Of these a sentence names the program, not a command of it.
NO_COMMAND = {"tools", "data", "service", "serve"}


def sentences():
    """What each source says to people: its literals, put together where the compiler does so."""
    for path in SOURCES:
        text = re.sub(r'"\s*\n?\s*"', "", path.read_text())
        text = re.sub(r'"\s*\+\s*[\w.:>()-]+\s*\+\s*"', "{}", text)  # a value between
        for literal in re.findall(r'"((?:[^"\\\n]|\\.)*)"', text):
            yield path.name, literal.replace('\\"', '"')
    for path in HANDBOOKS:
        for code in re.findall(r"`([^`\n]+)`", path.read_text()):
            yield path.name, code


def commands():
    """(where, words and options) of each `tidemark ...` that is advised."""
    for where, text in sentences():
        for found in re.finditer(r"\btidemark ((?:[a-z][a-z-]* ?){1,2})([^.;`,]*)", text):
            words = found[1].split()
            if words and words[0] not in NO_COMMAND | {"is", "was", "has"}:
                yield where, words, re.findall(r"(--[a-z-]+)", found[2])


def routes():
    for where, text in sentences():
        for method, path in re.findall(r"\b(GET|POST) (/api/v1/[A-Za-z0-9_{}/-]*)", text):
            yield where, method, path


class Advice(Scenario):
    def known(self, *words):
        done = subprocess.run([BUILD / "tidemark", *words, "--help"], capture_output=True, text=True,
                              timeout=60)
        usage = re.search(r"^(?:Usage: )?\S*tidemarkd? (.*)$", done.stdout, re.MULTILINE)
        # Of a word that it does not know, a group shows its own help.
        lost = not usage or (len(words) > 1 and re.search(r" SUBCOMMAND$", usage[1]))
        return None if done.returncode or lost else done.stdout

    def test_every_command_that_is_advised_is_there_with_its_options(self):
        seen = 0
        help_of = {}
        for where, words, options in commands():
            key = tuple(words)
            if key not in help_of:  # a second word may be a value, such as a connector
                help_of[key] = self.known(*words)
            text = help_of[key]
            self.assertIsNotNone(text, f"{where} advises tidemark {' '.join(words)}")
            for option in options:
                self.assertIn(option, text, f"{where} advises tidemark {' '.join(words)} {option}")
            seen += 1
        self.assertGreater(seen, 20)

    def test_every_route_that_is_advised_is_there(self):
        token = [("Authorization", "Bearer " + SECRETS["SCENARIO_API"]), ("Content-Type", "application/json")]
        seen = set()
        for where, method, path in routes():
            filled = re.sub(r"\{[^}]*\}|(?<=/)[A-Z]+(?=/|$)", "1", path)
            filled += "1" if filled.endswith("/") else ""  # a value that is put behind
            if (method, filled) in seen:
                continue
            seen.add((method, filled))
            body = b"{}" if method == "POST" else None
            answer = self.wait_for("the API takes a request", lambda: next((a for a in [
                call(self.house.base + filled, method, body, token)] if a.status != 429), None))
            missing = answer.status == 405 or "there is nothing at this path" in str(answer.body)
            self.assertFalse(missing, f"{where} advises {method} {path}: {answer.status} {answer.body}")
        self.assertGreater(len(seen), 5)

    def test_nothing_is_promised_that_no_command_does(self):
        for where, text in sentences():
            self.assertNotIn("be reprocessed", text, where)
            self.assertNotRegex(text, r"tidemark log show [A-Z]+ --with-bodies(?! --reveal --reason)", where)
