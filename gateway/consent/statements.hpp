#pragma once
#include "domain/consent/suppression.hpp"
#include "gateway/api/store.hpp"

#include <optional>
#include <vector>

namespace tidemark::gateway {

/// For Route::unreadable.
inline constexpr std::string_view unreadable_consent =
    "the data could not be read, so nothing was stored and nobody was opted in or out; see the "
    "service's log, then send it again";

/// Records what an operator or a program of the company says about consent. What follows is decided
/// by the engine from the log; sends to the addresses wait from the moment the record is durable,
/// which is before the answer.
Result<Json> record_statements(const ApiContext& api,
                               std::vector<events::ConsentRequested> requests);

/// What was decided about an address, to the log's end.
Result<domain::ConsentState> consent_state(const ApiContext& api, const AddressHash& address);

std::optional<events::Channel> channel_named(std::string_view name);

} // namespace tidemark::gateway
