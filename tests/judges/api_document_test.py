"""The API document judged by Ajv: every answer that the scenarios got fits it, and nothing it does not tell of."""
import copy
import json
import os
import pathlib
import subprocess
import tempfile

import exchanges
import packages
from clients import call
from scenario import ADA, Scenario

HERE = pathlib.Path(__file__).resolve().parent


def judge(document, lines):
    packages.ensure()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(document, file)
        file.flush()
        done = subprocess.run(["node", HERE / "answers.mjs", file.name], input="".join(lines), text=True,
                              capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    return json.loads(done.stdout)


def kept_lines():
    folder = pathlib.Path(os.environ.get(exchanges.WHERE, exchanges.FOLDER))
    for path in sorted(folder.glob("*.ndjson")):
        yield from path.read_text().splitlines(keepends=True)


class ApiDocument(Scenario):
    def setUp(self):
        super().setUp()
        self.lines = []
        self.document = call(self.house.base + "/api/v1/openapi.json").json

    def ask(self, path):
        answer = self.house.api(path)
        self.lines.append(json.dumps({"method": "GET", "path": "/api/v1" + path.partition("?")[0],
                                      "status": answer.status, "body": answer.body.decode()}) + "\n")
        return answer

    def ask_all(self):
        """Everything that can be asked without an id, and what the lists lead to."""
        self.sandbox.add("gohighlevel", **ADA)
        self.settle()
        for path, ways in self.document["paths"].items():
            if "get" in ways and "{" not in path and path.startswith("/api/v1/") and "/docs" not in path:
                self.ask(path.removeprefix("/api/v1"))
        for listed in ("contacts", "deliveries", "events"):
            found = self.ask(f"/{listed}?limit=1").json["items"][0]
            self.ask(f"/{listed}/{found.get('id') or found.get('delivery') or found.get('position')}")
        self.ask("/contacts?limit=1000")
        self.ask("/contacts?fone=1")

    def test_each_answer_fits_and_a_member_that_is_not_told_of_is_found(self):
        self.ask_all()
        found = judge(self.document, self.lines)
        self.assertEqual(found["complaints"], {})
        self.assertGreater(found["judged"], 30)
        # The judge can complain: of a member that the document lacks, and of one of another type.
        poorer = copy.deepcopy(self.document)
        del poorer["components"]["schemas"]["contact"]["properties"]["tags"]
        poorer["components"]["schemas"]["contact"]["required"].remove("tags")
        poorer["components"]["schemas"]["event"]["properties"]["position"]["type"] = "string"
        complaints = judge(poorer, self.lines)["complaints"]
        self.assertTrue(any("tags" in each for each in complaints), complaints)
        self.assertTrue(any("must be string" in each for each in complaints), complaints)

    def test_what_the_scenarios_were_answered_fits(self):
        lines = list(kept_lines())
        if not lines:
            self.skipTest("no scenario has left its answers in build/exchanges; run the suite scenarios first")
        found = judge(self.document, lines)
        seen = found["seen"]
        print(f"{found['judged']} answers judged, of {len(seen)} kinds (operation and status)", flush=True)
        self.assertEqual(found["complaints"], {})
