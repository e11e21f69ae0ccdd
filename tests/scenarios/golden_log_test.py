"""Today's rules decide about a log of the past as it was decided then."""
import pathlib
import tarfile
import tempfile
import unittest

from house import House

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden/log.tar.gz"


class GoldenLog(unittest.TestCase):
    def test_every_decision_of_the_golden_log_is_made_again(self):
        """A difference: either undo what changed the decision, or raise domain::rules_version and run
        tests/golden/make_log.py (rule 5)."""
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(GOLDEN) as archive:
                archive.extractall(folder)
            data = pathlib.Path(folder) / "data"
            summary = House.tool(None, "replay", "verify", data=data, codes=(0, 1))[0]["summary"]
            self.assertGreater(summary["decisions"], 100)
            self.assertEqual(summary["differences"], 0, summary)
            self.assertEqual(summary["not_recomputable"], 0, summary)
            self.assertEqual(summary["older_rules"], 0, "made under older rules: run tests/golden/make_log.py")
            self.assertTrue(House.tool(None, "verify", data=data)[0]["summary"]["holds"])
