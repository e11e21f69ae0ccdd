#include "base/text/joined.hpp"
#include "projections/identity/duplicate_view.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {

Result<int> duplicates_list(DataFolder& folder, const CommonOptions& common) {
  TRY(tenant, tenant_of(common, folder.log()));
  CurrentTables tables(folder);
  TRY(clusters, projections::duplicates(tables.scan(), tenant));
  std::size_t contacts = 0;
  for (const auto& cluster : clusters) {
    std::vector<std::string> ids;
    for (const auto& contact : cluster.contacts)
      ids.push_back(contact.value);
    contacts += ids.size();
    print(common.format,
          {{"contacts", ids},
           {"alike", cluster.alike},
           {"name_likeness", cluster.name_likeness},
           {"names_differ", cluster.names_differ}},
          fmt::format("{}: same {}{}. To merge: POST /api/v1/contacts/{}/merge", joined(ids, ", "),
                      joined(cluster.alike, ", "), cluster.names_differ ? ", but other names" : "",
                      ids.front()));
  }
  const auto count = clusters.size();
  print_summary(common.format, {{"clusters", count}, {"contacts", contacts}},
                fmt::format("{} clusters, {} contacts.", count, contacts));
  return exit_code::done;
}

} // namespace tidemark::tools
