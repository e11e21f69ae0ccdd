#include "base/bytes.hpp"
#include "gateway/api/context.hpp"
#include "gateway/events/routes.hpp"

#include <algorithm>

// The log and tables as they are stored, of all tenants, for the tools of this machine
// (replay-tools/remote/). Questions and answers are bytes: numbers are big-endian, texts u32 length
// and bytes, a tag u8 kind and 16 bytes.

namespace tidemark::gateway {
namespace {

constexpr std::size_t answer_bytes_aim = 1024 * 1024; ///< a range is cut near this
constexpr std::size_t positions_max = 65'536;         ///< in one answer

Error malformed() {
  return {"bad_question", "the service did not understand the question: use tools of its version"};
}

Result<std::string> number(const Result<Position>& position) {
  TRY(found, position);
  std::string out;
  append_u64(out, found.value);
  return out;
}

/// -> u64 durable · 32 bytes head · u32 epoch
Result<std::string> stored_state(const ApiContext& api) {
  const auto& log = api.ports.log;
  // The head belongs to the durable position only if that did not move meanwhile.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const auto before = log.durable();
    const auto head = log.head();
    if (log.durable() != before)
      continue;
    std::string out;
    append_u64(out, before.value);
    out += as_view(head);
    append_u32(out, log.epoch().value);
    return out;
  }
  return Error{"busy", "the log moves too fast to be read: try again"};
}

/// u64 after · u64 limit -> records as texts
Result<std::string> stored_records(const ApiContext& api) {
  ByteReader in{api.request.body};
  const Position after{in.u64()};
  const auto limit = static_cast<std::size_t>(in.u64());
  if (!in.ok)
    return malformed();
  std::string out;
  TRYV(api.ports.log.read(after, limit, [&](std::string_view record) {
    append_text(out, record);
    return out.size() < answer_bytes_aim;
  }));
  return out;
}

struct Tagged {
  TenantId tenant;
  events::Tag tag;
};
Tagged read_tagged(ByteReader& in) {
  Tagged out{TenantId{std::string(in.text())}, {}};
  out.tag.kind = static_cast<events::TagKind>(in.u8());
  std::ranges::copy(in.take(out.tag.hash.size()), out.tag.hash.begin());
  return out;
}

/// tenant · tag · u64 after · u64 limit -> u64 each
Result<std::string> stored_tagged(const ApiContext& api) {
  ByteReader in{api.request.body};
  const auto of = read_tagged(in);
  const Position after{in.u64()};
  const auto limit = std::min<std::uint64_t>(in.u64(), positions_max);
  TRY(found, in.ok ? api.ports.log.tagged(of.tenant, of.tag, after, limit) : malformed());
  std::string out;
  for (const auto position : found)
    append_u64(out, position.value);
  return out;
}

/// tenant · tag -> u64
Result<std::string> stored_newest_tagged(const ApiContext& api) {
  ByteReader in{api.request.body};
  const auto of = read_tagged(in);
  return number(in.ok ? api.ports.log.newest_tagged(of.tenant, of.tag) : malformed());
}

/// table · prefix · after · u64 bytes -> u8 complete · (key · value) each
Result<std::string> stored_rows(const ApiContext& api) {
  ByteReader in{api.request.body};
  const auto table = in.text();
  const auto prefix = in.text();
  const auto after = in.text();
  const auto bytes = std::min<std::uint64_t>(in.u64(), answer_bytes_aim);
  if (!in.ok)
    return malformed();
  std::string out(1, '\1'); // complete, unless the answer is cut
  TRYV(api.scan(table, prefix, after, [&](std::string_view key, std::string_view value) {
    if (out.size() > 1 && out.size() >= bytes) {
      out[0] = '\0';
      return false;
    }
    append_text(out, key);
    append_text(out, value);
    return true;
  }));
  return out;
}

/// table -> u64
Result<std::string> stored_checkpoint(const ApiContext& api) {
  ByteReader in{api.request.body};
  const auto table = in.text();
  return number(in.ok ? api.ports.tables.checkpoint(table) : malformed());
}

constexpr Route stored_route_rows[] = {
    {"stored_state", "POST", "/api/v1/stored/state", Role::local, stored_state},
    {"stored_records", "POST", "/api/v1/stored/records", Role::local, stored_records},
    {"stored_tagged", "POST", "/api/v1/stored/tagged", Role::local, stored_tagged},
    {"stored_newest_tagged", "POST", "/api/v1/stored/newest_tagged", Role::local,
     stored_newest_tagged},
    {"stored_rows", "POST", "/api/v1/stored/rows", Role::local, stored_rows},
    {"stored_checkpoint", "POST", "/api/v1/stored/checkpoint", Role::local, stored_checkpoint},
};

} // namespace

constinit const Routes stored_routes = stored_route_rows;

} // namespace tidemark::gateway
