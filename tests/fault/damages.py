"""The ways to hurt a data folder: one bit in every part of every file, files gone or cut, older parts put
back. Each is `(name, function of the data folder)`; they are made from a folder that is whole."""
import random
import shutil

import rocks_files

SEED = 20261
INFO = ("LOG", "LOCK")  # RocksDB's own diary and lock: nothing is read from them


def flip(path, offset, bit):
    data = bytearray(path.read_bytes())
    data[offset] ^= 1 << bit
    path.write_bytes(data)


def flip_at(name, relative, offset, chance):
    bit = chance.randrange(8)
    return (f"{relative}: bit {bit} of byte {offset} ({name})",
            lambda data: flip(data / relative, offset, bit))


def files_of(data, folder, *patterns):
    found = sorted(path for pattern in patterns for path in (data / folder).glob(pattern))
    return [path for path in found if path.stat().st_size and not path.name.startswith(INFO)]


def journal_flips(data, folder, per_part, chance):
    """A bit in the header and one in the payload of every record of write-ahead logs and MANIFESTs."""
    for path in files_of(data, folder, "*.log", "MANIFEST-*"):
        relative = path.relative_to(data)
        for number, (header, payload, length) in enumerate(rocks_files.records(path.read_bytes())):
            for _ in range(per_part):
                yield flip_at(f"record {number}, header", relative,
                              header + chance.randrange(rocks_files.HEADER), chance)
                yield flip_at(f"record {number}, payload", relative,
                              payload + chance.randrange(length), chance)


def table_flips(data, folder, per_part, chance):
    """A bit in every block of every sorted table, one in what follows the block, and the footer's."""
    for path in files_of(data, folder, "*.sst"):
        relative = path.relative_to(data)
        for name, (offset, size) in rocks_files.blocks(path.read_bytes()).items():
            for _ in range(per_part):
                yield flip_at(name, relative, offset + chance.randrange(size), chance)
                if name != "footer":
                    yield flip_at(f"{name}, checksum", relative,
                                  offset + size + chance.randrange(rocks_files.TRAILER), chance)


def plain_flips(data, per_file, chance):
    """Files without parts: a few bits each."""
    for path in [*files_of(data, "log", "CURRENT", "OPTIONS-*", "IDENTITY"),
                 *files_of(data, "tables", "CURRENT", "OPTIONS-*", "IDENTITY"),
                 data / "incarnation", data / "pepper.mark", data / "keys/pepper"]:
        for _ in range(per_file):
            yield flip_at("anywhere", path.relative_to(data), chance.randrange(path.stat().st_size), chance)
    for slot in (0, 4096):
        for field, offset in (("magic", 3), ("counter", 15), ("position", 23), ("hash", 40), ("epoch", 59),
                              ("digest", 70)):
            yield flip_at(f"slot {slot}, {field}", "anchor", slot + offset, chance)


def lost_files(data):
    """Every file gone, cut in half, emptied."""
    for path in sorted(path for path in data.rglob("*") if path.is_file()):
        relative = path.relative_to(data)
        if path.name.startswith("LOG"):
            continue
        yield f"{relative}: gone", lambda data, r=relative: (data / r).unlink()
        if path.stat().st_size:
            yield f"{relative}: cut in half", lambda data, r=relative: cut(data / r)
            yield f"{relative}: emptied", lambda data, r=relative: (data / r).write_bytes(b"")
    for folder in ("log", "tables", "keys"):
        yield f"{folder}: gone", lambda data, f=folder: shutil.rmtree(data / f)
    yield "anchor: both slots overwritten", lambda data: (data / "anchor").write_bytes(b"\xa5" * 8192)


def cut(path):
    """Half of what was written: RocksDB allocates zeros behind it in advance."""
    data = path.read_bytes()
    path.write_bytes(data[:len(data.rstrip(b"\0")) // 2])


def older_parts(old):
    """Parts of an older copy of the same folder put back beside newer ones."""
    def put(*names):
        def act(data):
            for name in names:
                target = data / name
                if target.is_dir():
                    shutil.rmtree(target)
                    shutil.copytree(old / name, target)
                else:
                    shutil.copy2(old / name, target)
        return f"older {' and '.join(names)} put back", act
    return [put("log"), put("log", "tables"), put("tables"), put("anchor"), put("anchor", "tables"),
            put("log", "tables", "incarnation", "pepper.mark", "keys")]


def all_flips(data, per_part):
    chance = random.Random(SEED)
    return [*journal_flips(data, "log", per_part, chance), *journal_flips(data, "tables", per_part, chance),
            *table_flips(data, "log", per_part, chance), *table_flips(data, "tables", per_part, chance),
            *plain_flips(data, 3 * per_part, chance)]
