#include "actors/lookup/recorded_configuration.hpp"

#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {

Result<RecordedConfiguration> configuration_at(const storage::LogStore& log, const TenantId& tenant,
                                               Position at) {
  RecordedConfiguration out;
  const auto read =
      storage::read_under_tag(log, tenant, storage::stream_tag(events::engine_stream()), Position{},
                              [&](const events::Recorded& recorded) {
                                const auto* applied =
                                    std::get_if<events::ConfigApplied>(&recorded.event);
                                const auto position = recorded.envelope.position;
                                if (!applied || out.until.value != 0)
                                  return;
                                if (position.value > at.value) {
                                  out.until = position;
                                  return;
                                }
                                out.from = position;
                                out.connectors = connectors::configured_by(*applied);
                              });
  if (!read)
    return read.error();
  return out;
}

bool is_same_account(const connectors::Configured& one, const connectors::Configured& other) {
  const auto agree = [&](const char* key) {
    return one.settings.get(key) == other.settings.get(key);
  };
  return one.connector == other.connector && agree("location_id") && agree("base_url");
}

} // namespace tidemark::actors
