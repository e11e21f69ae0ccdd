#include "domain/backfill/backfill_run.hpp"

#include "base/contains.hpp"
#include "base/invariant.hpp"
#include "base/overloaded.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>
#include <array>

namespace tidemark::domain {
namespace {

using events::Outcome;

void add_counts(events::BackfillCounts& to, const events::BackfillCounts& more) {
  to.mapped += more.mapped;
  to.created += more.created;
  to.skipped += more.skipped;
  to.review += more.review;
  to.errors += more.errors;
  to.repaired += more.repaired;
  if (more.not_asked)
    to.not_asked = events::NotAsked{to.not_asked.value_or(events::NotAsked{}).contacts
                                    + more.not_asked->contacts};
}

/// Nobody but its own system is to know of the contact.
bool is_kept_back(const events::ContactObserved& e) {
  if (e.outcome == Outcome::blocked || e.outcome == Outcome::parked)
    return true;
  return !e.targets.empty() && std::all_of(e.targets.begin(), e.targets.end(), [](const auto& t) {
    return t.outcome == Outcome::skipped || t.outcome == Outcome::blocked;
  });
}

} // namespace

bool BackfillRun::wants(std::string_view type) {
  using namespace events; // NOLINT(google-build-using-namespace) every name below is from there
  static constexpr std::array<std::string_view, 15> types{
      BackfillPageReceived::name, BackfillFinished::name,
      WebhookInterpreted::name,   IdentityReviewRequested::name,
      ContactObserved::name,      DriftFound::name,
      DeliveryDispatched::name,   DeliveryAccepted::name,
      DeliveryRejected::name,     DeliveryDied::name,
      DeliverySuperseded::name,   DeliverySuppressed::name,
      DeliveryLookedUp::name,     DeliveryRetryScheduled::name,
      ActionAccepted::name};
  return contains(types, type);
}

void BackfillRun::on(const events::Recorded& at, const events::BackfillPageReceived& e) {
  if (e.run != id_)
    return;
  ++pages_;
  cursors_.insert(e.cursor);
  cursor_ = e.next_cursor;
  listed_ = e.next_cursor.empty();
  counts_.seen += e.contacts;
  if (e.dry_run)
    return add_counts(counts_, e.would_be);
  open_pages_[at.envelope.position].undecided = e.contacts;
  contacts_open_ += e.contacts;
}

void BackfillRun::on(const events::Recorded&, const events::WebhookInterpreted& e) {
  const auto found = open_pages_.find(e.webhook);
  if (found == open_pages_.end())
    return;
  auto& page = found->second;
  const auto commands = static_cast<std::size_t>(
      std::count_if(e.commands.begin(), e.commands.end(), [](const auto& command) {
        return command.input.value == 0 && command.kind == events::CommandKind::observe_record;
      }));
  const auto without = page.undecided - std::min(page.undecided, commands);
  const auto parts = [&](Outcome outcome, std::size_t at_most) {
    const auto count = std::count_if(e.skipped.begin(), e.skipped.end(),
                                     [&](const auto& part) { return part.outcome == outcome; });
    return std::min(at_most, static_cast<std::size_t>(count));
  };
  const auto as_known = parts(Outcome::no_change, without);
  const auto skipped = parts(Outcome::skipped, without - as_known);
  counts_.mapped += as_known;
  counts_.skipped += skipped;
  counts_.errors += without - as_known - skipped;
  contacts_open_ -= without;
  page.undecided = commands;
  if (commands == 0)
    open_pages_.erase(found);
}

void BackfillRun::on(const events::Recorded& at, const events::ContactObserved& e) {
  const auto found = open_pages_.find(at.envelope.cause);
  if (found == open_pages_.end())
    return;
  const Place place{found->first, at.envelope.command_index};
  Listed contact;
  contact.kept_back = is_kept_back(e);
  const auto stream = at.envelope.stream.value; // contact/<id>
  contact.in_review =
      found->second.in_review.contains(ContactId(stream.substr(stream.find('/') + 1)));
  for (const auto& target : e.targets)
    if (target.outcome == Outcome::pending && target.reason_code != Reason::already_intended) {
      deliveries_[target.delivery] = {place, target.target, target.reason_code == Reason::create,
                                      false, false};
      ++contact.open;
    }
  contacts_[place] = contact;
  TIDEMARK_INVARIANT(found->second.undecided > 0, at.envelope.position);
  --contacts_open_;
  if (--found->second.undecided == 0)
    open_pages_.erase(found);
  if (contact.open == 0)
    count(place);
}

BackfillRun::Delivery* BackfillRun::find(const DeliveryId& delivery) {
  const auto found = deliveries_.find(delivery);
  return found == deliveries_.end() ? nullptr : &found->second;
}

void BackfillRun::conclude(const DeliveryId& delivery, End end) {
  const auto found = deliveries_.find(delivery);
  if (found == deliveries_.end())
    return;
  const auto place = found->second.of;
  auto& contact = contacts_.at(place);
  contact.created |= end == End::accepted && found->second.made;
  contact.failed |= end == End::failed;
  contact.held |= end == End::held;
  deliveries_.erase(found);
  TIDEMARK_INVARIANT(contact.open > 0, place.first);
  if (--contact.open == 0)
    count(place);
}

void BackfillRun::conclude_where(const std::function<bool(const ConnectorName&)>& is_meant,
                                 End end) {
  std::vector<DeliveryId> meant;
  for (const auto& [id, delivery] : deliveries_)
    if (is_meant(delivery.target))
      meant.push_back(id);
  for (const auto& id : meant)
    conclude(id, end);
}

void BackfillRun::give_up_where(const std::function<bool(const ConnectorName&)>& nothing_is_sent) {
  conclude_where(nothing_is_sent, End::failed);
}

void BackfillRun::leave_where(const std::function<bool(const ConnectorName&)>& is_held) {
  conclude_where(is_held, End::held);
}

/// Everything about the contact has its end.
void BackfillRun::count(const Place& place) {
  const auto contact = contacts_.extract(place).mapped();
  if (contact.in_review)
    ++counts_.review;
  else if (contact.failed)
    ++counts_.errors;
  else if (contact.held)
    counts_.held_back =
        events::HeldBack{counts_.held_back.value_or(events::HeldBack{}).contacts + 1};
  else if (contact.created)
    ++counts_.created;
  else if (contact.kept_back)
    ++counts_.skipped;
  else
    ++counts_.mapped;
}

void BackfillRun::evolve(const events::Recorded& recorded) {
  std::visit(
      overloaded{
          [&](const events::BackfillPageReceived& e) { on(recorded, e); },
          [&](const events::WebhookInterpreted& e) { on(recorded, e); },
          [&](const events::ContactObserved& e) { on(recorded, e); },
          [&](const events::IdentityReviewRequested& e) {
            if (const auto page = open_pages_.find(recorded.envelope.cause);
                page != open_pages_.end())
              page->second.in_review.insert(e.contact);
          },
          [&](const events::DriftFound& e) {
            counts_.repaired +=
                kind_ != events::BackfillKind::backfill && e.connector == connector_;
          },
          [&](const events::DeliveryDispatched& e) {
            if (auto* open = find(e.delivery)) {
              open->making =
                  open->is_create && e.effect && e.step_name != "update" && e.step_name != "upsert";
              open->made |= open->making;
            }
          },
          [&](const events::DeliveryLookedUp& e) { // such as a create that found a duplicate
            const auto status = e.facts.answer.http_status;
            if (auto* open = find(e.facts.delivery); open && open->making && status / 100 != 2)
              open->made = false;
          },
          [&](const events::DeliveryRetryScheduled& e) {
            if (auto* open = find(e.facts.delivery))
              open->made = false;
          },
          [&](const events::DeliveryAccepted& e) { conclude(e.facts.delivery, End::accepted); },
          [&](const events::ActionAccepted& e) { conclude(e.facts.delivery, End::accepted); },
          [&](const events::DeliveryRejected& e) { conclude(e.facts.delivery, End::failed); },
          [&](const events::DeliveryDied& e) { conclude(e.facts.delivery, End::failed); },
          [&](const events::DeliverySuperseded& e) { conclude(e.delivery, End::dropped); },
          [&](const events::DeliverySuppressed& e) { conclude(e.delivery, End::dropped); },
          [&](const events::BackfillFinished& e) {
            if (e.run == id_)
              finished_ = e;
          },
          [](const auto&) { /* says nothing about a run */ },
      },
      recorded.event);
}

events::BackfillFinished BackfillRun::summary(Reason reason_code) const {
  return {.connector = connector_,
          .run = id_,
          .kind = kind_,
          .dry_run = dry_run_,
          .reason_code = reason_code,
          .counts = counts_,
          .pages = pages_,
          .cursor = cursor_};
}

events::BackfillCounts would_be(std::uint32_t contacts, const Translation& translation,
                                const std::vector<TaggedEvent>& decision) {
  events::BackfillCounts out;
  out.seen = contacts;
  events::NotAsked fresh;
  std::set<ContactId> in_review;
  for (const auto& made : decision)
    if (const auto* review = std::get_if<events::IdentityReviewRequested>(&made.event))
      in_review.insert(review->contact);
  const auto* interpreted = interpreted_in(decision);
  if (!interpreted)
    return out;
  for (const auto& assigned : interpreted->commands) {
    const auto* record = assigned.kind == events::CommandKind::observe_record
                                 && assigned.place < translation.commands.size()
                             ? std::get_if<ObserveRecord>(&translation.commands[assigned.place])
                             : nullptr;
    if (!record)
      continue;
    const auto has = [&](events::Field field) {
      return !identity_key(field, record->fields.get(field)).empty();
    };
    if (in_review.contains(assigned.contact))
      ++out.review;
    else if (record->opt_out_seen || (!has(events::Field::phone) && !has(events::Field::email)))
      ++out.skipped;
    else
      ++(assigned.new_contact ? fresh.contacts : out.mapped);
  }
  if (fresh.contacts > 0)
    out.not_asked = fresh;
  const auto counted = out.review + out.skipped + fresh.contacts + out.mapped;
  const auto left_out = out.seen - std::min(out.seen, counted);
  const auto skipped = static_cast<std::uint64_t>(
      std::count_if(interpreted->skipped.begin(), interpreted->skipped.end(),
                    [](const auto& part) { return part.outcome == Outcome::skipped; }));
  out.errors = left_out - std::min(left_out, skipped);
  out.skipped += left_out - out.errors;
  return out;
}

} // namespace tidemark::domain
