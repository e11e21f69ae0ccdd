#include "domain/sync/observation.hpp"
#include "events/codec.hpp"
#include "tests/simulation/bugs/pass_on.hpp"

#include <algorithm>
#include <array>

/// Faults of the actors, put where they meet the log: what they ask of it, and what they hear.
namespace tidemark::sim {
namespace {

template <class Event>
Event* last_of(storage::Append& append) {
  return append.events.empty() ? nullptr : std::get_if<Event>(&append.events.back().event);
}

/// The same record with another content; its hash, which no reader here looks at, no longer fits.
std::string written_anew(const events::Envelope& envelope, std::string_view payload,
                         std::string_view attachment) {
  std::string out;
  events::append_record(out, envelope, payload, attachment);
  out += as_view(envelope.hash);
  return out;
}

/// A request leaves without the condition that nobody opted out meanwhile.
class ConsentUnconditioned final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    std::erase_if(append.nothing_newer, [](const auto& condition) {
      return condition.tag.kind == events::TagKind::consent;
    });
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// Whatever was said about consent counts as old, and so as decided.
class UndecidedIsClear final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  Result<Position> newest_tagged(const TenantId& tenant, const events::Tag& tag) const override {
    auto newest = LogPassedOn::newest_tagged(tenant, tag);
    if (newest && tag.kind == events::TagKind::consent)
      *newest = std::min(*newest, Position{1});
    return newest;
  }
};

/// Commands that an earlier life found, and did not come to decide, are forgotten.
class CommandsForgotten final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override {
    return LogPassedOn::read(after, limit, [&](std::string_view record) {
      const auto view = events::read_record(record);
      if (!view || view->envelope.type != events::WebhookInterpreted::name)
        return visit(record);
      auto event = events::decode(view->envelope.type, view->payload);
      if (!event)
        return visit(record);
      std::get<events::WebhookInterpreted>(*event).commands.clear();
      return visit(written_anew(view->envelope, events::encode(*event), view->attachment));
    });
  }
};

/// What other tenants' systems send is taken for one's own.
class OtherTenantsInputs final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  Result<Position> read(Position after, std::size_t limit,
                        const storage::RecordVisitor& visit) const override {
    return LogPassedOn::read(after, limit, [&](std::string_view record) {
      auto view = events::read_record(record);
      if (!view || view->envelope.type != events::WebhookReceived::name)
        return visit(record);
      view->envelope.tenant = context().tenant;
      return visit(written_anew(view->envelope, view->payload, view->attachment));
    });
  }
};

/// When to try again is counted from now, not from when its cause was recorded.
class DecisionReadsClock final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (auto* retry = last_of<events::DeliveryRetryScheduled>(append))
      if (const auto cause = at(append.cause); cause && *cause)
        retry->not_before += context().clock.now() - (*cause)->envelope.recorded_at;
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// What was out when the process ended is taken to have been refused.
class UnknownIsRejected final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (const auto* unknown = last_of<events::DeliveryUnknown>(append);
        unknown && unknown->facts.answer.transport == Reason::restart)
      append.events.back().event = events::DeliveryRejected{unknown->facts};
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// Asked once more for what was tried again, it tries it once more.
class RetriedTwice final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (auto* decided = last_of<events::DeliveryRetryDecided>(append);
        decided && decided->reason_code == Reason::already_retried)
      decided->outcome = events::Outcome::applied;
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// A contact's decision that was refused on overload is not made again.
class OverloadIsForgotten final : public LogWithOtherAnswers {
public:
  using LogWithOtherAnswers::LogWithOtherAnswers;

private:
  bool is_meant(const storage::Append& append) const override {
    return append.decider == events::Decider::contact;
  }
  storage::AppendOutcome instead_of(storage::AppendOutcome outcome) const override {
    if (auto* refused = std::get_if<storage::NotTaken>(&outcome))
      refused->reason_code = "stopping";
    return outcome;
  }
};

/// What a system says just when a write of ours may have reached it is believed: nothing is written
/// once more.
class DoubtsForgotten final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    for (const auto& heard : append.events)
      if (const auto* observed = std::get_if<events::ContactObserved>(&heard.event))
        for (auto& decided : append.events)
          if (auto* intent = std::get_if<events::DeliveryIntended>(&decided.event);
              intent && intent->target == observed->connector)
            leave_out_doubtful(intent->fields, *observed);
    LogPassedOn::submit(std::move(append), sink, token);
  }

private:
  /// Written to the system that told of it: what it said itself, or said of the time before a
  /// write.
  static void leave_out_doubtful(events::FieldSet& written,
                                 const events::ContactObserved& observed) {
    for (const auto& [field, said] : observed.fields) {
      const auto* value = written.find(field);
      const auto* aside = observed.set_aside.find(field);
      if (value && (*value == said.reveal() || (aside && *aside == Reason::from_before_our_write)))
        written.erase(field);
    }
  }
};

/// A list opens what it says is closed.
class ListsOpen final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    for (auto& decided : append.events)
      if (auto* change = std::get_if<events::ConsentChanged>(&decided.event);
          change && change->evidence == events::Evidence::imported)
        change->change = events::ConsentChange::granted;
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// Marks that people set in the dialer are heard of by its webhooks alone.
class MarksNotLookedFor final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    const auto* run = last_of<events::BackfillRequested>(append);
    if (!run || run->kind != events::BackfillKind::read_back)
      return LogPassedOn::submit(std::move(append), sink, token);
    storage::Settled refused{token, storage::NotTaken{"overloaded"}};
    sink.settled({&refused, 1});
  }
};

} // namespace

std::span<const InjectedBug> engine_bugs() {
  static const std::array<InjectedBug, 11> bugs{{
      {.name = "consent_unconditioned", .engine_log = before_log<ConsentUnconditioned>},
      {.name = "undecided_is_clear", .engine_log = before_log<UndecidedIsClear>},
      {.name = "commands_forgotten", .engine_log = before_log<CommandsForgotten>},
      {.name = "other_tenants_inputs", .engine_log = before_log<OtherTenantsInputs>},
      {.name = "doubts_forgotten", .is_in_rules = true, .engine_log = before_log<DoubtsForgotten>},
      {.name = "decision_reads_clock", .engine_log = before_log<DecisionReadsClock>},
      {.name = "unknown_is_rejected", .engine_log = before_log<UnknownIsRejected>},
      {.name = "retried_twice", .is_in_rules = true, .engine_log = before_log<RetriedTwice>},
      {.name = "overload_is_forgotten", .engine_log = before_log<OverloadIsForgotten>},
      {.name = "lists_open", .is_in_rules = true, .engine_log = before_log<ListsOpen>},
      {.name = "marks_not_looked_for", .engine_log = before_log<MarksNotLookedFor>},
  }};
  return bugs;
}

} // namespace tidemark::sim
