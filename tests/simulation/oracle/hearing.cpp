#include "tests/simulation/oracle/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

/// I26: what GoHighLevel says of a contact goes on to Verity.
namespace tidemark::sim {
namespace {

constexpr std::string_view listener = "verity";

std::uint64_t forward_in(const Entry& entry) {
  return entry.type == "delivery.intended.v1" ? entry.payload.value("forward", std::uint64_t{0})
                                              : 0;
}

bool is_body_of_crm(const Entry& entry) {
  return entry.type == "webhook.received.v1"
         && entry.payload.value("connector", "") == "gohighlevel"
         && entry.payload.value("channel", "").empty();
}

/// A decision on a body of the CRM that is not outdated, and that this program could read.
bool is_heard_of(const Entry& decision, const Entry& input) {
  const auto& type = decision.type;
  return (type == "contact.observed.v1" || type == "message.observed.v1"
          || type == "call.observed.v1" || type == "contact.mentioned.v1")
         && is_body_of_crm(input) && input.payload.value("verdict", "") == "verified"
         && (type != "contact.observed.v1" || decision.payload.value("outcome", "") != "superseded")
         && decision.payload.value("reason_code", "") != "unknown_event_in_stream";
}

/// Of a record that does not show the mark, which the engine holds back for an opt-out (I3);
/// whether the mark itself arrived is seen at the end.
bool is_held_back(const Entry& decision) {
  const auto& payload = decision.payload;
  if (decision.type != "contact.observed.v1" || payload.value("removed", false))
    return false;
  return std::any_of(
      payload["targets"].begin(), payload["targets"].end(), [](const nlohmann::json& target) {
        return target.value("target", "") == listener && target.value("outcome", "") == "blocked";
      });
}

/// A body that goes on whatever the person has said was held back.
bool is_lost(const Entry& end, const nlohmann::json& intent) {
  return end.type == "delivery.superseded.v1"
         || (end.type == "delivery.suppressed.v1" && intent["context"].empty());
}

} // namespace

void Oracle::check_hears() {
  std::map<std::uint64_t, std::size_t> intended; // by webhook
  for (const auto& entry : entries_)
    if (const auto body = forward_in(entry); body > 0) {
      if (!is_body_of_crm(entries_.at(body - 1)) || ++intended[body] > 1)
        return fail("I26", fmt::format("the body at {} goes on again at {}, or is nobody's", body,
                                       entry.position));
      coverage_.hit("forwarded");
    }
  for (const auto& entry : entries_) {
    if (entry.cause == 0 || !is_heard_of(entry, entries_.at(entry.cause - 1)))
      continue;
    coverage_.hit("checked.I26");
    if (intended[entry.cause] == 0 && !is_held_back(entry))
      return fail("I26", fmt::format("the body at {} never goes on to {}", entry.cause, listener));
  }
  check_forwards_in_order();
}

/// A contact's bodies leave one after the other, and none is left out. The one with the mark of an
/// opt-out leaves before those that wait for it.
void Oracle::check_forwards_in_order() {
  std::map<std::string, std::vector<std::string>> open; // by contact, oldest first
  std::map<std::string, const Entry*> by_delivery;
  for (const auto& entry : entries_) {
    const bool begins = forward_in(entry) > 0;
    const auto id = begins ? entry.payload.value("delivery", "") : delivery_named_in(entry);
    if (begins) {
      open[entry.payload.value("contact", "")].push_back(id);
      by_delivery[id] = &entry;
    }
    const auto known = by_delivery.find(id);
    if (begins || known == by_delivery.end())
      continue;
    const auto& intent = known->second->payload;
    auto& lane = open[intent.value("contact", "")];
    if (entry.type == "delivery.dispatched.v1" && lane.front() != id && !intent.contains("mark"))
      return fail("I26", fmt::format("a body leaves at {} before an older one", entry.position));
    if (is_lost(entry, intent))
      return fail("I26", fmt::format("a body is left out at {}", entry.position));
    if (!intents_.at(id).end.empty() && entry.type == intents_.at(id).end)
      std::erase(lane, id);
  }
}

} // namespace tidemark::sim
