"""What every release left behind is opened, verified, recomputed, rebuilt and served by today's build."""
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile
import unittest

from clients import GENERIC_SECRET, call
from house import BUILD, PATIENCE, House, wait_for

RELEASES = pathlib.Path(__file__).resolve().parent.parent / "golden/releases"
API_TOKEN = "a-token-of-the-releases-test"


class Release:
    """One release's data folder and configuration, unpacked."""

    def __init__(self, archive, folder):
        with tarfile.open(archive) as packed:
            packed.extractall(folder)
        self.data, self.configuration = folder / "data", folder / "tidemark.toml"

    def tool(self, *arguments, codes=(0,)):
        return House.tool(None, *arguments, data=self.data, codes=codes)

    def evidence(self):
        """The audit of all opt-outs; without the summary, which tells when it was asked for."""
        return [line for line in self.tool("audit", "opt-outs", "--all") if "summary" not in line]

    def service(self):
        """The service on the folder; (process, port). Its systems are not there any more."""
        names = re.findall(r'env = "(\w+)"', self.configuration.read_text())
        secrets = {name: GENERIC_SECRET for name in names} | {"DEMO_API_TOKEN": API_TOKEN}
        reader, writer = os.pipe()
        process = subprocess.Popen(
            [BUILD / "tidemarkd", "--config", self.configuration, "--data", self.data, "serve", "--ready-fd",
             str(writer)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, pass_fds=[writer],
            env={**os.environ, **secrets}, text=True)
        os.close(writer)
        with os.fdopen(reader) as ready:
            port = ready.readline()
        if not port:
            raise AssertionError("the service did not start: " + process.communicate()[1][-2000:])
        return process, int(port)


def contacts_at(port):
    headers = [("Authorization", "Bearer " + API_TOKEN)]
    answer = call(f"http://127.0.0.1:{port}/api/v1/contacts", headers=headers)
    assert answer.status == 200, answer.body
    return answer.json["items"]


class Releases(unittest.TestCase):
    def for_each(self, check):
        archives = sorted(RELEASES.glob("*.tar.gz"))
        self.assertTrue(archives)
        for archive in archives:
            with self.subTest(archive.name), tempfile.TemporaryDirectory() as folder:
                check(Release(archive, pathlib.Path(folder)))

    def test_the_tools_verify_recompute_and_rebuild_what_each_release_left(self):
        def check(release):
            self.assertTrue(release.tool("verify")[0]["summary"]["holds"])
            summary = release.tool("replay", "verify", codes=(0, 1))[0]["summary"]
            self.assertGreater(summary["decisions"], 100)
            self.assertEqual(summary["differences"], 0, summary)
            self.assertEqual(summary["not_recomputable"], 0, summary)
            before = release.evidence()
            self.assertTrue(before)
            release.tool("rebuild")
            self.assertTrue(release.tool("verify", "--tables")[0]["summary"]["holds"])
            self.assertEqual(release.evidence(), before)

        self.for_each(check)

    def test_the_service_starts_on_what_each_release_left(self):
        def check(release):
            last = release.tool("log", "stats")
            process, port = release.service()
            try:
                people = wait_for("the contacts are in the tables", lambda: contacts_at(port))
                self.assertGreaterEqual(len(people), 3)
            finally:
                process.terminate()
                errors = process.communicate(timeout=PATIENCE)[1]
            self.assertEqual(process.returncode, 0, errors[-2000:])
            self.assertTrue(release.tool("verify")[0]["summary"]["holds"])
            self.assertNotEqual(release.tool("log", "stats"), last)  # it said that it had started

        self.for_each(check)


if __name__ == "__main__":
    unittest.main()
