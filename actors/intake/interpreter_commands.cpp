#include "actors/intake/interpreter.hpp"
#include "domain/intake/decision_parts.hpp"
#include "domain/interpret.hpp"
#include "events/codec.hpp"

/// Which commands the interpreter's decisions are about: found by translating their inputs.
namespace tidemark::actors {

std::optional<domain::Translation> InterpreterState::translate(const events::StoredEvent& stored,
                                                               const events::Event& input) const {
  const auto* connector = domain::connector_behind(input);
  if (!connector)
    return std::nullopt;
  const auto destination = context_->destinations.find(*connector);
  return connectors::translate_input(
      destination == context_->destinations.end() ? nullptr : &destination->second.configured,
      stored, input);
}

/// As the connector was configured then: a recorded decision names commands by their places, and
/// what it was decided about is not to be lost because a connector was changed or removed since.
Result<std::optional<domain::Translation>>
InterpreterState::translate_as_then(const events::StoredEvent& stored, const events::Event& input,
                                    Position then) {
  const auto* connector = domain::connector_behind(input);
  if (!connector)
    return std::optional<domain::Translation>();
  if (!configuration_then_ || !configuration_then_->is_of(then)) {
    TRY(read, configuration_at(context_->log(), context_->tenant, then));
    configuration_then_ = std::move(read);
  }
  if (configuration_then_->until.value == 0)
    return translate(stored, input); // nothing was changed since
  const auto configured = configuration_then_->connectors.find(*connector);
  return connectors::translate_input(
      configured == configuration_then_->connectors.end() ? nullptr : &configured->second, stored,
      input);
}

/// A released command stands in the input that was parked, which is translated once more.
Result<domain::Command> InterpreterState::command_for(const events::AssignedCommand& assigned,
                                                      const Active& active) {
  const Error not_found{"translation_changed",
                        "a recorded decision names a command that no translation finds"};
  if (assigned.input.value == 0) {
    auto command = domain::command_of(assigned, active.commands, active.parts);
    return command ? Result<domain::Command>(*std::move(command)) : not_found;
  }
  TRY(stored, read_input(assigned.input));
  TRY(event, events::decode(stored.envelope.type, stored.payload));
  if (const auto today = translate(stored, event))
    if (auto command = domain::command_of(assigned, today->commands, {}))
      return *std::move(command);
  TRY(then, translate_as_then(stored, event, assigned.input));
  if (then)
    if (auto command = domain::command_of(assigned, then->commands, {}))
      return *std::move(command);
  return not_found;
}

/// The commands that the recorded decision names.
Status InterpreterState::find_commands_again(Position input, Position decided_at) {
  TRY(stored, read_input(input));
  TRY(event, events::decode(stored.envelope.type, stored.payload));
  TRY(translation, translate_as_then(stored, event, decided_at));
  if (translation)
    active_[input].commands = std::move(translation->commands);
  active_[input].parts.add(event);
  return Done{};
}

} // namespace tidemark::actors
