#include "replay-tools/tables/row_run.hpp"

#include "base/bytes.hpp"
#include "replay-tools/tables/key_head.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

// A row: u32 key length, u32 value length (the highest bit: the row goes), key, value.
namespace tidemark::tools {
namespace {

using projections::RowBatch;

constexpr std::uint32_t removed_bit = 1U << 31U;
constexpr std::size_t lengths_bytes = 8;

struct Entry {
  KeyHead head; ///< behind what all keys share: decides most comparisons
  RowBatch::Place place;
};

Error file_error(std::string_view doing) {
  return {"storage_failed", std::string(doing) + " a temporary file failed: " + std::strerror(errno)
                                + "; check the free space"};
}

/// How many bytes all keys begin with in common.
std::size_t shared_bytes(const RowBatch& batch) {
  const auto& places = batch.places();
  std::size_t shared = places.empty() ? 0 : places.front().key_bytes;
  for (const auto& place : places) {
    const auto first = batch.key(places.front()).substr(0, shared);
    const auto key = batch.key(place).substr(0, shared);
    shared = static_cast<std::size_t>(
        std::mismatch(key.begin(), key.end(), first.begin(), first.end()).first - key.begin());
  }
  return shared;
}

std::vector<Entry> sorted_entries(const RowBatch& batch) {
  const auto shared = shared_bytes(batch);
  std::vector<Entry> entries;
  entries.reserve(batch.places().size());
  for (const auto& place : batch.places())
    entries.push_back({KeyHead(batch.key(place).substr(shared)), place});
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.head != b.head)
      return a.head < b.head;
    const auto order = batch.key(a.place).compare(batch.key(b.place));
    return order != 0 ? order < 0 : a.place.offset < b.place.offset; // later rows last
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (i + 1 == entries.size() || entries[i].head != entries[i + 1].head
        || batch.key(entries[i].place) != batch.key(entries[i + 1].place))
      entries[kept++] = entries[i];
  entries.resize(kept);
  return entries;
}

} // namespace

RowRun RowRun::sorted(const RowBatch& batch) {
  const auto entries = sorted_entries(batch);
  std::size_t bytes = 0;
  for (const auto& entry : entries)
    bytes += lengths_bytes + entry.place.key_bytes + entry.place.value_bytes;
  RowRun run;
  run.rows_.reserve(bytes);
  for (const auto& entry : entries) {
    const auto& place = entry.place;
    append_u32(run.rows_, place.key_bytes);
    append_u32(run.rows_, place.value_bytes | (place.removed ? removed_bit : 0U));
    run.rows_ += batch.bytes().view(place.offset, place.key_bytes + std::size_t{place.value_bytes});
  }
  return run;
}

Status RowRun::spill(const std::string& dir) {
  const int descriptor = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return file_error("making");
  file_.reset(::fdopen(descriptor, "w+b"));
  if (!file_)
    return file_error("opening");
  if (std::fwrite(rows_.data(), 1, rows_.size(), file_.get()) != rows_.size())
    return file_error("writing");
  if (std::fflush(file_.get()) != 0)
    return file_error("writing");
  std::rewind(file_.get());
  rows_ = {};
  return Done{};
}

void RowRun::Cursor::show(const char* lengths, const char* at) {
  const auto key_bytes = read_u32({lengths, 4});
  const auto value_word = read_u32({lengths + 4, 4});
  removed_ = (value_word & removed_bit) != 0;
  key_ = {at, key_bytes};
  value_ = {at + key_bytes, value_word & ~removed_bit};
}

Result<bool> RowRun::Cursor::next() {
  if (run_.file_)
    return next_in_file();
  if (offset_ == run_.rows_.size())
    return false;
  const char* const row = run_.rows_.data() + offset_;
  show(row, row + lengths_bytes);
  offset_ += lengths_bytes + key_.size() + value_.size();
  return true;
}

Result<bool> RowRun::Cursor::next_in_file() {
  char lengths[lengths_bytes];
  const auto got = std::fread(lengths, 1, sizeof lengths, run_.file_.get());
  if (got == 0 && std::feof(run_.file_.get()) != 0)
    return false;
  if (got != sizeof lengths)
    return file_error("reading");
  buffer_.resize(read_u32({lengths, 4}) + std::size_t{read_u32({lengths + 4, 4}) & ~removed_bit});
  if (std::fread(buffer_.data(), 1, buffer_.size(), run_.file_.get()) != buffer_.size())
    return file_error("reading");
  show(lengths, buffer_.data());
  return true;
}

} // namespace tidemark::tools
