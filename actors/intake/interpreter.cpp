#include "actors/intake/interpreter.hpp"

#include "actors/lookup/read_records.hpp"
#include "actors/ports/log_port.hpp"
#include "base/overloaded.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "storage/recorded_event.hpp"

namespace tidemark::actors {
namespace {

constexpr std::size_t active_max = 2'048;          // inputs between "taken up" and "all decided"
constexpr std::size_t moving_on_max = 32;          // of them, before an ordinary one waits
constexpr std::size_t events_per_append = 256;     // the writer's limit
constexpr std::uint64_t due_time_token = 0;        // else the input's position
constexpr std::chrono::seconds passivate_every{1}; // it looks at every contact that is awake

std::string checkpoint_table(const TenantId& tenant) {
  return "interpreter:" + tenant.value;
}

bool is_move(const events::Event& input) {
  return std::holds_alternative<events::ContactsMergeRequested>(input)
         || std::holds_alternative<events::ContactsUnmergeRequested>(input);
}

} // namespace

void InterpreterState::start(InterpreterActor::pointer self,
                             std::shared_ptr<const TenantContext> context,
                             std::vector<DeliveryActor> deliveries, SupervisorActor supervisor) {
  self_ = self;
  context_ = std::move(context);
  deliveries_ = std::move(deliveries);
  supervisor_ = std::move(supervisor);
  identity_ = std::make_unique<IdentityLookup>(*context_);
  backlog_ = std::make_unique<domain::InputBacklog>(context_->tenant);
  parking_ = std::make_unique<ParkingClock>(*context_);
  self_->set_down_handler([this](const caf::down_msg& down) {
    for (const auto& [contact, awake] : awake_)
      if (awake.actor.address() == down.source)
        return fell(ContactId(contact), down.reason);
  });
  const auto checkpoint = context_->tables.checkpoint(checkpoint_table(context_->tenant));
  if (!checkpoint)
    return fail(checkpoint.error());
  checkpoint_ = *checkpoint <= context_->log().durable() ? *checkpoint : Position{};
  backlog_->start_after(checkpoint_);
  if (const auto read = read_on(true); !read)
    return fail(read.error());
  backlog_->begin();
  resync();
}

InterpreterState::~InterpreterState() {
  for (const auto& [contact, awake] : awake_)
    if (awake.actor)
      caf::anon_send_exit(awake.actor, caf::exit_reason::user_shutdown);
}

void InterpreterState::fail(const Error& error) {
  context_->report("interpreter", error.code + ": " + error.text);
  self_->quit(caf::exit_reason::unhandled_exception);
}

void InterpreterState::advanced() {
  if (const auto read = read_on(false); !read)
    return fail(read.error());
  work();
}

/// `whole`: see InputBacklog::take.
Status InterpreterState::read_on(bool whole) {
  return read_records(context_->log(), backlog_->read_to(),
                      [&](std::string_view record) { return backlog_->take(record, whole); });
}

void InterpreterState::work() {
  if (active_.size() <= stuck_.size())
    moving_ = {};
  while (!resyncing_ && active_.size() < active_max && moving_.value == 0) {
    // An opt-out stands behind all that is under way already, so that is kept short.
    const bool room = active_.size() - stuck_.size() < moving_on_max;
    const auto input = room ? backlog_->take_next() : backlog_->take_opt_out();
    if (input.value == 0)
      break;
    if (!active_.contains(input) && !take_up(input))
      return;
  }
  publish();
}

Result<events::StoredEvent> InterpreterState::read_input(Position input) const {
  TRY(stored, context_->log().at(input));
  if (!stored)
    return Error{"log_hole", "an input is not in the log"};
  return *std::move(stored);
}

bool InterpreterState::take_up(Position input) {
  const auto stored = read_input(input);
  if (!stored) {
    fail(stored.error());
    return false;
  }
  const auto event = events::decode(stored->envelope.type, stored->payload);
  if (!event) {
    fail(event.error());
    return false;
  }
  if (is_move(*event)) {
    moving_ = input;
    if (active_.size() > stuck_.size()) { // taken up alone, when all before it is decided
      backlog_->put_back(input);
      return false;
    }
  }
  auto& active = active_[input];
  active.received_at = domain::received_at(*event, stored->envelope.recorded_at);
  const domain::Cause cause{input, 0, active.received_at, context_->incarnation};
  const domain::InterpreterContext context{context_->tenant, context_->hasher, *identity_, cause,
                                           context_->rules};
  auto translation = translate(*stored, *event);
  if (translation && backlog_->has_older(input)
      && domain::names_nobody_known(*translation, context))
    return take_in_turn(input);
  auto decision = domain::interpret(*event, translation ? &*translation : nullptr, context);
  if (translation)
    active.commands = std::move(translation->commands);
  if (const auto* interpreted = domain::interpreted_in(decision))
    active.assigned = interpreted->commands;
  active.parts.add(*event);
  for (const auto& made : decision)
    active.parts.add(made.event);
  if (const auto looked_up = identity_->take_error(); !looked_up) {
    fail(looked_up.error());
    return false;
  }
  submit(input, *stored, std::move(decision));
  return true;
}

bool InterpreterState::take_in_turn(Position opt_out) {
  active_.erase(opt_out);
  backlog_->take_in_turn(opt_out);
  identity_->take_conditions(); // nothing was decided
  const auto looked_up = identity_->take_error();
  if (!looked_up)
    fail(looked_up.error());
  return looked_up.ok();
}

void InterpreterState::submit(Position input, const events::StoredEvent& stored,
                              std::vector<domain::TaggedEvent> decision) {
  storage::Append append;
  append.tenant = context_->tenant;
  append.cause = input;
  append.decider = events::Decider::interpreter;
  append.correlation = stored.envelope.correlation;
  append.rules = domain::rules_version;
  append.expected.push_back({events::identity_stream(), identity_version_});
  append.nothing_newer = identity_->take_conditions();
  std::uint32_t of_identity = 0;
  for (auto& event : decision) {
    identity_->remember(event, input);
    auto stream = domain::stream_of(event.event);
    of_identity += stream == events::identity_stream() ? 1 : 0;
    append.events.push_back({std::move(stream), std::move(event.event), std::move(event.tags), {}});
  }
  if (append.events.size() > events_per_append)
    return fail({"decision_too_large", "one webhook makes more events than one append holds"});
  // Every decision of this core writes there: one expected version guards all that it looked at.
  identity_version_.value += of_identity;
  ++appends_in_flight_;
  context_->log_port.submit(std::move(append), self_, input.value);
}

void InterpreterState::settled(const AppendSettled& answer) {
  if (answer.token == due_time_token) {
    if (std::holds_alternative<storage::NotTaken>(answer.outcome))
      parking_->ask_again();
    return;
  }
  --appends_in_flight_;
  const Position input{answer.token};
  std::visit(overloaded{
                 [&](const storage::Appended&) {
                   if (one_put_back_)
                     return put_back(input); // as below; it is found to be decided the next time
                   identity_->stored(input);
                   interpreted(input);
                 },
                 [&](const storage::Duplicate& duplicate) {
                   resyncing_ = true; // what is behind it assumed a version that will not come
                   if (one_put_back_)
                     put_back(input); // its commands would overtake those of the one before it
                   else
                     already_decided(input, duplicate.first);
                 },
                 [&](const storage::Conflict&) { put_back(input); },
                 [&](const storage::NotTaken&) { put_back(input); }, // until the next tick
                 [](const storage::Spooled&) {},                     // webhooks only
             },
             answer.outcome);
  const bool refused = std::holds_alternative<storage::NotTaken>(answer.outcome);
  if (resyncing_ && appends_in_flight_ == 0 && !refused)
    resync();
  else if (!resyncing_)
    work();
}

void InterpreterState::put_back(Position input) {
  resyncing_ = one_put_back_ = true;
  active_.erase(input);
  backlog_->put_back(input);
}

void InterpreterState::resync() {
  const auto version = context_->log().version_of(context_->tenant, events::identity_stream());
  if (!version)
    return fail(version.error());
  identity_version_ = *version;
  identity_->forget();
  resyncing_ = one_put_back_ = false;
  work();
}

void InterpreterState::interpreted(Position input) {
  auto& active = active_[input];
  active.interpreted = true;
  active.decisions_left = active.assigned.size();
  active.handed_over = 0;
  if (active.decisions_left == 0)
    return finish(input);
  hand_over_next(input);
}

/// All commands at once, but for the one that takes what another gives.
void InterpreterState::hand_over_next(Position input) {
  auto& active = active_[input];
  const auto assigned = active.assigned; // a failure below may let go of `active`
  const auto now = active.received_at;
  while (active.handed_over < assigned.size()) {
    const auto& one = assigned[active.handed_over];
    if (one.kind == events::CommandKind::adopt_records && active.decisions_left > 1)
      return; // the others have to be decided first
    if (one.kind == events::CommandKind::adopt_records && !has_given(input, active))
      return;
    auto command = command_for(one, active);
    if (!command)
      return fail(command.error());
    ++active.handed_over;
    hand_over({std::move(*command), input, one.index, now, one.new_contact}, one.contact);
  }
}

/// Reads what the one contact gave; it is in the log by now.
bool InterpreterState::has_given(Position input, Active& active) {
  const auto read = storage::read_under_tag(context_->log(), context_->tenant,
                                            events::contact_tag(active.parts.giver), input,
                                            [&](const events::Recorded& recorded) {
                                              if (recorded.envelope.cause == input)
                                                active.parts.add(recorded.event);
                                            });
  if (!read)
    fail(read.error());
  return read.ok();
}

/// Interpreted before a restart; its commands may not have reached their contacts.
void InterpreterState::already_decided(Position input, Position first) {
  auto& active = active_[input];
  active.assigned.clear();
  active.parts = {};
  const auto read = context_->log().read(
      Position{first.value - 1}, events_per_append, [&](std::string_view record) {
        const auto view = events::read_record(record, false);
        if (!view || view->envelope.cause != input
            || view->envelope.decider != events::Decider::interpreter)
          return false;
        if (view->envelope.type == events::WebhookInterpreted::name)
          if (auto event = events::decode(view->envelope.type, view->payload))
            active.assigned = std::get<events::WebhookInterpreted>(*event).commands;
        if (auto event = events::decode(view->envelope.type, view->payload))
          active.parts.add(*event);
        return true;
      });
  if (!read)
    return fail(read.error());
  if (const auto found = find_commands_again(input, first); !found)
    return fail(found.error());
  interpreted(input);
}

void InterpreterState::finish(Position input) {
  active_.erase(input);
  stuck_.erase(input);
  backlog_->done(input);
}

void InterpreterState::tick(Timestamp now) {
  now_ = now;
  if (now >= passivated_ + passivate_every) {
    passivated_ = now;
    passivate(now);
    let_rest(now);
  }
  if (resyncing_ && appends_in_flight_ == 0)
    resync();
  for (auto& due : parking_->due(now))
    context_->log_port.submit(std::move(due), self_, due_time_token);
  publish();
}

void InterpreterState::publish() {
  if (const bool crowded = backlog_->undecided() >= domain::crowded_from; crowded != crowded_)
    self_->send(supervisor_, Crowded{crowded_ = crowded});
  const DecidedThrough now{backlog_->live_decided_through(), backlog_->opt_outs_decided_through(),
                           backlog_->imports_decided_through()};
  if (now.to <= published_.to && now.opt_outs_to <= published_.opt_outs_to
      && now.imports_to <= published_.imports_to)
    return;
  published_ = now;
  for (const auto& delivery : deliveries_)
    self_->send(delivery, published_);
  const auto through = backlog_->decided_through();
  if (through.value < checkpoint_.value + context_->checkpoint_every)
    return;
  checkpoint_ = through;
  if (const auto stored = context_->tables.apply(checkpoint_table(context_->tenant), {}, through);
      !stored)
    context_->report("interpreter", stored.error().text); // the next start only reads more
}

FollowerReport InterpreterState::report() const {
  return {"interpreter", backlog_->decided_through(), backlog_->waiting(), active_.size(), 0,
          awake_.size()};
}

InterpreterActor::behavior_type
interpreter_actor(InterpreterActor::stateful_pointer<InterpreterState> self,
                  std::shared_ptr<const TenantContext> context,
                  std::vector<DeliveryActor> deliveries, SupervisorActor supervisor) {
  self->state.start(self, std::move(context), std::move(deliveries), std::move(supervisor));
  return {
      [self](const LogAdvanced&) { self->state.advanced(); },
      [self](const Tick& tick) { self->state.tick(tick.now); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
      [self](const CommandDecided& answer) { self->state.decided(answer); },
      [self](const ReportRequest&) { return self->state.report(); },
  };
}

} // namespace tidemark::actors
