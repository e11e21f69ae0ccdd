#include "replay-tools/explain/explain.hpp"

#include "base/secret.hpp"
#include "replay-tools/applied_config.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

/// Of a delivery's chain only its own target counts: the others' answers are not part of it.
bool is_asked_for(const ChainEntry& entry, const ExplainOptions& options) {
  if (!options.target.empty() && !entry.target.empty() && entry.target != options.target)
    return false;
  return options.delivery.empty() || entry.target.empty() || entry.delivery == options.delivery;
}

std::string shown_id(const std::string& remote_id, bool reveal) {
  return reveal ? remote_id : masked_text(remote_id);
}

/// What is printed: the subject's chain and what follows from it.
struct Explanation {
  Chain chain;
  std::vector<ChainEntry> entries;
  std::map<std::string, TargetState> targets;
  std::vector<Elsewhere> elsewhere;

  /// The contact that the subject is part of at the end of the log.
  const Elsewhere* part_of() const {
    const bool is_part = !elsewhere.empty() && elsewhere.back().from != Position{}
                         && elsewhere.back().until == Position{};
    return is_part ? &elsewhere.back() : nullptr;
  }
};

std::string shown_text(const ChainEntry& entry, bool reveal) {
  return reveal && !entry.said.empty() ? entry.text + " Their words: " + entry.said : entry.text;
}

/// The delivery that an echo is of, or the webhook that a repeat is of.
Json of_text(const ChainEntry& entry) {
  if (entry.of != Position{})
    return std::to_string(entry.of.value);
  return text_or_null(entry.outcome == "echo_of" ? entry.delivery : std::string());
}

Json entry_json(const ChainEntry& entry, bool reveal) {
  Json out{{"position", entry.position.value},
           {"at", to_rfc3339(entry.at)},
           {"kind", entry.kind},
           {"type", entry.type},
           {"target", text_or_null(entry.target)},
           {"outcome", text_or_null(entry.outcome)},
           {"reason_code", text_or_null(name_of(entry.reason_code))},
           {"of", of_text(entry)},
           {"waiting_for", text_or_null(entry.waiting_for)},
           {"rule", text_or_null(entry.rule)},
           {"text", shown_text(entry, reveal)},
           {"next_step", text_or_null(entry.next_step)}};
  out["cause"] = entry.cause == Position{} ? Json(nullptr) : Json(entry.cause.value);
  out["delivery"] = text_or_null(entry.delivery);
  out["remote_id"] = text_or_null(shown_id(entry.remote_id, reveal));
  out["http_status"] = entry.http_status == 0 ? Json(nullptr) : Json(entry.http_status);
  return out;
}

/// `skipped(no_phone_or_email)`, `parked(waiting for aloware contact 90002)`, `echo_of(d0123...)`:
/// the outcome with its detail.
std::string outcome_text(const std::string& outcome, Reason reason_code,
                         const std::string& waiting_for = {}, const std::string& of = {}) {
  if (!of.empty())
    return outcome + "(" + of + ")";
  if (!waiting_for.empty())
    return outcome + "(waiting for " + waiting_for + ")";
  if (reason_code == Reason::none || outcome == "applied" || outcome == "pending")
    return outcome;
  return outcome + "(" + std::string(name_of(reason_code)) + ")";
}

std::string shown_of(const ChainEntry& entry) {
  const auto of = of_text(entry);
  return of.is_null() ? std::string() : of.get<std::string>();
}

void print_entries(const std::vector<ChainEntry>& entries, bool reveal) {
  if (entries.empty())
    print_line("nothing happened that matches");
  Position last_root;
  for (const auto& entry : entries) {
    if (entry.kind == "input" && entry.position != last_root) {
      print_line("");
      last_root = entry.position;
    }
    auto line = fmt::format("{:>8}  {}  {:<8}  {}", entry.position.value, to_rfc3339(entry.at),
                            entry.kind, shown_text(entry, reveal));
    if (is_intent(entry))
      line += fmt::format(" Delivery {}.", entry.delivery);
    if (!entry.outcome.empty())
      line += fmt::format("  [{}]", outcome_text(entry.outcome, entry.reason_code,
                                                 entry.waiting_for, shown_of(entry)));
    print_line(line);
    if (!entry.next_step.empty())
      print_line(fmt::format("{:>49}what to do: {}", "", entry.next_step));
  }
}

/// `from event 92 on`: a part of the story that the chain lacks.
std::string span_text(const Elsewhere& span) {
  if (span.from == Position{})
    return fmt::format("about the contact {} before event {}", span.contact.value,
                       span.until.value);
  if (span.until == Position{})
    return fmt::format("from event {} on", span.from.value);
  return fmt::format("between the events {} and {}", span.from.value, span.until.value);
}

void print_targets(const std::map<std::string, TargetState>& targets) {
  if (targets.empty())
    return print_line("no other system is concerned");
  print_line("how it stands now");
  for (const auto& [target, state] : targets) {
    for (const auto& [work, line] : state.lines)
      print_line(fmt::format("  {:<14}  {:<9}  {}  since {} (event {}): {}", target, work,
                             outcome_text(line.outcome, line.reason_code), to_rfc3339(line.since),
                             line.position.value, line.text));
    for (const auto& held : state.held_back) {
      print_line(fmt::format("  {:<14}  held back since {} (event {}): {}", "",
                             to_rfc3339(held.since), held.position.value, held.text));
      if (!held.next_step.empty())
        print_line(fmt::format("  {:<14}  what to do: {}", "", held.next_step));
    }
  }
}

void print_text(const Explanation& what, bool reveal) {
  print_line(fmt::format("{} {}", what.chain.subject_kind, what.chain.subject));
  for (const auto& other : what.chain.sharing)
    print_line(fmt::format("the contact {} has this address too; see tidemark explain --contact {}",
                           other.value, other.value));
  for (const auto& span : what.elsewhere)
    print_line(fmt::format("not here: what was decided {}; see tidemark explain --contact {}",
                           span_text(span), span.contact.value));
  print_entries(what.entries, reveal);
  print_line("");
  if (const auto* whole = what.part_of())
    return print_line(fmt::format("it is part of the contact {} since event {}, which says how it "
                                  "stands now",
                                  whole->contact.value, whole->from.value));
  print_targets(what.targets);
}

Json held_json(const HeldBack& held) {
  return {{"reason_code", held.reason_code},
          {"text", held.text},
          {"next_step", text_or_null(held.next_step)},
          {"since", to_rfc3339(held.since)},
          {"position", held.position.value}};
}

/// May something wait for the system?
bool may_wait(const TargetState& state) {
  return std::ranges::any_of(state.lines, [](const auto& line) {
    return line.second.outcome == "pending" || line.second.outcome == "retrying";
  });
}

/// What waits may wait for its system as a whole.
Status add_held_back(DataFolder& folder, const TenantId& tenant, bool reveal,
                     std::map<std::string, TargetState>& targets) {
  for (auto& [target, state] : targets) {
    if (!may_wait(state))
      continue;
    TRY(held, held_back(folder, tenant, ConnectorName(target), reveal));
    state.held_back = std::move(held);
  }
  return Done{};
}

Json status_json(const TargetStatus& status) {
  return {{"outcome", status.outcome},
          {"reason_code", text_or_null(name_of(status.reason_code))},
          {"text", status.text},
          {"since", to_rfc3339(status.since)},
          {"position", status.position.value}};
}

Json target_json(const TargetState& state) {
  auto out = status_json(state.worst());
  out["lines"] = Json::object();
  for (const auto& [work, line] : state.lines)
    out["lines"][work] = status_json(line);
  out["held_back"] = Json::array();
  for (const auto& held : state.held_back)
    out["held_back"].push_back(held_json(held));
  return out;
}

Json explanation_json(const Explanation& what, bool reveal) {
  const auto or_null = [](Position at) { return at == Position{} ? Json() : Json(at.value); };
  Json out;
  out["subject"] = Json{{"kind", what.chain.subject_kind}, {"id", what.chain.subject}};
  out["sharing"] = Json::array();
  for (const auto& other : what.chain.sharing)
    out["sharing"].push_back(other.value);
  const auto* whole = what.part_of();
  out["part_of"] =
      whole ? Json{{"contact", whole->contact.value}, {"position", whole->from.value}} : Json();
  out["elsewhere"] = Json::array();
  for (const auto& span : what.elsewhere)
    out["elsewhere"].push_back({{"contact", span.contact.value},
                                {"from", or_null(span.from)},
                                {"until", or_null(span.until)}});
  out["chain"] = Json::array();
  for (const auto& entry : what.entries)
    out["chain"].push_back(entry_json(entry, reveal));
  out["targets"] = Json::object();
  for (const auto& [target, state] : what.targets)
    out["targets"][target] = target_json(state);
  return out;
}

/// A misspelt name must not read as "it is not concerned".
Status check_target(DataFolder& folder, const TenantId& tenant, const std::string& target,
                    const std::vector<ChainEntry>& entries) {
  if (target.empty()
      || std::ranges::any_of(entries, [&](const auto& entry) { return entry.target == target; }))
    return Done{};
  return check_connector(folder.log(), tenant, ConnectorName(target));
}

Result<Explanation> explained(DataFolder& folder, const CommonOptions& common,
                              const ExplainOptions& options, bool reveal) {
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(chain, collect_chain(folder, common, options));
  Explanation out{std::move(chain), {}, {}, {}};
  for (const auto& event : out.chain.events)
    for (auto& entry : entries_of(event))
      if (is_asked_for(entry, options))
        out.entries.push_back(std::move(entry));
  TRYV(check_target(folder, tenant, options.target, out.entries));
  drop_unnotified(out.entries);
  drop_overtaken_advice(out.entries);
  out.elsewhere = merged_elsewhere(out.chain);
  if (out.part_of())
    return out;
  out.targets = target_states(out.entries);
  TRYV(add_held_back(folder, tenant, reveal, out.targets));
  return out;
}

} // namespace

Result<int> explain(DataFolder& folder, const CommonOptions& common, const ExplainOptions& options,
                    const RevealOptions& reveal) {
  TRY(what, explained(folder, common, options, reveal.reveal));
  if (common.format == Format::json)
    print_json(explanation_json(what, reveal.reveal));
  else
    print_text(what, reveal.reveal);
  return exit_code::done;
}

} // namespace tidemark::tools
