#pragma once
#include "gateway/api/context.hpp"

#include <chrono>
#include <variant>

namespace tidemark::gateway {

/// A session of the user whom the body names, with an access token of that life; or why not.
std::variant<Json, Answer> log_in_with_password(const ApiContext& api, std::chrono::minutes lasts);

} // namespace tidemark::gateway
