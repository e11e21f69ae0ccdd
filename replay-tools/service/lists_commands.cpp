#include "base/text/joined.hpp"
#include "connectors/shared/outbound.hpp"
#include "projections/lists/lists.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string names_in(const Json& names) {
  return joined(names, ", ", [](const Json& name) { return name.get<std::string>(); });
}

std::string member_line(const Json& contact) {
  auto out = contact["contact"].get<std::string>() + ":";
  constexpr std::pair<const char*, const char*> parts[] = {
      {"put_on", "put on"},
      {"taken_off", "taken off"},
      {"stays_on", "stays on"},
      {"left_if_there", "taken off if it is on"}};
  std::string asked;
  for (const auto& [member, words] : parts)
    if (!contact[member].empty())
      asked += fmt::format("{} {} {}", asked.empty() ? "" : ";", words, names_in(contact[member]));
  if (contact["owner"].is_string())
    asked +=
        fmt::format("{} owner {}", asked.empty() ? "" : ";", contact["owner"].get<std::string>());
  if (contact["sequence"].is_string())
    asked += fmt::format("{} sequence {}", asked.empty() ? "" : ";",
                         contact["sequence"].get<std::string>());
  return out + (asked.empty() ? " " + contact["text"].get<std::string>() : asked);
}

/// Page by page: the service decides for some hundred contacts at a time.
Result<int> preview(ServiceApi& service, const std::string& target, Format format) {
  std::uint64_t contacts = 0, put_on = 0, taken_off = 0;
  std::string after;
  do {
    TRY(page,
        service.ask("POST",
                    target + (after.empty() ? "" : "?after=" + connectors::url_encoded(after)),
                    R"({"dry_run":true})"));
    if (page.value("status", "") != "dry_run")
      return Error{"service_unreachable", "the service does not know dry runs: use tools of the "
                                          "service's version"};
    contacts += page["contacts"].get<std::uint64_t>();
    put_on += page["put_on"].get<std::uint64_t>();
    taken_off += page["taken_off"].get<std::uint64_t>();
    for (const auto& contact : page["items"])
      print(format, contact, member_line(contact));
    const auto& next = page["next"];
    after = next.is_string() ? next.get<std::string>() : "";
  } while (!after.empty() && output_is_open());
  print_summary(
      format,
      {{"contacts", contacts}, {"put_on", put_on}, {"taken_off", taken_off}, {"dry_run", true}},
      fmt::format("{} contacts: {} to be put on a list, {} to be taken off. Dry run: "
                  "nothing was recorded or sent.",
                  contacts, put_on, taken_off));
  return exit_code::done;
}

} // namespace

Result<int> lists_show(DataFolder& folder, const CommonOptions& common,
                       const std::string& connector) {
  TRY(tenant, tenant_of(common, folder.log()));
  CurrentTables tables(folder);
  TRY(found, projections::list_statuses(tables.scan(), tenant, ConnectorName(connector)));
  if (found.empty() && !connector.empty()) {
    TRYV(check_connector(folder.log(), tenant, ConnectorName(connector)));
  }
  for (const auto& one : found) {
    const bool never = one.last_sync == Timestamp{};
    const auto last = never ? "never" : to_rfc3339(one.last_sync);
    print(common.format,
          {{"connector", one.target.value},
           {"name", one.list},
           {"members", one.members},
           {"waiting", one.waiting},
           {"errors", one.errors},
           {"last_sync", never ? Json() : Json(last)}},
          fmt::format("{}  {}: {} members, {} waiting, {} errors, last answer {}", one.target.value,
                      one.list, one.members, one.waiting, one.errors, last));
  }
  print_summary(common.format, {{"lists", found.size()}}, fmt::format("{} lists.", found.size()));
  return exit_code::done;
}

Result<int> lists_rebuild(const CommonOptions& common, const std::string& connector, bool dry_run) {
  TRY(service, ServiceApi::open(common));
  TRYV(service.check_connector(connector));
  const auto target = "/api/v1/lists/" + connectors::url_encoded(connector) + "/rebuild";
  if (dry_run)
    return preview(service, target, common.format);
  TRY(asked, service.ask("POST", target));
  const auto &contacts = asked["contacts"], &position = asked["position"];
  print_summary(common.format, {{"contacts", contacts}, {"position", position}, {"dry_run", false}},
                fmt::format("Asked for the lists of {} contacts at {}, from position {} on. "
                            "`tidemark lists` shows how it goes.",
                            contacts.dump(), connector, position.dump()));
  return exit_code::done;
}

} // namespace tidemark::tools
