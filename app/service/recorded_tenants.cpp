#include "app/service/recorded_tenants.hpp"

#include "app/service/wiring.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark::app {

Status RecordedTenants::read(const storage::LogStore& log) {
  return storage::read_under_tag(log, events::installation_tenant(), events::access_tag(), read_to,
                                 [&](const events::Recorded& said) {
                                   domain::evolve(book, said.event, said.envelope.recorded_at);
                                   read_to = said.envelope.position;
                                 });
}

std::vector<config::Fault> add_recorded(config::Config& config, const domain::TenantBook& book,
                                        const std::string& file,
                                        const config::Environment& environment) {
  // A token that names nobody is the only tenant's of the file, however many there are beside it.
  if (const auto only = only_of_file(config))
    for (auto& token : config.tokens)
      if (token.tenant.value.empty())
        token.tenant = *only;
  std::vector<config::Fault> faults;
  for (const auto& [id, made] : book) {
    const bool in_file = config.tenant(id) != nullptr;
    if (made.ended && in_file)
      faults.push_back({file, 1, "tenants[" + id.value + "].id", "a tenant of this id was deleted",
                        "give the tenant another id"});
    if (made.ended || in_file)
      continue;
    auto loaded = config::load_tenant(made.settings, id, file, environment);
    std::ranges::move(loaded.faults, std::back_inserter(faults));
    config.tenants.push_back(std::move(loaded.tenant));
  }
  return faults;
}

} // namespace tidemark::app
