#include "storage/spool/opt_out_spool.hpp"

#include "base/crypto.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace tidemark::storage {
namespace {

constexpr std::size_t digest_bytes = 16;
constexpr std::size_t head_bytes = 4 + 8 + digest_bytes;

std::string head_of(std::string_view bytes, Timestamp at) {
  std::string head;
  append_u32(head, static_cast<std::uint32_t>(bytes.size()));
  append_u64(head, static_cast<std::uint64_t>(at.time_since_epoch().count()));
  auto all = head;
  all += bytes;
  const auto digest = sha256(all);
  head += as_view(digest).substr(0, digest_bytes);
  return head;
}

} // namespace

Result<OptOutSpool> OptOutSpool::open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  struct stat found {};
  if (!file.valid() || ::fstat(file.get(), &found) != 0)
    return file_error("opening", path);
  OptOutSpool spool(std::move(file), path);
  // Cut short while it was made, it held nothing yet.
  if (static_cast<std::uint64_t>(found.st_size) < size) {
    const std::string zeros(1U << 20, '\0');
    for (std::uint64_t at = 0; at < size; at += zeros.size()) {
      TRYV(spool.write_at(at, zeros));
    }
    TRYV(spool.sync());
    TRYV(sync_folder(std::filesystem::path(path).parent_path().string()));
  }
  TRY(there, spool.entries());
  for (const auto& entry : there)
    spool.end_ += head_bytes + entry.bytes.size();
  return spool;
}

Result<bool> OptOutSpool::holds_any(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() && errno == ENOENT)
    return false;
  struct stat found {};
  if (!file.valid() || ::fstat(file.get(), &found) != 0)
    return file_error("opening", path);
  if (static_cast<std::uint64_t>(found.st_size) < size) // cut short while it was made
    return false;
  const OptOutSpool spool(std::move(file), path);
  TRY(there, spool.entries());
  return !there.empty();
}

Status OptOutSpool::put(std::string_view bytes, Timestamp now) {
  if (end_ + head_bytes + bytes.size() + head_bytes > size) // zeros stay at the end
    return Error{"spool_full",
                 path_ + " has no room for " + std::to_string(bytes.size()) + " bytes more"};
  auto entry = head_of(bytes, now);
  entry += bytes;
  TRYV(write_at(end_, entry));
  TRYV(sync());
  end_ += entry.size();
  return Done{};
}

Result<std::vector<OptOutSpool::Entry>> OptOutSpool::entries() const {
  std::vector<Entry> out;
  for (std::uint64_t at = 0; at + head_bytes <= size;) {
    TRY(head, read_at(at, head_bytes));
    const std::uint64_t count = read_u32(head);
    if (count == 0 || at + head_bytes + count > size)
      break;
    TRY(bytes, read_at(at + head_bytes, count));
    const Timestamp time{std::chrono::microseconds{
        static_cast<std::int64_t>(read_u64(std::string_view(head).substr(4)))}};
    if (head_of(bytes, time) != head)
      break;
    out.push_back({time, std::move(bytes)});
    at += head_bytes + count;
  }
  return out;
}

Status OptOutSpool::clear() {
  // From the start: what stands behind a cleared beginning is no entry any more, and what is put
  // anew must not be followed by what was there before.
  const std::string zeros(std::min<std::uint64_t>(end_ + head_bytes, size), '\0');
  TRYV(write_at(0, zeros));
  TRYV(sync());
  end_ = 0;
  return Done{};
}

Status OptOutSpool::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto count =
        ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return file_error("writing", path_);
    offset += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return Done{};
}

Result<std::string> OptOutSpool::read_at(std::uint64_t offset, std::size_t count) const {
  std::string out(count, '\0');
  for (std::size_t have = 0; have < count;) {
    const auto got =
        ::pread(file_.get(), out.data() + have, count - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return file_error("reading", path_);
    have += static_cast<std::size_t>(got);
  }
  return out;
}

Status OptOutSpool::sync() const {
  if (::fdatasync(file_.get()) != 0)
    return file_error("syncing", path_);
  return Done{};
}

} // namespace tidemark::storage
