"""What the pages for people name is there: each section, and from README.md each page."""
import re
import unittest

from planted import ROOT

HANDBOOKS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *HANDBOOKS]
FOLDERS = ("actors", "app", "base", "config", "connectors", "domain", "events", "gateway", "projections",
           "replay-tools", "storage")
NAMED = re.compile(r'(docs/[\w-]+\.md),? "([^"\n]+)"')
LINK = re.compile(r"\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)")


def sections(page):
    """As GitHub names them in an address."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def links(page):
    """(page, section or nothing) of each link to a page."""
    for path, section in LINK.findall(page.read_text()):
        yield (page.parent / path).resolve() if path else page, section


class Docs(unittest.TestCase):
    def test_each_section_that_is_named_is_there(self):
        lost = [f"{page.name}: {to.name}#{section}" for page in PAGES for to, section in links(page)
                if section and (not to.exists() or section not in sections(to))]
        self.assertEqual(lost, [])

    def test_sections_named_in_words_are_there(self):
        sources = [file for folder in FOLDERS for file in (ROOT / folder).rglob("*.[ch]pp")]
        named = [(file.name, *found) for file in sources for found in NAMED.findall(file.read_text())]
        self.assertTrue(named)
        lost = [(file, path, title) for file, path, title in named
                if not re.search(rf"^#+ {re.escape(title)}$", (ROOT / path).read_text(), re.M)]
        self.assertEqual(lost, [])

    def test_readme_leads_to_each_page(self):
        led_to = {to for to, _ in links(ROOT / "README.md")}
        self.assertEqual([page.name for page in HANDBOOKS if page not in led_to], [])


if __name__ == "__main__":
    unittest.main()
