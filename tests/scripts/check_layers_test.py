"""Planted breaks of the structure are refused; what is right is not."""
import shutil
import subprocess
import unittest

from planted import PlantedCase, ROOT

TOOLS = """
tidemark_library(base)
tidemark_library(config PUBLIC tidemark_base)
tidemark_library(actors PUBLIC tidemark_base PRIVATE PkgConfig::CURL)
tidemark_program(tidemark DIRECTORY replay-tools LIBRARIES tidemark_config CLI11::CLI11)
"""


class CheckLayers(PlantedCase):
    script = "check-layers"

    def test_accepts_this_repository(self):
        run = subprocess.run([ROOT / "script/check-layers"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_refuses_includes_against_the_direction(self):
        for path, include in [("base/a.hpp", "events/a.hpp"), ("events/a.cpp", "domain/a.hpp"),
                              ("domain/a.hpp", "connectors/a.hpp"), ("projections/a.cpp", "storage/a.hpp"),
                              ("connectors/v/a.cpp", "gateway/a.hpp"), ("storage/a.cpp", "domain/a.hpp"),
                              ("gateway/a.cpp", "actors/a.hpp"), ("config/a.cpp", "actors/a.hpp"),
                              ("replay-tools/a.cpp", "actors/a.hpp"), ("replay-tools/a.cpp", "gateway/a.hpp"),
                              ("replay-tools/a.cpp", "app/a.hpp"), ("sandbox/a.cpp", "events/a.hpp")]:
            with self.subTest(path=path, include=include):
                self.refuses(path, f'#include "{include}"\n', f"{path}:1: ")

    def test_refuses_a_store_in_the_gateway_but_not_the_log_interface(self):
        self.refuses("gateway/a.cpp", '#include "storage/log/rocks_log.hpp"\n',
                     "may include of storage/ only")
        self.accepts("gateway/api/a.cpp", '#include "storage/log_store.hpp"\n')

    def test_refuses_an_include_without_its_folder(self):
        self.refuses("base/a.cpp", '#include "b.hpp"\n', "write the path from the root")

    def test_refuses_libraries_outside_their_homes(self):
        for path, header in [("domain/a.cpp", "caf/all.hpp"), ("gateway/a.cpp", "caf/all.hpp"),
                             ("config/a.hpp", "toml++/toml.h"), ("projections/a.cpp", "rocksdb/db.h"),
                             ("storage/a.hpp", "rocksdb/db.h"), ("actors/a.cpp", "boost/beast.hpp"),
                             ("actors/contact.cpp", "curl/curl.h"), ("replay-tools/a.cpp", "curl/curl.h"),
                             ("base/a.hpp", "simdjson.h"), ("gateway/a.cpp", "simdjson.h"),
                             ("events/a.cpp", "nlohmann/json.hpp"), ("storage/a.cpp", "gtest/gtest.h")]:
            with self.subTest(path=path, header=header):
                self.refuses(path, f"#include <{header}>\n", f"<{header}> belongs in")

    def test_accepts_libraries_in_their_homes(self):
        for path, header in [("actors/ports/a.hpp", "caf/all.hpp"), ("storage/log/a.cpp", "rocksdb/db.h"),
                             ("gateway/http/a.hpp", "boost/beast.hpp"),
                             ("actors/http/http_client.cpp", "curl/curl.h"),
                             ("connectors/verity/a.cpp", "simdjson.h"),
                             ("tests/storage/a.cpp", "rocksdb/db.h")]:
            with self.subTest(path=path):
                self.accepts(path, f"#include <{header}>\n")

    def test_refuses_in_pure_folders_what_would_make_results_differ(self):
        for line in ["auto t = std::chrono::system_clock::now();", "long s = std::time(nullptr);",
                     "std::random_device seed;", "#include <random>", "auto home = std::getenv(name);",
                     "#include <thread>", "std::mutex lock;", "thread_local int count = 0;",
                     "#include <fstream>", "std::unordered_map<int, int> by_id;", "#include <unordered_set>",
                     "fmt::print(text);", "#include <iostream>", "std::atomic<int> n;"]:
            for folder in ("events", "domain", "projections", "connectors/v"):
                with self.subTest(folder=folder, line=line):
                    self.refuses(f"{folder}/a.cpp", line + "\n", f"{folder}/a.cpp:1: no ")

    def test_accepts_the_same_words_in_comments_text_and_other_folders(self):
        self.accepts("domain/rules/a.cpp", '// std::mutex and ::now() are refused\nauto s = "std::getenv(";\n')
        self.accepts("domain/rules/b.cpp", "int at = json.time(now); bool operand = 1'000 == 1'000;\n")
        self.accepts("actors/ports/a.cpp", "#include <thread>\nauto t = std::chrono::steady_clock::now();\n")

    def test_refuses_tools_that_could_send(self):
        self.accepts("CMakeLists.txt", TOOLS)
        direct = TOOLS.replace("CLI11::CLI11)", "tidemark_actors)")
        self.refuses("CMakeLists.txt", direct, "must not link tidemark_actors")
        through = TOOLS.replace("PUBLIC tidemark_base)", "PUBLIC tidemark_actors)")
        way = "tidemark -> tidemark_config -> tidemark_actors -> PkgConfig::CURL"
        self.refuses("CMakeLists.txt", through, way)

    def test_refuses_a_new_folder_without_a_rule(self):
        self.refuses("magic/a.cpp", "int main() {}\n", "magic/: has code but no line")

    def test_refuses_an_include_upward_inside_a_layer(self):
        for path, include in [("domain/rules/command.hpp", "domain/consent/suppression.hpp"),
                              ("domain/contacts/state.hpp", "domain/sync/observation.hpp"),
                              ("domain/sync/deletion.hpp", "domain/decide.hpp"),
                              ("domain/intake/draft.hpp", "domain/interpret.hpp"),
                              ("events/format/schema.hpp", "events/contact.hpp"),
                              ("base/time.hpp", "base/text/phone.hpp"),
                              ("connectors/connector.hpp", "connectors/shared/inbound.hpp"),
                              ("gateway/api/context.hpp", "gateway/dispatch.hpp"),
                              ("storage/folder/anchor.hpp", "storage/log/writer.hpp"),
                              ("sandbox/world/http/url.hpp", "sandbox/world/gate.hpp")]:
            with self.subTest(path=path, include=include):
                self.refuses(path, f'#include "{include}"\n', "goes up in LAYERS' order")

    def test_refuses_a_loop_of_rooms(self):
        self.accepts("domain/sync/a.hpp", '#include "domain/consent/b.hpp"\n')
        self.refuses("domain/consent/b.hpp", '#include "domain/sync/a.hpp"\n', "goes up")
        self.plant("domain/lists/a.hpp", '#include "domain/consent/b.hpp"\n')
        self.refuses("domain/consent/b.hpp", '#include "domain/lists/a.hpp"\n', "goes sideways")

    def test_accepts_includes_downward_and_within_a_room(self):
        self.accepts("domain/sync/a.hpp", '#include "domain/rules/b.hpp"\n#include "domain/sync/c.hpp"\n')
        self.accepts("domain/decide.cpp", '#include "domain/decide.hpp"\n#include "domain/evolve.hpp"\n')

    def test_refuses_a_file_without_a_place(self):
        self.refuses("domain/a.cpp", "int a;\n", "domain/a.cpp: has no place in the order")
        self.refuses("domain/magic/a.cpp", "int a;\n", "domain/magic/a.cpp: has no place in the order")
        self.refuses("storage/log/more/a.cpp", "int a;\n", "has no place in the order")

    def test_refuses_a_crowded_folder(self):
        for number in range(24):
            self.plant(f"domain/sync/f{number}.hpp", "#pragma once\n")
        self.accepts("domain/sync/last.cpp", "int a;\n")
        self.refuses("domain/sync/more.cpp", "int a;\n", "domain/sync/: 26 files of code: 25 at most")

    def test_refuses_a_room_that_only_the_tests_have(self):
        self.accepts("tests/domain/sync/a_test.cpp", "int a;\n")
        self.accepts("tests/domain/given.hpp", "#pragma once\n")
        self.refuses("tests/domain/magic/a_test.cpp", "int a;\n", "tests/ mirrors the rooms")

    def test_refuses_a_place_in_the_order_that_is_empty(self):
        tree = self.root / "tree"
        shutil.copytree(ROOT / "script", tree / "script")
        run = subprocess.run([tree / "script/check-layers"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertIn("sync/ of domain/ is in the order, but no file is there", run.stdout)

    def test_prints_the_table_that_the_readme_has(self):
        run = subprocess.run([ROOT / "script/check-layers", "--table"], capture_output=True, text=True)
        readme = (ROOT / "README.md").read_text()
        shown = readme.split("<!-- house: begin (script/check-layers --table) -->\n")[1]
        self.assertEqual(shown.split("<!-- house: end -->")[0], run.stdout,
                         "README.md: put the output of script/check-layers --table between its two marks")


if __name__ == "__main__":
    unittest.main()
