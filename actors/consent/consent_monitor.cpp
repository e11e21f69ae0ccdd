#include "actors/consent/consent_monitor.hpp"

#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "projections/consent/opt_out_deadlines.hpp"
#include "projections/consent/opt_outs.hpp"
#include "projections/consent/unreadable_opt_out_view.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::actors {
namespace {

using events::DeadlineState;

constexpr std::size_t messages_read_max = 50'000;      // in one look: some tens of milliseconds
constexpr std::size_t unreadable_opt_outs_max = 1'000; // more are one trouble, not many
constexpr std::chrono::seconds write_down_every{60};
constexpr std::uint64_t unwritten_max = 1'000'000;
const StreamName looked_stream("watch/looked");

bool concerns_email(const projections::OpenOptOut& open) {
  return std::find(open.channels.begin(), open.channels.end(), "email") != open.channels.end();
}
bool concerns_phone(const projections::OpenOptOut& open) {
  return std::any_of(open.channels.begin(), open.channels.end(),
                     [](const auto& channel) { return channel != "email"; });
}

} // namespace

ConsentMonitor::ConsentMonitor(storage::LogStore& log, const storage::TableStore& tables,
                               const KeyedHasher& hasher, const WallClock& clock,
                               std::vector<TenantId> tenants, NoticeReport report)
    : log_(log), tables_(tables), hasher_(hasher), clock_(clock), report_(std::move(report)),
      scan_([this](std::string_view table, std::string_view prefix, std::string_view after,
                   const projections::RowVisitor& row) {
        return tables_.scan(table, prefix, after, row);
      }) {
  for (auto& id : tenants) {
    Tenant tenant;
    tenant.id = std::move(id);
    tenants_.push_back(std::move(tenant));
  }
}

Status ConsentMonitor::poll() {
  TRY(projected, tables_.checkpoint(projections::opt_outs.name));
  for (auto& tenant : tenants_) {
    if (const auto done = look_at_deadlines(tenant, projected); !done)
      return done;
    if (const auto done = look_at_unreadable(tenant); !done)
      return done;
  }
  return look_at_messages(projected);
}

// ---- deadlines

Status ConsentMonitor::look_at_deadlines(Tenant& tenant, Position projected) {
  TRY(open, projections::open_opt_outs(scan_, tenant.id, std::numeric_limits<std::size_t>::max()));
  TRY(known, projections::told_deadlines(scan_, tenant.id));
  std::map<std::pair<DeliveryId, std::string>, const projections::ToldDeadline*> told;
  for (const auto& one : known)
    told[{one.event.delivery, one.event.rule}] = &one;
  const auto now = clock_.now();
  std::map<Notice, events::DeadlineReached> news;
  std::set<DeliveryId> still_open;
  const auto consider = [&](const projections::OpenOptOut& one, const projections::Due& due) {
    if (now < due.near)
      return;
    const auto state = now < due.due ? DeadlineState::near : DeadlineState::missed;
    const auto at = told.find({one.delivery, std::string(due.rule)});
    if (at == told.end() || at->second->event.state < state)
      news[{one.delivery, std::string(due.rule), state}] = {
          one.delivery, one.contact, one.target, std::string(due.rule), due.due, state};
  };
  for (const auto& one : open) {
    still_open.insert(one.delivery);
    for (const bool email : {false, true})
      if (email ? concerns_email(one) : concerns_phone(one))
        for (const auto& due : projections::dues_of(email, one.since))
          consider(one, due);
  }
  for (const auto& one : known)
    if (!still_open.contains(one.event.delivery)) {
      auto settled = one.event;
      settled.state = DeadlineState::settled;
      news[{settled.delivery, settled.rule, settled.state}] = settled;
    }
  std::erase_if(tenant.noticed, [&](const auto& each) { return !news.contains(each.first); });
  std::erase_if(tenant.told, [&](const auto& each) { return !news.contains(each); });
  for (auto& [notice, event] : news)
    if (is_news(tenant, notice, projected))
      if (const auto done = tell(tenant, notice, std::move(event)); !done)
        return done;
  return Done{};
}

bool ConsentMonitor::is_news(Tenant& tenant, const Notice& notice, Position projected) const {
  if (tenant.told.contains(notice))
    return false;
  const auto seen = tenant.noticed.emplace(notice, log_.durable()).first->second;
  return projected >= seen;
}

Status ConsentMonitor::tell(Tenant& tenant, const Notice& notice, events::DeadlineReached event) {
  const auto once =
      event.delivery.value + "/" + event.rule + "/" + std::string(name_of_enum(event.state));
  if (const auto done = append(tenant.id, events::watch_stream(), event, once); !done)
    return done; // the next look tells it
  tenant.told.insert(notice);
  report_(tenant.id, event);
  return Done{};
}

// ---- opt-outs of nobody

Status ConsentMonitor::look_at_unreadable(Tenant& tenant) {
  TRY(found, projections::unreadable_opt_outs(scan_, tenant.id, unreadable_opt_outs_max));
  for (const auto& one : found)
    if (tenant.unreadable.insert(one.webhook).second) {
      events::WebhookInterpreted told;
      told.webhook = one.webhook;
      told.connector = one.connector;
      report_(tenant.id, told);
    }
  return Done{};
}

// ---- messages

Status ConsentMonitor::look_at_messages(Position projected) {
  if (!looked_read_)
    if (const auto done = read_where_it_stopped(); !done)
      return done;
  TRY(addresses, written_to(projected));
  unjudged_.merge(addresses);
  const bool any = !unjudged_.empty();
  while (!unjudged_.empty()) {
    const auto& [id, address] = *unjudged_.begin();
    for (auto& tenant : tenants_)
      if (tenant.id == id)
        if (const auto done = judge(tenant, address); !done)
          return done; // the next look begins with it
    unjudged_.erase(unjudged_.begin());
  }
  const bool worth_it = any || looked_.value - written_down_.value > unwritten_max;
  if (worth_it && clock_.now() - written_at_ >= write_down_every && !tenants_.empty())
    return write_down(tenants_.front().id);
  return Done{};
}

/// Every tenant's messages are looked at together: the farthest mark of any holds for all.
Status ConsentMonitor::read_where_it_stopped() {
  for (const auto& tenant : tenants_) {
    TRY(newest, log_.newest_tagged(tenant.id, storage::stream_tag(looked_stream)));
    if (newest.value == 0)
      continue;
    TRY(recorded, storage::recorded_event(log_, newest));
    if (const auto* looked = std::get_if<events::WatchLooked>(&recorded.event))
      looked_ = std::max(looked_, looked->to);
  }
  written_down_ = looked_;
  looked_read_ = true;
  return Done{};
}

Result<std::set<std::pair<TenantId, std::string>>> ConsentMonitor::written_to(Position projected) {
  std::set<std::pair<TenantId, std::string>> out;
  std::vector<events::Recorded> sent;
  std::optional<Error> failed;
  const auto read = log_.read(looked_, messages_read_max, [&](std::string_view record) {
    const auto header = events::read_header(record);
    if (!header || header->position > projected)
      return false;
    if (header->type != events::MessageObserved::name
        && header->type != events::SendDecided::name) {
      looked_ = header->position;
      return true;
    }
    const auto view = events::read_record(record);
    auto event =
        view ? events::decode(header->type, view->payload) : Result<events::Event>(view.error());
    if (!event) {
      failed = event.error();
      return false;
    }
    looked_ = header->position;
    if (const auto* seen = std::get_if<events::MessageObserved>(&*event)) {
      if (projections::is_others_send(*seen))
        out.emplace(TenantId(std::string(header->tenant)),
                    hash_of(TenantId(std::string(header->tenant)), seen->message));
    } else if (std::get<events::SendDecided>(*event).allowed) {
      sent.push_back({view->envelope, *std::move(event)});
    }
    return true;
  });
  if (!read)
    return read.error();
  if (failed)
    return *failed;
  for (const auto& decided : sent) {
    TRY(address, address_of(decided));
    if (!address.empty())
      out.emplace(decided.envelope.tenant, address);
  }
  return out;
}

std::string ConsentMonitor::hash_of(const TenantId& tenant,
                                    const events::MessageFacts& message) const {
  const auto kind =
      message.channel == events::Channel::email ? events::Field::email : events::Field::phone;
  return projections::Context(hasher_).address_hash(tenant, kind, message.their_address.reveal());
}

/// Whom a message of ours was for; "" when its intent is not under the contact's tag.
Result<std::string> ConsentMonitor::address_of(const events::Recorded& sent) const {
  const auto& delivery = std::get<events::SendDecided>(sent.event).delivery;
  const auto& stream = sent.envelope.stream.value;
  const ContactId contact(stream.substr(stream.rfind('/') + 1));
  std::string out;
  const auto read =
      storage::read_under_tag(log_, sent.envelope.tenant, events::contact_tag(contact), {},
                              [&](const events::Recorded& recorded) {
                                const auto* intent =
                                    std::get_if<events::ActionIntended>(&recorded.event);
                                if (intent && intent->delivery == delivery && intent->message)
                                  out = hash_of(sent.envelope.tenant, *intent->message);
                              });
  return read ? Result<std::string>(std::move(out)) : Result<std::string>(read.error());
}

Status ConsentMonitor::judge(Tenant& tenant, const std::string& address) {
  TRY(view, projections::opt_outs_of(scan_, tenant.id, address));
  if (view.violations.empty())
    return Done{};
  TRY(known, projections::told_violations(scan_, tenant.id));
  for (const auto& one : known)
    tenant.violations.emplace(one.message, one.address_hash);
  for (const auto& one : view.violations) {
    if (tenant.violations.contains({one.position, address}))
      continue;
    events::ViolationFound found;
    found.address_hash = address;
    found.connector = one.connector;
    found.channel = one.channel;
    found.delivery = one.delivery;
    found.message = one.position;
    found.opt_out = one.opt_out;
    found.at = one.at;
    const auto once = "violation/" + std::to_string(one.position.value) + "/" + address;
    if (const auto done = append(tenant.id, events::watch_stream(), found, once); !done)
      return done;
    tenant.violations.emplace(one.position, address);
    report_(tenant.id, found);
  }
  return Done{};
}

Status ConsentMonitor::write_down(const TenantId& tenant) {
  written_down_ = looked_;
  written_at_ = clock_.now();
  return append(tenant, looked_stream, events::WatchLooked{looked_}, {});
}

/// `once`: what makes the event the only one of its kind, for ever; "" for any number.
Status ConsentMonitor::append(const TenantId& tenant, const StreamName& stream, events::Event event,
                              const std::string& once) {
  storage::Append append;
  append.tenant = tenant;
  if (!once.empty())
    append.dedupe.push_back({hasher_(HashedKind::notice, tenant, once), std::nullopt, {}});
  append.events.push_back({stream, std::move(event), {}, {}});
  const auto outcome = storage::append_and_wait(log_, std::move(append));
  if (!std::holds_alternative<storage::Appended>(outcome)
      && !std::holds_alternative<storage::Duplicate>(outcome))
    return Error{"busy", "the log took no event: the disk is nearly full"};
  return Done{};
}

} // namespace tidemark::actors
