#include "explanation/sentences.hpp"

#include "base/text/joined.hpp"
#include "events/format/next_step.hpp"

#include <fmt/format.h>

namespace tidemark::explanation {

std::string names_of(const events::FieldSet& fields) {
  const auto out =
      joined(fields, ", ", [](const auto& each) { return events::name_of(each.first); });
  return out.empty() ? "no fields" : out;
}

std::vector<std::string> parts_of(const std::vector<events::Channel>& channels) {
  std::vector<std::string> out;
  out.reserve(channels.size());
  for (const auto channel : channels)
    out.emplace_back(events::name_of_enum(channel));
  return out;
}

std::string names_of(const std::vector<events::Channel>& channels) {
  return joined(channels, ", ", [](auto channel) { return events::name_of_enum(channel); });
}

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

void give_reason(ChainEntry& entry, Reason reason, std::optional<Position> subject) {
  entry.reason_code = reason;
  if (const auto text = explain_reason(reason).text; !text.empty())
    entry.text += (entry.text.empty() ? "" : " ") + std::string(text);
  entry.next_step = next_step_for(reason, {.position = subject.value_or(entry.position),
                                           .delivery = entry.delivery,
                                           .connector = entry.target});
}

ChainEntry start(const events::Envelope& envelope, std::string_view kind, std::string text) {
  ChainEntry entry;
  entry.position = envelope.position;
  entry.at = envelope.recorded_at;
  entry.kind = kind;
  entry.type = envelope.type;
  entry.text = std::move(text);
  entry.cause = envelope.cause;
  return entry;
}

void add_targets(Entries& entries, const events::Envelope& at,
                 const std::vector<events::TargetOutcome>& targets, std::string_view work,
                 const std::vector<std::string>& parts) {
  for (const auto& target : targets) {
    auto entry = start(at, "decision", fmt::format("For {}:", target.target.value));
    entry.target = target.target.value;
    entry.outcome = events::name_of_enum(target.outcome);
    entry.delivery = target.delivery.value;
    entry.work = work;
    entry.parts = parts;
    if (target.reason_code == Reason::none)
      entry.text = target.outcome == events::Outcome::pending
                       ? fmt::format("{} is to be brought up to date.", entry.target)
                       : fmt::format("{}: nothing to do.", entry.target);
    give_reason(entry, target.reason_code);
    entries.push_back(std::move(entry));
  }
}

} // namespace tidemark::explanation
