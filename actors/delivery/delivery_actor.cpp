#include "actors/delivery/delivery_actor.hpp"

#include "actors/connector/flow_log.hpp"
#include "actors/lookup/delivery_reading.hpp"
#include "actors/lookup/lane_reading.hpp"
#include "actors/lookup/read_records.hpp"
#include "actors/ports/log_port.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

#include <algorithm>

namespace tidemark::actors {
namespace {

constexpr std::chrono::milliseconds pause_of_overloaded_log{50};
constexpr std::size_t lanes_kept_max = 10'000; // about a kilobyte each

std::string checkpoint_table(const TenantContext& context, const ConnectorName& target) {
  return "delivery:" + context.tenant.value + ":" + target.value;
}

} // namespace

void DeliveryState::start(DeliveryActor::pointer self, std::shared_ptr<const TenantContext> context,
                          ConnectorName target, TransportActor transport, OAuthTokensActor tokens,
                          SupervisorActor supervisor) {
  self_ = self;
  context_ = std::move(context);
  target_ = std::move(target);
  transport_ = std::move(transport);
  supervisor_ = std::move(supervisor);
  destination_ = &context_->destinations.at(target_);
  credential_.start(*destination_, std::move(tokens));
  flow_ = domain::FlowControl(target_, destination_->requests_per_second,
                              static_cast<double>(destination_->burst), destination_->breaker);
  if (const auto read = read_circuit(*context_, target_, flow_); !read)
    return fail(read.error());
  if (const auto read = read_pause(*context_, target_, flow_); !read)
    return fail(read.error());
  const auto checkpoint = context_->tables.checkpoint(checkpoint_table(*context_, target_));
  if (!checkpoint)
    return fail(checkpoint.error());
  checkpoint_ = *checkpoint <= context_->log().durable() ? *checkpoint : Position{};
  open_.start(context_->tenant, target_, checkpoint_,
              {[this](const ContactId& contact) { return lanes_.contains(contact); },
               [this](const ContactId& contact, const events::Recorded& recorded) {
                 happened(contact, recorded);
               }});
  std::vector<ContactId> fresh; // all that are open
  if (const auto read = read_open(fresh); !read)
    return fail(read.error());
  for (const auto& contact : open_.contacts())
    make_ready(contact);
  inherit();
}

DeliveryState::~DeliveryState() {
  lanes_.clear(); // their grants go back
  if (transport_ && inherited_out_)
    caf::anon_send(transport_, KeepBudget{flow_.budget()});
}

/// Asked until none of the requests of the actor before is out; each has its time limit.
void DeliveryState::inherit() {
  self_->request(transport_, caf::infinite, InheritRequest{})
      .then(
          [this](const Inheritance& left) {
            if (!inherited_out_ && left.budget)
              flow_.inherit(*left.budget);
            inherited_out_ = left.requests_out;
            work();
          },
          [](const caf::error&) {}); // it ended, so the supervisor ends this one too
}

void DeliveryState::fail(const Error& error) {
  context_->report("delivery/" + target_.value, error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void DeliveryState::advanced() {
  if (read_on())
    work();
}

/// Brings the open intents and every lane in memory up to the end of the log.
bool DeliveryState::read_on() {
  std::vector<ContactId> fresh;
  if (const auto read = read_open(fresh); !read) {
    fail(read.error());
    return false;
  }
  for (const auto& contact : fresh)
    make_ready(contact);
  return true;
}

/// Gives the contacts that have something new to do.
Status DeliveryState::read_open(std::vector<ContactId>& fresh) {
  return read_records(context_->log(), open_.read_to(),
                      [&](std::string_view record) { return open_.take(record, fresh); });
}

/// An event came by that may concern a lane. The first open intent of a contact begins its lane:
/// nothing older is part of it.
void DeliveryState::happened(const ContactId& contact, const events::Recorded& recorded) {
  const auto position = recorded.envelope.position;
  auto at = lanes_.find(contact);
  if (at == lanes_.end()) {
    const bool begins = std::holds_alternative<events::DeliveryIntended>(recorded.event)
                        || std::holds_alternative<events::ActionIntended>(recorded.event);
    if (!begins || open_.oldest_of(contact) != position || lanes_.size() >= lanes_kept_max)
      return;
    at = lanes_.emplace(contact, Lane{}).first;
  }
  auto& lane = at->second;
  if (position <= lane.read_to)
    return;
  domain::evolve(lane.state, recorded, target_);
  lane.read_to = position;
  if (lane.state.pending.empty() && !lane.busy)
    lanes_.erase(at);
}

void DeliveryState::make_ready(const ContactId& contact) {
  ready_.push(contact, open_.turn_of(contact));
}

/// It had its turn already.
void DeliveryState::make_ready_first(const ContactId& contact) {
  ready_.push_first(contact, open_.turn_of(contact));
}

/// Takes up as many lanes as concurrency, pause, circuit and limits allow; opt-outs first. Those
/// from lists and all others have the second place by turns: neither waits for the end of the
/// other.
void DeliveryState::work() {
  if (inherited_out_ != 0U)
    return;
  if (draining_ || !credential_.ready() || !knows_journal_) // the first tick reads it
    return;
  using domain::Turn;
  work_through(Turn::opt_out);
  work_through(lists_first_ ? Turn::listed : Turn::other);
  work_through(lists_first_ ? Turn::other : Turn::listed);
  lists_first_ = !lists_first_;
}

void DeliveryState::work_through(domain::Turn turn) {
  // An opt-out that is not decided yet holds up almost everybody. Asking all who wait for their
  // turn would keep the very decision from a processor, for half a second with 20,000 of them.
  const auto held_max = undecided_opt_outs_.size() + destination_->concurrency;
  const auto busy_max = flow_.busy_max(destination_->concurrency, turn == domain::Turn::opt_out);
  for (auto left = ready_.size(turn); left > 0 && busy_ < busy_max; --left) {
    if (turn != domain::Turn::opt_out && undecided_opt_outs_.size() >= held_max)
      break;
    const auto contact = *ready_.front(turn);
    const auto at = lanes_.find(contact);
    const bool is_busy = at != lanes_.end() && at->second.busy; // it looks again by itself
    auto grant = is_busy ? domain::RequestGrant() : flow_.takes(turn, busy_);
    if (!is_busy && !grant)
      break;
    ready_.pop(turn);
    if (is_busy)
      continue;
    if (auto* lane = open_lane(contact)) {
      lane->grant = std::move(grant);
      run(contact, *lane);
    }
  }
}

/// A pause and an open circuit let opt-outs through, and what stands in an opt-out's way.
bool DeliveryState::may_go_on(const domain::PendingDelivery& delivery, const Lane& lane) const {
  return flow_.lets(domain::leaves_with_opt_outs(lane.state, delivery), busy_);
}

/// One that is not in memory is read from the log.
DeliveryState::Lane* DeliveryState::open_lane(const ContactId& contact) {
  if (const auto at = lanes_.find(contact); at != lanes_.end())
    return &at->second;
  const auto oldest = open_.oldest_of(contact);
  if (oldest.value == 0)
    return nullptr;
  auto read = read_lane(context_->log(), context_->tenant, contact, target_, oldest);
  if (!read) {
    fail(read.error());
    return nullptr;
  }
  auto& lane = lanes_[contact];
  lane.state = std::move(read->state);
  lane.read_to = read->read_to;
  return &lane;
}

/// Every event about the contact is in the lane up to here.
Position DeliveryState::known_to(const Lane& lane) const {
  return std::max(lane.read_to, open_.read_to());
}

/// The lane is free and up to date: what comes next?
void DeliveryState::run(const ContactId& contact, Lane& lane) {
  const auto next = domain::next_delivery(lane.state);
  if (!next) {
    lanes_.erase(contact);
    return;
  }
  const auto& delivery = lane.state.pending[next->index];
  if (delivery.dispatched)
    return record(contact, lane, delivery,
                  domain::abandon_attempt(lane.state, delivery, attempt_context()));
  if (const auto until = domain::waits_until(lane.state, *next); until != Timestamp{}) {
    if (until <= now_)
      return fire_retry_timer(contact, lane, delivery);
    sleeping_.emplace(until, contact);
    lanes_.erase(contact); // read again when it is time
    return;
  }
  begin(contact, lane, *next);
}

void DeliveryState::submit(const ContactId& contact, Lane& lane, storage::Append append) {
  if (!lane.busy)
    ++busy_;
  lane.busy = true;
  appends_[++next_token_] = contact;
  context_->log_port.submit(std::move(append), self_, next_token_);
}

/// Explains a delay. Nothing waits for it, and one that is not taken is missed by no decision.
void DeliveryState::note(std::optional<events::Event> event) {
  if (event)
    note_in(events::flow_stream(target_), std::move(*event));
}

void DeliveryState::note_in(const StreamName& stream, events::Event event) {
  storage::Append append;
  append.tenant = context_->tenant;
  append.events.push_back({stream, std::move(event), {}, {}});
  context_->log_port.submit(std::move(append), self_, ++next_token_);
}

void DeliveryState::settled(const AppendSettled& answer) {
  if (answer.token == noted_in_log_ && !std::holds_alternative<storage::Appended>(answer.outcome))
    journal_ = {}; // noted again with the next answer
  const auto waiting = appends_.extract(answer.token);
  if (waiting.empty())
    return;
  const auto contact = waiting.mapped();
  if (!read_on())
    return;
  auto& lane = lanes_.at(contact);
  const auto* appended = std::get_if<storage::Appended>(&answer.outcome);
  // Where the clock was set back, a retry counts from what is recorded: held against the tick
  // before, it would be due at once, and the next one too.
  if (appended)
    now_ = std::min(now_, appended->recorded_at);
  if (const auto* refused = std::get_if<storage::NotTaken>(&answer.outcome))
    return not_taken(contact, lane, refused->reason_code);
  if (appended && lane.call)
    return transmit(contact, lane);
  lane.call.reset();
  if (appended && lane.answer) {
    requests_.note(lane.failed, lane.answer->duration);
    operations_.note(lane.step, lane.failed, lane.answer->duration);
    note(flow_.on_outcome(lane.sign, lane.reason_code, contact));
    if (flow_.take_fall_back())
      note_in(events::connector_stream(target_), domain::fallen_back(target_));
  }
  if (!appended && lane.answer && std::holds_alternative<storage::Conflict>(answer.outcome))
    return record_answer(contact, lane); // something newer about the contact: judge again
  if (!appended) // perhaps a pause: until the next tick it would be tried over and over
    if (const auto read = read_pause(*context_, target_, flow_); !read)
      return fail(read.error());
  lane.answer.reset();
  release(contact, lane);
  advanced();
}

/// The writer is overloaded or stopping: nothing was stored, the lane tries the same again.
void DeliveryState::not_taken(const ContactId& contact, Lane& lane,
                              const std::string& reason_code) {
  if (reason_code == "malformed")
    return fail({"malformed_append", "the writer refused a delivery's decision as malformed"});
  lane.call.reset();
  if (lane.answer) // it must be recorded
    return self_->delayed_send(self_, pause_of_overloaded_log, RecordAnswer{contact});
  release(contact, lane);
  sleeping_.emplace(now_ + pause_of_overloaded_log, contact);
}

/// The lane is free again and comes up with whatever it has next.
void DeliveryState::release(const ContactId& contact, Lane& lane) {
  if (lane.busy)
    --busy_;
  lane.busy = false;
  lane.grant.give_back();
  make_ready(contact);
}

void DeliveryState::transmit(const ContactId& contact, Lane& lane) {
  lane.sending = true;
  ++sending_;
  for (const auto& delivery : lane.state.pending)
    if (delivery.dispatched)
      lane.sent = delivery.last_event;
  auto call = std::move(*lane.call);
  lane.call.reset();
  lane.grant.spend();
  lane.taken_before = flow_.sending();
  self_->request(transport_, caf::infinite, SendRequest{std::move(call)})
      .then([this, contact](HttpResult& result) { answered(contact, std::move(result)); },
            [this](const caf::error&) {
              fail({"transport_ended", "a request got no answer"});
            });
}

void DeliveryState::answered(const ContactId& contact, HttpResult result) {
  auto& lane = lanes_.at(contact);
  lane.sending = false;
  --sending_;
  const auto& answer = result.answer;
  heard_at_ = now_;
  failures_in_row_ = answer.status != 0 && answer.status < 500 ? 0 : failures_in_row_ + 1;
  const auto& connector = *destination_->configured.connector;
  note(flow_.on_response(limits_in(connector, answer, now_), sending_, lane.taken_before));
  lane.answer = std::move(result);
  record_answer(contact, lane);
}

void DeliveryState::answer_again(const RecordAnswer& message) {
  if (const auto at = lanes_.find(message.contact); at != lanes_.end() && at->second.answer)
    record_answer(message.contact, at->second);
}

/// The list's pages wait as deliveries do.
PageGrant DeliveryState::grant_page() {
  const bool granted = inherited_out_ == 0U && flow_.takes_page(open_.size());
  return {.granted = granted, .taken_before = flow_.budget().taken()};
}

void DeliveryState::page_seen(const PageSeen& page) {
  if (page.limits.status != 0)
    connection_.answered(now_);
  heard_at_ = now_;
  operations_.note(page.operation, page.failed, page.took);
  note(flow_.on_page(page.limits, page.health, sending_, page.taken_before));
}

void DeliveryState::decided_through(const DecidedThrough& news) {
  const auto awaken = [this](Waiting& waiting, Position& known, Position to) {
    known = std::max(known, to);
    for (; !waiting.empty() && waiting.begin()->first <= known; waiting.erase(waiting.begin()))
      make_ready_first(waiting.begin()->second);
  };
  awaken(undecided_, decided_.to, news.to);
  awaken(undecided_opt_outs_, decided_.opt_outs_to, news.opt_outs_to);
  awaken(undecided_imports_, decided_.imports_to, news.imports_to);
  work();
}

void DeliveryState::tick(const Tick& tick) {
  now_ = tick.now;
  draining_ = tick.draining;
  flow_.tick(now_);
  if (const auto read = read_journal(); !read)
    return fail(read.error());
  if (const auto read = read_pause(*context_, target_, flow_); !read)
    return fail(read.error());
  if (inherited_out_ != 0U)
    inherit();
  tell_if_crowded();
  while (!sleeping_.empty() && sleeping_.begin()->first <= now_) {
    make_ready(sleeping_.begin()->second);
    sleeping_.erase(sleeping_.begin());
  }
  store_checkpoint();
  work();
  probe();
}

void DeliveryState::tell_if_crowded() {
  if (const bool crowded = open_.size() >= domain::crowded_from; crowded != crowded_)
    self_->send(supervisor_, Crowded{crowded_ = crowded});
}

void DeliveryState::store_checkpoint() {
  const auto through = open_.settled_through();
  if (through.value < checkpoint_.value + context_->checkpoint_every)
    return;
  checkpoint_ = through;
  if (const auto stored = context_->tables.apply(checkpoint_table(*context_, target_), {}, through);
      !stored)
    context_->report("delivery/" + target_.value,
                     stored.error().text); // the next start only reads more
}

void DeliveryState::token_news(const TokenNews& news) {
  credential_.take(news);
  work();
}

/// The one before is kept: what the credential refers to is in it.
void DeliveryState::take(const NewContext& news) {
  former_.push_back(std::exchange(context_, news.context));
  destination_ = &context_->destinations.at(target_);
  flow_.set_pace(destination_->requests_per_second, static_cast<double>(destination_->burst),
                 destination_->breaker);
  work();
}

FollowerReport DeliveryState::report() const {
  FollowerReport out{"delivery/" + target_.value, open_.settled_through(), open_.size(), busy_,
                     failures_in_row_};
  out.connector.emplace();
  out.connector->tenant = context_->tenant;
  out.connector->connector = target_;
  out.connector->requests_out = sending_ + inherited_out_.value_or(0);
  out.connector->workers = destination_->concurrency;
  out.connector->account = credential_.status();
  flow_.describe(*out.connector);
  out.connector->open = open_.size();
  out.connector->open_opt_outs = open_.opt_outs();
  out.connector->intended = open_.begun();
  out.connector->ended = open_.ended();
  out.connector->failures = failures_in_row_;
  out.connector->requests = requests_;
  out.connector->operations = operations_;
  out.connector->connection = connection_;
  const auto& connector = *destination_->configured.connector;
  out.connector->is_probed = context_->probes && connector.probe
                             && !connector.probe(credential_.configured().settings).url.empty();
  out.connector->judges_probes = connector.judge_probe;
  if (const auto oldest = open_.oldest(); oldest != Position{})
    if (const auto stored = context_->log().at(oldest); stored && *stored)
      out.connector->oldest = (*stored)->envelope.recorded_at;
  return out;
}

DeliveryActor::behavior_type delivery_actor(DeliveryActor::stateful_pointer<DeliveryState> self,
                                            std::shared_ptr<const TenantContext> context,
                                            ConnectorName target, TransportActor transport,
                                            OAuthTokensActor tokens, SupervisorActor supervisor) {
  self->state.start(self, std::move(context), std::move(target), std::move(transport),
                    std::move(tokens), std::move(supervisor));
  return {
      [self](const LogAdvanced&) { self->state.advanced(); },
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const DecidedThrough& message) { self->state.decided_through(message); },
      [self](const RecordAnswer& message) { self->state.answer_again(message); },
      [self](const PageRequest&) { return self->state.grant_page(); },
      [self](const PageSeen& page) { self->state.page_seen(page); },
      [self](const TokenNews& news) { self->state.token_news(news); },
      [self](const NewContext& news) { self->state.take(news); },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
