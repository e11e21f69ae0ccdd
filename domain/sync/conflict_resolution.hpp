#pragma once
#include "domain/rules/rules.hpp"
#include "events/all.hpp"

#include <string>
#include <string_view>

/// Field by field: which of two statements holds, and by which rule (requirements A1.6, A5).
namespace tidemark::domain {

struct Statement {
  ConnectorName system;
  std::string value;
};

struct Resolution {
  bool second_wins = false;
  std::string rule; ///< such as "A1.6.phone.valid_e164"
};

/// Decides between what the contact holds (`first`) and what another system states (`second`).
/// Both values differ. Independent of which arrived first, except where both are equal in rank.
/// `full_name_first/second` are needed for name fields only.
Resolution resolve(events::Field field, const Statement& first, const Statement& second,
                   std::string_view full_name_first, std::string_view full_name_second,
                   const SyncRules& rules);

/// As it is recorded. Of two statements of one system the first is shown.
events::ContactConflictDecided conflict_between(events::Field field, const Statement& first,
                                                const Statement& second,
                                                const Resolution& resolution);

/// First and last name.
std::string full_name(const events::FieldSet& fields);

} // namespace tidemark::domain
