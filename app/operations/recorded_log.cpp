#include "app/operations/recorded_log.hpp"

#include "app/service_log/service_log.hpp"

#include <array>

namespace tidemark::app {
namespace {

struct PartOfTypes {
  std::string_view begin; ///< of their names
  Part part;
};
/// The first that fits.
constexpr std::array parts_of_types{
    PartOfTypes{"api_token.", Part::access},
    PartOfTypes{"user.", Part::access},
    PartOfTypes{"session.", Part::access},
    PartOfTypes{"tenant.", Part::access},
    PartOfTypes{"people.", Part::access},
    PartOfTypes{"body.", Part::access},
    PartOfTypes{"action.", Part::delivery},
    PartOfTypes{"send.", Part::delivery},
    PartOfTypes{"delivery.", Part::delivery},
    PartOfTypes{"call.allowed", Part::consent},
    PartOfTypes{"contact.consent_applied", Part::consent},
    PartOfTypes{"consent.", Part::consent},
    PartOfTypes{"opt_out.", Part::consent},
    PartOfTypes{"deadline.", Part::consent},
    PartOfTypes{"violation.", Part::consent},
    PartOfTypes{"watch.", Part::consent},
    PartOfTypes{"call.", Part::conversations},
    PartOfTypes{"message.", Part::conversations},
    PartOfTypes{"appointment.", Part::conversations},
    PartOfTypes{"broadcast.", Part::conversations},
    PartOfTypes{"contact.lists_", Part::lists},
    PartOfTypes{"lists.", Part::lists},
    PartOfTypes{"contacts.", Part::merge},
    PartOfTypes{"contact.records_", Part::merge},
    PartOfTypes{"contact.values_", Part::merge},
    PartOfTypes{"contact.history_", Part::merge},
    PartOfTypes{"contact.memberships_", Part::merge},
    PartOfTypes{"contact.", Part::contacts},
    PartOfTypes{"mapping.", Part::contacts},
    PartOfTypes{"opportunity.", Part::sync},
    PartOfTypes{"identity.", Part::identity},
    PartOfTypes{"webhook.", Part::intake},
    PartOfTypes{"command.", Part::intake},
    PartOfTypes{"parked.", Part::intake},
    PartOfTypes{"backfill.", Part::backfill},
    PartOfTypes{"drift.", Part::backfill},
    PartOfTypes{"bulk.", Part::operations},
    PartOfTypes{"connector.", Part::connector},
    PartOfTypes{"sending.", Part::connector},
    PartOfTypes{"circuit.", Part::connector},
    PartOfTypes{"limit.", Part::connector},
    PartOfTypes{"token.", Part::connector},
    PartOfTypes{"credential.", Part::connector},
    PartOfTypes{"custom_fields.", Part::connector},
};

} // namespace

Part part_of(std::string_view type) {
  for (const auto& one : parts_of_types)
    if (type.starts_with(one.begin))
      return one.part;
  return Part::service;
}

void log_recorded(const events::RecordHeader& header) {
  const auto part = part_of(header.type);
  if (!is_logged(part, Level::debug))
    return;
  log_line(part, Level::debug, "recorded",
           {{"position", std::to_string(header.position.value)},
            {"type", std::string(header.type)},
            {"tenant", std::string(header.tenant)},
            {"stream", std::string(header.stream)},
            {"at", to_rfc3339(header.recorded_at)}});
}

} // namespace tidemark::app
