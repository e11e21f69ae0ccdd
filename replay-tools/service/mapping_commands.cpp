#include "replay-tools/service/mapping_commands.hpp"

#include "base/secret.hpp"
#include "base/text/phone.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds look_for_decision_every{100};
constexpr int looks_max = 600;

std::string text_in(const Json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Some systems know a person by the number itself, which is personal data.
std::string shown_id(const std::string& id) {
  return is_e164(id) || id.find('@') != std::string::npos ? masked_text(id) : id;
}

/// How an outcome reads to somebody who wants the contact mapped; nothing when it is not going to
/// be.
std::string_view progress_of(std::string_view outcome) {
  if (outcome == "applied")
    return "mapped";
  if (outcome == "no_change")
    return "already mapped";
  if (outcome == "pending" || outcome == "retrying" || outcome == "unknown"
      || outcome == "superseded")
    return "on its way";
  return "";
}

std::string system_line(const Json& system) {
  const auto progress = progress_of(text_in(system, "outcome"));
  auto line = fmt::format("{}: {}.", text_in(system, "connector"),
                          progress.empty() ? "not mapped" : progress);
  for (const auto* part : {"text", "next_step"})
    if (const auto text = text_in(system, part); !text.empty())
      line += " " + text;
  return line;
}

int show(Json decided, Format format) {
  auto& systems = decided["systems"];
  const auto outcome = text_in(decided, "outcome");
  bool possible = outcome != "parked" && (outcome != "skipped" || !systems.empty());
  for (auto& system : systems) {
    possible &= !progress_of(text_in(system, "outcome")).empty();
    if (system["remote_id"].is_string())
      system["remote_id"] = shown_id(text_in(system, "remote_id"));
    format == Format::json ? print_json(system) : print_line(system_line(system));
  }
  if (format == Format::json)
    print_summary({{"position", decided["position"]},
                   {"contact", decided["contact"]},
                   {"outcome", outcome},
                   {"reason_code", text_in(decided, "reason_code")},
                   {"possible", possible}});
  else
    print_line(
        fmt::format("Contact {}: {}", text_in(decided, "contact"), text_in(decided, "text")));
  return possible ? exit_code::done : exit_code::does_not_hold;
}

} // namespace

int mappings_repair(const CommonOptions& common, const RepairOptions& options) {
  auto service = ServiceApi::open(common);
  if (!service)
    return report(service.error());
  Json body{{"reason", options.reason}};
  if (!options.phone.empty())
    body["phone"] = options.phone;
  if (!options.email.empty())
    body["email"] = options.email;
  const auto asked = service->ask("POST", "/api/v1/mappings/repair",
                                  body.dump(-1, ' ', false, Json::error_handler_t::replace));
  if (!asked)
    return report(asked.error());
  const auto target = "/api/v1/mappings/repair/" + asked->value("position", Json(0)).dump();
  for (int looks = 0; looks < looks_max; ++looks) {
    auto decided = service->ask("GET", target);
    if (!decided)
      return report(decided.error());
    if (text_in(*decided, "state") == "decided")
      return show(*std::move(decided), common.format);
    std::this_thread::sleep_for(look_for_decision_every);
  }
  return report({"not_decided",
                 "the service took the request and has not decided it yet; see GET " + target});
}

int mappings_list(DataFolder& folder, const CommonOptions& common, const MappingFilter& filter) {
  constexpr std::size_t page_size = 100;
  const auto tenant = tenant_of(common, folder.log());
  if (!tenant)
    return report(tenant.error());
  CurrentTables tables(folder);
  std::size_t count = 0;
  const auto show_all = [&](const std::vector<projections::MappingView>& mappings) {
    for (const auto& one : mappings) {
      if (!filter.connector.empty() && one.connector.value != filter.connector)
        continue;
      ++count;
      const auto id = shown_id(one.remote_id.value);
      if (common.format == Format::json)
        print_json({{"contact", one.contact.value},
                    {"connector", one.connector.value},
                    {"remote_id", id},
                    {"since", to_rfc3339(one.since)},
                    {"position", one.position.value}});
      else
        print_line(fmt::format("{}  {:<14} {}  since {}", one.contact.value, one.connector.value,
                               id, to_rfc3339(one.since)));
    }
  };
  if (!filter.contact.empty()) {
    const auto hasher = hasher_of(folder.path());
    if (!hasher)
      return report(hasher.error());
    const auto contact = contact_named(folder.log(), *hasher, *tenant, filter.contact,
                                       default_region_of(folder.log(), *tenant));
    if (!contact)
      return report(contact.error());
    const auto found = projections::mappings_of(tables.scan(), *tenant, *contact);
    if (!found)
      return report(found.error());
    show_all(*found);
  } else {
    std::string after;
    do {
      const auto page = projections::mappings_page(
          tables.scan(), *tenant, ConnectorName(filter.connector), after, page_size);
      if (!page)
        return report(page.error());
      show_all(page->items);
      after = page->next;
    } while (!after.empty() && output_is_open());
  }
  if (count == 0 && !filter.connector.empty())
    if (const auto known = check_connector(folder.log(), *tenant, ConnectorName(filter.connector));
        !known)
      return report(known.error());
  if (common.format == Format::json)
    print_summary({{"mappings", count}});
  else
    print_line(fmt::format("{} mappings.", count));
  return exit_code::done;
}

} // namespace tidemark::tools
