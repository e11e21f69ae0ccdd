#include "actors/consent/consent_monitor.hpp"

#include "actors/ports/log_port.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "projections/attention/by_hand_view.hpp"
#include "projections/attention/opt_out_watch_view.hpp"
#include "projections/attention/unreadable_opt_out_view.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/opt_outs.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace tidemark::actors {
namespace {

constexpr std::chrono::seconds poll_every{1};
constexpr std::size_t messages_read_max = 50'000;      // in one look: some tens of milliseconds
constexpr std::size_t unreadable_opt_outs_max = 1'000; // more are one trouble, not many
constexpr std::size_t hands_in_a_look = 100;           // a few milliseconds
constexpr std::chrono::seconds hands_again_after{5};   // all of them were looked at
constexpr std::chrono::seconds write_down_every{60};
constexpr std::uint64_t unwritten_max = 1'000'000;
const StreamName looked_stream("watch/looked");

domain::UnconfirmedOptOut unconfirmed(const projections::OpenOptOut& open) {
  domain::UnconfirmedOptOut out{.delivery = open.delivery,
                                .contact = open.contact,
                                .target = open.target,
                                .since = open.since};
  for (const auto& channel : open.channels)
    (channel == "email" ? out.email : out.phone) = true;
  return out;
}

} // namespace

void ConsentMonitorState::start(ConsentMonitorActor::pointer self, ConsentMonitorPorts ports) {
  self_ = self;
  ports_ = std::move(ports);
  scan_ = [tables = ports_.tables](std::string_view table, std::string_view prefix,
                                   std::string_view after, const projections::RowVisitor& row) {
    return tables->scan(table, prefix, after, row);
  };
  for (const auto& id : ports_.tenants)
    tenants_.emplace(id, Tenant{});
  if (const auto read = read_where_it_stopped(); !read)
    fail(read.error());
}

void ConsentMonitorState::fail(const Error& error) {
  ports_.report(name, error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void ConsentMonitorState::watch(const TenantId& tenant) {
  if (tenants_.emplace(tenant, Tenant{}).second)
    ports_.tenants.push_back(tenant);
}

/// Deadlines are a matter of time, so nothing but time drives it.
void ConsentMonitorState::tick(const Tick& tick) {
  const bool set_back = tick.now < polled_at_; // a clock must not stop it
  if (tick.draining || (!set_back && tick.now < polled_at_ + poll_every))
    return;
  polled_at_ = tick.now;
  if (const auto polled = poll(tick.now); !polled)
    fail(polled.error());
}

Status ConsentMonitorState::poll(Timestamp now) {
  TRY(projected, ports_.tables->checkpoint(projections::opt_outs.name));
  for (auto& [id, tenant] : tenants_) {
    TRYV(look_at_deadlines(id, tenant, projected, now));
    TRYV(look_at_unreadable(id, tenant));
    TRYV(look_at_hands(id, tenant, now));
  }
  return look_at_messages(projected, now);
}

Status ConsentMonitorState::look_at_deadlines(const TenantId& id, Tenant& tenant,
                                              Position projected, Timestamp now) {
  TRY(open, projections::open_opt_outs(scan_, id, std::numeric_limits<std::size_t>::max()));
  TRY(told, projections::told_deadlines(scan_, id));
  domain::OptOutTable table{.open = {}, .told = {}, .read_to = projected};
  for (const auto& one : open)
    table.open.push_back(unconfirmed(one));
  for (const auto& one : told)
    table.told.push_back(one.event);
  for (auto& event : tenant.deadlines.poll(table, ports_.log_port->log().durable(), now)) {
    const auto once =
        event.delivery.value + "/" + event.rule + "/" + std::string(name_of_enum(event.state));
    tell(id, std::move(event), once);
  }
  return Done{};
}

Status ConsentMonitorState::look_at_unreadable(const TenantId& id, Tenant& tenant) {
  TRY(found, projections::unreadable_opt_outs(scan_, id, unreadable_opt_outs_max));
  for (const auto& one : found)
    if (tenant.unreadable.insert(one.webhook).second) {
      events::WebhookInterpreted told;
      told.webhook = one.webhook;
      told.connector = one.connector;
      ports_.notice(id, told);
    }
  return Done{};
}

/// Part by part: an import may leave thousands to people.
Status ConsentMonitorState::look_at_hands(const TenantId& id, Tenant& tenant, Timestamp now) {
  const bool set_back = tenant.hands_again_at > now + hands_again_after;
  if (now < tenant.hands_again_at && !set_back)
    return Done{};
  TRY(looked, projections::look_at_hands(scan_, id, tenant.hands_after, hands_in_a_look));
  tenant.hands_after = looked.last;
  tenant.hands_again_at = looked.last.value == 0 ? now + hands_again_after : now;
  const auto told = std::exchange(tenant.settled, {looked.settled.begin(), looked.settled.end()});
  std::erase_if(looked.settled, [&](Position one) { return told.contains(one); });
  if (looked.settled
          .empty()) // the table may not have caught up with what was told in the last look
    return Done{};
  storage::Append append;
  append.tenant = id;
  append.events.push_back(
      {events::watch_stream(), events::HandsSettled{std::move(looked.settled)}, {}, {}});
  ports_.log_port->submit(std::move(append), self_, ++next_token_);
  return Done{};
}

// ---- messages

Status ConsentMonitorState::look_at_messages(Position projected, Timestamp now) {
  TRY(addresses, written_to(projected));
  unjudged_.merge(addresses);
  any_judged_ = any_judged_ || !unjudged_.empty();
  for (; !unjudged_.empty(); unjudged_.erase(unjudged_.begin())) {
    const auto& [id, address] = *unjudged_.begin();
    if (const auto tenant = tenants_.find(id); tenant != tenants_.end()) {
      TRYV(judge(id, tenant->second, address));
    }
  }
  const bool worth_it = any_judged_ || looked_.value - written_down_.value > unwritten_max;
  if (worth_it && in_flight_.empty() && now - written_at_ >= write_down_every)
    write_down(now);
  return Done{};
}

/// Every tenant's messages are looked at together: the farthest mark of any holds for all.
Status ConsentMonitorState::read_where_it_stopped() {
  const auto& log = ports_.log_port->log();
  for (const auto& tenant : ports_.tenants) {
    TRY(newest, log.newest_tagged(tenant, storage::stream_tag(looked_stream)));
    if (newest.value == 0)
      continue;
    TRY(recorded, storage::recorded_event(log, newest));
    if (const auto* looked = std::get_if<events::WatchLooked>(&recorded.event))
      looked_ = std::max(looked_, looked->to);
  }
  written_down_ = looked_;
  return Done{};
}

Result<std::set<std::pair<TenantId, AddressHash>>>
ConsentMonitorState::written_to(Position projected) {
  std::set<std::pair<TenantId, AddressHash>> out;
  std::vector<events::Recorded> sent;
  std::optional<Error> failed;
  const auto read =
      ports_.log_port->log().read(looked_, messages_read_max, [&](std::string_view record) {
        const auto header = events::read_header(record);
        if (!header || header->position > projected)
          return false;
        if (header->type != events::MessageObserved::name
            && header->type != events::CallObserved::name
            && header->type != events::SendDecided::name) {
          looked_ = header->position;
          return true;
        }
        const auto view = events::read_record(record);
        auto event = view ? events::decode(header->type, view->payload)
                          : Result<events::Event>(view.error());
        if (!event) {
          failed = event.error();
          return false;
        }
        looked_ = header->position;
        if (const auto* seen = std::get_if<events::MessageObserved>(&*event)) {
          if (projections::is_others_send(*seen))
            out.emplace(TenantId(std::string(header->tenant)),
                        hash_of(TenantId(std::string(header->tenant)), seen->message));
        } else if (const auto* called = std::get_if<events::CallObserved>(&*event)) {
          const TenantId tenant(std::string(header->tenant));
          if (projections::is_others_call(*called))
            out.emplace(tenant, events::address_hash(*ports_.hasher, tenant, events::Field::phone,
                                                     called->call.their_number.reveal()));
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
    if (address)
      out.emplace(decided.envelope.tenant, *address);
  }
  return out;
}

AddressHash ConsentMonitorState::hash_of(const TenantId& tenant,
                                         const events::MessageFacts& message) const {
  return events::address_hash(*ports_.hasher, tenant, address_kind(message.channel),
                              message.their_address.reveal());
}

/// Whom a message of ours was for; nothing when its intent is not under the contact's tag.
Result<std::optional<AddressHash>>
ConsentMonitorState::address_of(const events::Recorded& sent) const {
  const auto& delivery = std::get<events::SendDecided>(sent.event).delivery;
  const auto& stream = sent.envelope.stream.value;
  const ContactId contact(stream.substr(stream.rfind('/') + 1));
  std::optional<AddressHash> out;
  TRYV(storage::read_under_tag(
      ports_.log_port->log(), sent.envelope.tenant, events::contact_tag(contact), {},
      [&](const events::Recorded& recorded) {
        const auto* intent = std::get_if<events::ActionIntended>(&recorded.event);
        if (intent && intent->delivery == delivery && intent->message)
          out = hash_of(sent.envelope.tenant, *intent->message);
      }));
  return out;
}

Status ConsentMonitorState::judge(const TenantId& id, Tenant& tenant, const AddressHash& address) {
  TRY(view, projections::opt_outs_of(scan_, id, to_hex(address)));
  if (view.violations.empty())
    return Done{};
  TRY(known, projections::told_violations(scan_, id));
  for (const auto& one : known)
    tenant.violations.emplace(one.message, one.address_hash);
  for (const auto& one : view.violations) {
    if (!tenant.violations.emplace(one.position, address).second)
      continue;
    events::ViolationFound found;
    found.address_hash = address;
    found.connector = one.connector;
    found.channel = one.channel;
    found.delivery = one.delivery;
    found.message = one.position;
    found.opt_out = one.opt_out;
    found.at = one.at;
    tell(id, std::move(found),
         "violation/" + std::to_string(one.position.value) + "/" + to_hex(address));
  }
  return Done{};
}

/// `once`: what makes the event the only one of its kind, for ever.
void ConsentMonitorState::tell(const TenantId& tenant, events::Event event,
                               const std::string& once) {
  storage::Append append;
  append.tenant = tenant;
  append.dedupe.push_back({(*ports_.hasher)(HashedKind::notice, tenant, once), std::nullopt, {}});
  append.events.push_back({events::watch_stream(), event, {}, {}});
  in_flight_.emplace(++next_token_, Notice{tenant, std::move(event)});
  ports_.log_port->submit(std::move(append), self_, next_token_);
}

/// What is recorded is told; what the log did not take is found again.
void ConsentMonitorState::settled(const AppendSettled& answer) {
  const auto waiting = in_flight_.extract(answer.token);
  if (waiting.empty())
    return; // how far it looked, or what is settled: that is found again
  const auto& [id, event] = waiting.mapped();
  if (std::holds_alternative<storage::Appended>(answer.outcome)
      || std::holds_alternative<storage::Duplicate>(answer.outcome))
    return ports_.notice(id, event);
  auto& tenant = tenants_.at(id);
  if (const auto* deadline = std::get_if<events::DeadlineReached>(&event))
    tenant.deadlines.not_recorded(*deadline);
  if (const auto* found = std::get_if<events::ViolationFound>(&event)) {
    tenant.violations.erase({found->message, found->address_hash});
    unjudged_.emplace(id, found->address_hash);
  }
}

void ConsentMonitorState::write_down(Timestamp now) {
  if (ports_.tenants.empty())
    return;
  written_down_ = looked_;
  written_at_ = now;
  any_judged_ = false;
  storage::Append append;
  append.tenant = ports_.tenants.front();
  append.events.push_back({looked_stream, events::WatchLooked{looked_}, {}, {}});
  ports_.log_port->submit(std::move(append), self_, ++next_token_);
}

ConsentMonitorActor::behavior_type
consent_monitor(ConsentMonitorActor::stateful_pointer<ConsentMonitorState> self,
                ConsentMonitorPorts ports) {
  self->state.start(self, std::move(ports));
  return {
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const WatchTenant& message) { self->state.watch(message.tenant); },
  };
}

} // namespace tidemark::actors
