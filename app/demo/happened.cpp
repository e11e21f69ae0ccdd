#include "app/demo/happened.hpp"

#include "app/demo/systems.hpp"
#include "base/text/joined.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::demo {
namespace {

/// `delivery.accepted.v1` -> `accepted` for the ends of a delivery, else "".
std::string ending_of(std::string_view type) {
  for (const std::string_view end : {"accepted", "rejected", "died", "superseded", "suppressed"})
    if (type == fmt::format("delivery.{}.v1", end))
      return std::string(end);
  return "";
}

/// Ends carry the delivery's id in their facts, or by themselves.
std::string delivery_of(const Json& data) {
  auto id = text_at(at(data, "facts"), "delivery");
  return id.empty() ? text_at(data, "delivery") : id;
}

/// `delivery/aloware/c12...` -> aloware
std::string target_of(const std::string& stream) {
  const auto begin = stream.find('/') + 1;
  return stream.substr(begin, stream.find('/', begin) - begin);
}

std::string names(const Json& fields) {
  const auto out = fields.is_object()
                       ? joined(fields.items(), ", ", [](const auto& each) { return each.key(); })
                       : "";
  return out.empty() ? "no field" : out;
}

std::string listed(const Json& items) {
  return joined(items, ", ", [](const Json& item) { return item.get<std::string>(); });
}

std::string operation_of(const Json& intent) {
  return number_at(intent, "forward") != 0 ? "forward" : text_at(intent, "operation");
}

std::string observed(const Json& data) {
  const auto who = title_of(text_at(data, "connector"));
  const auto outcome = text_at(data, "outcome");
  if (outcome == "echo_of")
    return fmt::format("{}: echo_of {}", who, text_at(data, "echo_of"));
  const auto targets = joined(at(data, "targets"), ", ", [](const Json& target) {
    const auto what = text_at(target, "outcome");
    const auto why = text_at(target, "reason_code");
    return fmt::format("{}: {}", title_of(text_at(target, "target")),
                       what == "pending" ? why : fmt::format("{}({})", what, why));
  });
  const auto why = text_at(data, "reason_code");
  return fmt::format("{} from {}; {}", why.empty() ? outcome : fmt::format("{}({})", outcome, why),
                     who, targets);
}

std::string interpreted(const Json& data) {
  auto out = text_at(data, "kind");
  for (const auto& command : at(data, "commands")) {
    std::string matched;
    for (const auto& key : at(command, "matched"))
      if (key.is_string())
        matched += (matched.empty() ? "" : ", ") + key.get<std::string>();
    const bool is_new = at(command, "new_contact") == Json(true);
    out += fmt::format(": {} {}{}", is_new ? "new contact" : "contact", text_at(command, "contact"),
                       is_new || matched.empty() ? "" : ", matched by " + matched);
  }
  return out;
}

/// What a vendor answered, with the reason unless it is plain success.
std::string answered(const std::string& target, const Json& facts, const std::string& end) {
  const auto& answer = at(facts, "answer");
  const auto status = number_at(answer, "http_status");
  return fmt::format("{} {}: {}", title_of(target),
                     status > 0 ? fmt::format("answered {}", status)
                                : "gave no answer (" + text_at(answer, "transport") + ")",
                     end);
}

std::string delivery_words(const Seen& event) {
  const auto target = target_of(event.stream);
  const auto& facts = at(event.data, "facts");
  if (event.type == "delivery.dispatched.v1")
    return fmt::format("{}: request \"{}\", attempt {}", title_of(target),
                       text_at(event.data, "step_name"), number_at(event.data, "attempt"));
  if (event.type == "delivery.looked_up.v1")
    return answered(target, facts, "one more request");
  if (event.type == "delivery.accepted.v1") {
    const bool learned = at(event.data, "learned_id") == Json(true);
    const auto id = text_at(event.data, "remote_id");
    return answered(target, facts, learned ? "mapped to " + id : "it has it");
  }
  if (event.type == "delivery.retry_scheduled.v1")
    return answered(target, facts, "tried again later");
  const auto end = ending_of(event.type);
  return fmt::format("{}: {} {}", title_of(target), end.empty() ? event.type : end,
                     text_at(facts.is_null() ? event.data : facts, "reason_code"));
}

} // namespace

bool Happened::has_open_delivery() const {
  return std::ranges::any_of(deliveries,
                             [](const auto& each) { return each.second.ended.empty(); });
}

const Sent* Happened::to(std::string_view target) const {
  const Sent* newest = nullptr;
  for (const auto& [id, sent] : deliveries)
    if (sent.target == target && (newest == nullptr || newest->ended == "superseded"))
      newest = &sent;
  return newest;
}

Happened read_chain(const Chain& chain, std::string_view source) {
  Happened out;
  for (const auto& event : chain) {
    const auto& data = event.data;
    if (event.type == "contact.observed.v1") {
      const auto connector = text_at(data, "connector");
      if (text_at(data, "outcome") == "echo_of")
        out.echoes.emplace(connector, event.position);
      else if (connector == source)
        for (const auto& target : at(data, "targets")) {
          const auto why = text_at(target, "reason_code");
          if (why != "opt_out" && why != "opt_in") // told besides, says nothing about the values
            out.decided[text_at(target, "target")] = {text_at(target, "outcome"), why};
        }
    } else if (event.type == "contact.conflict_decided.v1") {
      out.conflicts.push_back(
          {text_at(data, "field"), text_at(data, "winner"), text_at(data, "rule")});
    } else if (event.type == "delivery.intended.v1") {
      auto& sent = out.deliveries[text_at(data, "delivery")];
      sent.target = text_at(data, "target");
      sent.operation = operation_of(data);
    } else if (const auto found = out.deliveries.find(delivery_of(data));
               found != out.deliveries.end()) {
      if (event.type == "delivery.dispatched.v1")
        found->second.attempts = number_at(data, "attempt");
      else if (event.type == "delivery.retry_scheduled.v1")
        found->second.refused_before = true;
      else if (const auto end = ending_of(event.type); !end.empty())
        found->second.ended = end;
    }
  }
  return out;
}

std::string words_of(const Seen& event) {
  const auto& data = event.data;
  if (event.type == "webhook.received.v1")
    return fmt::format("from {}: {}, stored, then answered", title_of(text_at(data, "connector")),
                       text_at(data, "verdict"));
  if (event.type == "webhook.interpreted.v1")
    return interpreted(data);
  if (event.type == "contact.observed.v1")
    return observed(data);
  if (event.type == "contact.changed.v1")
    return fmt::format("{}, from {}", names(at(data, "fields")), title_of(text_at(data, "source")));
  if (event.type == "contact.conflict_decided.v1")
    return fmt::format("{}: {} wins by rule {}", text_at(data, "field"),
                       title_of(text_at(data, "winner")), text_at(data, "rule"));
  if (event.type == "delivery.intended.v1")
    return fmt::format("{}: {}{}", title_of(text_at(data, "target")), operation_of(data),
                       number_at(data, "forward") != 0 ? " of the webhook as it came"
                                                       : " " + names(at(data, "fields")));
  if (event.type == "contact.consent_applied.v1")
    return fmt::format("{}: {}, said in {}", text_at(data, "change"), listed(at(data, "channels")),
                       title_of(text_at(data, "source")));
  if (event.type == "action.intended.v1")
    return fmt::format("{}: {}", title_of(text_at(data, "target")), text_at(data, "action"));
  if (event.type == "action.accepted.v1")
    return answered(target_of(event.stream), at(data, "facts"), text_at(data, "action") + " done");
  if (event.type == "timer.due.v1")
    return "the time to try again has come";
  if (event.type.starts_with("delivery."))
    return delivery_words(event);
  return "";
}

} // namespace tidemark::demo
