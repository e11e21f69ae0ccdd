#include "replay-tools/explain.hpp"

#include "base/secret.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) {
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

Json entry_json(const ChainEntry& entry, bool reveal) {
  Json out{{"position", entry.position.value},
           {"at", to_rfc3339(entry.at)},
           {"kind", entry.kind},
           {"type", entry.type},
           {"target", text_or_null(entry.target)},
           {"outcome", text_or_null(entry.outcome)},
           {"reason_code", text_or_null(entry.reason_code)},
           {"waiting_for", text_or_null(entry.waiting_for)},
           {"rule", text_or_null(entry.rule)},
           {"text", entry.text},
           {"next_step", text_or_null(entry.next_step)}};
  out["cause"] = entry.cause == Position{} ? Json(nullptr) : Json(entry.cause.value);
  out["delivery"] = text_or_null(entry.delivery);
  out["remote_id"] = text_or_null(shown_id(entry.remote_id, reveal));
  out["http_status"] = entry.http_status == 0 ? Json(nullptr) : Json(entry.http_status);
  return out;
}

/// `skipped(no phone or email)`, `parked(waiting for aloware contact 90002)`: the outcome with its
/// detail.
std::string outcome_text(const std::string& outcome, const std::string& reason_code,
                         const std::string& waiting_for = {}) {
  if (!waiting_for.empty())
    return outcome + "(waiting for " + waiting_for + ")";
  if (reason_code.empty() || outcome == "applied" || outcome == "pending")
    return outcome;
  auto words = reason_code;
  std::replace(words.begin(), words.end(), '_', ' ');
  return outcome + "(" + words + ")";
}

void print_text(const Chain& chain, const std::vector<ChainEntry>& entries,
                const std::map<std::string, TargetState>& targets) {
  print_line(fmt::format("{} {}", chain.subject_kind, chain.subject));
  if (entries.empty())
    print_line("nothing happened that matches");
  Position last_root;
  for (const auto& entry : entries) {
    if (entry.kind == "input" && entry.position != last_root) {
      print_line("");
      last_root = entry.position;
    }
    auto line = fmt::format("{:>8}  {}  {:<8}  {}", entry.position.value, to_rfc3339(entry.at),
                            entry.kind, entry.text);
    if (!entry.outcome.empty())
      line +=
          fmt::format("  [{}]", outcome_text(entry.outcome, entry.reason_code, entry.waiting_for));
    print_line(line);
    if (!entry.next_step.empty())
      print_line(fmt::format("{:>49}what to do: {}", "", entry.next_step));
  }
  print_line("");
  if (targets.empty())
    return print_line("no other system is concerned");
  print_line("how it stands now");
  for (const auto& [target, state] : targets) {
    print_line(fmt::format("  {:<14}  {}  since {} (event {}): {}", target,
                           outcome_text(state.outcome, state.reason_code), to_rfc3339(state.since),
                           state.position.value, state.text));
    for (const auto& held : state.held_back) {
      print_line(fmt::format("  {:<14}  held back since {} (event {}): {}", "",
                             to_rfc3339(held.since), held.position.value, held.text));
      if (!held.next_step.empty())
        print_line(fmt::format("  {:<14}  what to do: {}", "", held.next_step));
    }
  }
}

Json held_json(const HeldBack& held) {
  return {{"reason_code", held.reason_code},
          {"text", held.text},
          {"next_step", text_or_null(held.next_step)},
          {"since", to_rfc3339(held.since)},
          {"position", held.position.value}};
}

/// May something wait for the system? Behind a `blocked` it may be the news of the opt-out.
bool may_wait(const TargetState& state) {
  return state.outcome == "pending" || state.outcome == "retrying" || state.outcome == "blocked";
}

/// What waits may wait for its system as a whole.
Status add_held_back(DataFolder& folder, const TenantId& tenant,
                     std::map<std::string, TargetState>& targets) {
  for (auto& [target, state] : targets) {
    if (!may_wait(state))
      continue;
    auto held = held_back(folder, tenant, ConnectorName(target));
    if (!held)
      return held.error();
    state.held_back = std::move(*held);
  }
  return Done{};
}

Json chain_json(const Chain& chain, const std::vector<ChainEntry>& entries,
                const std::map<std::string, TargetState>& targets, bool reveal) {
  Json out;
  out["subject"] = Json{{"kind", chain.subject_kind}, {"id", chain.subject}};
  out["chain"] = Json::array();
  for (const auto& entry : entries)
    out["chain"].push_back(entry_json(entry, reveal));
  out["targets"] = Json::object();
  for (const auto& [target, state] : targets) {
    auto& shown = out["targets"][target] = Json{{"outcome", state.outcome},
                                                {"reason_code", text_or_null(state.reason_code)},
                                                {"text", state.text},
                                                {"since", to_rfc3339(state.since)},
                                                {"position", state.position.value},
                                                {"held_back", Json::array()}};
    for (const auto& held : state.held_back)
      shown["held_back"].push_back(held_json(held));
  }
  return out;
}

} // namespace

int explain(DataFolder& folder, const CommonOptions& common, const ExplainOptions& options,
            const RevealOptions& reveal) {
  if (options.contact.empty() && options.delivery.empty() && options.webhook == 0)
    return report({"bad_usage", "the key is empty; give a contact id, a phone number, an e-mail "
                                "address or connector:remote-id"});
  const auto chain = collect_chain(folder, common, options);
  if (!chain)
    return report(chain.error());
  std::vector<ChainEntry> entries;
  for (const auto& event : chain->events)
    for (auto& entry : entries_of(event))
      if (is_asked_for(entry, options))
        entries.push_back(std::move(entry));
  auto targets = target_states(entries);
  const auto tenant = tenant_of(common, folder.log());
  if (!tenant)
    return report(tenant.error());
  if (const auto status = add_held_back(folder, *tenant, targets); !status)
    return report(status.error());
  if (common.format == Format::json)
    print_json(chain_json(*chain, entries, targets, reveal.reveal));
  else
    print_text(*chain, entries, targets);
  return exit_code::done;
}

} // namespace tidemark::tools
