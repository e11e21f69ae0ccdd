#include "gateway/credentials/access_book.hpp"

#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

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

AccessBook::Page::ReadTo seen_of(const AccessBook::Page& page, const TenantId& tenant) {
  const auto found = page.read_to.find(tenant);
  return found == page.read_to.end() ? AccessBook::Page::ReadTo{} : found->second;
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
  tenants_.insert(tenants_.end(), options.ended.begin(), options.ended.end());
  tenants_.push_back(events::installation_tenant());
}

std::shared_ptr<const AccessBook::Page> AccessBook::page() const {
  const std::lock_guard lock(guard_);
  return page_;
}

/// At the start only those that may not be over yet: a user makes a hundred a day.
Result<std::vector<Position>> AccessBook::new_sessions(const TenantId& tenant,
                                                       Position after) const {
  TRY(positions, log_.tagged(tenant, events::session_tag(), after, SIZE_MAX));
  if (after != Position{} || positions.empty())
    return std::move(positions);
  TRY(newest, storage::recorded_event(log_, positions.back()));
  const auto oldest = newest.envelope.recorded_at - domain::refresh_lasts;
  auto from = positions.end();
  while (from != positions.begin()) {
    TRY(said, storage::recorded_event(log_, *std::prev(from)));
    if (said.envelope.recorded_at < oldest)
      break;
    --from;
  }
  return std::vector<Position>(from, positions.end());
}

Status AccessBook::read(Page& page, const TenantId& tenant) const {
  auto& read_to = page.read_to[tenant];
  TRY(positions, log_.tagged(tenant, events::access_tag(), read_to.access, SIZE_MAX));
  TRY(sessions, new_sessions(tenant, read_to.sessions));
  if (!positions.empty())
    read_to.access = positions.back();
  if (!sessions.empty())
    read_to.sessions = sessions.back();
  positions.insert(positions.end(), sessions.begin(), sessions.end());
  std::ranges::sort(positions); // a new password ends the sessions before it, not those after it
  for (const auto position : positions) {
    TRY(said, storage::recorded_event(log_, position));
    domain::evolve(page.state, tenant, said.event, said.envelope.recorded_at);
    domain::forget_ended(page.state.people, said.envelope.recorded_at);
  }
  return Done{};
}

Status AccessBook::refresh() {
  return read_anew(tenants_);
}

Status AccessBook::refresh_installation() {
  const auto installation = events::installation_tenant();
  return read_anew({&installation, 1});
}

Status AccessBook::read_anew(std::span<const TenantId> tenants) {
  const std::lock_guard one_at_a_time(reading_);
  auto fresh = std::make_shared<Page>(*page());
  for (const auto& tenant : tenants) {
    TRYV(read(*fresh, tenant));
  }
  const std::lock_guard lock(guard_);
  page_ = std::move(fresh);
  return Done{};
}

Result<Position> AccessBook::record(const Page& decided_on, const TenantId& tenant,
                                    events::Event event, bool of_tenant_state) {
  storage::Append wanted;
  wanted.tenant = tenant;
  std::vector<events::Tag> tags{events::access_tag()};
  if (of_tenant_state)
    tags.push_back(events::suspension_tag());
  wanted.nothing_newer.push_back({events::access_tag(), seen_of(decided_on, tenant).access});
  wanted.events.push_back({events::admin_stream(), std::move(event), std::move(tags), {}});
  return append(std::move(wanted));
}

Result<Position> AccessBook::record_session(const Page& decided_on, const TenantId& tenant,
                                            events::Event event) {
  storage::Append wanted;
  wanted.tenant = tenant;
  const auto seen = seen_of(decided_on, tenant);
  wanted.nothing_newer = {{events::access_tag(), seen.access},
                          {events::session_tag(), seen.sessions}};
  wanted.events.push_back({events::admin_stream(), std::move(event), {events::session_tag()}, {}});
  return append(std::move(wanted));
}

Result<Position> AccessBook::append(storage::Append wanted) {
  const auto tenant = wanted.tenant;
  const auto outcome = storage::append_and_wait(log_, std::move(wanted));
  TRYV(read_anew({&tenant, 1}));
  if (const auto* stored = std::get_if<storage::Appended>(&outcome))
    return stored->first;
  if (std::holds_alternative<storage::Conflict>(outcome))
    return Error{"access_changed", "somebody changed access at the same moment and nothing was "
                                   "stored; look at what is there now, then ask again"};
  return Error{"not_stored", "nothing was stored; send it again later"};
}

} // namespace tidemark::gateway
