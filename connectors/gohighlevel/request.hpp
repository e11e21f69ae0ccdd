#pragma once
#include "base/text/json_reader.hpp"
#include "connectors/shared/outbound.hpp"

#include <string>
#include <string_view>

/// What every request to GoHighLevel and every reading of its answers shares.
namespace tidemark::connectors::gohighlevel {

inline constexpr std::string_view known_address = "https://services.leadconnectorhq.com";
inline constexpr std::string_view contacts_version = "2021-07-28";      ///< README fact 1
inline constexpr std::string_view conversations_version = "2021-04-15"; ///< README fact 1

/// A request with the token and the version of its family. `path` begins with a slash.
HttpRequest request_to(const Settings& settings, std::string method, const std::string& path,
                       std::string body, std::string_view version = contacts_version);

/// Texts of an error answer: `message` is a string or an array, some calls say `error`
/// (README fact 15).
std::string error_text(const json::Value& root);

/// A scope fault and a refused version are 401 too (README fact 15).
Reason why_unauthorized(const json::Value& root);

/// The answer says that the contact is not there: 404, or 400 with words (README fact 9).
bool says_missing(const HttpAnswer& answer, const json::Value& root);

/// The vendor's search for the contact with a phone number or e-mail.
Send search_by(events::Field by, std::string_view value, const Settings& settings);
/// The vendor's search is loose (requirement A1.7.12): is it the address that was asked for, as far
/// as the hit shows one?
bool shows_address(const json::Value& contact, events::Field by, std::string_view wanted,
                   const Settings& settings);

} // namespace tidemark::connectors::gohighlevel
