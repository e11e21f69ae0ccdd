"""What the service says of itself is what Debian's Prometheus and the boards in deploy/ take it for."""
import json
import pathlib
import re
import subprocess
import tempfile

from clients import call
from scenario import Scenario

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
RULES = DEPLOY / "prometheus" / "tidemark.rules.yml"
BOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
RULE = re.compile(r"- alert: (\w+)\n +expr: (.+)\n(?: +for: .+\n)? +labels:\n +severity: (\w+)\n"
                  r" +annotations:\n((?: {10}.+\n)+)")
SERIES_OF_ALERT = re.compile(r'^tidemark_alert_active\{rule="(\w+)"\}', re.MULTILINE)
METRIC = re.compile(r"\b(?:tidemark|process)_[a-z_]+")


def promtool(*arguments, **how):
    return subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          check=False, **how)


def alerts():
    """Name, expression, severity and annotations of each rule in the file."""
    return RULE.findall(RULES.read_text())


def rule_of(expression):
    return re.fullmatch(r'tidemark_alert_active\{rule="(\w+)"\} > 0', expression).group(1)


def expressions(board):
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def judge(series, rule, is_firing, minutes=5):
    """One test of promtool: with these series, does the alert fire?"""
    name, _, severity, annotations = rule
    labels = "".join(f"          {key}: {value}\n" for key, value in re.findall(r'(\w+)="(\w+)"', series))
    fires = (f"      - exp_labels:\n          severity: {severity}\n{labels}        exp_annotations:\n"
             f"{annotations}") if is_firing else ""
    value = "" if not series else f"      - series: '{series}'\n        values: '{int(is_firing)}x10'\n"
    return (f"  - interval: 1m\n    input_series:{chr(10) + value if value else ' []' + chr(10)}"
            f"    alert_rule_test:\n    - eval_time: {minutes}m\n      alertname: {name}\n"
            f"      exp_alerts:{chr(10) + fires if fires else ' []' + chr(10)}")


class Metrics(Scenario):
    def metrics(self):
        found = call(self.house.base + "/metrics")
        self.assertEqual(found.status, 200)
        return found.body if isinstance(found.body, str) else found.body.decode()

    def move_something(self):
        self.house.sandbox.add("gohighlevel", firstName="Ana", phone="+12025550142", email="ana@example.com")
        self.settle()

    def test_they_have_the_form_that_prometheus_takes(self):
        self.move_something()
        judged = promtool("check", "metrics", input=self.metrics())
        self.assertEqual((judged.returncode, judged.stdout, judged.stderr), (0, "", ""))

    def test_each_alert_has_a_rule(self):
        named = [rule_of(one[1]) for one in alerts() if "absent" not in one[1]]
        self.assertEqual(sorted(named), sorted(SERIES_OF_ALERT.findall(self.metrics())))
        judged = promtool("check", "rules", RULES)
        self.assertEqual(judged.returncode, 0, judged.stderr)
        self.assertEqual(len(alerts()), RULES.read_text().count("- alert:"))

    def test_each_rule_fires_and_does_not(self):
        tests = []
        for rule in alerts():
            if "absent" in rule[1]:
                tests += [judge("", rule, True), judge("", rule, False, minutes=1)]
                continue
            series = f'tidemark_alert_active{{rule="{rule_of(rule[1])}"}}'
            tests += [judge(series, rule, True), judge(series, rule, False)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write(f"rule_files: [{RULES}]\nevaluation_interval: 1m\ntests:\n" + "".join(tests))
            file.flush()
            judged = promtool("test", "rules", file.name)
        self.assertEqual(judged.returncode, 0, judged.stdout + judged.stderr)

    def test_every_metric_that_rules_and_boards_name_is_there(self):
        self.move_something()
        shown = set(re.findall(r"^([a-z_]+)(?:\{| )", self.metrics(), re.MULTILINE))
        for board in map(json.loads, (path.read_text() for path in BOARDS)):
            variables = [one["query"] for one in board["templating"]["list"]]
            named = set(METRIC.findall(" ".join(expressions(board) + variables)))
            self.assertGreater(len(named), 4)
            self.assertEqual(named - shown, set(), board["title"])
        self.assertEqual(set(METRIC.findall(" ".join(one[1] for one in alerts()))) - shown, set())

    def test_boards_have_no_data_source_of_their_own(self):
        self.assertEqual(len(BOARDS), 3)
        for path in BOARDS:
            board = json.loads(path.read_text())
            self.assertEqual(board["templating"]["list"][0]["type"], "datasource")
            sources = re.findall(r'"uid": "([^"]+)"', path.read_text())
            self.assertEqual(set(sources), {"${datasource}", board["uid"]})
            self.assertNotIn("__inputs", board)

    def test_what_boards_ask_is_a_question(self):
        asked = [expression for path in BOARDS for expression in expressions(json.loads(path.read_text()))]
        rules = "".join(f"  - record: asked_{number}\n    expr: '{plain(expression)}'\n"
                        for number, expression in enumerate(asked))
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            file.write("groups:\n- name: boards\n  rules:\n" + rules)
            file.flush()
            judged = promtool("check", "rules", file.name)
        self.assertEqual(judged.returncode, 0, judged.stdout + judged.stderr)


def plain(expression):
    return expression.replace("$tenant", ".*").replace("$connector", ".*")
