"""Changes rows of the tables of a service at rest, as nothing of Tidemark would: by RocksDB's C calls."""
import ctypes
import ctypes.util

FAMILIES = (b"default", b"index")
rocks = ctypes.CDLL("librocksdb.so.7.8")
for name in ("rocksdb_options_create", "rocksdb_readoptions_create", "rocksdb_writeoptions_create",
             "rocksdb_open_column_families", "rocksdb_create_iterator_cf"):
    getattr(rocks, name).restype = ctypes.c_void_p
rocks.rocksdb_iter_key.restype = rocks.rocksdb_iter_value.restype = ctypes.POINTER(ctypes.c_char)


def checked(call, *arguments):
    fault = ctypes.c_char_p()
    result = call(*arguments, ctypes.byref(fault))
    assert not fault.value, fault.value
    return result


class Rows:
    def __init__(self, folder):
        options = ctypes.c_void_p(rocks.rocksdb_options_create())
        names = (ctypes.c_char_p * 2)(*FAMILIES)
        each = (ctypes.c_void_p * 2)(options, options)
        self.handles = (ctypes.c_void_p * 2)()
        self.db = ctypes.c_void_p(checked(rocks.rocksdb_open_column_families, options,
                                          str(folder).encode(), 2, names, each, self.handles))
        self.family = ctypes.c_void_p(self.handles[0])
        self.write = ctypes.c_void_p(rocks.rocksdb_writeoptions_create())

    def all(self):
        iterator = ctypes.c_void_p(rocks.rocksdb_create_iterator_cf(
            self.db, ctypes.c_void_p(rocks.rocksdb_readoptions_create()), self.family))
        rocks.rocksdb_iter_seek_to_first(iterator)
        length, found = ctypes.c_size_t(), []
        while rocks.rocksdb_iter_valid(iterator):
            pair = []
            for part in (rocks.rocksdb_iter_key, rocks.rocksdb_iter_value):
                bytes_ = part(iterator, ctypes.byref(length))
                pair.append(ctypes.string_at(bytes_, length.value))
            found.append(tuple(pair))
            rocks.rocksdb_iter_next(iterator)
        rocks.rocksdb_iter_destroy(iterator)
        return found

    def put(self, key, value):
        checked(rocks.rocksdb_put_cf, self.db, self.write, self.family, key, ctypes.c_size_t(len(key)), value,
                ctypes.c_size_t(len(value)))

    def delete(self, key):
        checked(rocks.rocksdb_delete_cf, self.db, self.write, self.family, key, ctypes.c_size_t(len(key)))

    def close(self):
        for handle in self.handles:
            rocks.rocksdb_column_family_handle_destroy(ctypes.c_void_p(handle))
        rocks.rocksdb_close(self.db)
