#pragma once
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "storage/log_store.hpp"

#include <string>
#include <string_view>

/// How a command is recorded: what follows from it is decided by the engine from the log.
namespace tidemark::gateway {

inline constexpr std::string_view nothing_stored = "nothing was stored; send it again later";
/// For Route::unreadable.
inline constexpr std::string_view unreadable_so_nothing_stored =
    "the data could not be read, so nothing was stored; see the service's log, then send it again";

/// Of a command that is stored.
inline constexpr Schema accepted{"accepted", {{text("status"), integer("position")}}};

/// The events' first position, once they are durable. Error: not_stored, with the sentence.
Result<Position> store(const ApiContext& api, std::vector<storage::NewEvent> events,
                       std::string_view not_stored = nothing_stored);
/// `{"status":"accepted","position"}`
Result<Json> record(const ApiContext& api, std::vector<storage::NewEvent> events,
                    std::string_view not_stored);
Result<Json> record(const ApiContext& api, StreamName stream, events::Event event,
                    std::string_view not_stored = nothing_stored);

/// The event with why and by whom it is asked for.
template <class Event>
Event asked(const ApiContext& api, std::string reason, Event event) {
  event.reason = std::move(reason);
  event.by = api.caller.name;
  event.request_id = api.request.request_id;
  return event;
}

} // namespace tidemark::gateway
