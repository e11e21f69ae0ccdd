#include "replay-tools/log/event_filter.hpp"

#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/tenant_names.hpp"
#include "replay-tools/time_option.hpp"
#include "storage/stored_event.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

/// By the newest configuration of the tenant (of any for an empty one), or by what once came from
/// it. A log without a configuration cannot tell. Errors: bad_usage, and those of reading.
Status check_known_connector(const storage::LogStore& log, const TenantId& tenant,
                             const ConnectorName& connector) {
  TenantNames tenants{tenant.value};
  if (tenant.value.empty()) {
    TRY(all, tenants_in(log));
    tenants = std::move(all);
  }
  Status found = Done{};
  for (const auto& one : tenants) {
    TRY(config, applied_config(log, TenantId(one)));
    found =
        config.connectors.empty() ? Status(Done{}) : check_connector(log, TenantId(one), connector);
    if (found)
      return found;
    for (const auto& stream :
         {events::webhook_stream(connector), events::connector_stream(connector),
          events::note_stream(connector)}) {
      TRY(newest, log.newest_tagged(TenantId(one), storage::stream_tag(stream)));
      if (newest != Position{})
        return Done{};
    }
  }
  return found;
}

} // namespace

Result<EventFilter> EventFilter::make(DataFolder& folder, const CommonOptions& common,
                                      const LogFilter& filter) {
  EventFilter out;
  out.filter_ = filter;
  out.tenant_ = TenantId(common.tenant);
  TRY(since, time_option(filter.since, "--since"));
  TRY(until, time_option(filter.until, "--until"));
  if (since && until && *since >= *until)
    return Error{"bad_usage", "--since is not before --until, so nothing lies between them: "
                              "swap the two"};
  if (filter.to > 0 && filter.from > filter.to)
    return Error{"bad_usage", "--from is later than --to, so nothing lies between them: "
                              "swap the two"};
  if (!filter.connector.empty()) {
    TRYV(check_known_connector(folder.log(), TenantId(common.tenant),
                               ConnectorName(filter.connector)));
  }
  out.since_ = since;
  out.until_ = until;
  if (filter.contact.empty())
    return out;
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(hasher, folder.hasher());
  TRY(contact, contact_named(folder.log(), hasher, tenant, filter.contact,
                             default_region_of(folder.log(), tenant)));
  out.tenant_ = tenant;
  out.contact_ = contact;
  return out;
}

bool EventFilter::lets_through(const events::Envelope& e) const {
  const std::string_view stream = e.stream.value;
  if (!tenant_.value.empty() && e.tenant != tenant_)
    return false;
  if (!filter_.stream.empty() && stream != filter_.stream)
    return false;
  if (!filter_.type.empty() && !std::string_view(e.type).starts_with(filter_.type))
    return false;
  if (!filter_.connector.empty() && stream != "webhook/" + filter_.connector
      && !stream.starts_with("delivery/" + filter_.connector + "/"))
    return false;
  return (!since_ || e.recorded_at >= *since_) && (!until_ || e.recorded_at < *until_);
}

Result<Position> EventFilter::visit(const storage::LogStore& log, Position after,
                                    const EventVisitor& visit) const {
  if (filter_.from > 0)
    after = std::max(after, Position{filter_.from - 1});
  return contact_ ? visit_contact(log, after, visit) : visit_range(log, after, visit);
}

Result<Position> EventFilter::visit_contact(const storage::LogStore& log, Position after,
                                            const EventVisitor& visit) const {
  const auto end = filter_.to > 0 ? Position{filter_.to} : log.durable();
  std::uint64_t shown = 0;
  TRY(positions, log.tagged(tenant_, events::contact_tag(*contact_), after, SIZE_MAX));
  for (const auto position : positions) {
    if (position > end || (filter_.limit > 0 && shown == filter_.limit))
      break;
    bool more = true;
    const auto show = [&](std::string_view record) -> Result<bool> {
      TRY(event, storage::stored_event(record));
      if (lets_through(event.envelope) && ++shown > 0) {
        TRY(wanted, visit(event, record));
        more = wanted;
      }
      return false;
    };
    TRYV(storage::read_each(log, Position{position.value - 1}, 1, show));
    if (!more)
      return position;
  }
  return std::max(after, std::min(end, log.durable()));
}

Result<Position> EventFilter::visit_range(const storage::LogStore& log, Position after,
                                          const EventVisitor& visit) const {
  const auto end = filter_.to > 0 ? Position{filter_.to} : log.durable();
  if (after >= end)
    return after;
  std::uint64_t shown = 0;
  const auto show = [&](std::string_view record) -> Result<bool> {
    if (filter_.limit > 0 && shown == filter_.limit)
      return false;
    TRY(view, events::read_record(record, false));
    if (!lets_through(view.envelope))
      return true;
    ++shown;
    return visit({view.envelope, std::string(view.payload), std::string(view.attachment)}, record);
  };
  return storage::read_each(log, after, end.value - after.value, show);
}

} // namespace tidemark::tools
