#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/shared/outbound.hpp"

#include <string>
#include <string_view>

/// What every request to Aloware and every reading of its answers shares.
namespace tidemark::connectors::aloware {

/// A body with the token, which is a field of every POST (README fact 1).
JsonObject body_with_token(const Settings& settings);
/// An id as Aloware writes it: a number where it is one.
void add_id(JsonObject& to, std::string_view key, std::string_view id);
bool is_number(std::string_view id);

/// `path` follows `/api/v1`, such as `/webhook/forms`.
HttpRequest post_to(const Settings& settings, std::string_view path, std::string body);
/// The token is a query parameter of every GET. `more` begins with `&`, or is "".
HttpRequest get_from(const Settings& settings, std::string_view path, const std::string& more);
/// The contact with the number, in E.164 (README fact 3).
HttpRequest contact_lookup(const Settings& settings, std::string_view phone);

/// The contact in a look-up's answer; three shapes are known of (README fact 3).
json::Value contact_in(const json::Value& root);
/// The web app answers unknown paths and some wrong tokens with 200 and a page (README fact 1).
bool is_json(const HttpAnswer& answer);

} // namespace tidemark::connectors::aloware
