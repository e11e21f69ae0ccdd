#include "replay-tools/row_run.hpp"

#include "base/bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

// A spilled row: u32 key length, u32 value length (the highest bit: the row goes), key, value.
namespace tidemark::tools {
namespace {

constexpr std::uint32_t removed_bit = 1U << 31U;

std::uint64_t eight_bytes(std::string_view text) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i)
    out = (out << 8U) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  return out;
}

Error file_error(std::string_view doing) {
  return {"storage_failed", std::string(doing) + " a temporary file failed: " + std::strerror(errno)
                                + "; check the free space"};
}

} // namespace

void RowRun::sort() {
  const auto& places = batch_.places();
  std::size_t shared = places.empty() ? 0 : places.front().key_bytes;
  for (const auto& place : places) {
    const auto first = batch_.key(places.front()).substr(0, shared);
    const auto key = batch_.key(place).substr(0, shared);
    shared = static_cast<std::size_t>(
        std::mismatch(key.begin(), key.end(), first.begin(), first.end()).first - key.begin());
  }
  entries_.reserve(places.size());
  for (const auto& place : places) {
    const auto rest = batch_.key(place).substr(shared);
    entries_.push_back({eight_bytes(rest),
                        eight_bytes(rest.substr(std::min<std::size_t>(8, rest.size()))), place});
  }
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
    if (a.high != b.high)
      return a.high < b.high;
    if (a.low != b.low)
      return a.low < b.low;
    const auto order = key_of(a).compare(key_of(b));
    return order != 0 ? order < 0 : a.place.offset < b.place.offset; // later rows last
  });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (i + 1 == entries_.size() || key_of(entries_[i]) != key_of(entries_[i + 1]))
      entries_[kept++] = entries_[i];
  entries_.resize(kept);
  batch_.forget_places();
}

Status RowRun::spill(const std::string& dir) {
  const int descriptor = ::open(dir.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return file_error("making");
  file_.reset(::fdopen(descriptor, "w+b"));
  if (!file_)
    return file_error("opening");
  std::string out;
  for (const auto& entry : entries_) {
    const auto& place = entry.place;
    append_u32(out, place.key_bytes);
    append_u32(out, place.value_bytes | (place.removed ? removed_bit : 0U));
    out += batch_.bytes().view(place.offset, place.key_bytes + std::size_t{place.value_bytes});
    if (out.size() >= 1024 * 1024 || &entry == &entries_.back()) {
      if (std::fwrite(out.data(), 1, out.size(), file_.get()) != out.size())
        return file_error("writing");
      out.clear();
    }
  }
  if (std::fflush(file_.get()) != 0)
    return file_error("writing");
  std::rewind(file_.get());
  batch_ = {};
  entries_ = {};
  return Done{};
}

Result<bool> RowRun::Cursor::next() {
  if (!run_.file_) {
    if (index_ == run_.entries_.size())
      return false;
    const auto row = run_.batch_.row(run_.entries_[index_++].place);
    key_ = row.key;
    value_ = row.value.value_or(std::string_view{});
    removed_ = !row.value;
    return true;
  }
  char lengths[8];
  const auto got = std::fread(lengths, 1, sizeof lengths, run_.file_.get());
  if (got == 0 && std::feof(run_.file_.get()) != 0)
    return false;
  if (got != sizeof lengths)
    return file_error("reading");
  const auto key_bytes = read_u32({lengths, 4});
  const auto value_word = read_u32({lengths + 4, 4});
  removed_ = (value_word & removed_bit) != 0;
  buffer_.resize(key_bytes + (value_word & ~removed_bit));
  if (std::fread(buffer_.data(), 1, buffer_.size(), run_.file_.get()) != buffer_.size())
    return file_error("reading");
  key_ = std::string_view(buffer_).substr(0, key_bytes);
  value_ = std::string_view(buffer_).substr(key_bytes);
  return true;
}

} // namespace tidemark::tools
