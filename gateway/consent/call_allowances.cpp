#include "events/consent.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "gateway/api/store.hpp"
#include "gateway/consent/routes.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::chrono::hours usual_time{24};
constexpr std::chrono::days longest_time{30};

Result<Timestamp> until_in(const Body& body, Timestamp now) {
  if (!body["until"].stated())
    return now + usual_time;
  const auto until = from_rfc3339(body["until"].text().value_or(""));
  if (!until)
    return Error{"bad_until", "until is a time in RFC 3339 with its zone, such as "
                              "2026-01-05T10:00:00Z; leave it out for 24 hours"};
  if (*until <= now || *until > now + longest_time)
    return Error{"bad_until", "until lies in the past or more than 30 days ahead: a wish to be "
                              "called is about calls to come, and soon"};
  return *until;
}

constexpr Schema allowance_schema{
    "call_allowance", {{text("status"), integer("position"), text("address"), time("until")}}};

/// It is recorded whether calls are closed at the moment or not: they may be by the time of the
/// call.
Result<Json> allow_call(const ApiContext& api) {
  TRY(body, api.body());
  const auto address = read_address(body.text("address"), api.region());
  if (!address || address->kind != events::Field::phone)
    return Error{"bad_address", "address is missing, or is no phone number in any usual form"};
  TRY(reason, body.reason());
  TRY(until, until_in(body, api.now()));
  TRY(out, record(api, events::admin_stream(),
                  asked(api, std::move(reason),
                        events::CallAllowed{PiiText(address->value), until, {}, {}, {}})));
  out["address"] = address->value;
  out["until"] = to_rfc3339(until);
  return std::move(out);
}

constexpr Route call_allowance_rows[] = {
    {"allow_call", "POST", "/api/v1/call-allowances", Right::review, allow_call, &allowance_schema,
     "", "address reason until"},
};

} // namespace

constinit const Routes call_allowance_routes = call_allowance_rows;

} // namespace tidemark::gateway
