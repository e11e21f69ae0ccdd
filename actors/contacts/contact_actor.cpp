#include "actors/contacts/contact_actor.hpp"

#include "actors/ports/log_port.hpp"
#include "base/overloaded.hpp"
#include "base/text/compression.hpp"
#include "domain/contacts/snapshot.hpp"
#include "domain/decide.hpp"
#include "domain/rules/rules_version.hpp"
#include "events/format/tags.hpp"

namespace tidemark::actors {
namespace {

constexpr std::size_t snapshot_every = 64;   // events; reading 64 takes about a millisecond
constexpr std::size_t snapshot_at_rest = 16; // events
constexpr std::chrono::milliseconds pause_when_overloaded{20};

} // namespace

storage::Append contact_append(const TenantContext& context, const ContactId& id,
                               const ContactHistory& history, const DecideCommand& command,
                               std::vector<events::Event> events) {
  storage::Append append;
  append.tenant = context.tenant;
  const auto stream = events::contact_stream(id);
  const auto tag = events::contact_tag(id);
  for (auto& event : events)
    append.events.push_back({stream, std::move(event), {tag}, {}});
  append.expected.push_back({stream, history.version});
  append.nothing_newer.push_back({tag, history.read_to});
  append.cause = command.cause;
  append.command_index = command.index;
  append.decider = events::Decider::contact;
  append.correlation = command.cause;
  append.rules = domain::rules_version;
  return append;
}

void ContactState::start(ContactActor::pointer self, std::shared_ptr<const TenantContext> context,
                         ContactId id, InterpreterActor interpreter) {
  self_ = self;
  context_ = std::move(context);
  id_ = std::move(id);
  interpreter_ = std::move(interpreter);
}

ContactState::~ContactState() {
  if (packed_ && packed_->events_since_snapshot >= snapshot_at_rest)
    unpack();
  if (history_ && !command_)
    if (const auto saved = save_snapshot(*history_, *context_, id_, snapshot_at_rest); !saved)
      context_->report("contact", saved.error().text); // the log still has it all
}

void ContactState::rest() {
  if (!history_ || command_)
    return;
  packed_ = std::make_unique<PackedHistory>(
      PackedHistory{history_->version, history_->read_to, history_->events_since_snapshot,
                    compress(domain::snapshot_of(history_->contact))});
  history_.reset();
}

void ContactState::unpack() {
  if (!packed_)
    return;
  const auto packed = std::move(packed_);
  const auto plain = decompress(packed->contact);
  auto contact = plain ? domain::from_snapshot(*plain) : std::nullopt;
  if (contact)
    history_ = std::make_unique<ContactHistory>(ContactHistory{
        *std::move(contact), packed->version, packed->read_to, packed->events_since_snapshot});
  else // the log tells it all again
    context_->report("contact", "what contact " + id_.value + " knew at rest cannot be unpacked");
}

/// What is known of the contact, from a snapshot and the log.
Result<ContactHistory> ContactState::load() const {
  if (!command_->new_contact)
    return load_contact(*context_, id_);
  // A contact that this very input made has no older events and no snapshot.
  ContactHistory fresh;
  fresh.read_to = command_->cause;
  TRYV(catch_up(fresh, *context_, id_));
  return fresh;
}

/// A storage error ends this actor; the interpreter wakes it anew and asks again.
bool ContactState::read_on() {
  Status read = Done{};
  if (history_)
    read = catch_up(*history_, *context_, id_);
  else if (auto loaded = load())
    history_ = std::make_unique<ContactHistory>(*std::move(loaded));
  else
    read = loaded.error();
  if (read)
    return true;
  context_->report("contact", read.error().text);
  self_->quit(caf::exit_reason::unhandled_exception);
  return false;
}

void ContactState::submit() {
  if (!read_on())
    return;
  const domain::Cause cause{command_->cause, command_->index, command_->now, context_->incarnation};
  deciding_ = domain::decide(history_->contact, command_->command, {id_, context_->rules, cause});
  context_->log_port.submit(contact_append(*context_, id_, *history_, *command_, deciding_), self_,
                            0);
}

void ContactState::decide(DecideCommand command) {
  command_ = std::make_unique<DecideCommand>(std::move(command));
  unpack();
  submit();
}

void ContactState::settled(AppendSettled answer) {
  std::visit(
      overloaded{
          [&](const storage::Appended& appended) {
            const auto own = events::contact_stream(id_);
            events::Envelope envelope;
            envelope.recorded_at = appended.recorded_at;
            envelope.stream = own;
            for (std::uint32_t i = 0; i < appended.count; ++i) {
              envelope.position = Position{appended.first.value + i};
              envelope.version = StreamVersion{history_->version.value + 1};
              history_->apply(deciding_[i], envelope, own);
            }
            done();
          },
          [&](const storage::Duplicate&) { done(); },  // decided before a crash
          [&](const storage::Conflict&) { submit(); }, // something newer: read on, decide again
          [&](const storage::NotTaken& refused) {
            if (refused.reason_code != "stopping")
              self_->delayed_send(self_, pause_when_overloaded,
                                  AppendSettled{0, storage::Conflict{}});
          },
          [](const storage::Spooled&) {}, // webhooks only
      },
      answer.outcome);
}

void ContactState::done() {
  CommandDecided decided{id_, command_->cause, command_->index};
  command_.reset();
  deciding_ = std::vector<events::Event>(); // `= {}` would keep the memory, for each contact
  if (const auto saved = save_snapshot(*history_, *context_, id_, snapshot_every); !saved)
    context_->report("contact", saved.error().text);
  self_->send(interpreter_, std::move(decided));
}

ContactActor::behavior_type contact_actor(ContactActor::stateful_pointer<ContactState> self,
                                          std::shared_ptr<const TenantContext> context,
                                          ContactId id, InterpreterActor interpreter) {
  self->state.start(self, std::move(context), std::move(id), std::move(interpreter));
  return {
      [self](const DecideCommand& command) { self->state.decide(command); },
      [self](const RestCommand&) { self->state.rest(); },
      [self](const AppendSettled& answer) { self->state.settled(answer); },
  };
}

} // namespace tidemark::actors
