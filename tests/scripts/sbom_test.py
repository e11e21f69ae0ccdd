"""What the programs are made of is named, all of it; the same build gives the same bytes (requirement G18)."""
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TIDEMARK_BUILD", ROOT / "build/release"))


def load():
    loader = importlib.machinery.SourceFileLoader("sbom", str(ROOT / "script/sbom"))
    spec = importlib.util.spec_from_loader("sbom", loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@unittest.skipUnless((BUILD / "tidemarkd").exists(), "there is no build to look at")
class Sbom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.out = pathlib.Path(cls.folder.name)
        cls.make(cls.out)
        cls.spdx = json.loads((cls.out / "tidemark.spdx.json").read_text())
        cls.cyclonedx = json.loads((cls.out / "tidemark.cdx.json").read_text())

    @staticmethod
    def make(folder):
        subprocess.run([ROOT / "script/sbom", "--build", BUILD, "--out", folder], check=True,
                       capture_output=True)

    def named(self):
        return {one["name"] for one in self.cyclonedx["components"]}

    def test_every_library_that_is_loaded_is_named(self):
        for program in ("tidemark", "tidemarkd"):
            for line in subprocess.run(["ldd", BUILD / program], capture_output=True, text=True,
                                       check=True).stdout.splitlines():
                path = next((word for word in line.split() if word.startswith("/")), None)
                if path is None:
                    continue  # the kernel's own
                owner = subprocess.run(["dpkg", "-S", os.path.realpath(path)], capture_output=True, text=True)
                if owner.returncode != 0:  # dpkg knows it without /usr
                    owner = subprocess.run(["dpkg", "-S", os.path.realpath(path).removeprefix("/usr")],
                                           capture_output=True, text=True, check=True)
                self.assertIn(owner.stdout.split(":")[0], self.named(), path)

    def test_libraries_of_headers_alone_are_named_too_and_those_of_tests_are_not(self):
        self.assertLessEqual({"nlohmann-json3-dev", "libcli11-dev", "libtomlplusplus-dev",
                              "libboost1.74-dev"}, self.named())
        self.assertFalse({"libgtest-dev", "librapidcheck-dev"} & self.named())

    def test_what_is_in_the_console_is_named_too_and_what_only_makes_it_is_not(self):
        self.assertLessEqual({"preact", "@preact/signals", "@preact/signals-core"}, self.named())
        self.assertFalse({"esbuild", "typescript", "playwright-core"} & self.named())
        purls = {one["purl"] for one in self.cyclonedx["components"]}
        self.assertIn("pkg:npm/%40preact/signals@2.11.4", purls)

    def test_both_forms_name_the_same_and_say_how_it_is_used(self):
        packages = {one["name"] for one in self.spdx["packages"]} - {"tidemark"}
        self.assertEqual(packages, self.named())
        self.assertEqual(len(self.spdx["relationships"]), len(packages) + 1)
        self.assertEqual(self.spdx["spdxVersion"], "SPDX-2.3")
        self.assertEqual((self.cyclonedx["bomFormat"], self.cyclonedx["specVersion"]), ("CycloneDX", "1.5"))
        ids = {one["SPDXID"] for one in self.spdx["packages"]} | {"SPDXRef-DOCUMENT"}
        for one in self.spdx["relationships"]:
            self.assertLessEqual({one["spdxElementId"], one["relatedSpdxElement"]}, ids)

    def test_the_same_build_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as again:
            self.make(again)
            for name in ("tidemark.spdx.json", "tidemark.cdx.json"):
                self.assertEqual((pathlib.Path(again) / name).read_bytes(), (self.out / name).read_bytes())

    def test_a_file_of_no_package_is_refused(self):
        module = load()
        with self.assertRaises(SystemExit) as refused:
            module.packages_of([("/usr/local/lib/libnobody.so.1", "DYNAMIC_LINK")])
        self.assertIn("libnobody", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
