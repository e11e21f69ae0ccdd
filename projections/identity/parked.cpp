#include "projections/identity/parked.hpp"

#include "projections/table/keys.hpp"

namespace tidemark::projections {
namespace {

template <class Event>
void put(const events::Envelope& envelope, std::string_view state, const Event& e, RowBatch& rows) {
  rows.put(envelope.tenant, {state, position_part(e.input), index_part(e.index)},
           [&](RowJson& json) {
             json.origin(envelope)
                 .number("input", e.input.value)
                 .number("index", e.index)
                 .text("kind", events::name_of_enum(e.kind))
                 .text("waiting_for", e.waiting_for)
                 .text("key", e.keys.empty() ? "" : to_hex(e.keys.front()))
                 .time("since", e.since);
           });
}

bool parked_want(std::string_view type) {
  return type == events::CommandParked::name || type == events::CommandTimedOut::name
         || type == events::WebhookInterpreted::name;
}

void parked_rows(const events::Recorded& recorded, const Context&, RowBatch& rows) {
  const auto& envelope = recorded.envelope;
  if (const auto* parked = std::get_if<events::CommandParked>(&recorded.event)) {
    put(envelope, "waiting", *parked, rows);
  } else if (const auto* dead = std::get_if<events::CommandTimedOut>(&recorded.event)) {
    rows.remove(envelope.tenant, {"waiting", position_part(dead->input), index_part(dead->index)});
    put(envelope, "dead", *dead, rows);
  } else if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event)) {
    for (const auto& command : interpreted->commands)
      if (command.input.value != 0)
        for (const std::string_view state : {"waiting", "dead"})
          rows.remove(envelope.tenant,
                      {state, position_part(command.input), index_part(command.place)});
  }
}

} // namespace

const Projection parked{"parked", 1, parked_want, parked_rows};

} // namespace tidemark::projections
