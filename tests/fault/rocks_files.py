"""Where the parts of RocksDB's files lie, so that a test can hurt each of them once. Formats: RocksDB's
wiki pages "Write Ahead Log File Format" and "Rocksdb BlockBasedTable Format", for 7.8."""
BLOCK = 32768  # of a write-ahead log and of a MANIFEST
HEADER = 7  # checksum (4), length (2), type (1)
FOOTER = 53  # of a table of format 5: checksum type, two handles with padding, version, magic
MAGIC = bytes.fromhex("f7cff485b741e288")
TRAILER = 5  # behind each block: compression type, checksum


def records(data):
    """`(offset of the header, offset of the payload, length)` of each record of a journal."""
    at, found = 0, []
    while at + HEADER <= len(data):
        left = BLOCK - at % BLOCK
        length = int.from_bytes(data[at + 4:at + 6], "little")
        kind = data[at + 6]
        if left < HEADER or (kind == 0 and length == 0):
            if left == BLOCK or data[at:].strip(b"\0") == b"":
                break  # what was allocated in advance
            at += left
            continue
        found.append((at, at + HEADER, length))
        at += HEADER + length
    return found


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def handle(data, at):
    offset, at = varint(data, at)
    size, at = varint(data, at)
    return (offset, size), at


def entries(block, values_have_lengths):
    """`(key, offset of the value)` of a block whose entries are all restart points."""
    count = int.from_bytes(block[-4:], "little") & 0x7fffffff
    restarts = len(block) - 4 - 4 * count
    for index in range(count):
        at = int.from_bytes(block[restarts + 4 * index:restarts + 4 * index + 4], "little")
        shared, at = varint(block, at)
        length, at = varint(block, at)
        if shared:
            raise ValueError("an entry that is no restart point")
        if values_have_lengths:
            _, at = varint(block, at)
        yield bytes(block[at:at + length]), at + length


def blocks(data):
    """`{name: (offset, size without the trailer)}` of every block of a table, and the footer."""
    footer = len(data) - FOOTER
    if data[-8:] != MAGIC:
        raise ValueError("no block based table")
    metaindex, at = handle(data, footer + 1)
    index, _ = handle(data, at)
    found = {"metaindex": metaindex, "index": index}
    bytes_of = lambda place: data[place[0]:place[0] + place[1]]
    for number, (_, at) in enumerate(entries(bytes_of(index), False)):
        found[f"data block {number}"] = handle(bytes_of(index), at)[0]
    for name, at in entries(bytes_of(metaindex), True):
        found[kind_of(name.decode())] = handle(bytes_of(metaindex), at)[0]
    found["footer"] = (footer, FOOTER)
    return found


def kind_of(name):
    """`rocksdb.properties` and `fullfilter.rocksdb.BuiltinBloomFilter` in one word."""
    return "filter" if "filter" in name.lower() else name.removeprefix("rocksdb.")
