#pragma once
#include "base/ids.hpp"
#include "events/contact.hpp"
#include "events/format/outcome.hpp"
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
  bool operator==(const MappingRepairRequested&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = MappingRepairRequested;
    return use(member("contact", &T::contact), member("connectors", &T::connectors),
               member("reason", &T::reason), member("by", &T::by),
               member("request_id", &T::request_id));
  }
};

/// What can be done about it, for each system that takes contacts. Stream `contact/<id>`.
struct MappingRepairDecided {
  static constexpr std::string_view name = "mapping.repair_decided.v1";
  Outcome outcome = Outcome::no_change; ///< applied, no_change, skipped, blocked, parked
  std::string reason_code;
  std::vector<TargetOutcome> targets;
  bool operator==(const MappingRepairDecided&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = MappingRepairDecided;
    return use(member("outcome", &T::outcome), member("reason_code", &T::reason_code),
               member("targets", &T::targets));
  }
};

} // namespace tidemark::events
