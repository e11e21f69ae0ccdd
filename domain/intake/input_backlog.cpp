#include "domain/intake/input_backlog.hpp"

#include "events/codec.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::WebhookReceived;

constexpr std::string_view opt_out_mark = "\"maybe_opt_out\":true"; // as the codec writes it
constexpr std::string_view learned_mark = "\"learned_id\":true";
constexpr std::string_view dry_run_mark = "\"dry_run\":true";
constexpr std::string_view nothing_gone_mark = "\"gone\":\"\"";
constexpr std::string_view parking_mark = "\"timer\":\"parking\"";

/// Requests of people about contacts, decided in the order in which they came.
bool is_contact_request(std::string_view type) {
  return type == events::ParkedReleaseRequested::name
         || type == events::ContactsMergeRequested::name
         || type == events::ContactsUnmergeRequested::name
         || type == events::MappingRepairRequested::name
         || type == events::DeliveryRetryRequested::name
         || type == events::WebhookReprocessRequested::name;
}

bool is_import(std::string_view type) {
  return type == events::OptOutImported::name || type == events::ContactImported::name
         || type == events::MessageImported::name;
}

bool is_input(std::string_view type) {
  return type == WebhookReceived::name || type == events::DeliveryAccepted::name
         || type == events::DeliveryLookedUp::name || type == events::ConsentRequested::name
         || is_import(type) || type == events::BackfillPageReceived::name
         || type == events::TimerDue::name || type == events::ListsRebuildRequested::name
         || is_contact_request(type);
}

/// Does a vendor's answer teach which records there are?
bool teaches(std::string_view type, std::string_view payload) {
  return (type == events::DeliveryAccepted::name
          && payload.find(learned_mark) != std::string_view::npos)
         || (type == events::DeliveryLookedUp::name
             && payload.find(nothing_gone_mark) == std::string_view::npos);
}

bool is_decision(std::string_view type) {
  return type == events::WebhookInterpreted::name || is_contact_decision(type)
         || type == events::IdentityCardWritten::name
         || type == events::IdentityReviewRequested::name;
}

Position first_of(std::deque<Position>& lane) {
  if (lane.empty())
    return {};
  const auto input = lane.front();
  lane.pop_front();
  return input;
}

} // namespace

bool is_contact_decision(std::string_view type) {
  return type == events::ContactObserved::name || type == events::CallObserved::name
         || type == events::MessageObserved::name || type == events::ConsentApplied::name
         || type == events::RecordsReleased::name || type == events::RecordsAdopted::name
         || type == events::AppointmentObserved::name || type == events::ListsRebuilt::name
         || type == events::MappingRepairDecided::name || type == events::ContactMentioned::name
         || type == events::DeliveryRetryDecided::name || type == events::OpportunityObserved::name;
}

Status InputBacklog::take(std::string_view record, bool whole) {
  TRY(header, events::read_header(record));
  read_to_ = header.position;
  if (header.tenant != tenant_.value)
    return Done{};
  if (!is_input(header.type))
    return whole && is_decision(header.type) ? read_decision(header, record) : Status(Done{});
  TRY(view, events::read_record(record, false));
  const auto says = [&](std::string_view mark) {
    return view.payload.find(mark) != std::string_view::npos;
  };
  if (header.type == WebhookReceived::name)
    add(header.position, says(opt_out_mark));
  else if (header.type == events::ConsentRequested::name)
    add(header.position, true);
  else if (is_import(header.type)) {
    undecided_imports_.insert(undecided_imports_.end(), header.position);
    imports_.push_back(header.position);
  } else if (is_contact_request(header.type) || header.type == events::ListsRebuildRequested::name
             || (header.type == events::TimerDue::name && says(parking_mark))
             || (header.type == events::BackfillPageReceived::name && !says(dry_run_mark))
             || teaches(header.type, view.payload))
    add(header.position, false);
  return Done{};
}

void InputBacklog::begin() {
  std::erase_if(opt_outs_, [&](Position p) { return !undecided_.contains(p); });
  std::erase_if(ordinary_, [&](Position p) { return !undecided_.contains(p); });
  std::erase_if(imports_, [&](Position p) { return !undecided_imports_.contains(p); });
  commands_left_.clear();
}

/// During the first reading: an input is done when each of its commands has its decision.
Status InputBacklog::read_decision(const events::RecordHeader& header, std::string_view record) {
  TRY(view, events::read_record(record, false));
  const auto cause = view.envelope.cause;
  if (header.type == events::WebhookInterpreted::name) {
    TRY(event, events::decode(header.type, view.payload));
    const auto count = std::get<events::WebhookInterpreted>(event).commands.size();
    if (count == 0)
      done(cause);
    else if (undecided_.contains(cause) || undecided_imports_.contains(cause))
      commands_left_[cause] = static_cast<std::uint32_t>(count);
  } else if (is_contact_decision(header.type)) {
    const auto left = commands_left_.find(cause);
    if (left != commands_left_.end() && --left->second == 0) {
      done(cause);
      commands_left_.erase(left);
    }
  } else if (view.envelope.correlation != cause && !commands_left_.contains(cause)) {
    done(cause); // a card or review caused by a vendor's answer, which itself has another root
  }
  return Done{};
}

void InputBacklog::add(Position input, bool opt_out) {
  undecided_.insert(undecided_.end(), input);
  if (opt_out)
    undecided_opt_outs_.insert(undecided_opt_outs_.end(), input);
  (opt_out ? opt_outs_ : ordinary_).push_back(input);
}

Position InputBacklog::take_next() {
  for (auto* lane : {&opt_outs_, &ordinary_, &imports_})
    if (const auto next = first_of(*lane); next.value != 0)
      return next;
  return {};
}

Position InputBacklog::take_opt_out() {
  return first_of(opt_outs_);
}

std::deque<Position>& InputBacklog::lane_of(Position input) {
  if (undecided_imports_.contains(input))
    return imports_;
  return undecided_opt_outs_.contains(input) ? opt_outs_ : ordinary_;
}

void InputBacklog::put_back(Position input) {
  if (!undecided_.contains(input) && !undecided_imports_.contains(input))
    return;
  auto& lane = lane_of(input);
  lane.insert(std::lower_bound(lane.begin(), lane.end(), input), input);
}

bool InputBacklog::has_older(Position input) const {
  return !ordinary_.empty() && ordinary_.front() < input;
}

void InputBacklog::take_in_turn(Position opt_out) {
  ordinary_.insert(std::lower_bound(ordinary_.begin(), ordinary_.end(), opt_out), opt_out);
}

void InputBacklog::done(Position input) {
  undecided_.erase(input);
  undecided_opt_outs_.erase(input);
  undecided_imports_.erase(input);
}

Position InputBacklog::decided_through() const {
  return std::min(live_decided_through(), imports_decided_through());
}

Position InputBacklog::live_decided_through() const {
  return undecided_.empty() ? read_to_ : Position{undecided_.begin()->value - 1};
}

Position InputBacklog::imports_decided_through() const {
  return undecided_imports_.empty() ? read_to_ : Position{undecided_imports_.begin()->value - 1};
}

Position InputBacklog::opt_outs_decided_through() const {
  return undecided_opt_outs_.empty() ? read_to_ : Position{undecided_opt_outs_.begin()->value - 1};
}

} // namespace tidemark::domain
