#include "base/secret.hpp"
#include "explanation/explained.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::explanation {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(std::string_view text) {
  return text.empty() ? Json(nullptr) : Json(text);
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
           {"reason_code", text_or_null(name_of(entry.reason_code))},
           {"of", text_or_null(shown_of(entry))},
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

Json held_json(const HeldBack& held) {
  return {{"reason_code", held.reason_code},
          {"text", held.text},
          {"next_step", text_or_null(held.next_step)},
          {"since", to_rfc3339(held.since)},
          {"position", held.position.value}};
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

} // namespace

std::string shown_text(const ChainEntry& entry, bool reveal) {
  return reveal && !entry.said.empty() ? entry.text + " Their words: " + entry.said : entry.text;
}

std::string shown_of(const ChainEntry& entry) {
  if (entry.of != Position{})
    return std::to_string(entry.of.value);
  return entry.outcome == "echo_of" ? entry.delivery : std::string();
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

} // namespace tidemark::explanation
