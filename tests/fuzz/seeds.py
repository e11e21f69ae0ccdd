"""Seeds and dictionaries of the fuzz targets, made from fixtures, golden samples and the vendors' documents.

A seed is a text with choices behind it, the first choice last (tests/fuzz/input.hpp).
"""
import json
import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES, GOLDEN = ROOT / "tests/fixtures", ROOT / "tests/golden"
SHARED = ROOT.parent / "shared/contracts/examples"
CONNECTORS = ("gohighlevel", "aloware", "verity", "standard-webhooks")  # as connectors/all.cpp has them
CHANNELS = 3  # more than any of them has; a larger number chooses one of them again
BODY_BYTES_MAX = 16 * 1024

REQUESTS = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /a?b=c HTTP/1.0\r\nHost: a:80\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n",
    "POST /webhooks/crm HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nX-A: b c\r\n\r\n{}",
    "POST /a HTTP/1.1\r\nHost: [::1]\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close, te\r\n\r\n"
    "5;a=\"b\"\r\nhello\r\n00a\r\n, the rest\r\n0;x\r\n\r\nGET /",
    "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: b\r\n\r\n",
]
HOSTILE = ["Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding: gzip, chunked",
           "Transfer-Encoding:\x0bchunked", "Content-Length: 4, 4", "Content-Length: +4", "Content-Length: 4",
           "Connection: Content-Length", "Upgrade: h2c", "Trailer: a", " folded", "X-A : b", "Host: b"]
STOPS = ["STOP", "stop all", "Opt-Out", "END", "cancel my other appointment", "weekend",
         "please stop", "UNSUBSCRIBE me now", "“Stop”", "START", "take me off your list",
         "arrêt", "ＳＴＯＰ", "Yes I paid yesterday", "HELP"]
KEYS = ["c0123456789abcdef0123", "+12025550142", "(202) 555-0142", "jane@example.com", "JANE@Example.com",
        "crm:r-1", "crm:", "020 7946 0018", ""]
FIELDS = ["+1 (202) 555-0142", "020 7946 0018", " Jane.Doe@EXAMPLE.Com ", "Łukasz  O'Brien-Smith",
          "ÀÉß 東京", "".join(map(chr, range(0xC0, 0x180)))]
PAUSES = ["120", "0", "999999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT",
          "Mon, 05 Jan 2026 10:10:00 GMT", "Mon, 32 Jan 2026 10:10:00 GMT", "-1", "1.5", "soon"]
HOPS = ["192.0.2.1", "198.51.100.7, 192.0.2.1, 10.2.2.2", "[2001:db8::1]:80", "::ffff:10.1.1.1",
        "192.0.2.1:80", "fe80::1%eth0", "10.0.0.0/8", "::1/128", "1.2.3.4/33"]
TARGETS = ["/", "/a/b%2Fc/?phone=%2B1+2&x&y=", "/contacts/+12025550142?limit=10", "/a/../b", "/%2e%2e",
           "/a?x=1&x=2"]

# tests/config/fake_environment.hpp knows these secrets.
WHOLE_CONFIGURATION = """[[tenants]]
id = "acme"
[[tenants.connectors]]
name = "aloware"
type = "aloware"
token = { env = "TOKEN" }
webhook_password = { env = "PASSWORD" }
[[tenants.connectors]]
name = "ghl"
type = "gohighlevel"
token = { env = "TOKEN" }
location_id = "ve9EPM428h8vShlRW1KT"
"""


def bodies():
    """(vendor, bytes) of every example body; and whether the vendors' own documents were there."""
    found = {}
    for source in (FIXTURES, SHARED):
        for file in sorted(source.rglob("*")) if source.is_dir() else ():
            wanted = file.is_file() and file.suffix in (".json", ".form", ".txt")
            if wanted and file.stat().st_size <= BODY_BYTES_MAX:
                found.setdefault(file.read_bytes(), file.relative_to(source).parts[0])
    return [(vendor, body) for body, vendor in found.items()], SHARED.is_dir()


def configurations():
    """The example, whose secrets the target does not know, and small ones without faults."""
    yield (ROOT / "deploy/tidemark.toml.example").read_text()
    good = WHOLE_CONFIGURATION
    yield good
    yield good + '[server]\nlisten = "[::1]:0"\ntrusted_proxies = ["127.0.0.1"]\n[log]\ndir = "d"\n'
    yield good + '[sync]\nsource_of_truth = "ghl"\nprecedence = ["aloware"]\n[sync.fields]\nphone = ["ghl"]\n'
    yield good.replace('{ env = "TOKEN" }', '{ file = "keys/good" }')


def translator_seeds(found):
    """Each body for its own connector, on every channel; a stranger's for all connectors."""
    for vendor, body in found:
        own = [CONNECTORS.index(vendor)] if vendor in CONNECTORS else range(len(CONNECTORS))
        for connector in own:
            for channel in range(CHANNELS if vendor in CONNECTORS else 1):
                yield body + bytes([0, vendor == "standard-webhooks", channel, connector])


def framing_seeds():
    whole = "\0\0"
    for index, line in enumerate([None, *HOSTILE]):
        for request in REQUESTS if line is None else [REQUESTS[index % len(REQUESTS)]]:
            text = request if line is None else request.replace("Host: a", "Host: a\r\n" + line)
            yield (text + whole).encode()


def signed(texts, choices):
    """Each text with choices that reach every part of a signed message."""
    for index, text in enumerate(texts):
        for part in range(choices):
            yield text[:2048] + bytes([7, 31, 0, index % 4, part, index % 12])


def seeds():
    """Target -> its seeds; and whether the vendors' documents were there."""
    found, shared = bodies()
    texts = [body for _, body in found]
    short = [body for body in texts if len(body) < 1500][:40] + [b"{}", b"1767607200.{}"]
    payloads = [file.read_bytes() for file in sorted(GOLDEN.glob("*.json"))]
    out = {
        "translators": list(translator_seeds(found)),
        "codec": [payload + bytes([index]) for index in range(len(payloads) + 1) for payload in payloads],
        "record": [(GOLDEN / "record.v1.bin").read_bytes()],
        "configuration": [text.encode() for text in configurations()],
        "framing": list(framing_seeds()),
        "gohighlevel_signature": list(signed(short, 4)),
        "verity_signature": list(signed(short, 6)),
        "aloware_credential": list(signed([b"example-hook-bearer", b"pass word"], 4)),
        "generic_signature": list(signed(short, 6)),
        "recognition": [text.encode() + bytes([after, before]) for text in STOPS for before in (0, 7)
                       for after in (2, 6, 10, 11)],
        "contact_key": [text.encode() + bytes([1, region]) for text in KEYS for region in (0, 1)],
        "normaliser": [text.encode() + bytes([0, field]) for text in FIELDS for field in range(12)],
        "retry_after": [text.encode() + b"\0" for text in PAUSES],
        "forwarded_for": [text.encode() for text in HOPS],
        "query": [text.encode() for text in TARGETS],
    }
    return out, shared


def words_of(value):
    """Member names and short texts of a document, for dictionaries."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from words_of(member)
    elif isinstance(value, list):
        for item in value:
            yield from words_of(item)
    elif isinstance(value, str) and len(value) <= 20:
        yield value


def json_words():
    found = set()
    for file in sorted([*FIXTURES.rglob("*.json"), *GOLDEN.glob("*.json")]):
        found.update(words_of(json.loads(file.read_bytes())))
    return sorted(found)


def dictionaries():
    example = (ROOT / "deploy/tidemark.toml.example").read_text()
    return {
        "framing": [*HOSTILE, "\r\n", "chunked", "HTTP/1.1", "0\r\n\r\n", "Connection",
                    "Content-Length: 3\r\n"],
        "translators": json_words(), "codec": json_words(),
        "configuration": sorted(set(re.findall(r"[\w.\[\]]+", example))),
        "recognition": [*STOPS, "OPT OUT", "STOPALL", "QUIT", "please", "texting", "dont"],
        "retry_after": ["GMT", ", ", "Jan", "2026", ":00"],
    }


def escaped(word):
    return "".join(chr(b) if 32 <= b < 127 and chr(b) not in "\"\\" else f"\\x{b:02x}" for b in word.encode())


def write(folder):
    """Writes folder/seeds/TARGET/ and folder/dictionaries/TARGET. Gives whether ../shared was there."""
    found, shared = seeds()
    for kind in ("seeds", "dictionaries"):
        shutil.rmtree(folder / kind, ignore_errors=True)
        (folder / kind).mkdir(parents=True)
    for target, texts in found.items():
        (folder / "seeds" / target).mkdir()
        for index, text in enumerate(texts):
            (folder / "seeds" / target / f"{index:04}").write_bytes(text)
    for target, words in dictionaries().items():
        lines = [f'"{escaped(word)}"\n' for word in words if word]
        (folder / "dictionaries" / target).write_text("".join(lines))
    return shared
