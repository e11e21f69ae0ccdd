#include "events/reasons.hpp"
#include "gateway/api/query.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace tidemark::gateway {
namespace {

constexpr std::array<std::string_view, 10> states{
    "intended", "waiting",  "dispatched", "accepted",   "rejected",
    "unknown",  "retrying", "dead",       "suppressed", "superseded"};

std::string_view sentence_of(std::string_view state) {
  constexpr std::pair<std::string_view, std::string_view> sentences[] = {
      {"intended", "decided, not yet sent"},
      {"waiting", "waits for its turn"},
      {"dispatched", "on its way, not yet answered"},
      {"accepted", "the system took it"},
      {"rejected", "the system refused it for good"},
      {"unknown", "it is not known whether it arrived; the next attempt looks first"},
      {"retrying", "it did not arrive and is tried again"},
      {"dead", "given up after too many attempts"},
      {"suppressed", "not sent and never will be"},
      {"superseded", "a newer delivery carries the same and more"}};
  for (const auto& [name, text] : sentences)
    if (name == state)
      return text;
  return state;
}

} // namespace

nlohmann::ordered_json Query::delivery_json(const projections::DeliveryView& delivery) const {
  std::string text(sentence_of(delivery.state));
  if (!delivery.reason_code.empty())
    text += ": " + explain_reason(delivery.reason_code).text;
  return {{"id", delivery.id.value},
          {"contact", delivery.contact.value},
          {"target", delivery.target.value},
          {"operation", delivery.operation},
          {"state", delivery.state},
          {"attempts", delivery.attempts},
          {"not_before", delivery.not_before ? Json(to_rfc3339(*delivery.not_before)) : Json()},
          {"reason_code", delivery.reason_code},
          {"text", text},
          {"remote_id", shown_id(delivery.remote_id)},
          {"http_status", delivery.http_status > 0 ? Json(delivery.http_status) : Json()},
          {"superseded_by", delivery.by.empty() ? Json() : Json(delivery.by)},
          {"webhook", delivery.webhook.value},
          {"intended", delivery.intended.value},
          {"position", delivery.newest.value},
          {"since", to_rfc3339(delivery.since)}};
}

Query::Outcome Query::deliveries() const {
  TRY(count, limit());
  const projections::DeliveryFilter filter{std::string(param("state")),
                                           std::string(param("target"))};
  if (!filter.state.empty()
      && std::find(states.begin(), states.end(), filter.state) == states.end())
    return Error{"bad_state", "state is one of intended, waiting, dispatched, accepted, rejected, "
                              "unknown, retrying, dead, suppressed, superseded"};
  if (const auto after = param("after"); !after.empty()) {
    TRY(last, projections::delivery(scan_, caller_.tenant, DeliveryId(std::string(after))));
    if (!last)
      return Error{"bad_cursor", "after is not the next of a page of this list: leave it out to "
                                 "begin anew"};
  }
  TRY(page, projections::deliveries_page(scan_, caller_.tenant, filter, param("after"), count));
  Json items = Json::array();
  for (const auto& each : page.items)
    items.push_back(delivery_json(each));
  return Json{{"items", std::move(items)}, {"next", page.next.empty() ? Json() : Json(page.next)}};
}

Query::Outcome Query::delivery() const {
  TRY(found, projections::delivery(scan_, caller_.tenant, DeliveryId(request_.target.segments[3])));
  return found ? Outcome(delivery_json(*found)) : Outcome(unknown("delivery"));
}

} // namespace tidemark::gateway
