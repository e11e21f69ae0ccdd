"""The house that README.md draws is the one that script/check-layers keeps."""
import importlib.machinery
import importlib.util
import re
import sys
import unittest

from planted import ROOT

sys.dont_write_bytecode = True


def check_layers():
    loader = importlib.machinery.SourceFileLoader("check_layers", str(ROOT / "script/check-layers"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_layers", loader))
    loader.exec_module(module)
    return module


def drawn(readme):
    """What each layer's arrows lead to, also over several."""
    arrows = {}
    chart = re.search(r"flowchart TD\n(.*?)```", readme, re.S)[1]
    for layer, ends in re.findall(r"^\s*([\w-]+) --> (.+)$", chart, re.M):
        arrows.setdefault(layer, set()).update(ends.split(" & "))

    def reached(layer):
        return set().union(*({end} | reached(end) for end in arrows.get(layer, ())))
    return {layer: reached(layer) for layer in {*arrows, *set().union(*arrows.values())}}


class Readme(unittest.TestCase):
    def test_draws_the_arrows_that_are_allowed(self):
        self.assertEqual(drawn((ROOT / "README.md").read_text()), check_layers().MAY_INCLUDE)


if __name__ == "__main__":
    unittest.main()
