#include "events/format/tags.hpp"
#include "events/reveal.hpp"
#include "gateway/api/store.hpp"
#include "gateway/events/routes.hpp"

namespace tidemark::gateway {
namespace {

constexpr Schema reveal_schema{"body_revealed",
                               {{text("status"), integer("position"), integer("event")}}};

/// Recorded before anything is shown: whoever reads the body does so after this.
Result<Json> record_reveal(const ApiContext& api) {
  TRY(body, api.body());
  TRY(reason, body.reason());
  TRY(at, read_position(api.segment("position")));
  TRY(found, api.ports.log.at(at));
  if (!found || !api.is_ours(found->envelope.tenant.value))
    return unknown("event");
  if (found->attachment.empty())
    return Error{"no_body", "nothing came with this event: there is no body to show"};
  TRY(out, record(api, events::admin_stream(),
                  asked(api, std::move(reason), events::BodyRevealed{at, {}, {}, {}})));
  out["event"] = at.value;
  return std::move(out);
}

constexpr Route reveal_rows[] = {
    {"record_reveal", "POST", "/api/v1/events/{position}/reveals", Right::reveal, record_reveal,
     &reveal_schema, "", "reason", unreadable_so_nothing_stored, 202},
};

} // namespace

constinit const Routes reveal_routes = reveal_rows;

} // namespace tidemark::gateway
