"""Prism (https://stoplight.io/open-source/prism) as a judge between the engine and a sandbox vendor.

    engine -> OpenapiJudge -> Prism with a vendor's document -> Relay -> sandbox

Prism refuses with --errors what does not fit the document. The judge keeps every complaint, lets the request
go on so that one run finds them all, and counts what had none by operation. The documents are the vendors'
own and no part of this project: tests that need them are skipped where they are absent.
"""
import collections
import dataclasses
import itertools
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import urllib.parse

import packages
from relay import Answer, Relay, forward

ROOT = pathlib.Path(__file__).resolve().parents[2]
CONTRACTS = pathlib.Path(os.environ.get("TIDEMARK_CONTRACTS", ROOT.parent / "shared/contracts"))
PROBLEMS = "https://stoplight.io/prism/errors#"


@dataclasses.dataclass(frozen=True)
class SpecError:
    """A complaint that is the document's fault: an error of the vendor's own document, not of a request."""
    operation: str  # such as POST /contacts/
    complaint: str  # a part of Prism's words, or of ours
    reason: str


def documents_named(names):
    """The vendor's documents of these names, or None where one is absent."""
    paths = [CONTRACTS / "openapi" / name for name in names]
    return [json.loads(path.read_text()) for path in paths] if all(map(pathlib.Path.exists, paths)) else None


def merged(documents):
    """One document of several; each keeps its schemas under names of its own."""
    out = {"openapi": "3.0.0", "info": {"title": "merged", "version": "1"}, "paths": {}, "components": {}}
    for number, document in enumerate(documents):
        text = json.dumps(document).replace("#/components/schemas/", f"#/components/schemas/of{number}_")
        document = json.loads(text)
        out["paths"].update(document["paths"])
        for kind, parts in document["components"].items():
            prefix = f"of{number}_" if kind == "schemas" else ""
            named = {prefix + name: part for name, part in parts.items()}
            out["components"].setdefault(kind, {}).update(named)
    return out


def closed(document):
    """The document with request bodies that name all their members: Prism lets others pass, the vendor does
    not (422 "property … should not exist")."""
    def close(schema, seen):
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            if name in seen:
                return
            seen.add(name)
            schema = document["components"]["schemas"][name]
        if schema.get("properties"):
            schema.setdefault("additionalProperties", False)
        for each in [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]:
            close(each, seen)

    for operations in document["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                close(content.get("schema", {}), set())
    return document


class Prism:
    """The process: a proxy that refuses what does not fit the document."""

    def __init__(self, document, upstream):
        self.said = collections.deque(maxlen=20)  # lines
        program = packages.ensure() / ".bin/prism"
        self.file = tempfile.NamedTemporaryFile("w", suffix=".json")  # stays: Prism watches it
        self.file.write(json.dumps(document))
        self.file.flush()
        command = [program, "proxy", self.file.name, upstream, "--errors", "--port", "0"]
        self.process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.url = self.address()

    def address(self):
        for line in self.process.stdout:
            self.said.append(line)
            if found := re.search(r"listening on (http://[\w.:]+)", line):
                threading.Thread(target=self.listen, daemon=True).start()  # or it fills its pipe
                return found[1]
        raise AssertionError("Prism did not start: " + "".join(self.said))

    def listen(self):
        self.said.extend(self.process.stdout)

    def ask(self, request, number):
        try:
            return forward(self.url, request, [("X-Judged", number)])
        except OSError as failed:
            return Answer(500, [], f"no answer of Prism: {failed}; it said {''.join(self.said)}".encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        self.file.close()


class OpenapiJudge(Relay):
    """`passed`: operation to count. `complaints`: "operation: Prism's words", of requests and of answers."""

    def __init__(self, documents, upstream, spec_errors=()):
        document = closed(merged(documents))
        literal_first = sorted(document["paths"].items(), key=lambda each: "{" in each[0])
        self.paths = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"), path, operations)
                      for path, operations in literal_first]
        self.passed, self.complaints, self.used = collections.Counter(), [], set()
        self.spec_errors, self.numbers = spec_errors, itertools.count(1)
        self.schemas = document["components"]["schemas"]
        self.behind = Relay(upstream)  # sees what the vendor really answered
        self.prism = Prism(document, self.behind.url)
        super().__init__(upstream)

    def close(self):
        super().close()
        self.prism.close()
        self.behind.close()

    def unused(self):
        return [each for each in self.spec_errors if each not in self.used]

    def operation(self, method, path):
        """(name, description) of the operation, or None when no document has it."""
        for pattern, template, operations in self.paths:
            if pattern.match(path) and method.lower() in operations:
                return f"{method} {template}", operations[method.lower()]
        return None

    def answer(self, request):
        path, _, query = request.target.partition("?")
        operation = self.operation(request.method, path)
        if operation:
            return self.judged(request, *operation, query)
        with self.guard:
            self.complaints.append(f"{request.method} {path}: no document has this operation")
        return forward(self.upstream, request)

    def judged(self, request, name, description, query):
        number = str(next(self.numbers))
        answer = self.prism.ask(request, number)
        complaints = self.complaints_of(answer) + self.undeclared(request, description, query)
        with self.guard:
            kept = [f"{name}: {words}" for words in complaints if not self.excused(name, words)]
            self.complaints += kept
            if not kept:
                self.passed[name] += 1
            real = next((a for r, a in self.behind.seen if r.header("X-Judged") == number), None)
        return real or forward(self.upstream, request)

    def undeclared(self, request, description, query):
        """Complaints of query parameters and members of forms that Prism passes over."""
        declared = {each["name"] for each in description.get("parameters", []) if each["in"] == "query"}
        out = [f"query parameter {given} is not declared" for given, _ in urllib.parse.parse_qsl(query, True)
               if given not in declared]
        contents = description.get("requestBody", {}).get("content", {})
        if form := contents.get("application/x-www-form-urlencoded"):
            members = self.schemas[form["schema"]["$ref"].rsplit("/", 1)[1]]["properties"]
            sent = urllib.parse.parse_qsl(request.body.decode(), True)
            out += [f"member {given} of the form is not declared"
                    for given, _ in sent if given not in members]
        return out

    @staticmethod
    def complaints_of(answer):
        if answer.body.startswith(b"no answer of Prism"):
            return [answer.body.decode()]
        if not (answer.header("content-type") or "").startswith("application/problem+json"):
            return []
        problem = json.loads(answer.body)
        assert problem["type"].startswith(PROBLEMS), problem
        found = [f"{'.'.join(map(str, each['location']))}: {each['message']}"
                 for each in problem.get("validation", [])]
        return found or [problem["title"] + ": " + problem["detail"]]

    def excused(self, operation, words):
        for each in self.spec_errors:
            if each.operation == operation and each.complaint in words:
                self.used.add(each)
                return True
        return False
