//   checkpoint     := u64 position · hash of the record there (32) · u32 count, count x counted
//   counted stream := u8 length, tenant · u8 length, stream · u64 newest position · u32 version
#include "storage/index/index_checkpoint.hpp"

#include <algorithm>

namespace tidemark::storage {
std::string write_index_checkpoint(const IndexCheckpoint& checkpoint) {
  std::string out;
  append_u64(out, checkpoint.position.value);
  out += as_view(checkpoint.hash);
  append_u32(out, static_cast<std::uint32_t>(checkpoint.counted.size()));
  for (const auto& [key, stream] : checkpoint.counted) {
    append_short_text(out, stream.tenant.value);
    append_short_text(out, stream.stream.value);
    append_u64(out, stream.head.newest.value);
    append_u32(out, stream.head.version.value);
  }
  return out;
}

Result<IndexCheckpoint> read_index_checkpoint(std::string_view bytes) {
  ByteReader in{bytes};
  IndexCheckpoint out;
  out.position = Position{in.u64()};
  std::ranges::copy(in.take(out.hash.size()), out.hash.begin());
  const auto count = in.u32();
  for (std::uint32_t i = 0; i < count && in.ok; ++i) {
    const TenantId tenant{std::string(in.short_text())};
    const StreamName stream{std::string(in.short_text())};
    const Position newest{in.u64()};
    const StreamVersion version{in.u32()};
    out.counted.emplace(tag_key(tenant, stream_tag(stream)),
                        CountedStream{tenant, stream, {newest, version}});
  }
  if (!in.ok)
    return Error{"index_unreadable", "the index's checkpoint cannot be read"};
  return out;
}

} // namespace tidemark::storage
