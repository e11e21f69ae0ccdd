#include "actors/backfill/backfill_actor.hpp"

#include "actors/backfill/known_numbers.hpp"
#include "actors/connector/flow_log.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "actors/lookup/identity_lookup.hpp"
#include "actors/lookup/read_records.hpp"
#include "actors/lookup/recorded_configuration.hpp"
#include "actors/ports/log_port.hpp"
#include "connectors/shared/inbound.hpp"
#include "connectors/shared/outbound.hpp"
#include "domain/delivery/retry.hpp"
#include "domain/interpret.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <utility>

namespace tidemark::actors {
namespace {

constexpr std::size_t page_bytes_max = 1024 * 1024; // rule 18
constexpr std::uint32_t unreadable_max = 5;         // answers in a row
constexpr std::string_view scheduled_by = "schedule";
constexpr std::string_view list_operation = "list", look_up_operation = "look_up";
constexpr auto look_for_due_every = std::chrono::minutes{1};
constexpr std::size_t many_marks = 1000; // as after an import: looking through them takes long
constexpr auto look_among_many_every = std::chrono::hours{1};
constexpr auto read_back_at_start = std::chrono::hours{24}; // what fell due while nobody looked

StreamName stream_of(const ConnectorName& connector, events::BackfillKind kind) {
  return kind == events::BackfillKind::read_back ? events::read_back_stream(connector)
                                                 : events::backfill_stream(connector);
}

} // namespace

void BackfillState::start(BackfillActor::pointer self, std::shared_ptr<const TenantContext> context,
                          ConnectorName connector, TransportActor transport,
                          OAuthTokensActor tokens, DeliveryActor delivery,
                          SupervisorActor supervisor) {
  self_ = self;
  context_ = std::move(context);
  connector_ = std::move(connector);
  destination_ = &context_->destinations.at(connector_);
  transport_ = std::move(transport);
  delivery_ = std::move(delivery);
  supervisor_ = std::move(supervisor);
  credential_.start(*destination_, std::move(tokens));
  budget_.set(destination_->requests_per_second, static_cast<double>(destination_->burst));
  if (!destination_->configured.connector->list_page) { // look-ups begin when there may be a need
    const auto first = context_->log().at(Position{1});
    if (first && *first)
      lists_.at = (*first)->envelope.recorded_at;
  }
  if (!delivery_)
    self_->request(transport_, caf::infinite, InheritRequest{})
        .then(
            [this](const Inheritance& left) {
              if (left.budget)
                budget_ = *left.budget;
            },
            [](const caf::error&) {}); // it ended, so the supervisor ends this one too
}

BackfillState::~BackfillState() {
  if (transport_ && !delivery_)
    caf::anon_send(transport_, KeepBudget{budget_});
}

void BackfillState::fail(const Error& error) {
  context_->report("backfill/" + connector_.value, error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void BackfillState::tick(const Tick& tick) {
  now_ = tick.now;
  draining_ = tick.draining;
  budget_.refill(now_);
  work();
  probe();
}

/// Looks for a request that came, or that was not finished before a restart.
Status BackfillState::find_run() {
  TRYV(find_run(events::backfill_stream(connector_), lists_));
  return run_ ? Status(Done{}) : find_run(events::read_back_stream(connector_), read_backs_);
}

Status BackfillState::find_run(const StreamName& stream, Seen& seen) {
  TRY(newest, context_->log().newest_tagged(context_->tenant, storage::stream_tag(stream)));
  if (newest == seen.newest)
    return Done{};
  TRY(recorded, storage::recorded_event(context_->log(), newest));
  seen.newest = newest;
  seen.at = recorded.envelope.recorded_at;
  const auto* finished = std::get_if<events::BackfillFinished>(&recorded.event);
  if (finished && finished->kind == events::BackfillKind::read_back) {
    TRY(request, storage::recorded_event(context_->log(), finished->run));
    seen.at = request.envelope.recorded_at; // what fell due since then was not looked for
  }
  if (const auto* request = std::get_if<events::BackfillRequested>(&recorded.event)) {
    TRY(then, configuration_at(context_->log(), context_->tenant, newest));
    const auto configured = then.connectors.find(connector_);
    is_of_other_account_ = configured != then.connectors.end()
                           && !is_same_account(configured->second, destination_->configured);
    run_.emplace(newest, *request);
    is_new_here_ = true;
    read_to_ = newest;
    next_known_.reset();
    failures_in_row_ = 0;
    reread_ = false;
    not_before_ = {};
    if (request->kind == events::BackfillKind::read_back) {
      const auto after =
          read_back_to_ == Timestamp{} ? seen.at - read_back_at_start : read_back_to_;
      TRY(marks, marks_to_set(*context_, connector_, after, seen.at));
      due_ = std::move(marks.due);
      read_back_to_ = seen.at;
    }
  }
  return Done{};
}

/// Brings the run up to the end of the log.
Status BackfillState::read_on() {
  return read_records(context_->log(), read_to_, [&](std::string_view record) -> Status {
    TRY(header, events::read_header(record));
    read_to_ = header.position;
    if (header.tenant != context_->tenant.value || !domain::BackfillRun::wants(header.type))
      return Done{};
    TRY(view, events::read_record(record, false));
    TRY(event, events::decode(header.type, view.payload));
    run_->evolve({std::move(view.envelope), std::move(event)});
    return Done{};
  });
}

void BackfillState::work() {
  if (busy_)
    return;
  if (!run_)
    if (const auto found = find_run(); !found)
      return fail(found.error());
  if (!run_) {
    if (is_due())
      request(events::BackfillKind::reconcile);
    else if (const auto due = is_read_back_due(); !due)
      fail(due.error());
    else if (*due)
      request(events::BackfillKind::read_back);
    return;
  }
  if (const auto read = read_on(); !read)
    return fail(read.error());
  if (std::exchange(is_new_here_, false)) // nothing is intended for such a system since the start
    run_->give_up_where([&](const ConnectorName& target) {
      const auto destination = context_->destinations.find(target);
      return destination == context_->destinations.end() || !destination->second.receives;
    });
  if (run_->finished()) {
    run_.reset();
    return;
  }
  if (!can_run(run_->kind()))
    return finish(Reason::offers_no_list);
  if (is_of_other_account_)
    return finish(Reason::account_changed);
  if (const auto left = leave_held(); !left)
    return fail(left.error());
  if (run_->listed()) {
    if (run_->under_way() == 0)
      finish(Reason::none);
    return;
  }
  if (!destination_->configured.connector->list_page && !next_known_) {
    if (const auto found = find_next_known(); !found)
      return fail(found.error());
    if (!next_known_)
      return run_->under_way() == 0 ? finish(Reason::none) : void();
  }
  // Memory stays flat: the list waits for what it led to, and for all other work.
  if (!draining_ && now_ >= not_before_ && !crowded_ && run_->under_way() < domain::crowded_from
      && credential_.ready())
    ask_for_page();
}

/// After a restore, sending waits for this run: it does not wait for what is to be sent.
Status BackfillState::leave_held() {
  if (run_->under_way() == 0)
    return Done{};
  TRY(stop, storage::newest_under_tag<events::SendingStopped>(
                context_->log(), context_->tenant, storage::stream_tag(events::sending_stream())));
  if (stop && stop->until_read_back)
    run_->leave_where([](const ConnectorName&) { return true; });
  return Done{};
}

/// Who is not known yet can only be listed.
bool BackfillState::can_run(events::BackfillKind kind) const {
  const auto& connector = *destination_->configured.connector;
  return connector.list_page || (connector.look_up && kind != events::BackfillKind::backfill);
}

bool BackfillState::is_due() const {
  return destination_->reconcile_every.count() > 0 && can_run(events::BackfillKind::reconcile)
         && !draining_ && now_ != Timestamp{} && now_ >= lists_.at + destination_->reconcile_every;
}

/// Is a mark to be looked for that a person has to set?
Result<bool> BackfillState::is_read_back_due() {
  if (!destination_->configured.connector->look_up || destination_->configured.connector->list_page
      || destination_->reconcile_every.count() == 0 || draining_ || now_ == Timestamp{}
      || now_ < look_again_at_)
    return false;
  const auto last = std::max(read_back_to_, read_backs_.at);
  TRY(marks, marks_to_set(*context_, connector_,
                          last == Timestamp{} ? now_ - read_back_at_start : last, now_));
  look_again_at_ = now_ + (marks.all > many_marks ? look_among_many_every : look_for_due_every);
  return !marks.due.empty();
}

/// A due time is an input of its own (rule 6).
void BackfillState::request(events::BackfillKind kind) {
  submit(stream_of(connector_, kind),
         {events::TimerDue{std::string(events::name_of_enum(kind)), connector_.value},
          events::BackfillRequested{connector_, kind, false, std::string(scheduled_by), {}}});
}

Status BackfillState::find_next_known() {
  TRY(next, run_->kind() == events::BackfillKind::read_back
                ? next_of(due_, *context_, connector_, run_->cursor())
                : next_of_all(*context_, connector_, run_->cursor()));
  next_known_ = std::move(next);
  return Done{};
}

/// Whoever sends most to the system keeps its budget.
void BackfillState::ask_for_page() {
  if (!delivery_) {
    if (budget_.take()) {
      budget_.sent();
      fetch(budget_.taken());
    }
    return;
  }
  busy_ = true;
  self_->request(delivery_, caf::infinite, PageRequest{})
      .then(
          [this](const PageGrant& grant) {
            busy_ = false;
            if (grant.granted && run_)
              fetch(grant.taken_before);
          },
          [](const caf::error&) {}); // likewise
}

void BackfillState::fetch(std::uint64_t taken_before) {
  busy_ = true;
  const auto& configured = credential_.configured();
  auto request = next_known_
                     ? configured.connector->look_up(configured.settings, next_known_->phone)
                     : configured.connector->list_page(run_->cursor(), configured.settings);
  self_
      ->request(transport_, caf::infinite,
                SendRequest{{std::move(request), destination_->timeout, page_bytes_max,
                             destination_->allow_loopback_http}})
      .then([this, taken_before](const HttpResult& result) { answered(result, taken_before); },
            [this](const caf::error&) {
              fail({"transport_ended", "a request got no answer"});
            });
}

void BackfillState::answered(const HttpResult& result, std::uint64_t taken_before) {
  busy_ = false;
  if (!run_)
    return;
  const auto limits = limits_in(*destination_->configured.connector, result.answer, now_);
  const auto delivery_result = connectors::judge_common(result.answer, connectors::Effect::none);
  const bool success = !delivery_result && connectors::is_success(result.answer);
  const bool nobody = next_known_ && result.answer.status == 404;
  const auto operation = next_known_ ? look_up_operation : list_operation;
  const bool failed = !success && !nobody;
  if (!delivery_) {
    domain::learn_from(budget_, limits, 0, taken_before, now_);
    heard_at_ = now_;
    operations_.note(operation, failed, result.duration);
    connection_.take({.http_status = result.answer.status,
                      .reason_code = delivery_result ? delivery_result->reason_code
                                     : success
                                         ? Reason::none
                                         : connectors::judge_refusal(result.answer).reason_code,
                      .understood = success,
                      .renewing = !reread_},
                     now_);
  } else
    self_->send(
        delivery_,
        PageSeen{
            limits,
            domain::sign_of(recorded_answer(result),
                            delivery_result ? delivery_result->reason_code : Reason::none,
                            delivery_result
                                && delivery_result->verdict == domain::DeliveryVerdict::unauthorized
                                && !reread_),
            taken_before, operation, failed, result.duration});
  if (result.answer.cut && connectors::is_success(result.answer))
    return finish(Reason::too_large); // it would be as large the next time
  if (delivery_result)
    return refused(*delivery_result, result);
  if (failed)
    return refused(connectors::judge_refusal(result.answer), result);
  take_page(result);
}

void BackfillState::take_page(const HttpResult& result) {
  const auto& configured = credential_.configured();
  auto page = configured.connector->translate_page(result.answer.body, configured.settings);
  if (page && next_known_)
    page->next_cursor = next_known_->cursor;
  if (page && !page->next_cursor.empty() && run_->began_at(page->next_cursor))
    return finish(Reason::list_goes_in_circles);
  if (page)
    return record_page(result, std::move(*page));
  if (failures_in_row_ + 1 >= unreadable_max)
    return finish(connectors::reason_of(page.error()));
  try_later(connectors::reason_of(page.error()), {});
}

void BackfillState::refused(const domain::DeliveryResult& delivery_result,
                            const HttpResult& result) {
  if (delivery_result.verdict == domain::DeliveryVerdict::unauthorized && !reread_) {
    reread_ = true;
    credential_.refused(credential_.version());
    return;
  }
  if (delivery_result.verdict == domain::DeliveryVerdict::retry)
    return try_later(delivery_result.reason_code, result.answer.retry_after);
  finish(delivery_result.reason_code);
}

void BackfillState::try_later(Reason why, std::string_view retry_after) {
  ++failures_in_row_;
  not_before_ = domain::try_again_at(DeliveryId("listing/" + connector_.value), failures_in_row_,
                                     retry_after, now_);
  if (failures_in_row_ == 1)
    context_->report("backfill/" + connector_.value, "a page could not be fetched ("
                                                         + std::string(name_of(why))
                                                         + "); it is tried again");
}

void BackfillState::record_page(const HttpResult& result, connectors::ListedPage page) {
  failures_in_row_ = 0;
  reread_ = false;
  events::BackfillPageReceived received;
  received.connector = connector_;
  received.run = run_->id();
  received.kind = run_->kind();
  received.dry_run = run_->dry_run();
  received.page = run_->pages() + 1;
  received.cursor = run_->cursor();
  received.next_cursor = page.next_cursor;
  next_known_.reset();
  received.contacts = page.contacts;
  received.answer = recorded_answer(result);
  if (run_->dry_run()) {
    const auto counts = would_be(page);
    if (!counts)
      return fail(counts.error());
    received.would_be = *counts;
  }
  submit(events::listing_stream(connector_), {std::move(received)}, result.answer.body);
}

/// What the page would lead to, as identity knows people now.
Result<events::BackfillCounts> BackfillState::would_be(const connectors::ListedPage& page) {
  IdentityLookup facts(*context_);
  const domain::Cause cause{{}, 0, now_, context_->incarnation};
  events::BackfillPageReceived received;
  received.connector = connector_;
  const auto decision =
      domain::interpret(received, &page.translation,
                        {context_->tenant, context_->hasher, facts, cause, context_->rules});
  TRYV(facts.take_error());
  return domain::would_be(page.contacts, page.translation, decision);
}

void BackfillState::finish(Reason reason_code) {
  submit(stream_of(connector_, run_->kind()), {run_->summary(reason_code)});
}

/// Only one of two actors' appends can follow the same event.
void BackfillState::submit(const StreamName& stream, std::vector<events::Event> events,
                           std::string attachment) {
  const auto version = context_->log().version_of(context_->tenant, stream);
  if (!version)
    return fail(version.error());
  storage::Append append;
  append.tenant = context_->tenant;
  append.expected.push_back({stream, *version});
  for (auto& event : events)
    append.events.push_back({stream, std::move(event), {}, {}});
  append.events.back().attachment = std::move(attachment);
  busy_ = true;
  context_->log_port.submit(std::move(append), self_, 0);
}

void BackfillState::settled(const AppendSettled& answer) {
  busy_ = false;
  if (const auto* refused = std::get_if<storage::NotTaken>(&answer.outcome)) {
    if (refused->reason_code == "malformed")
      return fail({"malformed_append", "the writer refused a page as malformed"});
    not_before_ = now_ + std::chrono::seconds{1}; // fetched again: it was not recorded
    return;
  }
  work();
}

void BackfillState::token_news(const TokenNews& news) {
  credential_.take(news);
  work();
}

FollowerReport BackfillState::report() const {
  FollowerReport out{"backfill/" + connector_.value, context_->log().durable(), run_ ? 1U : 0U,
                     busy_ ? 1U : 0U, failures_in_row_};
  if (destination_->receives)
    return out;
  auto& shown = out.connector.emplace(); // nobody else says how it goes with the system
  shown.tenant = context_->tenant;
  shown.connector = connector_;
  shown.receives = false;
  shown.budget = budget_.status();
  shown.connection = connection_;
  shown.failures = probe_failures_;
  shown.operations = operations_;
  const auto& connector = *destination_->configured.connector;
  shown.is_probed = context_->probes && connector.probe
                    && !connector.probe(credential_.configured().settings).url.empty();
  shown.judges_probes = connector.judge_probe;
  shown.account = credential_.status();
  return out;
}

BackfillActor::behavior_type backfill_actor(BackfillActor::stateful_pointer<BackfillState> self,
                                            std::shared_ptr<const TenantContext> context,
                                            ConnectorName connector, TransportActor transport,
                                            OAuthTokensActor tokens, DeliveryActor delivery,
                                            SupervisorActor supervisor) {
  self->state.start(self, std::move(context), std::move(connector), std::move(transport),
                    std::move(tokens), std::move(delivery), std::move(supervisor));
  return {
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const Crowded& message) { self->state.crowded(message); },
      [self](const TokenNews& news) { self->state.token_news(news); },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
