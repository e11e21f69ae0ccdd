#include "domain/delivery/open_intents.hpp"

#include "base/overloaded.hpp"
#include "base/text/json_writer.hpp"
#include "domain/delivery/delivery_queue.hpp"
#include "events/codec.hpp"
#include "events/format/stream_name.hpp"

namespace tidemark::domain {
namespace {

bool may_end(std::string_view type) {
  return type == events::DeliveryAccepted::name || type == events::DeliveryRejected::name
         || type == events::DeliveryDied::name || type == events::DeliverySuperseded::name
         || type == events::DeliverySuppressed::name || type == events::ActionAccepted::name;
}

bool begins(std::string_view type) {
  return type == events::DeliveryIntended::name || type == events::ActionIntended::name;
}

/// The types that a delivery lane is made of (domain::evolve).
bool makes_lanes(std::string_view type) {
  return begins(type) || may_end(type) || type == events::ConsentApplied::name
         || type == events::DeliveryDispatched::name || type == events::DeliveryLookedUp::name
         || type == events::DeliveryUnknown::name || type == events::DeliveryRetryScheduled::name
         || type == events::TimerDue::name || type == events::ContactObserved::name
         || type == events::RecordsReleased::name || type == events::OptOutMarkedByHand::name;
}

} // namespace

void OpenIntents::start(TenantId tenant, ConnectorName target, Position after,
                        LaneFollower follower) {
  follower_ = std::move(follower);
  tenant_ = std::move(tenant);
  target_ = std::move(target);
  target_mark_ = "\"target\":"; // as the codec writes it
  json::append_string(target_mark_, target_.value);
  connector_mark_ = "\"connector\":";
  json::append_string(connector_mark_, target_.value);
  own_stream_ = "delivery/" + target_.value + "/";
  read_to_ = after;
}

Status OpenIntents::take(std::string_view record, std::vector<ContactId>& fresh) {
  TRY(header, events::read_header(record));
  read_to_ = header.position;
  if (!makes_lanes(header.type) || header.tenant != tenant_.value)
    return Done{};
  TRY(content, events::read_record_into(record, recorded_.envelope, false));
  if (header.type == events::OptOutMarkedByHand::name)
    return take_deed(content.payload, fresh);
  const auto contact = concerned(header.type, content.payload);
  const bool counts = begins(header.type) || may_end(header.type);
  // An action may have waited for the record, a send for a person's word.
  if (contact && !begins(header.type) && of_contact_.contains(*contact)
      && events::contact_in(recorded_.envelope.stream.value) == contact->value)
    fresh.push_back(*contact);
  if (!contact || (!counts && !follower_.follows(*contact)))
    return Done{};
  TRY(event, events::decode(header.type, content.payload));
  recorded_.event = std::move(event);
  count(recorded_, fresh);
  follower_.happened(*contact, recorded_);
  return Done{};
}

/// Somebody set marks there by hand: what waited for one of these goes on.
Status OpenIntents::take_deed(std::string_view payload, std::vector<ContactId>& fresh) {
  TRY(event, events::decode(events::OptOutMarkedByHand::name, payload));
  recorded_.event = std::move(event);
  const auto* deed = std::get_if<events::OptOutMarkedByHand>(&recorded_.event);
  if (!deed || deed->connector != target_)
    return Done{};
  for (const auto& contact : deed->contacts) {
    if (of_contact_.contains(contact))
      fresh.push_back(contact);
    if (follower_.follows(contact))
      follower_.happened(contact, recorded_);
  }
  return Done{};
}

/// What a contact decides stands in its own stream, what a delivery does in the lane's.
std::optional<ContactId> OpenIntents::concerned(std::string_view type,
                                                std::string_view payload) const {
  const std::string_view stream = recorded_.envelope.stream.value;
  if (stream.starts_with(own_stream_))
    return ContactId(std::string(stream.substr(own_stream_.size())));
  const auto says = [&](std::string_view mark) {
    return payload.find(mark) != std::string_view::npos;
  };
  const bool concerns =
      begins(type) ? says(target_mark_)
      : type == events::ContactObserved::name
          ? says(connector_mark_)
          : type == events::ConsentApplied::name || type == events::RecordsReleased::name;
  // What became of a send can call for an action at another system; that stands in the send's lane.
  const auto contact = begins(type) ? events::contact_behind(stream) : events::contact_in(stream);
  if (!concerns || contact.empty())
    return std::nullopt;
  return ContactId(std::string(contact));
}

void OpenIntents::count(const events::Recorded& recorded, std::vector<ContactId>& fresh) {
  const auto position = recorded.envelope.position;
  std::visit(overloaded{
                 [&](const events::DeliveryIntended& e) {
                   ++begun_;
                   whose_.emplace_hint(whose_.end(), position, e.contact);
                   place_[e.delivery] = position;
                   of_contact_[e.contact].insert(position);
                   if (shows_mark(e) && opt_outs_.insert(position).second)
                     ++opt_outs_of_[e.contact].live;
                   fresh.push_back(e.contact);
                 },
                 [&](const events::ActionIntended& e) {
                   if (e.target != target_)
                     return;
                   ++begun_;
                   whose_.emplace_hint(whose_.end(), position, e.contact);
                   place_[e.delivery] = position;
                   of_contact_[e.contact].insert(position);
                   if (e.action == events::Action::opt_out && opt_outs_.insert(position).second)
                     count_opt_out(e, position);
                   fresh.push_back(e.contact);
                 },
                 [&](const events::ActionAccepted& e) { close(e.facts.delivery); },
                 [&](const events::DeliveryAccepted& e) { close(e.facts.delivery); },
                 [&](const events::DeliveryRejected& e) { close(e.facts.delivery); },
                 [&](const events::DeliveryDied& e) { close(e.facts.delivery); },
                 [&](const events::DeliverySuperseded& e) { close(e.delivery); },
                 [&](const events::DeliverySuppressed& e) { close(e.delivery); },
                 [](const auto&) {},
             },
             recorded.event);
}

void OpenIntents::count_opt_out(const events::ActionIntended& e, Position position) {
  auto& of = opt_outs_of_[e.contact];
  const bool listed = events::is_of_list(e.purpose);
  if (listed)
    listed_.insert(position);
  ++(listed ? of.listed : of.live);
}

Turn OpenIntents::turn_of(const ContactId& contact) const {
  const auto of = opt_outs_of_.find(contact);
  if (of == opt_outs_of_.end())
    return Turn::other;
  return of->second.live > 0 ? Turn::opt_out : Turn::listed;
}

void OpenIntents::close(const DeliveryId& delivery) {
  const auto at = place_.find(delivery);
  if (at == place_.end())
    return;
  const auto whose = whose_.find(at->second);
  const auto contact = of_contact_.find(whose->second);
  contact->second.erase(at->second);
  if (contact->second.empty())
    of_contact_.erase(contact);
  if (const auto of = opt_outs_of_.find(whose->second); opt_outs_.erase(at->second) > 0) {
    --(listed_.erase(at->second) > 0 ? of->second.listed : of->second.live);
    if (of->second.live + of->second.listed == 0)
      opt_outs_of_.erase(of);
  }
  whose_.erase(whose);
  place_.erase(at);
}

Position OpenIntents::oldest_of(const ContactId& contact) const {
  const auto at = of_contact_.find(contact);
  return at == of_contact_.end() ? Position{} : *at->second.begin();
}

Position OpenIntents::settled_through() const {
  return whose_.empty() ? read_to_ : Position{whose_.begin()->first.value - 1};
}

std::vector<ContactId> OpenIntents::contacts() const {
  std::vector<ContactId> out;
  std::set<ContactId> seen;
  for (const auto& [position, contact] : whose_)
    if (seen.insert(contact).second)
      out.push_back(contact);
  return out;
}

} // namespace tidemark::domain
