#pragma once
#include "projections/consent/opt_out_view.hpp"

#include <nlohmann/json_fwd.hpp>

/// The form in which an address's consent is shown, the same in the API and in the audit report
/// (docs/auditing-opt-outs.md).
namespace tidemark::projections {

/// State, propagation, violations and deadlines as they stand at `now`, without the history.
/// `shown` is the address as the reader may see it; "" becomes null.
nlohmann::ordered_json opt_out_json(const AddressView& address, std::string_view shown,
                                    Timestamp now);
/// `found_by` as of domain/rules/cause.hpp.
nlohmann::ordered_json statement_json(const StatementView& statement, std::string_view found_by);
nlohmann::ordered_json told_json(const PropagationView& told);
nlohmann::ordered_json violation_json(const SendViolation& violation);
nlohmann::ordered_json allowed_call_json(const AllowedCall& allowed);

} // namespace tidemark::projections
