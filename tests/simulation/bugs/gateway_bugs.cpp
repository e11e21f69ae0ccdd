#include "tests/simulation/bugs/pass_on.hpp"

#include <array>

/// Faults of the way in: what becomes of a webhook between the route and the log.
namespace tidemark::sim {
namespace {

const events::WebhookReceived* webhook_in(const storage::Append& append) {
  return append.events.empty() ? nullptr
                               : std::get_if<events::WebhookReceived>(&append.events[0].event);
}

/// What was not taken is acknowledged.
class AckWithoutAppend final : public LogWithOtherAnswers {
public:
  using LogWithOtherAnswers::LogWithOtherAnswers;

private:
  bool is_meant(const storage::Append& append) const override { return webhook_in(append); }
  storage::AppendOutcome instead_of(storage::AppendOutcome outcome) const override {
    return std::holds_alternative<storage::NotTaken>(outcome)
               ? storage::Appended{{}, 1, context().clock.now()}
               : std::move(outcome);
  }
};

/// A repeat is taken as if it were the first.
class SkipDedupe final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    append.dedupe.clear();
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// What comes too late is acknowledged, and not kept.
class StaleIsDropped final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    const auto* webhook = webhook_in(append);
    if (!webhook || webhook->verdict != events::VerificationVerdict::stale)
      return LogPassedOn::submit(std::move(append), sink, token);
    storage::Settled dropped{token, storage::Appended{{}, 1, context().clock.now()}};
    sink.settled({&dropped, 1});
  }
};

/// The body is not kept as it came.
class BodyRewritten final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (webhook_in(append))
      append.events[0].attachment.pop_back();
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

template <class Event>
Event* first_of(storage::Append& append) {
  return append.events.empty() ? nullptr : std::get_if<Event>(&append.events[0].event);
}

/// A row of a list is taken as often as it is sent.
class RowsTakenAgain final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (first_of<events::OptOutImported>(append) || first_of<events::ContactImported>(append))
      append.dedupe.clear();
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// Nothing that leaves waits for the decision about a row of a list.
class RowsHoldNothing final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (first_of<events::OptOutImported>(append))
      append.events[0].tags.clear();
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

/// Whoever has a webhook read again does not know what it led to.
class LedToForgotten final : public LogPassedOn {
public:
  using LogPassedOn::LogPassedOn;
  void submit(storage::Append append, storage::CompletionSink& sink, std::uint64_t token) override {
    if (auto* again = first_of<events::WebhookReprocessRequested>(append))
      again->led_to.clear();
    LogPassedOn::submit(std::move(append), sink, token);
  }
};

} // namespace

std::span<const InjectedBug> gateway_bugs() {
  static const std::array<InjectedBug, 8> bugs{{
      {.name = "ack_without_append", .gateway_log = before_log<AckWithoutAppend>},
      {.name = "skip_dedupe", .gateway_log = before_log<SkipDedupe>},
      {.name = "stale_is_dropped", .gateway_log = before_log<StaleIsDropped>},
      {.name = "body_rewritten", .gateway_log = before_log<BodyRewritten>},
      {.name = "shed_uncounted", .sheds_past_the_route = true},
      {.name = "rows_taken_again", .gateway_log = before_log<RowsTakenAgain>},
      {.name = "rows_hold_nothing", .gateway_log = before_log<RowsHoldNothing>},
      {.name = "led_to_forgotten", .gateway_log = before_log<LedToForgotten>},
  }};
  return bugs;
}

} // namespace tidemark::sim
