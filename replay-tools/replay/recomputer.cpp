#include "replay-tools/replay/recomputer.hpp"

#include "domain/rules/rules_version.hpp"
#include "events/format/stream_name.hpp"
#include "replay-tools/replay/decisions.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

/// One append.
struct Group {
  std::span<ReplayEvent> events;
  Subject subject; ///< all events of an append stand in one stream
  const events::Envelope& first() const { return events.front().recorded.envelope; }
};

using Recomputation = std::optional<std::vector<events::Event>>; // nothing: an input is missing

class DecisionReplay final : public Recomputer {
public:
  DecisionReplay(const KeyedHasher& hasher, std::string incarnation, Shard share)
      : hasher_(hasher), incarnation_(std::move(incarnation)), share_(share) {}

  bool reads(const events::RecordHeader& header, std::string_view) const override {
    // What one contact gives, another takes: its share needs to know.
    return owns(events::contact_behind(header.stream))
           || header.type == events::RecordsReleased::name
           || header.type == events::HistoryReleased::name
           || header.type == events::MembershipsReleased::name;
  }

  Recomputed feed(std::span<ReplayEvent> append, bool compare) override {
    const Group group{append, subject_of(append.front().recorded.envelope.stream)};
    auto& state = tenants_[group.first().tenant];
    const auto decider = group.first().decider;
    const auto cause = group.first().cause;
    const bool mine = owns(group.subject.contact.value);
    Recomputed out;
    if (compare && decider != events::Decider::none) {
      if (mine && owns_decision(group))
        out = judge(group, recompute(group, state));
      else
        out.kind = Recomputed::Kind::of_another_share;
    }
    for (auto& [recorded, attachment] : append) {
      if (const auto* started = std::get_if<events::EngineStarted>(&recorded.event))
        incarnation_ = started->incarnation;
      if (mine)
        state.fold(recorded, attachment, group.subject);
      else if (std::holds_alternative<events::RecordsReleased>(recorded.event)
               || std::holds_alternative<events::HistoryReleased>(recorded.event)
               || std::holds_alternative<events::MembershipsReleased>(recorded.event))
        state.fold(recorded, attachment, {}); // not into the contact
    }
    // Only now: the intents of the same decision may have needed the input's body.
    if (decider == events::Decider::contact)
      state.decided(cause);
    return out;
  }

  void pass(const TenantId& tenant, events::Decider decider, Position cause) override {
    if (decider == events::Decider::contact)
      tenants_[tenant].decided(cause);
  }

private:
  /// "" is nobody's, so everybody's.
  bool owns(std::string_view contact) const {
    return share_.count == 1 || contact.empty()
           || std::hash<std::string_view>{}(contact) % share_.count == share_.index;
  }
  bool owns_decision(const Group& group) const;
  Recomputation recompute(const Group& group, ReplayState& state) const;
  Recomputation interpreter(const Group& group, ReplayState& state) const;
  Recomputation contact(const Group& group, ReplayState& state) const;
  Recomputation delivery(const Group& group, ReplayState& state) const;
  Recomputed judge(const Group& group, const Recomputation& recomputed) const;

  const KeyedHasher& hasher_;
  std::string incarnation_;
  Shard share_;
  std::map<TenantId, ReplayState> tenants_;
};

/// Decisions about identity belong to the contact that they are about first, so that one share
/// translates the webhook for both.
bool DecisionReplay::owns_decision(const Group& group) const {
  if (!group.subject.contact.value.empty())
    return true;
  for (const auto& [recorded, attachment] : group.events) {
    const auto* interpreted = std::get_if<events::WebhookInterpreted>(&recorded.event);
    if (interpreted && !interpreted->commands.empty())
      return owns(interpreted->commands.front().contact.value);
    if (interpreted)
      return share_.index == 0;
  }
  for (const auto& [recorded, attachment] : group.events) {
    if (const auto* card = std::get_if<events::IdentityCardWritten>(&recorded.event))
      return owns(card->contact.value);
    if (const auto* review = std::get_if<events::IdentityReviewRequested>(&recorded.event))
      return owns(review->contact.value);
  }
  return share_.index == 0;
}

std::vector<events::Event> plain(std::vector<domain::TaggedEvent> tagged) {
  std::vector<events::Event> out;
  for (auto& one : tagged)
    out.push_back(std::move(one.event));
  return out;
}

Recomputation DecisionReplay::recompute(const Group& group, ReplayState& state) const {
  switch (group.first().decider) {
  case events::Decider::interpreter:
    return interpreter(group, state);
  case events::Decider::contact:
    return contact(group, state);
  case events::Decider::delivery:
    return delivery(group, state);
  default:
    return std::nullopt;
  }
}

Recomputation DecisionReplay::interpreter(const Group& group, ReplayState& state) const {
  auto again = interpreted_again(group.first(), state, {hasher_, incarnation_});
  return again ? Recomputation(plain(*std::move(again))) : std::nullopt;
}

Recomputation DecisionReplay::contact(const Group& group, ReplayState& state) const {
  return decided_again(group.first(), group.subject.contact, state, {hasher_, incarnation_});
}

Recomputation DecisionReplay::delivery(const Group& group, ReplayState& state) const {
  return attempted_again(group.events, group.subject, state, {hasher_, incarnation_});
}

Recomputed DecisionReplay::judge(const Group& group, const Recomputation& recomputed) const {
  Recomputed out;
  if (!recomputed) {
    out.kind = Recomputed::Kind::not_recomputable;
    return out;
  }
  out.kind = group.first().rules == domain::rules_version ? Recomputed::Kind::same_rules
                                                          : Recomputed::Kind::older_rules;
  const auto count = std::max(group.events.size(), recomputed->size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto* was = i < group.events.size() ? &group.events[i].recorded : nullptr;
    const auto* now = i < recomputed->size() ? &(*recomputed)[i] : nullptr;
    if (was && now && was->event == *now)
      continue;
    const auto position =
        was ? was->envelope.position : group.events.back().recorded.envelope.position;
    out.difference = Difference{
        position,
        std::string("the ") + std::string(events::name_of(group.first().decider))
            + " decides otherwise about the input at position "
            + std::to_string(group.first().cause.value),
        was ? was->envelope.type : "nothing", now ? std::string(events::type_of(*now)) : "nothing"};
    break;
  }
  return out;
}

} // namespace

std::unique_ptr<Recomputer> make_recomputer(const KeyedHasher& hasher,
                                            const std::string& incarnation, Shard share) {
  return std::make_unique<DecisionReplay>(hasher, incarnation, share);
}

} // namespace tidemark::tools
