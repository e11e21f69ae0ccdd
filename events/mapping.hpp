#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/outcome.hpp"
#include "events/format/reason.hpp"
#include "events/format/schema.hpp"

#include <string>
#include <vector>

/// Which records of the systems belong to one contact: asked for, and decided (requirement C14).
namespace tidemark::events {

/// An operator asked that a contact be mapped where it is not. An input; stream `admin`.
struct MappingRepairRequested {
  static constexpr std::string_view name = "mapping.repair_requested.v1";
  ContactId contact;
  /// Systems that take contacts and whose record of it was not known when it was asked: what the
  /// operator saw. The decision looks at all systems as they stand then.
  std::vector<ConnectorName> connectors;
  std::string reason;
  std::string by;
  std::string request_id;
  TIDEMARK_MEMBERS(MappingRepairRequested, contact, connectors, reason, by, request_id)
};

/// What can be done about it, for each system that takes contacts. Stream `contact/<id>`.
struct MappingRepairDecided {
  static constexpr std::string_view name = "mapping.repair_decided.v1";
  Outcome outcome = Outcome::no_change; ///< applied, no_change, skipped, blocked, parked
  Reason reason_code = Reason::none;
  std::vector<TargetOutcome> targets;
  TIDEMARK_MEMBERS(MappingRepairDecided, outcome, reason_code, targets)
};

} // namespace tidemark::events
