//   checkpoint     := u64 position · hash of the record there (32) · u32 count, count x counted
//   counted stream := u8 length, tenant · u8 length, stream · u64 newest position · u32 version
#include "storage/index/index_checkpoint.hpp"

#include <algorithm>

namespace tidemark::storage {
namespace {

void append_short(std::string& out, std::string_view text) {
  out.push_back(static_cast<char>(text.size()));
  out += text;
}

std::optional<std::string> take_short(std::string_view& in) {
  if (in.empty() || in.size() < 1U + static_cast<std::uint8_t>(in[0]))
    return std::nullopt;
  const auto size = static_cast<std::uint8_t>(in[0]);
  std::string out(in.substr(1, size));
  in.remove_prefix(1U + size);
  return out;
}

} // namespace

std::string write_index_checkpoint(const IndexCheckpoint& checkpoint) {
  std::string out;
  append_u64(out, checkpoint.position.value);
  out += as_view(checkpoint.hash);
  append_u32(out, static_cast<std::uint32_t>(checkpoint.counted.size()));
  for (const auto& [key, stream] : checkpoint.counted) {
    append_short(out, stream.tenant.value);
    append_short(out, stream.stream.value);
    append_u64(out, stream.head.newest.value);
    append_u32(out, stream.head.version.value);
  }
  return out;
}

Result<IndexCheckpoint> read_index_checkpoint(std::string_view bytes) {
  const Error unreadable{"index_unreadable", "the index's checkpoint cannot be read"};
  if (bytes.size() < 44)
    return unreadable;
  IndexCheckpoint out;
  out.position = Position{read_u64(bytes)};
  std::copy_n(bytes.begin() + 8, out.hash.size(), out.hash.begin());
  const auto count = read_u32(bytes.substr(40));
  bytes.remove_prefix(44);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto tenant = take_short(bytes);
    const auto stream = tenant ? take_short(bytes) : std::nullopt;
    if (!stream || bytes.size() < 12)
      return unreadable;
    CountedStream counted{TenantId{*tenant}, StreamName{*stream}, {}};
    counted.head = {Position{read_u64(bytes)}, StreamVersion{read_u32(bytes.substr(8))}};
    bytes.remove_prefix(12);
    const auto key = tag_key(counted.tenant, stream_tag(counted.stream));
    out.counted.emplace(key, std::move(counted));
  }
  return out;
}

} // namespace tidemark::storage
