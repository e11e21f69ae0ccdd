#pragma once
#include "storage/files/files.hpp"

namespace tidemark::storage {

/// Holds `writer.lock` for as long as it lives: one writer to a folder (rule 14).
/// RocksDB's own LOCK is not enough, deleting it lets a second writer destroy the folder.
class Fence {
public:
  /// Errors: data_in_use when another process holds it.
  static Result<Fence> take(const std::string& path);
  /// Is the file that we hold still the one at the path? Errors: fence_lost.
  Status check() const;

private:
  Fence(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  std::string path_;
  Descriptor file_;
};

} // namespace tidemark::storage
