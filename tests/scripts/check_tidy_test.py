"""Planted breaks of the style are refused; what is right is not."""
import subprocess
import sys
import unittest

from planted import PlantedCase, ROOT

sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "script"))
import retired_words


def function_of(lines, head="int f(int x)"):
    return head + " {\n" + "  x += 1;\n" * (lines - 2) + "}\n"


class CheckTidy(PlantedCase):
    script = "check-tidy"
    arguments = ("--house-only",)

    def test_accepts_this_repository(self):
        run = subprocess.run([ROOT / "script/check-tidy", "--house-only"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_refuses_long_functions_wherever_they_stand(self):
        for name, text in {
            "free": function_of(71),
            "in a namespace": "namespace a::b {\n" + function_of(71) + "}\n",
            "member": "class C : B {\npublic:\n" + function_of(71, "int f() const override") + "};\n",
            "after a brace in text": 'char c = \'{\'; auto s = "{";\n' + function_of(71),
            "with initialisers": function_of(71, "C::C(int x) : a_{x}, b_{1}"),
            "template": function_of(71, "template <class T>\nauto f(T x) -> decltype(x)"),
            "lambda inside": "int f() {\n  auto g = [] {\n" + "    call();\n" * 70 + "  };\n}\n",
            "test": function_of(71, "TEST(Suite, SaysSo)"),
        }.items():
            with self.subTest(name):
                self.refuses("domain/a.cpp", text, "at most")

    def test_accepts_functions_up_to_the_limit(self):
        table = "int table[] = {\n" + "  1,\n" * 100 + "};\n"
        self.accepts("domain/a.cpp", function_of(70) + table + function_of(60))

    def test_refuses_long_files_and_lines(self):
        self.refuses("domain/a.cpp", "int x;\n" * 601, "600 at most")
        self.refuses("domain/a.cpp", "int " + "x" * 120 + ";\n", "110 at most")

    def test_refuses_leftovers(self):
        self.refuses("domain/a.cpp", "// TO" "DO later\n", "leftover")
        self.refuses("docs/a.md", "FIX" "ME\n", "leftover")
        self.refuses("domain/a.cpp", "int x; \n", "white space")
        self.refuses("domain/a.cpp", "int x;", "does not end")
        self.refuses("domain/a.cpp", "\tint x;\n", "tab")
        self.refuses("docs/a.md", "see /wo" "rk/main\n", "path of one machine")
        self.refuses("domain/a.hpp", "int x;\n", "#pragma once")

    def test_refuses_secrets_compared_in_varying_time(self):
        for line in ["if (std::memcmp(a, b, 3) == 0)",
                     "if (signature == expected)", "return given != secret;",
                     "if (expected == settings.secret().reveal())", "if (password() == other)"]:
            with self.subTest(line):
                self.refuses("gateway/a.cpp", line + "\n", "equal_constant_time")

    def test_accepts_comparisons_that_tell_nothing(self):
        for line in ['if (signature == "")', "if (secret == nullptr)",
                     "if (memcmp(a, b, 16)) // not secret: hosts",
                     "if (kind == SettingKind::secret)", "if (kind != Kind::secret && other)"]:
            with self.subTest(line):
                self.accepts("gateway/a.cpp", line + "\n")

    def test_refuses_hashes_as_text_in_decisions(self):
        for line in ["const auto hash = hash16_from_hex(text);", "return to_hex(card.phones.front());"]:
            with self.subTest(line):
                self.refuses("domain/identity/a.cpp", line + "\n", "hex in domain/")
        self.accepts("projections/a.cpp", "return to_hex(card.phones.front());\n")
        self.accepts("domain/identity/a.cpp", "int x; // to_hex is for the codec\n")

    def test_refuses_printing_outside_programs(self):
        self.refuses("storage/a.cpp", "std::cout << 1;\n", "only programs print")
        self.refuses("config/a.cpp", 'fmt::print("x");\n', "only programs print")
        self.accepts("replay-tools/a.cpp", "std::cout << 1;\n")

    def test_refuses_a_changelog_without_its_unreleased_section(self):
        self.refuses("CHANGELOG.md", "# Changelog\n", "Unreleased")

    def test_warns_of_a_class_with_more_than_one_idea(self):
        members = "class Wide {\n" + "  int f();\n" * 149 + "};\n"
        self.accepts("domain/rules/a.hpp", "#pragma once\n" + members)
        self.assertIn("domain/rules/a.hpp:2: Wide has 151 lines: aim for 150", self.run_check().stdout)
        self.accepts("domain/rules/a.hpp", "#pragma once\n" + members.replace("  int f();\n", "", 1))
        self.assertNotIn("Wide", self.run_check().stdout)

    def test_refuses_retired_words_in_identifiers(self):
        for line in ["auto glimpse = 1;", "struct RecordGlimpse {};", "void chain_standing_of(int x);",
                     "class MovedRecords;"]:
            with self.subTest(line):
                self.refuses("domain/rules/a.cpp", line + "\n", "is retired: the field says")

    def test_accepts_retired_words_in_prose_and_in_other_words(self):
        for line in ["// a glimpse of it", 'auto s = "chain_standing";', "int glimpses = 0;",
                     "TEST(Calls, AGlimpseIsEnough) {}"]:
            with self.subTest(line):
                self.accepts("tests/domain/rules/a.cpp", line + "\n")

    def test_knows_every_retired_word(self):
        words = retired_words.RetiredWords()
        for word in {*retired_words.STEMS, *retired_words.NAMES}:
            with self.subTest(word):
                self.assertTrue(list(words.check("a.cpp", [f"int {word};"])))
        self.assertFalse(list(words.check("a.cpp", ["int told, worldwide, happened;"])))


if __name__ == "__main__":
    unittest.main()
