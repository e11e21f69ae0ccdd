#include "replay-tools/what_if/what_if_report.hpp"

#include "base/secret.hpp"
#include "base/text/joined.hpp"
#include "replay-tools/output.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_nothing(std::string text) {
  return text.empty() ? Json() : Json(std::move(text));
}

class WhatIfLines {
public:
  WhatIfLines(Format format, bool reveal) : format_(format), reveal_(reveal) {}

  void print(const char* what, const OtherFact& fact) const {
    const auto& key = fact.change.key;
    const auto id = record(key.record);
    Json json{{"differs", what},
              {"tenant", fact.tenant.value},
              {"contact", text_or_nothing(fact.contact.value)},
              {"from", fact.from.value},
              {"kind", domain::name_of(key.kind)},
              {"system", text_or_nothing(key.system.value)},
              {"record", text_or_nothing(id)},
              {"name", text_or_nothing(key.name)}};
    if (key.address != AddressHash{})
      json["address_hash"] = to_hex(key.address);
    json["recorded"] = fact.change.before ? Json(shown(*fact.change.before)) : Json();
    json["otherwise"] = fact.change.after ? Json(shown(*fact.change.after)) : Json();
    std::string about(domain::name_of(key.kind));
    for (const auto& part : {key.system.value, id, key.name})
      if (!part.empty())
        about += " " + part;
    if (key.address != AddressHash{})
      about += " of address " + to_hex(key.address).substr(0, 8);
    // Two values that differ may look alike where they are masked.
    tools::print(format_, json,
                 fmt::format("{} {} (from {}): {}: {} -> {}", what,
                             fact.contact.value.empty() ? "of nobody known" : fact.contact.value,
                             fact.from.value, about, shown(fact.change.before),
                             shown(fact.change.after)));
  }

  void print(const OtherSend& send) const {
    const auto& one = send.delivery;
    const auto recorded = words(one.recorded);
    auto otherwise = words(one.other);
    if (one.recorded.sent && one.other.assumed)
      otherwise = "another request, assumed accepted";
    tools::print(format_,
                 {{"differs", "send"},
                  {"tenant", send.tenant.value},
                  {"contact", send.contact.value},
                  {"from", send.from.value},
                  {"input", one.input.value},
                  {"system", one.target.value},
                  {"delivery", send.id.value},
                  {"what", one.what},
                  {"text", one.is_text},
                  {"recorded", recorded},
                  {"otherwise", otherwise},
                  {"assumed", one.other.assumed}},
                 fmt::format("send {} (input {}): {} {} ({}): {} -> {}", send.contact.value,
                             one.input.value, one.target.value, one.what, send.id.value, recorded,
                             otherwise));
  }

private:
  static std::string words(const SentSide& side) {
    if (side.sent)
      return side.assumed ? "sent, assumed accepted" : "sent";
    if (!side.intended)
      return "not asked for";
    if (side.superseded)
      return "a newer one stands for it";
    if (side.ended != Reason::none)
      return "not sent: " + std::string(name_of(side.ended));
    return "waits";
  }
  std::string shown(const domain::Fact& fact) const {
    return reveal_ || !fact.field ? fact.text : masked_text(fact.text);
  }
  std::string shown(const std::optional<domain::Fact>& fact) const {
    return fact ? shown(*fact) : std::string("-");
  }
  std::string record(const RemoteId& id) const {
    if (id.value.starts_with(assumed_id))
      return "(assumed)";
    return reveal_ || id.value.empty() ? id.value : masked_text(id.value);
  }

  Format format_;
  bool reveal_;
};

std::uint64_t not_decided_by(const Looked& looked, const ConnectorName& connector) {
  const auto found = looked.not_decided.find(connector);
  return found == looked.not_decided.end() ? 0 : found->second;
}

void print_counts(const WhatIfReport& report) {
  const auto& d = report.differences;
  const auto& looked = report.looked;
  print_line(fmt::format("{} decisions made again: {} by older rules, {} not recomputable; {} "
                         "answers assumed; {:.2f} s; nothing was sent, nothing changed",
                         looked.decisions, looked.older_rules, looked.not_recomputable,
                         looked.assumed, report.seconds));
  for (const auto& connector : report.left_out)
    print_line(fmt::format("{} is not in the new file: {} inputs of it are not decided",
                           connector.value, not_decided_by(looked, connector)));
  print_line(fmt::format("contacts that would differ: {}", d.contacts));
  print_line(fmt::format("mappings that would differ: {}", d.mappings));
  print_line(fmt::format("opt-outs that would differ: {}", d.opt_outs));
  print_line(fmt::format("sends that would differ: {}: {} would leave, {} would not, {} by another "
                         "request; {} of them are texts",
                         d.sends(), d.would_leave, d.would_not_leave, d.other_request, d.texts));
}

Json summary_of(const WhatIfReport& report) {
  const auto& d = report.differences;
  const auto& looked = report.looked;
  Json not_decided = Json::object();
  for (const auto& connector : report.left_out)
    not_decided[connector.value] = not_decided_by(looked, connector);
  return {{"decisions", looked.decisions},
          {"older_rules", looked.older_rules},
          {"not_recomputable", looked.not_recomputable},
          {"assumed_answers", looked.assumed},
          {"not_decided", not_decided},
          {"contacts", d.contacts},
          {"mappings", d.mappings},
          {"opt_outs", d.opt_outs},
          {"sends", d.sends()},
          {"would_leave", d.would_leave},
          {"would_not_leave", d.would_not_leave},
          {"other_request", d.other_request},
          {"texts", d.texts},
          {"listed", d.contact_facts.size() + d.mapping_facts.size() + d.opt_out_facts.size()
                         + d.send_list.size()},
          {"complete", d.is_listed_whole},
          {"seconds", report.seconds}};
}

} // namespace

void print_differences(Format format, const WhatIfReport& report, bool reveal) {
  const auto& d = report.differences;
  if (format == Format::text)
    print_counts(report);
  const WhatIfLines lines(format, reveal);
  for (const auto& fact : d.contact_facts)
    lines.print("contact", fact);
  for (const auto& fact : d.mapping_facts)
    lines.print("mapping", fact);
  for (const auto& fact : d.opt_out_facts)
    lines.print("opt-out", fact);
  for (const auto& send : d.send_list)
    lines.print(send);
  if (format != Format::text)
    print_summary(summary_of(report));
  else if (!d.is_listed_whole)
    print_line(fmt::format("of each kind the first {} are listed: ask for less with --contact, "
                           "--since and --until",
                           listed_max));
}

} // namespace tidemark::tools
