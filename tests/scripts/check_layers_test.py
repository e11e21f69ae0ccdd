"""Planted breaks of the structure are refused; what is right is not."""
import subprocess
import unittest

from planted import PlantedCase, ROOT

TOOLS = """
tidemark_library(base)
tidemark_library(config DIRECTORY app/config PUBLIC tidemark_base)
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
        self.accepts("gateway/a.cpp", '#include "storage/log_store.hpp"\n')

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
        for path, header in [("actors/a.hpp", "caf/all.hpp"), ("storage/a.cpp", "rocksdb/db.h"),
                             ("gateway/a.hpp", "boost/beast.hpp"),
                             ("actors/http/http_client.cpp", "curl/curl.h"),
                             ("connectors/v/a.cpp", "simdjson.h"), ("tests/storage/a.cpp", "rocksdb/db.h")]:
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
        self.accepts("domain/a.cpp", '// std::mutex and ::now() are refused\nauto s = "std::getenv(";\n')
        self.accepts("domain/b.cpp", "int at = json.time(now); bool operand = 1'000 == 1'000;\n")
        self.accepts("actors/a.cpp", "#include <thread>\nauto t = std::chrono::steady_clock::now();\n")

    def test_refuses_tools_that_could_send(self):
        self.accepts("CMakeLists.txt", TOOLS)
        direct = TOOLS.replace("CLI11::CLI11)", "tidemark_actors)")
        self.refuses("CMakeLists.txt", direct, "must not link tidemark_actors")
        through = TOOLS.replace("PUBLIC tidemark_base)", "PUBLIC tidemark_actors)")
        way = "tidemark -> tidemark_config -> tidemark_actors -> PkgConfig::CURL"
        self.refuses("CMakeLists.txt", through, way)

    def test_refuses_a_new_folder_without_a_rule(self):
        self.refuses("magic/a.cpp", "int main() {}\n", "magic/: has code but no line")


if __name__ == "__main__":
    unittest.main()
