#include "storage/spool/spool_entry.hpp"

#include "base/crypto.hpp"
#include "events/codec.hpp"

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::uint8_t format = 1;

void append_tag(std::string& out, const events::Tag& tag) {
  out.push_back(static_cast<char>(tag.kind));
  out += as_view(tag.hash);
}

Hash16 read_hash(ByteReader& from) {
  Hash16 hash{};
  const auto bytes = from.take(hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

events::Tag read_tag(ByteReader& from) {
  const auto kind = static_cast<events::TagKind>(from.u8());
  return {kind, read_hash(from)};
}

void append_dedupe(std::string& out, const DedupeKey& key) {
  out += as_view(key.hash);
  append_u64(out, key.window ? static_cast<std::uint64_t>(key.window->count()) : 0);
  out.push_back(key.unless_newer ? '\1' : '\0');
  if (key.unless_newer)
    append_tag(out, *key.unless_newer);
}

DedupeKey read_dedupe(ByteReader& from, std::chrono::microseconds waited) {
  DedupeKey key{read_hash(from), std::nullopt, std::nullopt};
  if (const auto window = from.u64(); window != 0)
    key.window = std::chrono::microseconds{static_cast<std::int64_t>(window)} + waited;
  if (from.u8() != 0)
    key.unless_newer = read_tag(from);
  return key;
}

Hash16 own_key(std::string_view bytes, Timestamp spooled_at) {
  std::string text = "opt_outs.spool";
  append_u64(text, static_cast<std::uint64_t>(spooled_at.time_since_epoch().count()));
  text += bytes;
  const auto digest = sha256(text);
  Hash16 hash{};
  std::copy_n(digest.begin(), hash.size(), hash.begin());
  return hash;
}

Error damaged() {
  return {"data_damaged", "an entry of opt_outs.spool cannot be read"};
}

} // namespace

bool is_possible_opt_out(const Append& append) {
  if (append.cause.value != 0 || append.events.size() != 1)
    return false;
  const auto* const webhook = std::get_if<events::WebhookReceived>(&append.events[0].event);
  return webhook != nullptr && webhook->maybe_opt_out;
}

std::string to_spool_entry(const Append& append) {
  const auto& event = append.events[0];
  std::string out(1, static_cast<char>(format));
  append_text(out, append.tenant.value);
  append_text(out, event.stream.value);
  append_text(out, events::type_of(event.event));
  append_text(out, events::encode(event.event));
  append_text(out, event.attachment);
  append_u16(out, static_cast<std::uint16_t>(event.tags.size()));
  for (const auto& tag : event.tags)
    append_tag(out, tag);
  append_u16(out, static_cast<std::uint16_t>(append.dedupe.size()));
  for (const auto& key : append.dedupe)
    append_dedupe(out, key);
  return out;
}

Result<Append> from_spool_entry(std::string_view bytes, Timestamp spooled_at, Timestamp now) {
  ByteReader from{bytes};
  if (from.u8() != format)
    return damaged();
  Append append;
  NewEvent event;
  append.tenant = TenantId{std::string(from.text())};
  event.stream = StreamName{std::string(from.text())};
  const auto type = from.text();
  const auto payload = from.text();
  if (!from.ok)
    return damaged();
  TRY(webhook_read, events::decode(type, payload));
  event.event = std::move(webhook_read);
  event.attachment = std::string(from.text());
  for (auto left = from.u16(); left > 0 && from.ok; --left)
    event.tags.push_back(read_tag(from));
  const auto waited = std::max(now - spooled_at, Timestamp::duration{});
  for (auto left = from.u16(); left > 0 && from.ok; --left)
    append.dedupe.push_back(read_dedupe(from, waited));
  auto* const webhook = std::get_if<events::WebhookReceived>(&event.event);
  if (!from.ok || !from.rest.empty() || webhook == nullptr)
    return damaged();
  webhook->spooled_at = spooled_at;
  append.events.push_back(std::move(event));
  append.dedupe.push_back({own_key(bytes, spooled_at), std::nullopt, std::nullopt});
  return append;
}

} // namespace tidemark::storage
