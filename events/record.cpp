// The stored record, all numbers big-endian:
//
//   record     := fixed type tenant stream tags payload attachment hash
//   fixed      := u8 form (1) · u8 payload encoding · u8 attachment encoding · u8 decider
//                 u64 position · u64 recorded_at (microseconds) · u32 epoch · u32 stream version
//                 u64 cause · u32 command index · u64 correlation · u16 rules
//   type, tenant, stream := u8 length, bytes
//   tags       := u8 count, count x (u8 kind, 16 bytes hash)
//   payload, attachment  := u32 length, bytes
//   hash       := 32 bytes, SHA-256(hash of the previous record · everything before `hash`)
//
// Never change it: raise `form` and keep reading the old one.
#include "events/codec.hpp"

namespace tidemark::events {
namespace {

constexpr std::uint8_t form = 1;
constexpr std::size_t fixed_bytes = 50;
constexpr std::size_t tag_bytes = 17;

Error damaged(std::string_view what) {
  return {"record_damaged", "the stored record cannot be read: " + std::string(what)};
}

} // namespace

void append_record(std::string& out, const Envelope& e, std::string_view payload,
                   std::string_view attachment) {
  out.reserve(out.size() + fixed_bytes + 128 + payload.size() + attachment.size()
              + e.tags.size() * tag_bytes);
  out.push_back(static_cast<char>(form));
  out.push_back(static_cast<char>(e.payload_encoding));
  out.push_back(static_cast<char>(e.attachment_encoding));
  out.push_back(static_cast<char>(e.decider));
  append_u64(out, e.position.value);
  append_u64(out, static_cast<std::uint64_t>(e.recorded_at.time_since_epoch().count()));
  append_u32(out, e.epoch.value);
  append_u32(out, e.version.value);
  append_u64(out, e.cause.value);
  append_u32(out, e.command_index);
  append_u64(out, e.correlation.value);
  append_u16(out, e.rules);
  append_short_text(out, e.type);
  append_short_text(out, e.tenant.value);
  append_short_text(out, e.stream.value);
  out.push_back(static_cast<char>(e.tags.size()));
  for (const auto& tag : e.tags) {
    out.push_back(static_cast<char>(tag.kind));
    out += as_view(tag.hash);
  }
  append_text(out, payload);
  append_text(out, attachment);
}

Result<RecordView> read_record(std::string_view bytes, bool with_tags) {
  Result<RecordView> view{RecordView{}};
  TRY(content, read_record_into(bytes, view->envelope, with_tags));
  view->payload = content.payload;
  view->attachment = content.attachment;
  return view;
}

Result<RecordContent> read_record_into(std::string_view bytes, Envelope& e, bool with_tags) {
  ByteReader in{bytes};
  if (in.u8() != form)
    return damaged("unknown form");
  e.payload_encoding = static_cast<Encoding>(in.u8());
  e.attachment_encoding = static_cast<Encoding>(in.u8());
  e.decider = static_cast<Decider>(in.u8());
  e.position = Position{in.u64()};
  e.recorded_at = Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(in.u64())}};
  e.epoch = Epoch{in.u32()};
  e.version = StreamVersion{in.u32()};
  e.cause = Position{in.u64()};
  e.command_index = in.u32();
  e.correlation = Position{in.u64()};
  e.rules = in.u16();
  e.type = in.short_text();
  e.tenant.value = in.short_text();
  e.stream.value = in.short_text();
  const std::size_t count = in.u8();
  auto tags = in.take(count * tag_bytes);
  e.tags.resize(with_tags && in.ok ? count : 0);
  for (std::size_t i = 0; i < e.tags.size(); ++i) {
    const auto tag = tags.substr(i * tag_bytes, tag_bytes);
    e.tags[i].kind = static_cast<TagKind>(tag[0]);
    std::copy(tag.begin() + 1, tag.end(), e.tags[i].hash.begin());
  }
  RecordContent content;
  content.payload = in.text();
  content.attachment = in.text();
  const auto hash = in.take(e.hash.size());
  if (!in.ok || !in.rest.empty())
    return damaged("its lengths do not add up");
  std::copy(hash.begin(), hash.end(), e.hash.begin());
  return content;
}

Result<RecordHeader> read_header(std::string_view bytes) {
  ByteReader in{bytes};
  if (in.u8() != form)
    return damaged("unknown form");
  RecordHeader header;
  in.take(2); // encodings
  header.decider = static_cast<Decider>(in.u8());
  header.position = Position{in.u64()};
  header.recorded_at = Timestamp{std::chrono::microseconds{static_cast<std::int64_t>(in.u64())}};
  in.take(8); // epoch, stream version
  header.cause = Position{in.u64()};
  header.command_index = in.u32();
  in.take(10); // correlation, rules
  header.type = in.short_text();
  header.tenant = in.short_text();
  header.stream = in.short_text();
  if (!in.ok)
    return damaged("too short");
  return header;
}

} // namespace tidemark::events
