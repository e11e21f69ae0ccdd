#include "base/secret.hpp"
#include "base/text/phone.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_api.hpp"
#include "replay-tools/service/service_commands.hpp"
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
    print(format, system, system_line(system));
  }
  print_summary(
      format,
      {{"position", decided["position"]},
       {"contact", decided["contact"]},
       {"outcome", outcome},
       {"reason_code", text_in(decided, "reason_code")},
       {"possible", possible}},
      fmt::format("Contact {}: {}", text_in(decided, "contact"), text_in(decided, "text")));
  return possible ? exit_code::done : exit_code::does_not_hold;
}

} // namespace

Result<int> mappings_repair(const CommonOptions& common, const RepairOptions& options) {
  TRY(service, ServiceApi::open(common));
  Json body{{"reason", options.reason}};
  if (!options.phone.empty())
    body["phone"] = options.phone;
  if (!options.email.empty())
    body["email"] = options.email;
  TRY(asked, service.ask("POST", "/api/v1/mappings/repair", to_text(body)));
  const auto target = "/api/v1/mappings/repair/" + asked.value("position", Json(0)).dump();
  for (int looks = 0; looks < looks_max; ++looks) {
    TRY(decided, service.ask("GET", target));
    if (text_in(decided, "state") == "decided")
      return show(std::move(decided), common.format);
    std::this_thread::sleep_for(look_for_decision_every);
  }
  return Error{"not_decided",
               "the service took the request and has not decided it yet; see GET " + target};
}

Result<int> mappings_list(DataFolder& folder, const CommonOptions& common,
                          const MappingFilter& filter) {
  constexpr std::size_t page_size = 100;
  TRY(tenant, tenant_of(common, folder.log()));
  CurrentTables tables(folder);
  const ConnectorName connector(filter.connector);
  std::size_t count = 0;
  const auto show_all = [&](const std::vector<projections::MappingView>& mappings) {
    for (const auto& one : mappings) {
      if (!connector.value.empty() && one.connector != connector)
        continue;
      ++count;
      const auto id = shown_id(one.remote_id.value);
      const auto since = to_rfc3339(one.since);
      print(common.format,
            {{"contact", one.contact.value},
             {"connector", one.connector.value},
             {"remote_id", id},
             {"since", since},
             {"position", one.position.value}},
            fmt::format("{}  {:<14} {}  since {}", one.contact.value, one.connector.value, id,
                        since));
    }
  };
  if (!filter.contact.empty()) {
    TRY(hasher, folder.hasher());
    TRY(contact, contact_named(folder.log(), hasher, tenant, filter.contact,
                               default_region_of(folder.log(), tenant)));
    TRY(found, projections::mappings_of(tables.scan(), tenant, contact));
    show_all(found);
  } else {
    std::string after;
    do {
      TRY(page, projections::mappings_page(tables.scan(), tenant, connector, after, page_size));
      show_all(page.items);
      after = page.next;
    } while (!after.empty() && output_is_open());
  }
  if (count == 0 && !connector.value.empty()) {
    TRYV(check_connector(folder.log(), tenant, connector));
  }
  print_summary(common.format, {{"mappings", count}}, fmt::format("{} mappings.", count));
  return exit_code::done;
}

} // namespace tidemark::tools
