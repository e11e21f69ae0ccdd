#pragma once
#include "storage/files/files.hpp"
#include "storage/records/sequencer.hpp"

namespace tidemark::storage {

/// Where the log was known to reach, outside the log: what notices a lost write-ahead log or an
/// older copy put back (rule 16). A preallocated file of two slots, overwritten
/// in turn, so that a torn write leaves the other one. Never ahead of the log.
class Anchor {
public:
  struct Mark {
    Position position;
    Digest head{};
    Epoch epoch;
  };

  /// Reads without changing anything; nothing when the file is missing.
  /// Errors: data_damaged when neither slot is whole.
  static Result<std::optional<Mark>> look(const std::string& path);
  /// Makes the file with a mark at 0 if it is missing, and opens it for `set`.
  static Result<Anchor> open(const std::string& path);

  /// On disk when it returns.
  Status set(const Mark& mark);

private:
  Anchor(std::string path, Descriptor file, std::uint64_t counter)
      : path_(std::move(path)), file_(std::move(file)), counter_(counter) {}

  std::string path_;
  Descriptor file_;
  std::uint64_t counter_;
};

} // namespace tidemark::storage
