#include "gateway/queues/waiting.hpp"

#include "events/format/reason.hpp"
#include "events/format/stream_name.hpp"
#include "projections/consent/review_view.hpp"
#include "projections/identity/parked_view.hpp"

namespace tidemark::gateway {
namespace {

/// A webhook's stream names the connector that it came from; other inputs come from none.
std::string system_in(const StreamName& stream) {
  constexpr std::string_view of_webhooks = "webhook/";
  return stream.value.starts_with(of_webhooks) ? stream.value.substr(of_webhooks.size())
                                               : std::string();
}

Result<std::string> system_of(const storage::LogStore& log, Position input) {
  TRY(stored, log.at(input));
  return stored ? system_in(stored->envelope.stream) : std::string();
}

Status add_parked(const WaitingSources& from, bool dead, WaitingList& out) {
  TRY(page, projections::parked_page(from.scan, from.tenant, dead, {}, waiting_max));
  out.at_least = out.at_least || !page.next.empty();
  for (const auto& each : page.items) {
    TRY(system,
        from.in_full ? system_of(from.log, each.input) : Result<std::string>(std::string()));
    out.items.push_back({system, std::string(name_of(Reason::waiting_for_contact)), each.since,
                         std::to_string(each.input.value)});
  }
  return Done{};
}

} // namespace

Result<WaitingList> parked_now(const WaitingSources& from) {
  WaitingList out;
  for (const bool dead : {false, true}) {
    TRYV(add_parked(from, dead, out));
  }
  return out;
}

Result<WaitingList> reviews_now(const WaitingSources& from) {
  TRY(reviews, projections::waiting_reviews(from.scan, from.tenant, Timestamp::max(), waiting_max));
  WaitingList out;
  out.at_least = reviews.size() >= waiting_max;
  for (const auto& each : reviews)
    out.items.push_back({each.source.value, std::string(name_of(Reason::maybe_opt_out)), each.since,
                         std::to_string(each.position.value)});
  return out;
}

Result<WaitingList> quarantine_now(const WaitingSources& from) {
  TRY(page, projections::quarantine(from.scan, from.tenant, {}, waiting_max));
  WaitingList out;
  out.at_least = !page.next.empty();
  Timestamp since{};
  for (const auto& each : page.items) {
    if (from.in_full || out.items.empty()) {
      TRY(webhook, from.log.at(each.position));
      since = webhook ? webhook->envelope.recorded_at : since;
    }
    out.items.push_back({each.connector.value, std::string(name_of(each.reason_code)), since,
                         std::to_string(each.position.value)});
  }
  return out;
}

} // namespace tidemark::gateway
