#pragma once
#include "events/connector.hpp"
#include "gateway/api/schema.hpp"
#include "storage/log_store.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

/// What a person wrote down about an outage of a connector's system. It holds nothing back.
namespace tidemark::gateway {

struct OutageNote {
  Position position;
  Timestamp since;
  events::ConnectorNoted said;

  /// Its planned end has passed: nobody knows whether it still holds.
  bool is_over(Timestamp now) const { return said.planned_end && said.planned_end->at <= now; }
};

/// The newest note, unless somebody cleared it. Errors: those of reading and decoding.
Result<std::optional<OutageNote>> read_outage_note(const storage::LogStore& log,
                                                   const TenantId& tenant,
                                                   const ConnectorName& connector);

inline constexpr Schema outage_note_schema{
    "outage_note",
    {{text("text"), nullable(text("link")), time("since"), text("by"), text("reason"),
      integer("position"), nullable(time("planned_end")), boolean("is_over")}}};
/// Null where there is none.
nlohmann::ordered_json outage_note_json(const std::optional<OutageNote>& note, Timestamp now);

/// That there is one and until when, for who has not logged in: not what it says.
std::string outage_note_words(const OutageNote& note, Timestamp now);

} // namespace tidemark::gateway
