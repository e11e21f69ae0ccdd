#include "gateway/outages/outage_note.hpp"

#include "events/format/tags.hpp"
#include "gateway/api/json.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {

Result<std::optional<OutageNote>> read_outage_note(const storage::LogStore& log,
                                                   const TenantId& tenant,
                                                   const ConnectorName& connector) {
  using Found = std::optional<OutageNote>;
  TRY(newest, log.newest_tagged(tenant, storage::stream_tag(events::note_stream(connector))));
  if (newest == Position{})
    return Found();
  TRY(recorded, storage::recorded_event(log, newest));
  auto* noted = std::get_if<events::ConnectorNoted>(&recorded.event);
  return noted ? Found({newest, recorded.envelope.recorded_at, std::move(*noted)}) : Found();
}

Json outage_note_json(const std::optional<OutageNote>& note, Timestamp now) {
  if (!note)
    return {};
  const auto& said = note->said;
  return {{"text", said.text},
          {"link", or_null(std::string_view(said.link))},
          {"since", to_rfc3339(note->since)},
          {"by", said.by},
          {"reason", said.reason},
          {"position", note->position.value},
          {"planned_end", said.planned_end ? Json(to_rfc3339(said.planned_end->at)) : Json()},
          {"is_over", note->is_over(now)}};
}

std::string outage_note_words(const OutageNote& note, Timestamp now) {
  auto out = "somebody noted an outage over there at " + to_rfc3339(note.since);
  if (!note.said.planned_end)
    return out;
  out += note.is_over(now) ? ", whose planned end is over since " : ", planned to end at ";
  return out + to_rfc3339(note.said.planned_end->at);
}

} // namespace tidemark::gateway
