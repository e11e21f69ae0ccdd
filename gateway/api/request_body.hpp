#pragma once
#include "base/result.hpp"
#include "base/text/json_reader.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

/// What the bodies of all API commands share. Errors: bad_body, bad_reason.
namespace tidemark::gateway {

/// A body that is one JSON object with no other members than these.
Result<json::Document> read_object(std::string_view body,
                                   std::initializer_list<std::string_view> known);

/// Members that are none of ours are a mistake of the caller's that would go unnoticed.
Status only_members(json::Value body, std::initializer_list<std::string_view> known);

/// Why it is asked for: required, and kept.
Result<std::string> reason_of(json::Value body);

} // namespace tidemark::gateway
