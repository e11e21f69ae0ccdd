#include "events/format/tags.hpp"
#include "gateway/api/store.hpp"
#include "gateway/operations/pausing.hpp"
#include "gateway/operations/restored.hpp"
#include "gateway/operations/routes.hpp"
#include "gateway/outages/planned_end.hpp"
#include "storage/recorded_event.hpp"

// Everything that a tenant sends, held back in one step and let go in steps. No request is
// dispatched behind the record (domain/delivery/flow_control.hpp).

namespace tidemark::gateway {

Result<std::uint32_t> percent_in(const Body& body) {
  const auto percent =
      body["percent"].stated() ? body["percent"].integer() : std::optional<std::int64_t>(100);
  if (!percent || *percent < 1 || *percent > 100)
    return Error{"bad_percent", "percent is a whole number from 1 to 100"};
  return static_cast<std::uint32_t>(*percent);
}

Status keeps_opt_outs_held(const std::string& held_by, bool hold) {
  if (held_by.empty() || hold)
    return Done{};
  return Error{"opt_outs_are_held", "opt-outs are held back by " + held_by
                                        + ", and this would let them leave: hold them back again, "
                                          "or resume first"};
}

namespace {

constexpr std::string_view unreadable_stop =
    "the data could not be read, so nothing changed; see the service's log, then send it again";
constexpr std::string_view stop_not_stored =
    "nothing was stored and nothing changed; send it again later";

template <class Event>
Result<std::optional<Event>> newest_is(const ApiContext& api) {
  return storage::newest_under_tag<Event>(api.ports.log, api.tenant(),
                                          storage::stream_tag(events::sending_stream()));
}

Result<Json> stop_all(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(planned, planned_end_in(api, body));
  TRY(hold, body.flag("also_opt_outs", {"bad_also_opt_outs",
                                        "also_opt_outs is true or false; true keeps opt-outs from "
                                        "the systems too, which has to be mended by hand"}));
  TRY(stopped, newest_is<events::SendingStopped>(api));
  TRYV(keeps_opt_outs_held(stopped && stopped->hold_opt_outs ? stopped->by : "", hold));
  events::SendingStopped event;
  event.hold_opt_outs = hold;
  event.planned_end = planned;
  if (stopped)
    event.until_read_back = stopped->until_read_back; // a stop on top of a restore's ends it not
  return record(api, events::sending_stream(), asked(api, std::move(reason), std::move(event)),
                stop_not_stored);
}

/// Does all that may be sent go out?
Result<bool> sends_in_full(const ApiContext& api) {
  TRY(stopped, newest_is<events::SendingStopped>(api));
  TRY(resumed, newest_is<events::SendingResumed>(api));
  return !stopped && (!resumed || resumed->percent == 100);
}

Result<Json> resume_all(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(percent, percent_in(body));
  TRY(held, restore_hold(api));
  if (held)
    return Error{"not_read_back", "sending is held since the log was put back from a backup, until "
                                  "who opted out meanwhile was read back: tidemark restored shows "
                                  "how far that is, tidemark restored sign ends it"};
  TRY(in_full, sends_in_full(api));
  if (in_full)
    return Error{"not_stopped", "sending is not stopped, nor does it go on in part"};
  events::SendingResumed event;
  event.percent = percent;
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
