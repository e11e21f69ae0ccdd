#pragma once
#include "base/text/json_reader.hpp"
#include "domain/consent/suppression.hpp"
#include "projections/table/scan.hpp"

/// What was said about an address, as the table `opt_outs` has it, and what follows for sends to
/// it.
namespace tidemark::projections {

/// One decided statement about the address.
struct StatementView {
  events::ConsentChanged change; ///< as recorded; its address is personal data
  Position decided;              ///< the event that records the decision
  Timestamp decided_at;
  Position cause;         ///< the event that led to the decision
  Position effective;     ///< it counts against messages that leave after this position
  std::string reason;     ///< an operator's words, "" when nobody gave any
  bool under_way = false; ///< an opt-out that a contact it is for has yet to take in
};

/// The row of one statement about the address of this hash; nothing when a hash cannot be read.
std::optional<StatementView> statement_of(json::Value row, std::string_view hash);

/// Who said it: `person`, an operator's name, or `vendor`, whose refusal nobody else knows the why
/// of.
std::string_view said_by(const events::ConsentChanged& change);

/// How a channel was kept closed that was closed at a position.
struct Kept {
  domain::ConsentState state; ///< as it was last before the channel was opened, else as it is
  const StatementView* lifted = nullptr; ///< what opened it first; null: nothing has
};
/// A channel that is closed anew after that is no matter of this one. `history` in log order.
Kept kept_since(const std::vector<StatementView>& history, events::Channel channel, Position from);

/// Is the address closed? Reads the statements alone, not what came of them, so it costs little
/// where an answer waits for it. The same state as AddressView's. Errors: table_damaged.
Result<domain::ConsentState> consent_state_of(const Scan& scan, const TenantId& tenant,
                                              std::string_view hash);

} // namespace tidemark::projections
