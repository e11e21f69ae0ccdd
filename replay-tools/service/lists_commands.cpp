#include "replay-tools/service/lists_commands.hpp"

#include "connectors/shared/outbound.hpp"
#include "projections/lists/lists.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

std::string joined(const Json& names) {
  std::string out;
  for (const auto& name : names)
    out += (out.empty() ? "" : ", ") + name.get<std::string>();
  return out;
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
      asked += fmt::format("{} {} {}", asked.empty() ? "" : ";", words, joined(contact[member]));
  if (contact["owner"].is_string())
    asked +=
        fmt::format("{} owner {}", asked.empty() ? "" : ";", contact["owner"].get<std::string>());
  if (contact["sequence"].is_string())
    asked += fmt::format("{} sequence {}", asked.empty() ? "" : ";",
                         contact["sequence"].get<std::string>());
  return out + (asked.empty() ? " " + contact["text"].get<std::string>() : asked);
}

/// Page by page: the service decides for some hundred contacts at a time.
int preview(ServiceApi& service, const std::string& target, Format format) {
  std::uint64_t contacts = 0, put_on = 0, taken_off = 0;
  std::string after;
  do {
    const auto page = service.ask(
        "POST", target + (after.empty() ? "" : "?after=" + connectors::url_encoded(after)),
        R"({"dry_run":true})");
    if (!page)
      return report(page.error());
    if (page->value("status", "") != "dry_run")
      return report({"service_unreachable", "the service does not know dry runs: use tools of the "
                                            "service's version"});
    contacts += (*page)["contacts"].get<std::uint64_t>();
    put_on += (*page)["put_on"].get<std::uint64_t>();
    taken_off += (*page)["taken_off"].get<std::uint64_t>();
    for (const auto& contact : (*page)["items"])
      format == Format::json ? print_json(contact) : print_line(member_line(contact));
    const auto& next = (*page)["next"];
    after = next.is_string() ? next.get<std::string>() : "";
  } while (!after.empty() && output_is_open());
  if (format == Format::json)
    print_summary(
        {{"contacts", contacts}, {"put_on", put_on}, {"taken_off", taken_off}, {"dry_run", true}});
  else
    print_line(fmt::format("{} contacts: {} to be put on a list, {} to be taken off. Dry run: "
                           "nothing was recorded or sent.",
                           contacts, put_on, taken_off));
  return exit_code::done;
}

} // namespace

int lists_show(DataFolder& folder, const CommonOptions& common, const std::string& connector) {
  const auto tenant = tenant_of(common, folder.log());
  if (!tenant)
    return report(tenant.error());
  CurrentTables tables(folder);
  const auto found = projections::list_statuses(tables.scan(), *tenant, ConnectorName(connector));
  if (!found)
    return report(found.error());
  if (found->empty() && !connector.empty())
    if (const auto known = check_connector(folder.log(), *tenant, ConnectorName(connector)); !known)
      return report(known.error());
  for (const auto& one : *found) {
    const auto last = one.last_sync == Timestamp{} ? "never" : to_rfc3339(one.last_sync);
    if (common.format == Format::json)
      print_json({{"connector", one.target.value},
                  {"name", one.list},
                  {"members", one.members},
                  {"waiting", one.waiting},
                  {"errors", one.errors},
                  {"last_sync", one.last_sync == Timestamp{} ? Json() : Json(last)}});
    else
      print_line(fmt::format("{}  {}: {} members, {} waiting, {} errors, last answer {}",
                             one.target.value, one.list, one.members, one.waiting, one.errors,
                             last));
  }
  if (common.format == Format::json)
    print_summary({{"lists", found->size()}});
  else
    print_line(fmt::format("{} lists.", found->size()));
  return exit_code::done;
}

int lists_rebuild(const CommonOptions& common, const std::string& connector, bool dry_run) {
  auto service = ServiceApi::open(common);
  if (!service)
    return report(service.error());
  if (const auto known = service->check_connector(connector); !known)
    return report(known.error());
  const auto target = "/api/v1/lists/" + connectors::url_encoded(connector) + "/rebuild";
  if (dry_run)
    return preview(*service, target, common.format);
  const auto asked = service->ask("POST", target);
  if (!asked)
    return report(asked.error());
  if (common.format == Format::json)
    print_summary({{"contacts", (*asked)["contacts"]},
                   {"position", (*asked)["position"]},
                   {"dry_run", false}});
  else
    print_line(fmt::format("Asked for the lists of {} contacts at {}, from position {} on. "
                           "`tidemark lists` shows how it goes.",
                           (*asked)["contacts"].dump(), connector, (*asked)["position"].dump()));
  return exit_code::done;
}

} // namespace tidemark::tools
