#include "replay-tools/service/duplicates_command.hpp"

#include "projections/identity/duplicate_view.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words)
    out += (out.empty() ? "" : ", ") + word;
  return out;
}

} // namespace

int duplicates_list(DataFolder& folder, const CommonOptions& common) {
  const auto tenant = tenant_of(common, folder.log());
  if (!tenant)
    return report(tenant.error());
  CurrentTables tables(folder);
  const auto clusters = projections::duplicates(tables.scan(), *tenant);
  if (!clusters)
    return report(clusters.error());
  std::size_t contacts = 0;
  for (const auto& cluster : *clusters) {
    std::vector<std::string> ids;
    for (const auto& contact : cluster.contacts)
      ids.push_back(contact.value);
    contacts += ids.size();
    if (common.format == Format::json)
      print_json({{"contacts", ids},
                  {"alike", cluster.alike},
                  {"name_likeness", cluster.name_likeness},
                  {"names_differ", cluster.names_differ}});
    else
      print_line(fmt::format("{}: same {}{}. To merge: POST /api/v1/contacts/{}/merge", joined(ids),
                             joined(cluster.alike), cluster.names_differ ? ", but other names" : "",
                             ids.front()));
  }
  const auto count = clusters->size();
  if (common.format == Format::json)
    print_summary({{"clusters", count}, {"contacts", contacts}});
  else
    print_line(fmt::format("{} clusters, {} contacts.", count, contacts));
  return exit_code::done;
}

} // namespace tidemark::tools
