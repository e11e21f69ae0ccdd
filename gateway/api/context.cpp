#include "gateway/api/context.hpp"

#include "base/text/joined.hpp"
#include "base/text/phone.hpp"
#include "base/text/whole_number.hpp"
#include "events/format/tags.hpp"
#include "gateway/api/masking.hpp"

#include <algorithm>

namespace tidemark::gateway {
namespace {

bool is_lower_hex(std::string_view text, std::size_t size) {
  return text.size() == size
         && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Error bad_cursor() {
  return {"bad_cursor", "after is not the next of a page of this list: leave it out to begin anew"};
}

} // namespace

const WebhookSource* ApiContext::source(const ConnectorName& name) const {
  const auto found = std::find_if(
      options.sources.begin(), options.sources.end(), [&](const WebhookSource& source) {
        return source.tenant == caller.tenant && source.settings.name == name;
      });
  return found == options.sources.end() ? nullptr : &*found;
}

Result<ConnectorName> ApiContext::connector_in_path() const {
  ConnectorName name(segment("name"));
  if (!source(name))
    return Error{"not_found", "there is no such connector; GET /api/v1/connectors lists them"};
  return name;
}

const domain::SyncRules* ApiContext::rules() const {
  const auto found = options.rules.find(caller.tenant);
  return found == options.rules.end() ? nullptr : &found->second;
}

const std::string& ApiContext::segment(std::string_view name) const {
  const auto path = request.route->path;
  const auto before = path.substr(0, path.find("{" + std::string(name) + "}"));
  const auto slashes = std::count(before.begin(), before.end(), '/');
  return request.target.segments.at(static_cast<std::size_t>(slashes - 1));
}

Result<std::size_t> ApiContext::limit(std::size_t otherwise, std::size_t most) const {
  const auto text = param("limit");
  if (text.empty())
    return otherwise;
  const auto value = whole_number<std::size_t>(text).value_or(0);
  if (value == 0 || value > most)
    return Error{"bad_limit", "limit is a number from 1 to " + std::to_string(most)};
  return value;
}

Result<Position> ApiContext::after() const {
  return read_position(param("after"));
}

Result<std::string_view> ApiContext::after_contact() const {
  const auto text = param("after");
  const auto id = text.starts_with('~') ? text.substr(1) : text;
  if (id.empty() || (id.front() == 'c' && is_lower_hex(id.substr(1), 20)))
    return text;
  return bad_cursor();
}

Result<std::string_view> ApiContext::after_address() const {
  const auto text = param("after");
  if (text.empty() || is_lower_hex(text, 32))
    return text;
  return bad_cursor();
}

Status ApiContext::check_system(std::string_view name) const {
  const ConnectorName asked{std::string(param(name))};
  if (asked.value.empty() || source(asked) != nullptr)
    return Done{};
  std::vector<std::string> names;
  for (const auto& each : options.sources)
    if (each.tenant == caller.tenant)
      names.push_back(each.settings.name.value);
  return Error{"bad_" + std::string(name),
               "no system of this name is configured, and nothing is on record of one; configured: "
                   + (names.empty() ? "none" : joined(names, ", "))};
}

std::string ApiContext::shown(std::string_view field, std::string_view value) const {
  return caller.sees_personal_data() ? std::string(value) : masked_field(field, value);
}

std::string ApiContext::shown_id(const RemoteId& id) const {
  const bool address = is_e164(id.value) || id.value.find('@') != std::string::npos;
  return address && !caller.sees_personal_data() ? masked_any(id.value) : id.value;
}

AddressHash ApiContext::hash_of(const Address& address) const {
  return events::address_hash(ports.hasher, caller.tenant, address.kind, address.value);
}

Result<Position> read_position(std::string_view text) {
  if (text.empty())
    return Position{};
  const auto value = whole_number<std::uint64_t>(text);
  if (!value)
    return Error{"bad_position", "a position is a whole number, such as 17"};
  return Position{*value};
}

Error unknown(std::string_view what) {
  return {"not_found", "there is no such " + std::string(what) + " here"};
}

} // namespace tidemark::gateway
