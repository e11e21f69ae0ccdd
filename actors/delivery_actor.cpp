#include "actors/delivery_actor.hpp"

#include "actors/delivery_reading.hpp"
#include "actors/send_facts.hpp"
#include "base/overloaded.hpp"
#include "base/planted.hpp"
#include "domain/rules_version.hpp"
#include "domain/send_addresses.hpp"
#include "domain/send_gate.hpp"
#include "events/codec.hpp"
#include "events/tags.hpp"

namespace tidemark::actors {
namespace {

constexpr std::chrono::milliseconds pause_when_overloaded{50};
constexpr std::size_t lanes_kept_max = 10'000; // about a kilobyte each

std::string checkpoint_table(const World& world, const ConnectorName& target) {
  return "delivery:" + world.tenant.value + ":" + target.value;
}

} // namespace

void DeliveryState::start(DeliveryActor::pointer self, std::shared_ptr<const World> world,
                          ConnectorName target) {
  self_ = self;
  world_ = std::move(world);
  target_ = std::move(target);
  outlet_ = &world_->outlets.at(target_);
  configured_ = outlet_->configured;
  outlet_->limit->set(outlet_->requests_per_second, static_cast<double>(outlet_->burst));
  succeeds_ = *outlet_->requests_out > 0;
  const auto checkpoint = world_->tables.checkpoint(checkpoint_table(*world_, target_));
  if (!checkpoint)
    return fail(checkpoint.error());
  checkpoint_ = *checkpoint <= world_->log().durable() ? *checkpoint : Position{};
  open_.start(world_->tenant, target_, checkpoint_,
              {[this](const ContactId& contact) { return lanes_.contains(contact); },
               [this](const ContactId& contact, const events::Recorded& recorded) {
                 happened(contact, recorded);
               }});
  if (const auto read = open_.read_on(world_->log()); !read)
    return fail(read.error());
  for (const auto& contact : open_.contacts())
    make_ready(contact);
}

void DeliveryState::fail(const Error& error) {
  world_->report("delivery/" + target_.value, error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void DeliveryState::advanced() {
  if (read_on())
    work();
}

/// Brings the open intents and every lane in memory up to the end of the log.
bool DeliveryState::read_on() {
  const auto fresh = open_.read_on(world_->log());
  if (!fresh) {
    fail(fresh.error());
    return false;
  }
  for (const auto& contact : *fresh)
    make_ready(contact);
  return true;
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
  if (in_ready_.insert(contact).second)
    ready_.push_back(contact);
}

/// Takes up as many lanes as concurrency and rate allow.
void DeliveryState::work() {
  succeeds_ = succeeds_ && *outlet_->requests_out > 0;
  if (succeeds_)
    return; // until a tick finds them answered; each has its time limit
  for (auto left = ready_.size(); left > 0 && !draining_ && busy_ < outlet_->concurrency; --left) {
    const auto contact = ready_.front();
    const auto at = lanes_.find(contact);
    if (at != lanes_.end() && at->second.busy) { // it looks again by itself when it is free
      ready_.pop_front();
      in_ready_.erase(contact);
      continue;
    }
    if (!outlet_->limit->take())
      break;
    ready_.pop_front();
    in_ready_.erase(contact);
    if (auto* lane = open_lane(contact))
      run(contact, *lane);
  }
}

/// One that is not in memory is read from the log.
DeliveryState::Lane* DeliveryState::open_lane(const ContactId& contact) {
  if (const auto at = lanes_.find(contact); at != lanes_.end())
    return &at->second;
  const auto oldest = open_.oldest_of(contact);
  if (oldest.value == 0)
    return nullptr;
  auto& lane = lanes_[contact];
  lane.read_to = Position{oldest.value - 1};
  const auto read = read_under_tag(world_->log(), world_->tenant, events::contact_tag(contact),
                                   lane.read_to, [&](const events::Recorded& recorded) {
                                     domain::evolve(lane.state, recorded, target_);
                                     lane.read_to = recorded.envelope.position;
                                   });
  if (!read) {
    fail(read.error());
    return nullptr;
  }
  return &lane;
}

/// Every event about the contact is in the lane up to here.
Position DeliveryState::known_to(const Lane& lane) const {
  return std::max(lane.read_to, open_.read_to());
}

/// The lane is free and up to date: what comes next?
void DeliveryState::run(const ContactId& contact, Lane& lane) {
  const auto next = domain::next_up(lane.state);
  if (!next) {
    lanes_.erase(contact);
    return;
  }
  const auto& delivery = lane.state.pending[next->index];
  if (delivery.dispatched)
    return lose_answer(contact, lane, delivery);
  if (delivery.not_before != Timestamp{} && next->superseded.empty()) {
    if (delivery.not_before <= now_)
      return ring_timer(contact, lane, delivery);
    sleeping_.emplace(delivery.not_before, contact);
    lanes_.erase(contact); // read again when it is time
    return;
  }
  begin(contact, lane, *next);
}

/// The gate's decision about a message; nothing while the verdict is still to come.
Result<std::optional<events::SendDecided>>
DeliveryState::pass_gate(const ConsentVerdict& verdict, const domain::PendingDelivery& delivery) {
  const auto facts = send_facts(*world_, verdict, *delivery.action, now_);
  if (!facts)
    return facts.error();
  using Decided = std::optional<events::SendDecided>;
  return *facts ? Decided(
             domain::decide_send(*delivery.action, **facts, world_->rules.conversation.limits))
                : Decided();
}

/// Final: whoever wrote the message is told that it did not leave.
void DeliveryState::refuse(const ContactId& contact, Lane& lane, const domain::NextUp& next,
                           events::SendDecided decided) {
  const auto& delivery = lane.state.pending[next.index];
  const auto reason = decided.reason_code;
  const auto evidence = decided.evidence;
  std::vector<events::Event> out;
  out.emplace_back(std::move(decided));
  auto suppressed = domain::suppress(lane.state, next, reason, evidence);
  append_with_news(out, delivery, std::move(suppressed));
  record(contact, lane, delivery, std::move(out));
}

/// The conclusion stays last: the answer's body belongs to it.
void DeliveryState::append_with_news(std::vector<events::Event>& out,
                                     const domain::PendingDelivery& delivery,
                                     std::vector<events::Event> conclusion) const {
  const domain::Cause cause{delivery.last_event, 0, delivery.last_event_at, world_->incarnation};
  for (auto& news : domain::told_to_writer(delivery, conclusion.back(), cause))
    out.push_back(std::move(news));
  for (auto& event : conclusion)
    out.push_back(std::move(event));
}

void DeliveryState::begin(const ContactId& contact, Lane& lane, const domain::NextUp& next) {
  gate_.reset();
  const auto& delivery = lane.state.pending[next.index];
  if (domain::is_empty(delivery))
    return record(contact, lane, delivery,
                  domain::suppress(lane.state, next, "nothing_left_to_do", known_to(lane)));
  // A message has an address and a channel of its own: the contact's as a whole say too little.
  if (lane.state.opted_out && domain::needs_consent(delivery) && !domain::is_send(delivery))
    return record(contact, lane, delivery,
                  domain::suppress(lane.state, next, "opted_out", known_to(lane)));
  auto verdict = check_consent(*world_, delivery, decided_);
  if (!verdict)
    return fail(verdict.error());
  if (domain::is_send(delivery)) {
    auto decided = pass_gate(*verdict, delivery);
    if (!decided)
      return fail(decided.error());
    if (*decided && !(*decided)->allowed)
      return refuse(contact, lane, next, std::move(**decided));
    if (*decided) {
      gate_ = std::move(**decided);
      if (std::holds_alternative<OptedOut>(*verdict))
        *verdict = Clear{{}, gate_->evidence};
    }
  }
  if (const auto* opted_out = std::get_if<OptedOut>(&*verdict))
    return record(contact, lane, delivery,
                  domain::suppress(lane.state, next, "opted_out", opted_out->evidence));
  if (std::holds_alternative<InReview>(*verdict)) {
    lanes_.erase(contact); // the person's word comes as an event about the contact
    return;
  }
  if (const auto* undecided = std::get_if<Undecided>(&*verdict)) {
    (undecided->opt_outs_only ? undecided_opt_outs_ : undecided_)
        .emplace(undecided->until, contact);
    lanes_.erase(contact);
    return;
  }
  auto input = read_attempt(world_->log(), delivery);
  if (!input)
    return fail(input.error());
  auto step = connectors::next_step(configured_, lane.state, delivery, *input, now_);
  if (auto* send = std::get_if<connectors::Send>(&step))
    return announce(contact, lane, next, std::move(*send), std::get<Clear>(*verdict));
  const domain::Cause why{delivery.last_event, 0, delivery.last_event_at, world_->incarnation};
  conclude(contact, lane, delivery,
           domain::conclude(lane.state, delivery, std::get<connectors::Conclude>(step).judgement,
                            {}, why),
           {});
}

void DeliveryState::announce(const ContactId& contact, Lane& lane, const domain::NextUp& next,
                             connectors::Send send, const Clear& clear) {
  const auto& delivery = lane.state.pending[next.index];
  // The hash is over the request without secrets, so that a replay can make it again.
  const connectors::Configured bare{configured_.connector, configured_.settings.redacted()};
  auto input = read_attempt(world_->log(), delivery);
  if (!input)
    return fail(input.error());
  const auto shown =
      connectors::next_step(bare, lane.state, delivery, *input, delivery.last_event_at);
  const auto* shown_send = std::get_if<connectors::Send>(&shown);
  const auto hash = shown_send ? connectors::hash_of(shown_send->request) : std::string();
  auto events = domain::announce(lane.state, next, send.step, send.effect, hash, clear.evidence);
  if (gate_)
    events.insert(events.begin(), *std::exchange(gate_, std::nullopt));
  lane.call =
      HttpCall{std::move(send.request), outlet_->timeout, 64 * 1024, outlet_->allow_loopback_http};
  if (planted("sent_before_durable"))
    world_->http.send(HttpCall(*lane.call), [](const HttpResult&) {});
  record(contact, lane, delivery, std::move(events), {}, clear.conditions);
}

/// The process ended between a dispatch and its answer: it may have taken effect (I9).
void DeliveryState::lose_answer(const ContactId& contact, Lane& lane,
                                const domain::PendingDelivery& delivery) {
  events::VendorAnswer answer;
  answer.transport = "restart";
  const domain::Cause cause{delivery.last_event, 0, delivery.last_event_at, world_->incarnation};
  conclude(contact, lane, delivery,
           domain::conclude(lane.state, delivery,
                            {planted("unknown_is_rejected") ? domain::Verdict::rejected
                                                            : domain::Verdict::unknown,
                             "restarted_before_answer",
                             {},
                             {}},
                            answer, cause),
           {});
}

/// A due time is an input of its own, the cause of the next attempt (rule 6).
void DeliveryState::ring_timer(const ContactId& contact, Lane& lane,
                               const domain::PendingDelivery& delivery) {
  const auto stream = events::delivery_stream(target_, contact);
  const auto version = world_->log().version_of(world_->tenant, stream);
  if (!version)
    return fail(version.error());
  storage::Append append;
  append.tenant = world_->tenant;
  append.correlation = delivery.correlation;
  append.expected.push_back({stream, *version});
  append.events.push_back({stream,
                           events::TimerDue{"delivery_retry", delivery.intent.delivery.value},
                           {events::contact_tag(contact)},
                           {}});
  submit(contact, lane, std::move(append));
}

/// What an answer, or its absence, led to, with what others have to hear of it.
void DeliveryState::conclude(const ContactId& contact, Lane& lane,
                             const domain::PendingDelivery& delivery, events::Event conclusion,
                             std::string attachment) {
  std::vector<events::Event> out;
  append_with_news(out, delivery, {std::move(conclusion)});
  record(contact, lane, delivery, std::move(out), std::move(attachment));
}

void DeliveryState::record(const ContactId& contact, Lane& lane,
                           const domain::PendingDelivery& delivery,
                           std::vector<events::Event> events, std::string attachment,
                           std::vector<storage::TagCondition> conditions) {
  storage::Append append;
  append.tenant = world_->tenant;
  append.cause = delivery.last_event;
  append.correlation = delivery.correlation;
  append.decider = events::Decider::delivery;
  append.rules = domain::rules_version;
  append.nothing_newer = std::move(conditions);
  // All of the lane's own stream stands under this tag too: its version needs no condition.
  append.nothing_newer.push_back({events::contact_tag(contact), known_to(lane)});
  const auto stream = events::delivery_stream(target_, contact);
  for (auto& event : events)
    append.events.push_back({stream, std::move(event), {events::contact_tag(contact)}, {}});
  append.events.back().attachment = std::move(attachment);
  submit(contact, lane, std::move(append));
}

void DeliveryState::submit(const ContactId& contact, Lane& lane, storage::Append append) {
  if (!lane.busy)
    ++busy_;
  lane.busy = true;
  appends_[++next_token_] = contact;
  world_->log_port.submit(std::move(append), self_, next_token_);
}

void DeliveryState::settled(const AppendSettled& answer) {
  const auto waiting = appends_.extract(answer.token);
  if (waiting.empty())
    return;
  const auto contact = waiting.mapped();
  if (!read_on())
    return;
  auto& lane = lanes_.at(contact);
  const bool appended = std::holds_alternative<storage::Appended>(answer.outcome);
  if (const auto* refused = std::get_if<storage::NotTaken>(&answer.outcome))
    return not_taken(contact, lane, refused->reason_code);
  if (appended && lane.call)
    return transmit(contact, lane);
  lane.call.reset();
  if (!appended && lane.answer && std::holds_alternative<storage::Conflict>(answer.outcome))
    return record_answer(contact, lane); // something newer about the contact: judge again
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
  if (lane.answer) { // keep it: it must be recorded
    self_->delayed_send(self_, pause_when_overloaded,
                        VendorAnswered{contact, std::move(*lane.answer)});
    lane.answer.reset();
    lane.sending = true;
    return;
  }
  release(contact, lane);
  sleeping_.emplace(now_ + pause_when_overloaded, contact);
}

/// The lane is free again and comes up with whatever it has next.
void DeliveryState::release(const ContactId& contact, Lane& lane) {
  if (lane.busy)
    --busy_;
  lane.busy = false;
  make_ready(contact);
}

void DeliveryState::transmit(const ContactId& contact, Lane& lane) {
  lane.sending = true;
  auto call = std::move(*lane.call);
  lane.call.reset();
  ++*outlet_->requests_out;
  world_->http.send(std::move(call), [self = DeliveryActor(self_), contact,
                                      out = outlet_->requests_out](HttpResult result) {
    --*out;
    caf::anon_send(self, VendorAnswered{contact, std::move(result)});
  });
}

void DeliveryState::answered(const VendorAnswered& answer) {
  const auto at = lanes_.find(answer.contact);
  if (at == lanes_.end() || !at->second.sending)
    return;
  auto& lane = at->second;
  lane.sending = false;
  lane.answer = answer.result;
  const bool reached = answer.result.answer.status != 0 && answer.result.answer.status < 500;
  failures_in_row_ = reached ? 0 : failures_in_row_ + 1;
  record_answer(answer.contact, lane);
}

/// Judges the answer against everything recorded about the contact so far.
void DeliveryState::record_answer(const ContactId& contact, Lane& lane) {
  const auto next = domain::next_up(lane.state);
  if (!next || !lane.state.pending[next->index].dispatched)
    return fail({"answer_without_dispatch", "an answer came for which no dispatch is recorded"});
  const auto& delivery = lane.state.pending[next->index];
  auto input = read_attempt(world_->log(), delivery);
  if (!input)
    return fail(input.error());
  if (planted("timeout_is_accepted") && lane.answer->answer.transport == "timeout")
    lane.answer->answer.status = 200;
  input->exchanges.push_back({step_name_of(world_->log(), delivery), lane.answer->answer});
  const auto step = connectors::next_step(configured_, lane.state, delivery, *input, now_);
  const auto* conclusion = std::get_if<connectors::Conclude>(&step);
  const domain::Cause cause{delivery.last_event, 0,
                            planted("decision_reads_clock") ? now_ : delivery.last_event_at,
                            world_->incarnation};
  const auto recorded = recorded_answer(*lane.answer);
  auto event = conclusion
                   ? domain::conclude(lane.state, delivery, conclusion->judgement, recorded, cause)
                   : domain::looked_up(delivery, recorded, std::get<connectors::Send>(step).gone);
  if (const auto* retry = std::get_if<events::DeliveryRetryScheduled>(&event);
      retry && retry->refresh_token)
    configured_.settings = outlet_->reread();
  conclude(contact, lane, delivery, std::move(event), lane.answer->answer.body);
}

void DeliveryState::decided_through(const DecidedThrough& news) {
  const auto awaken = [this](Waiting& waiting, Position& known, Position to) {
    known = std::max(known, to);
    for (; !waiting.empty() && waiting.begin()->first <= known; waiting.erase(waiting.begin()))
      make_ready(waiting.begin()->second);
  };
  awaken(undecided_, decided_.to, news.to);
  awaken(undecided_opt_outs_, decided_.opt_outs_to, news.opt_outs_to);
  work();
}

void DeliveryState::tick(const Tick& tick) {
  now_ = tick.now;
  draining_ = tick.draining;
  outlet_->limit->refill(now_);
  *outlet_->open_deliveries = open_.size();
  while (!sleeping_.empty() && sleeping_.begin()->first <= now_) {
    make_ready(sleeping_.begin()->second);
    sleeping_.erase(sleeping_.begin());
  }
  store_checkpoint();
  work();
}

void DeliveryState::store_checkpoint() {
  const auto through = planted("checkpoint_past_open") ? open_.read_to() : open_.settled_through();
  if (through.value < checkpoint_.value + world_->checkpoint_every)
    return;
  checkpoint_ = through;
  if (const auto stored = world_->tables.apply(checkpoint_table(*world_, target_), {}, through);
      !stored)
    world_->report("delivery/" + target_.value,
                   stored.error().text); // the next start only reads more
}

FollowerReport DeliveryState::report() const {
  return {"delivery/" + target_.value, open_.settled_through(), open_.size(), busy_,
          failures_in_row_};
}

DeliveryActor::behavior_type delivery_actor(DeliveryActor::stateful_pointer<DeliveryState> self,
                                            std::shared_ptr<const World> world,
                                            ConnectorName target) {
  self->state.start(self, std::move(world), std::move(target));
  return {
      [self](const LogAdvanced&) { self->state.advanced(); },
      [self](const Tick& tick) { self->state.tick(tick); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const DecidedThrough& message) { self->state.decided_through(message); },
      [self](const VendorAnswered& answer) { self->state.answered(answer); },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
