#pragma once
#include "gateway/http/answer.hpp"
#include "gateway/ports.hpp"
#include "storage/log_store.hpp"

#include <string>
#include <string_view>

namespace tidemark::gateway {

/// Stores what a caller asked for: `{"status":"accepted","position":P}`, or 503 with `not_stored`,
/// the sentence that says what did not happen. `members`: more of the answer, each after a comma.
Answer store_request(const GatewayPorts& ports, storage::Append append, std::string_view request_id,
                     std::string not_stored, std::string_view members = {});

} // namespace tidemark::gateway
