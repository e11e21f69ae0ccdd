#pragma once
#include <memory>
#include <string>

namespace rocksdb {
class Logger;
}

namespace tidemark::storage {

/// RocksDB's own account of what it does, in `folder`/LOG; the one before it in LOG.old. RocksDB's
/// own logger ends the process by an assertion when it writes once more after an error, which on a
/// dead disk came before our own end with 74. This one keeps quiet after an error, or when it grew
/// beyond 4 MiB.
std::shared_ptr<rocksdb::Logger> make_info_log(const std::string& folder);

/// For folders that are opened for reading: nothing is written.
std::shared_ptr<rocksdb::Logger> no_info_log();

} // namespace tidemark::storage
