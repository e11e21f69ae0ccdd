#include "domain/evolve.hpp"
#include "domain/interpret.hpp"
#include "replay-tools/what_if/other_tenant.hpp"

namespace tidemark::tools {

void OtherTenant::fold_recorded(RecordedAppend append) {
  for (auto& [recorded, attachment] : append.events)
    state_.fold(recorded, attachment, append.subject);
}

void OtherTenant::keep_recorded(const RecordedAppend& append) {
  for (const auto& [recorded, attachment] : append.events) {
    const auto& envelope = recorded.envelope;
    const auto keep = [&](const ContactId& contact) {
      const auto found = forks_.find(contact);
      if (found == forks_.end())
        return;
      domain::evolve(found->second.recorded, recorded.event, envelope.recorded_at);
      note(found->second, Side::recorded, recorded.event, envelope.correlation);
    };
    if (!append.subject.contact.value.empty())
      keep(append.subject.contact);
    else if (const auto* deed = std::get_if<events::OptOutMarkedByHand>(&recorded.event))
      for (const auto& contact : deed->contacts)
        keep(contact);
  }
}

void OtherTenant::keep_consents(const RecordedAppend& append) {
  for (const auto& [recorded, attachment] : append.events)
    if (const auto* change = std::get_if<events::ConsentChanged>(&recorded.event))
      if (const auto kept = consents_.find(change->address_hash); kept != consents_.end())
        domain::evolve(kept->second, *change);
}

OtherTenant::Place OtherTenant::place_here() const {
  Place out;
  out.envelope.position = at_;
  out.envelope.recorded_at = now_;
  out.envelope.tenant = tenant_;
  return out;
}

void OtherTenant::fold_own(std::vector<domain::TaggedEvent> decision, const Subject& subject,
                           const Place& place, const std::string& attachment) {
  const auto fork = forks_.find(subject.contact);
  for (std::size_t i = 0; i < decision.size(); ++i) {
    events::Recorded own{place.envelope, std::move(decision[i].event)};
    if (!place.recorded.empty()) // at the log's positions, so that what is made of them is alike
      own.envelope.position =
          place.recorded[std::min(i, place.recorded.size() - 1)].recorded.envelope.position;
    own.envelope.tags = std::move(decision[i].tags);
    if (fork != forks_.end())
      note(fork->second, Side::other, own.event, own.envelope.correlation);
    auto bytes = attachment;
    state_.fold(own, bytes, subject);
  }
}

void OtherTenant::fold_own(Events decision, const Subject& subject, const Place& place,
                           const std::string& attachment) {
  std::vector<domain::TaggedEvent> plain;
  for (auto& event : decision)
    plain.push_back({std::move(event), {}});
  fold_own(std::move(plain), subject, place, attachment);
}

/// Until now both sides are the same.
Fork& OtherTenant::fork(const ContactId& contact) {
  const auto [at, is_new] = forks_.try_emplace(contact);
  auto& out = at->second;
  if (!is_new)
    return out;
  out.recorded = state_.contact(contact);
  out.at = at_;
  for (const auto& target : state_.pending_targets(contact))
    for (const auto& pending : state_.lane({target, contact}).lane.pending)
      note_pending(out, pending);
  return out;
}

void OtherTenant::fork_all(const std::vector<events::AssignedCommand>& commands) {
  for (const auto& command : commands)
    fork(command.contact);
}

} // namespace tidemark::tools
