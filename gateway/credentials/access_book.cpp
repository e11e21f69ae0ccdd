#include "gateway/credentials/access_book.hpp"

#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::gateway {
namespace {

domain::ApiToken token_of_file(const ApiToken& configured, const std::vector<TenantId>& tenants) {
  domain::ApiToken out{"file:" + configured.name, configured.name,
                       domain::role_named(configured.role), configured.tenant};
  if (out.tenant.value.empty() && tenants.size() == 1)
    out.tenant = tenants.front();
  out.sha256 = configured.sha256;
  out.from_file = true;
  return out;
}

} // namespace

AccessBook::AccessBook(const GatewayOptions& options, storage::LogStore& log)
    : log_(log), tenants_(options.tenants) {
  auto page = std::make_shared<Page>();
  for (const auto& configured : options.tokens) {
    auto token = token_of_file(configured, options.tenants);
    page->state.tokens.emplace(token.id, std::move(token));
  }
  page_ = std::move(page);
  tenants_.push_back(events::installation_tenant());
}

std::shared_ptr<const AccessBook::Page> AccessBook::page() const {
  const std::lock_guard lock(guard_);
  return page_;
}

Status AccessBook::read(Page& page, const TenantId& tenant) const {
  auto& read_to = page.read_to[tenant];
  TRY(positions, log_.tagged(tenant, events::access_tag(), read_to, SIZE_MAX));
  for (const auto position : positions) {
    TRY(said, storage::recorded_event(log_, position));
    domain::evolve(page.state, tenant, said.event, said.envelope.recorded_at);
    read_to = position;
  }
  return Done{};
}

Status AccessBook::refresh() {
  const std::lock_guard one_at_a_time(reading_);
  auto fresh = std::make_shared<Page>(*page());
  for (const auto& tenant : tenants_) {
    TRYV(read(*fresh, tenant));
  }
  const std::lock_guard lock(guard_);
  page_ = std::move(fresh);
  return Done{};
}

Result<Position> AccessBook::record(const Page& decided_on, const TenantId& tenant,
                                    events::Event event, bool of_tenant_state) {
  storage::Append append;
  append.tenant = tenant;
  std::vector<events::Tag> tags{events::access_tag()};
  if (of_tenant_state)
    tags.push_back(events::suspension_tag());
  const auto seen = decided_on.read_to.find(tenant);
  append.nothing_newer.push_back(
      {events::access_tag(), seen == decided_on.read_to.end() ? Position{} : seen->second});
  append.events.push_back({events::admin_stream(), std::move(event), std::move(tags), {}});
  const auto outcome = storage::append_and_wait(log_, std::move(append));
  TRYV(refresh());
  if (const auto* stored = std::get_if<storage::Appended>(&outcome))
    return stored->first;
  if (std::holds_alternative<storage::Conflict>(outcome))
    return Error{"access_changed", "somebody changed access at the same moment and nothing was "
                                   "stored; look at what is there now, then ask again"};
  return Error{"not_stored", "nothing was stored; send it again later"};
}

} // namespace tidemark::gateway
