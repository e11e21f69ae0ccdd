#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::sandbox {

/// The decoded value of a query or form field, or "".
std::string query_value(std::string_view query, std::string_view name);

/// `/contacts/7/tags` gives contacts, 7, tags; empty parts are left out.
std::vector<std::string_view> path_parts(std::string_view path);

} // namespace tidemark::sandbox
