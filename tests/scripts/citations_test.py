"""What is cited and is not there is refused; so is a folder of code without a first page."""
import unittest

from planted import PlantedCase

SHORT = "#pragma once\n/// "


class Citations(PlantedCase):
    script = "check-tidy"
    arguments = ("--house-only",)

    def setUp(self):
        super().setUp()
        self.plant("docs/rules.md", "## Ideas\n\n3. c\n\n## Rules\n\n1. a\n2. b\n\n## More\n\n3. c\n")
        self.plant("docs/requirements.md", "| O1 | a |\n| O2 | b |\n| A1.6 | c |\n\n## Threats\n\n| 6 | d |\n")
        self.plant("connectors/any/README.md", "## What it does\n\n1. a\n")

    def test_refuses_paths_that_are_not_there(self):
        self.refuses("domain/a.hpp", SHORT + "See domain/gone.hpp.\n", "domain/gone.hpp does not exist")
        self.refuses("domain/a.hpp", SHORT + "See gone.hpp.\n", "there is no gone.hpp")
        self.refuses("domain/a.hpp", SHORT + "As the plan.md says.\n", "plan.md does not exist")
        self.refuses("tests/a_test.py", '"""As docs/a.md says."""\n', "docs/a.md does not exist")
        self.refuses("docs/a.md", "see [b](b.md)\n", "b.md does not exist")

    def test_refuses_numbers_that_are_not_defined(self):
        self.refuses("domain/a.hpp", SHORT + "Kept by\n/// rule 3.\n", "rule 3 is not in docs/rules.md")
        self.refuses("domain/a.hpp", SHORT + "As idea 1 says.\n", "idea 1 is not in docs/rules.md")
        self.refuses("domain/a.hpp", SHORT + "Requirements O1 and O3.\n", "requirement O3 is not in")
        self.refuses("domain/a.hpp", SHORT + "Requirements O1 to O3.\n", "requirement O3 is not in")
        self.refuses("domain/a.hpp", SHORT + "Threats 6 and 7.\n", "threat 7 is not in")
        self.refuses("connectors/any/a.cpp", "// README fact 2\n", "fact 2 is not in connectors/any/README")

    def test_accepts_what_is_there(self):
        self.accepts("domain/lists/here.hpp", "#pragma once\n")
        self.accepts("domain/a.hpp", SHORT + "domain/lists/here.*, here.hpp, domain/{a,lists/here}.hpp, rules 1 and\n"
                     "/// 2, idea 3, requirements O1, O2 and A1.6, threat 6, connectors/any/README.md fact 1.\n")
        self.accepts("connectors/any/a.cpp", "// README fact 1\n")
        self.accepts("docs/a.md", "[rules](rules.md), the route /docs/visual\n")

    def test_looks_at_comments_only(self):
        self.accepts("domain/a.cpp", 'constexpr auto shown = "domain/gone.hpp, rule 9";\n')
        self.accepts("tests/a_test.py", 'TREE = """\ndocs/a.md\n"""\n')

    def test_refuses_a_folder_of_code_without_a_first_page(self):
        self.plant("events/README.md", "# events\n")
        self.refuses("events/format/a.cpp", "int x;\n", "events/format/README.md: each folder of code")


if __name__ == "__main__":
    unittest.main()
