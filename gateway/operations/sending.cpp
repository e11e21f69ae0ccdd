#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/operations/planned_end.hpp"
#include "gateway/operations/routes.hpp"
#include "storage/recorded_event.hpp"

// Everything that a tenant sends, held back in one step and let go in steps. No request is
// dispatched behind the record (domain/delivery/flow_control.hpp).

namespace tidemark::gateway {

Result<std::optional<events::PlannedEnd>> planned_end_in(const ApiContext& api, const Body& body) {
  const Error bad{"bad_until", "until is when it is planned to end: a time to come, RFC 3339 with "
                               "time zone"};
  if (!body["until"].stated())
    return std::optional<events::PlannedEnd>();
  const auto at = from_rfc3339(body.text("until"));
  if (!at || *at <= api.now())
    return bad;
  return std::optional(events::PlannedEnd{*at});
}

namespace {

constexpr std::string_view unreadable_stop =
    "the data could not be read, so nothing changed; see the service's log, then send it again";
constexpr std::string_view stop_not_stored =
    "nothing was stored and nothing changed; send it again later";

/// Who stopped with opt-outs held, in force still; none where nobody did.
Result<std::optional<events::SendingStopped>> hold_in_force(const ApiContext& api) {
  TRY(newest,
      api.ports.log.newest_tagged(api.tenant(), storage::stream_tag(events::sending_stream())));
  if (newest == Position{})
    return std::optional<events::SendingStopped>{};
  TRY(said, storage::recorded_event(api.ports.log, newest));
  const auto* stopped = std::get_if<events::SendingStopped>(&said.event);
  return stopped && stopped->hold_opt_outs ? std::optional(*stopped) : std::nullopt;
}

Result<Json> stop_all(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(planned, planned_end_in(api, body));
  TRY(hold, body.flag("also_opt_outs", {"bad_also_opt_outs",
                                        "also_opt_outs is true or false; true keeps opt-outs from "
                                        "the systems too, which has to be mended by hand"}));
  TRY(held, hold_in_force(api));
  if (held && !hold)
    return Error{
        "opt_outs_are_held",
        "sending is stopped by " + held->by
            + " with opt-outs held, and this would let them leave: stop with opt-outs held "
              "again, or resume first"};
  events::SendingStopped event;
  event.hold_opt_outs = hold;
  event.planned_end = planned;
  return record(api, events::sending_stream(), asked(api, std::move(reason), std::move(event)),
                stop_not_stored);
}

/// Does all that may be sent go out?
Result<bool> sends_in_full(const ApiContext& api) {
  TRY(newest,
      api.ports.log.newest_tagged(api.tenant(), storage::stream_tag(events::sending_stream())));
  if (newest == Position{})
    return true;
  TRY(said, storage::recorded_event(api.ports.log, newest));
  const auto* resumed = std::get_if<events::SendingResumed>(&said.event);
  return resumed && resumed->percent == 100;
}

Result<Json> resume_all(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  const auto percent =
      body["percent"].stated() ? body["percent"].integer() : std::optional<std::int64_t>(100);
  if (!percent || *percent < 1 || *percent > 100)
    return Error{"bad_percent", "percent is a whole number from 1 to 100"};
  TRY(in_full, sends_in_full(api));
  if (in_full)
    return Error{"not_stopped", "sending is not stopped, nor does it go on in part"};
  events::SendingResumed event;
  event.percent = static_cast<std::uint32_t>(*percent);
  return record(api, events::sending_stream(), asked(api, std::move(reason), std::move(event)),
                stop_not_stored);
}

constexpr Route sending_rows[] = {
    {"stop_all", "POST", "/api/v1/stop-all", Right::operate, stop_all, &accepted, "",
     "reason until also_opt_outs", unreadable_stop},
    {"resume_all", "POST", "/api/v1/resume-all", Right::operate, resume_all, &accepted, "",
     "reason percent", unreadable_stop},
};

} // namespace

constinit const Routes sending_routes = sending_rows;

} // namespace tidemark::gateway
