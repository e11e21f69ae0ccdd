#include "replay-tools/find/compliance_command.hpp"

#include "base/secret.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_http.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using PersonJson = nlohmann::ordered_json;

std::string person_text(const PersonJson& one, const char* name) {
  return one[name].is_string() ? one[name].get<std::string>() : "";
}

/// Addresses and words, for people who did not ask to see them.
void hide(PersonJson& person) {
  for (const auto* part : {"channels", "consent"})
    for (auto& one : person[part]) {
      const auto address = person_text(one, "address");
      if (!address.empty())
        one["address"] =
            address.find('@') == std::string::npos ? masked_phone(address) : masked_email(address);
      if (one.contains("wording") && one["wording"].is_string())
        one["wording"] = masked_text(person_text(one, "wording"));
    }
}

void print_person(const PersonJson& person) {
  for (const auto& one : person["channels"]) {
    const auto since = person_text(one, "since");
    print_line(fmt::format("{:<9} {}  {}{}{}", person_text(one, "channel"),
                           person_text(one, "address"), person_text(one, "state"),
                           since.empty() ? "" : " since " + since,
                           one["in_review"].get<bool>() ? ", in review" : ""));
  }
  for (const auto& one : person["consent"])
    print_line(fmt::format("{} at {} of {} by {} ({}, {}): {}", person_text(one, "change"),
                           person_text(one, "at"), one["channels"].dump(), person_text(one, "by"),
                           person_text(one, "source"), person_text(one, "evidence"),
                           person_text(one, "wording")));
}

} // namespace

Result<int> compliance(DataFolder& folder, const CommonOptions& common, const std::string& key,
                       const RevealOptions& reveal) {
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(hasher, folder.hasher());
  TRY(contact,
      contact_named(folder.log(), hasher, tenant, key, default_region_of(folder.log(), tenant)));
  TRY(person, ask_service(folder.path(), {tenant.value, "GET",
                                          "/api/v1/contacts/" + contact.value + "/compliance"}));
  if (!reveal.reveal)
    hide(person);
  person["contact"] = contact.value;
  const auto& sent = person["sent"];
  const auto summary = fmt::format("{} messages of agents in 24 hours, {} in seven days",
                                   sent["in_day"].dump(), sent["in_week"].dump());
  if (common.format == Format::json)
    print_json(person);
  else
    print_person(person);
  print_summary(common.format, {{"in_day", sent["in_day"]}, {"in_week", sent["in_week"]}}, summary);
  return exit_code::done;
}

} // namespace tidemark::tools
