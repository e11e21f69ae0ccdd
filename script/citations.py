"""What comments and documents cite exists: paths, rules, requirements, vendors' facts. Part of script/check-tidy."""
import glob
import itertools
import pathlib
import re

CODE = (".cpp", ".hpp")
PAGED = (*CODE, ".py", ".cmake")
# Where the numbers behind a word are defined: document, chapter ("" for all of it), how such a line begins.
NUMBERED = {
    "rule": ("docs/rules.md", "Rules", r"(\d+)\. "),
    "idea": ("docs/rules.md", "Ideas", r"(\d+)\. "),
    "requirement": ("docs/requirements.md", "", r"\| ([A-Z]\d+(?:\.\d+)*) \|"),
    "threat": ("docs/requirements.md", "Threats", r"\| (\d+) \|"),
    "invariant": ("docs/how-we-test.md", "", r"\| (I\d+(?:, I\d+)*) \|"),
    "fact": ("README.md", "", r"(\d+)\. "),
}
NUMBER = r"[A-Z]?\d+(?:\.\d+)*"
LIST = rf"{NUMBER}(?:(?:, and |, | and | to ){NUMBER})*"
CITATION = re.compile(rf"(?:([\w./-]*README)(?:\.md)? )?\b((?i:{'|'.join(NUMBERED)}))s? ({LIST})\b(?!\.?\w)")
FOLDERS = ("actors|app|base|bench|cmake|config|connectors|deploy|docs|domain|events|gateway|projections|"
           "replay-tools|sandbox|script|storage|tests")
PATH = re.compile(rf"(?<![\w./{{}}<>-])((?:{FOLDERS})/[\w./*{{}},-]*[\w*}}]|[\w./-]*\w\.md\b)")
FILE = re.compile(r"(?<![\w./*}>-])\w+\.[ch]pp\b")
# A long string that is no docstring is passed over.
HASH = r'[=(,]\s*r?""".*?"""|(?<!\S)#\s([^\n]*)|(?m:^)[ \t]*"""(.*?)"""'
COMMENTS = {**dict.fromkeys(CODE, r"//([^\n]*)"), **dict.fromkeys(("", ".py", ".sh", ".cmake", ".txt"), HASH)}


def remarks(path, text):
    """Yields (first line, words): paragraphs of a document, runs of comment lines of code."""
    ending = pathlib.PurePosixPath(path).suffix
    pattern = r"((?:[^\n]+\n?)+)" if ending == ".md" else COMMENTS.get(ending)
    run, first, last = [], 1, 0
    for found in re.finditer(pattern, text, re.S) if pattern else ():
        words = next(filter(None, found.groups()), "")
        line = text.count("\n", 0, found.start()) + 1
        if run and line != last + 1:
            yield first, " ".join(run)
            run = []
        first = first if run else line
        last = line + words.rstrip("\n").count("\n")
        run.append(" ".join(words.strip("/< \n").split()))
    if run:
        yield first, " ".join(run)


def exists(root, cited, folder):
    """A file, folder or pattern, seen from the root, from the citing folder, or a document by its name."""
    parts = re.split(r"\{([^}]*)\}", cited)
    choices = [[part] if i % 2 == 0 else part.split(",") for i, part in enumerate(parts)]
    return all(any(glob.glob(f"{place}/{''.join(name)}") for place in (root, root / folder, root / "docs"))
               for name in itertools.product(*choices))


def defined(root, document, chapter, pattern):
    if not (root / document).exists():
        return set()
    text = (root / document).read_text()
    if chapter:
        text = re.split(rf"^## {chapter}$", text, flags=re.M)[-1].split("\n## ")[0]
    return {number for found in re.findall(f"^{pattern}", text, re.M) for number in found.split(", ")}


def numbers(cited):
    """Each number of `1, 2 and 5` or `M3 to M6`."""
    for first, last in re.findall(rf"({NUMBER})(?: to ({NUMBER}))?", cited):
        head, low = re.match(r"(.*?)(\d+)$", first).groups()
        for number in range(int(low), int(re.search(r"\d+$", last or first)[0]) + 1):
            yield f"{head}{number}"


def check_citations(root, path, text, names):
    """`names`: of all files of the tree, without their folders."""
    folder = path.rpartition("/")[0]
    for line, words in remarks(path, text):
        for cited in PATH.findall(words):
            if not exists(root, cited, folder):
                yield f"{path}:{line}: {cited} does not exist"
        for cited in FILE.findall(words):
            if cited not in names:
                yield f"{path}:{line}: there is no {cited}"
        for readme, kind, listed in CITATION.findall(words):
            kind = kind.lower()
            document, chapter, pattern = NUMBERED[kind]
            if bool(readme) != (kind == "fact"):
                continue
            if kind == "fact":
                document = f"{readme}.md" if "/" in readme else f"{folder}/{document}"
            known = defined(root, document, chapter, pattern)
            for number in numbers(listed):
                if number not in known:
                    yield f"{path}:{line}: {kind} {number} is not in {document}"


def check_first_pages(root, paths):
    """Each folder with code in or below it says in a README.md what lives here and what may not."""
    folders = {parent.as_posix() for path in paths if path.endswith(PAGED) and not path.startswith("tests/")
               for parent in pathlib.PurePosixPath(path).parents} - {"."}
    for folder in sorted(folders):
        if not (root / folder / "README.md").exists():
            yield f"{folder}/README.md: each folder of code has a first page: what lives here, what may not"
