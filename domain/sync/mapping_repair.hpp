#pragma once
#include "domain/contacts/plan.hpp"
#include "domain/contacts/state.hpp"

#include <string_view>
#include <vector>

/// Mapping repair (requirement C14): whether each system's record of a contact is known, and what
/// can be done where it is not.
namespace tidemark::domain {

/// What is known about a contact's record in one system.
struct MappingStatus {
  enum class Kind : std::uint8_t {
    none,       ///< no record, and none is being made
    mapped,     ///< its id is known
    on_its_way, ///< a delivery is under way that looks for the record, or makes it
    id_unknown, ///< it was made there, but its id was never told
    deleted,    ///< somebody deleted it over there
  } kind = Kind::none;
  RemoteId remote_id{};   ///< when mapped
  DeliveryId delivery{};  ///< when on its way
  bool in_flight = false; ///< its request has left
  bool operator==(const MappingStatus&) const = default;
};
/// Words for `Standing::Kind`, as the API shows them.
std::string_view name_of(MappingStatus::Kind kind);

MappingStatus status_at(const Contact& contact, const ConnectorName& system);

/// Each system that takes contacts: mapped already, on its way, a delivery intended anew, or why
/// not. The first event is `mapping.repair_decided`. What is intended is what a first sync would
/// send: the system is looked through by phone and e-mail before a record is made, where it can be.
/// That a system refused the contact before does not count: somebody asked. Nor is an id looked for
/// by writing to a system that cannot be looked through, which might make a second record.
std::vector<events::Event> decide_mapping_repair(const Contact& contact,
                                                 const DecisionContext& context);

} // namespace tidemark::domain
