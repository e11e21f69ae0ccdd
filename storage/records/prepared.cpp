#include "storage/records/prepared.hpp"

#include "base/contains.hpp"
#include "events/codec.hpp"
#include "storage/spool/spool_entry.hpp"

#include <algorithm>

namespace tidemark::storage {
namespace {

constexpr std::size_t max_events = 256;
constexpr std::size_t max_tags = 64;
constexpr std::size_t max_conditions = 1024;
constexpr std::size_t max_dedupe = 64;
constexpr std::size_t max_name = 255; // one length byte in the record

Error malformed(std::string what) {
  return {"malformed", std::move(what)};
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name;
}

Status check_form(const Append& append) {
  if (append.events.empty() || append.events.size() > max_events)
    return malformed("an append has 1 to 256 events, not " + std::to_string(append.events.size()));
  if (!is_name(append.tenant.value))
    return malformed("the tenant's name must have 1 to 255 bytes");
  if (append.expected.size() + append.nothing_newer.size() > max_conditions
      || append.dedupe.size() > max_dedupe)
    return malformed("at most 1024 conditions and 64 dedupe keys");
  for (const auto& event : append.events) {
    if (!is_name(event.stream.value))
      return malformed("a stream's name must have 1 to 255 bytes");
    if (event.tags.size() > max_tags)
      return malformed("an event has at most 64 tags, not " + std::to_string(event.tags.size()));
    if (std::holds_alternative<events::Unknown>(event.event))
      return malformed("an event of an unknown type cannot be written");
    for (const auto& tag : event.tags)
      if (tag.kind == events::TagKind::stream && tag != stream_tag(event.stream))
        return malformed("a stream's tag is set by the writer, for the event's own stream only");
  }
  for (const auto& expected : append.expected)
    if (!is_name(expected.stream.value))
      return malformed("an expected stream's name must have 1 to 255 bytes");
  return Done{};
}

bool is_plain_webhook(const events::Event& event) {
  const auto* const webhook = std::get_if<events::WebhookReceived>(&event);
  return webhook != nullptr && !webhook->maybe_opt_out;
}

PreparedEvent prepare_event(const Append& append, std::uint64_t mark, NewEvent event) {
  PreparedEvent out;
  const auto stream = stream_tag(event.stream);
  out.stream = {mark, stream};
  auto& envelope = out.envelope;
  envelope.tenant = append.tenant;
  envelope.stream = std::move(event.stream);
  envelope.type = events::type_of(event.event);
  envelope.cause = append.cause;
  envelope.command_index = append.command_index;
  envelope.decider = append.decider;
  envelope.correlation = append.correlation.value != 0 ? append.correlation : append.cause;
  envelope.rules = append.rules;
  envelope.tags.reserve(event.tags.size() + 1);
  envelope.tags.push_back(stream);
  for (const auto& tag : event.tags)
    if (!contains(envelope.tags, tag))
      envelope.tags.push_back(tag);
  out.payload = events::encode(event.event);
  out.attachment = std::move(event.attachment);
  if (!out.attachment.empty())
    envelope.attachment_encoding = events::Encoding::plain;
  return out;
}

} // namespace

Result<PreparedAppend> prepare(Append append) {
  TRYV(check_form(append));
  PreparedAppend out;
  const auto mark = tenant_mark(append.tenant);
  out.cause = append.cause;
  if (is_possible_opt_out(append))
    out.spool_entry = to_spool_entry(append);
  out.sheddable = std::ranges::all_of(append.events,
                                      [](const NewEvent& e) { return is_plain_webhook(e.event); });
  out.events.reserve(append.events.size());
  for (auto& event : append.events) {
    out.events.push_back(prepare_event(append, mark, std::move(event)));
    const auto& made = out.events.back();
    out.bytes +=
        made.payload.size() + made.attachment.size() + made.envelope.tags.size() * 17 + 512;
  }
  if (out.bytes > max_append_bytes)
    return malformed("an append holds at most 32 MiB");
  for (const auto& expected : append.expected)
    out.expected.emplace_back(TagKey{mark, stream_tag(expected.stream)}, expected.version);
  for (const auto& condition : append.nothing_newer)
    out.nothing_newer.emplace_back(TagKey{mark, condition.tag}, condition.read_to);
  for (const auto& key : append.dedupe) {
    auto& made = out.dedupe.emplace_back(
        PreparedDedupe{dedupe_key(mark, key.hash), key.window, std::nullopt});
    if (key.unless_newer)
      made.unless_newer = TagKey{mark, *key.unless_newer};
  }
  if (append.cause.value != 0)
    out.dedupe.push_back({decision_key(mark, append.cause, append.command_index, append.decider),
                          std::nullopt, std::nullopt});
  return out;
}

} // namespace tidemark::storage
