#include "sandbox/world/control/settings_change.hpp"

#include "base/contains.hpp"

#include <map>
#include <variant>

namespace tidemark::sandbox {
namespace {

using Member = std::variant<bool Settings::*, long Settings::*, std::string Settings::*>;

const std::map<std::string, Member>& members() {
  static const std::map<std::string, Member> all{
      {"echo", &Settings::echo},
      {"echo_generic", &Settings::echo_generic},
      {"real_limits", &Settings::real_limits},
      {"verity_hmac", &Settings::verity_hmac},
      {"ghl_burst", &Settings::ghl_burst},
      {"ghl_daily", &Settings::ghl_daily},
      {"ghl_window_ms", &Settings::ghl_window_ms},
      {"ghl_access_token_s", &Settings::ghl_access_token_s},
      {"ghl_location_active", &Settings::ghl_location_active},
      {"ghl_allow_duplicates", &Settings::ghl_allow_duplicates},
      {"ghl_default_provider", &Settings::ghl_default_provider},
      {"ghl_status_refusals", &Settings::ghl_status_refusals},
      {"ghl_delivery_url", &Settings::ghl_delivery_url},
      {"aloware_list_calls", &Settings::aloware_list_calls},
      {"aloware_sms", &Settings::aloware_sms},
      {"verity_sends", &Settings::verity_sends}};
  return all;
}

template <class T>
bool has_type(const Json& value) {
  if constexpr (std::is_same_v<T, bool>)
    return value.is_boolean();
  else if constexpr (std::is_same_v<T, long>)
    return value.is_number_integer() && value >= 0;
  else
    return value.is_string();
}

std::string names() {
  std::string list = "engine";
  for (const auto& [name, member] : members())
    list += ", " + name;
  return list;
}

} // namespace

Status change_settings(Settings& settings, const Json& changes) {
  Settings next = settings;
  for (const auto& [name, value] : changes.items()) {
    const auto found = members().find(name);
    if (found == members().end())
      return Error{"bad_setting", "no setting is called " + name + "; there are " + names()};
    const bool taken = std::visit(
        [&]<class T>(T Settings::*member) {
          if (!has_type<T>(value))
            return false;
          next.*member = value.get<T>();
          return true;
        },
        found->second);
    if (!taken)
      return Error{"bad_setting", "the setting " + name
                                      + " has a value of another type: see GET "
                                        "/settings"};
  }
  if (!contains(words("completed", "invalid", "none"), next.aloware_sms))
    return Error{"bad_setting", "aloware_sms must be completed, invalid or none"};
  if (!contains(words("none", "sent", "delivered", "failed"), next.verity_sends))
    return Error{"bad_setting", "verity_sends must be none, sent, delivered or failed"};
  settings = std::move(next);
  return Done{};
}

Json settings_text(const Settings& settings) {
  Json out = Json::object();
  for (const auto& [name, member] : members())
    std::visit([&, &key = name](auto place) { out[key] = settings.*place; }, member);
  return out;
}

} // namespace tidemark::sandbox
