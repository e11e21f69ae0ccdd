//   file := slot at 0 · slot at 4096, padded with zeros to 8192 bytes
//   slot := "TMANCHR1" · u64 counter · u64 position · hash (32) · u32 epoch · SHA-256 of these (32)
// The whole slot with the higher counter counts. Counters alternate between the slots, even ones in
// the first, so that a torn write never hits the only whole one.
#include "storage/folder/anchor.hpp"

#include "base/crypto.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::string_view magic = "TMANCHR1";
constexpr std::size_t slot_distance = 4096;
constexpr std::size_t checked_bytes = 60;
constexpr std::size_t slot_bytes = checked_bytes + 32;

struct Slot {
  std::uint64_t counter = 0;
  Anchor::Mark mark;
};

std::string encode(const Slot& slot) {
  std::string out(magic);
  append_u64(out, slot.counter);
  append_u64(out, slot.mark.position.value);
  out += as_view(slot.mark.head);
  append_u32(out, slot.mark.epoch.value);
  out += as_view(sha256(out));
  return out;
}

std::optional<Slot> decode(std::string_view bytes) {
  if (bytes.size() < slot_bytes || !bytes.starts_with(magic))
    return std::nullopt;
  const auto digest = sha256(bytes.substr(0, checked_bytes));
  if (bytes.substr(checked_bytes, 32) != as_view(digest))
    return std::nullopt;
  Slot slot{read_u64(bytes.substr(8)), {Position{read_u64(bytes.substr(16))}, {}, {}}};
  std::copy_n(bytes.begin() + 24, 32, slot.mark.head.begin());
  slot.mark.epoch = Epoch{read_u32(bytes.substr(56))};
  return slot;
}

Result<std::optional<Slot>> read_slots(const std::string& path) {
  TRY(bytes, read_file(path));
  if (!bytes)
    return std::optional<Slot>{};
  const std::string_view all(*bytes);
  const auto first = decode(all.substr(0, std::min(all.size(), slot_distance)));
  const auto second =
      all.size() > slot_distance ? decode(all.substr(slot_distance)) : std::optional<Slot>{};
  if (!first && !second)
    return Error{"data_damaged",
                 "the anchor " + path
                     + " cannot be read, so nothing can show that the log is whole; "
                       "restore the folder from a backup"};
  if (first && (!second || first->counter > second->counter))
    return first;
  return second;
}

} // namespace

Result<std::optional<Anchor::Mark>> Anchor::look(const std::string& path) {
  const auto slot = read_slots(path);
  if (!slot)
    return slot.error();
  return *slot ? std::optional((*slot)->mark) : std::optional<Mark>{};
}

Result<Anchor> Anchor::open(const std::string& path) {
  TRY(slot, read_slots(path));
  if (!slot) {
    auto whole = encode({});
    whole.resize(2 * slot_distance, '\0');
    TRYV(write_file(path, whole, 0600));
    slot = Slot{};
  }
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid())
    return file_error("opening", path);
  return Anchor(path, std::move(file), slot->counter);
}

Status Anchor::set(const Mark& mark) {
  ++counter_;
  const auto bytes = encode({counter_, mark});
  const auto offset = static_cast<off_t>(counter_ % 2 * slot_distance);
  if (::pwrite(file_.get(), bytes.data(), bytes.size(), offset)
          != static_cast<ssize_t>(bytes.size())
      || ::fdatasync(file_.get()) != 0)
    return file_error("writing the anchor", path_);
  return Done{};
}

} // namespace tidemark::storage
