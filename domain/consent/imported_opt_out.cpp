#include "domain/consent/imported_opt_out.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::Channel;
using events::Evidence;

constexpr std::size_t hash_shown = 12; // enough to tell files apart

bool was_opened_later(const ConsentState& state, Channel channel, Timestamp said) {
  return std::any_of(state.opened.begin(), state.opened.end(), [&](const Opening& opening) {
    return opening.channel == channel && opening.said > said;
  });
}

/// A row without a time says nothing newer than one that was said at some time.
bool stands_already(const ConsentState& state, Channel channel, const std::string& stated_at,
                    Timestamp said) {
  return std::any_of(state.active.begin(), state.active.end(), [&](const Revocation& r) {
    return r.channel == channel && r.sender.empty() && r.evidence == Evidence::imported
           && !r.alias_of
           && (stated_at.empty() || effective_time(r.stated_at, r.received_at) >= said);
  });
}

} // namespace

std::string import_rule(std::string_view file_hash) {
  return std::string(events::import_mark).append(file_hash.substr(0, hash_shown));
}

std::optional<std::vector<Channel>> channels_named(std::string_view word, events::Field kind) {
  if (word == "all")
    return channels_of(kind);
  const auto channel = word == "sms"     ? std::optional(Channel::sms)
                       : word == "calls" ? std::optional(Channel::call)
                       : word == "email" ? std::optional(Channel::email)
                                         : std::nullopt;
  if (!channel || address_kind(*channel) != kind)
    return std::nullopt;
  return std::vector{*channel};
}

std::vector<ConsentSignal> signs_of(const events::OptOutImported& row, const ConsentState& state,
                                    Timestamp received) {
  ConsentSignal closes{.change = events::ConsentChange::revoked,
                       .channels = {},
                       .evidence = Evidence::imported,
                       .rule = import_rule(row.file_hash),
                       .stated_at = row.stated_at,
                       .kind = row.kind,
                       .address = row.address};
  auto doubtful = closes;
  doubtful.change = events::ConsentChange::review;
  const auto said = effective_time(row.stated_at, received);
  for (const auto channel : row.channels) {
    if (stands_already(state, channel, row.stated_at, said))
      continue;
    if (!was_opened_later(state, channel, said))
      closes.channels.push_back(channel);
    else if (suppression(state, channel, "").gate == Gate::open) // a second review asks the same
      doubtful.channels.push_back(channel);
  }
  std::vector<ConsentSignal> out;
  for (auto* sign : {&closes, &doubtful})
    if (!sign->channels.empty())
      out.push_back(std::move(*sign));
  return out;
}

ConsentSignal doubt_left(ConsentSignal doubt, const ConsentState& state, Timestamp received) {
  const auto said = effective_time(doubt.stated_at, received);
  std::erase_if(doubt.channels, [&](Channel channel) {
    return was_opened_later(state, channel, said)
           || suppression(state, channel, doubt.sender).gate != Gate::open;
  });
  return doubt;
}

} // namespace tidemark::domain
