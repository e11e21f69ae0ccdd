#include "connectors/shared/consent_signals.hpp"

#include "base/contains.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/shared/inbound.hpp"
#include "domain/rules/reserved_tags.hpp"
#include "domain/rules/tag_key.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

using events::ConsentChange;
using events::Evidence;

std::optional<std::string_view> channel_status(const json::Value& channel) {
  return (channel.kind() == json::Kind::object ? channel["status"] : channel).text();
}

bool is_blocked(const json::Value& channel) {
  return is_set(channel.kind() == json::Kind::object ? channel["status"] : channel);
}

bool any_blocked(const json::Value& channels) {
  if (channels.kind() != json::Kind::object)
    return is_set(channels);
  const auto members = channels.members();
  return std::ranges::any_of(members, [](const auto& member) { return is_blocked(member.second); });
}

/// `dnd: true` blocks every channel, also where each of them says otherwise (README fact 13).
bool all_blocked(const json::Value& contact) {
  static constexpr auto flags = words("dnd", "DND", "is_dnc", "is_opted_out", "optedOut",
                                      "unsubscribed", "doNotContact", "doNotCall", "dndEnabled");
  return std::ranges::any_of(flags, [&](std::string_view flag) { return is_set(contact[flag]); })
         || any_blocked(contact["inboundDndSettings"]);
}

/// The vendor's name of a channel; its API v3 writes it in lower camel case.
std::optional<events::Channel> channel_named(std::string_view name) {
  const auto key = alphanumeric_key(name);
  if (key == "sms" || key == "rcs")
    return events::Channel::sms;
  if (key == "call")
    return events::Channel::call;
  if (key == "whatsapp")
    return events::Channel::whatsapp;
  if (key == "email")
    return events::Channel::email;
  return std::nullopt;
}

/// What we wrote ourselves and the vendor tells of is nobody's word: taken for one, two writes of
/// ours whose echoes cross would answer each other for ever.
bool is_kept_by_us(const json::Value& channel, std::string_view note) {
  return channel.kind() == json::Kind::object && channel["message"].text() == note;
}

void add(std::vector<events::Channel>& channels, events::Channel channel) {
  if (!contains(channels, channel))
    channels.push_back(channel);
}

/// A tag closes everything, but for those that say of texts alone, which we set too.
void add_tagged(std::vector<domain::ConsentSignal>& out, const std::vector<std::string>& tags,
                const std::string& stated_at, bool stale) {
  const bool about_texts = std::ranges::any_of(tags, is_text_opt_out_tag);
  const bool about_all = std::ranges::any_of(tags, [](const std::string& tag) {
    return domain::is_opt_out_tag(tag) && !is_text_opt_out_tag(tag);
  });
  if (about_all)
    out.push_back(mark(ConsentChange::revoked, all_channels(), Evidence::tag, stated_at, stale));
  if (!about_all && about_texts) {
    out.push_back(
        mark(ConsentChange::revoked, {events::Channel::sms}, Evidence::tag, stated_at, stale));
    out.back().kept_by_us = true;
  }
}

} // namespace

std::vector<domain::ConsentSignal> signs_of(const json::Value& contact, bool says_dnd,
                                            const std::string& stated_at, bool stale) {
  std::vector<domain::ConsentSignal> out;
  const bool all = all_blocked(contact);
  std::vector<events::Channel> blocked, kept, open;
  bool unknown_blocked = false; // GMB, FB: no channel of ours, so whatever is closed there is all
  const auto settings = contact["dndSettings"];
  if (settings.kind() == json::Kind::object)
    for (const auto& [name, value] : settings.members()) {
      const auto channel = channel_named(name);
      if (is_blocked(value) && channel)
        add(is_kept_by_us(value, opt_out_note) ? kept : blocked, *channel);
      else if (is_blocked(value) && !all)
        unknown_blocked |= alphanumeric_key(name) != "gmb" && alphanumeric_key(name) != "fb";
      else if (channel && channel_status(value) == "inactive" && !is_kept_by_us(value, opt_in_note))
        add(open, *channel);
    }
  else if (is_set(settings))
    unknown_blocked = true;
  if (all || unknown_blocked)
    blocked = all_channels();
  const auto without = [](std::vector<events::Channel>& channels,
                          const std::vector<events::Channel>& others) {
    std::erase_if(channels, [&](events::Channel channel) { return contains(others, channel); });
  };
  without(kept, blocked);
  without(open, blocked);
  without(open, kept);
  // Only the event about it says that a mark was taken away; other bodies leave channels out. One
  // that leaves out the mark for all channels does not say that that one was.
  if (says_dnd && contact["dnd"].stated() && !open.empty())
    out.push_back(mark(ConsentChange::granted, open, Evidence::flag, stated_at, stale));
  if (!blocked.empty())
    out.push_back(mark(ConsentChange::revoked, blocked, Evidence::flag, stated_at, stale));
  if (!kept.empty()) {
    out.push_back(mark(ConsentChange::revoked, kept, Evidence::flag, stated_at, stale));
    out.back().kept_by_us = true;
  }
  add_tagged(out, tags_in(contact["tags"]), stated_at, stale);
  return out;
}

bool is_text_opt_out_tag(std::string_view tag) {
  return std::any_of(text_opt_out_tags.begin(), text_opt_out_tags.end(), [&](std::string_view one) {
    return domain::tag_key(one) == domain::tag_key(tag);
  });
}

bool shows_opt_out(const json::Value& contact) {
  return closes_any(signs_of(contact, false, {}, false));
}

} // namespace tidemark::connectors::gohighlevel
