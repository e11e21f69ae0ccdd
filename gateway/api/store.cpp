#include "gateway/api/store.hpp"

#include "events/format/tags.hpp"

namespace tidemark::gateway {

Result<Position> store(const ApiContext& api, std::vector<storage::NewEvent> events,
                       std::string_view not_stored) {
  storage::Append append;
  append.tenant = api.tenant();
  append.events = std::move(events);
  if (!append.events.empty() && !api.request.request_id.empty())
    append.events[0].tags.push_back(events::named_tag(api.request.request_id));
  const auto outcome = storage::append_and_wait(api.ports.log, std::move(append));
  if (const auto* stored = std::get_if<storage::Appended>(&outcome))
    return stored->first;
  return Error{"not_stored", std::string(not_stored)};
}

Result<Json> record(const ApiContext& api, std::vector<storage::NewEvent> events,
                    std::string_view not_stored) {
  TRY(position, store(api, std::move(events), not_stored));
  return Json{{"status", "accepted"}, {"position", position.value}};
}

Result<Json> record(const ApiContext& api, StreamName stream, events::Event event,
                    std::string_view not_stored) {
  return record(api, {{std::move(stream), std::move(event), {}, {}}}, not_stored);
}

} // namespace tidemark::gateway
