#include "base/secret.hpp"
#include "events/format/reason.hpp"
#include "projections/conversations/message_view.hpp"
#include "replay-tools/contact_key.hpp"
#include "replay-tools/output.hpp"
#include "replay-tools/service/service_commands.hpp"
#include "replay-tools/tables/current_tables.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tidemark::tools {
namespace {

using Json = nlohmann::ordered_json;
using projections::MessageView;

Json null_or_text(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string hidden(const std::string& text, bool reveal) {
  return reveal || text.empty() ? text : masked_text(text);
}

std::string hidden_address(const std::string& address, bool reveal) {
  if (reveal || address.empty())
    return address;
  return address.find('@') == std::string::npos ? masked_phone(address) : masked_email(address);
}

Json message_line(const MessageView& one, bool reveal) {
  auto shown = Json::array();
  for (const auto& place : one.shown)
    shown.push_back({{"target", place.target.value},
                     {"action", place.action},
                     {"delivery", place.delivery.value},
                     {"done", place.done},
                     {"state", place.state},
                     {"reason_code", null_or_text(std::string(name_of(place.reason_code)))},
                     {"id", null_or_text(place.id)},
                     {"thread", null_or_text(place.thread)}});
  return {{"position", one.position.value},
          {"at", to_rfc3339(one.at)},
          {"contact", one.contact.value},
          {"system", one.source.value},
          {"said_by", one.said_by},
          {"id", null_or_text(one.id)},
          {"thread", null_or_text(one.thread)},
          {"channel", one.channel},
          {"direction", one.inbound ? "inbound" : "outbound"},
          {"listed", one.listed},
          {"stated_at", null_or_text(one.stated_at)},
          {"state", one.status},
          {"address", hidden_address(one.address, reveal)},
          {"text", hidden(one.text, reveal)},
          {"shown", std::move(shown)}};
}

/// How it stands with one place: where it is done the thread, else how far it has come and why.
std::string place_text(const projections::ShownMessage& place) {
  if (place.done)
    return place.thread.empty() ? "" : ", thread " + place.thread;
  auto out = ": " + (place.state == "intended" ? "not yet" : place.state);
  if (place.reason_code != Reason::none)
    out +=
        fmt::format(": {}. {}", name_of(place.reason_code), explain_reason(place.reason_code).text);
  return out;
}

/// Two lines or more: what was said, and each system where it is shown, with the thread.
void print_message(const MessageView& one, bool reveal) {
  print_line(fmt::format(
      "{:>8}  {}  {:<8}  {} by {} ({}), {}{}: {}", one.position.value,
      one.listed ? one.stated_at + ", from a list" : to_rfc3339(one.at),
      one.inbound ? "inbound" : "outbound", one.channel, one.source.value, one.said_by, one.status,
      one.thread.empty() ? "" : ", thread " + one.thread, hidden(one.text, reveal)));
  for (const auto& place : one.shown)
    print_line(fmt::format("{:>10}{} {}{}; delivery {}", "",
                           place.action == "send_message" ? "sent by" : "shown in",
                           place.target.value, place_text(place), place.delivery.value));
}

/// With what became part of each.
Result<std::vector<ContactId>> with_parts(const projections::Scan& scan, const TenantId& tenant,
                                          const std::vector<ContactId>& contacts) {
  std::vector<ContactId> out;
  for (const auto& id : contacts) {
    out.push_back(id);
    TRY(found, projections::contact(scan, tenant, id));
    if (found)
      out.insert(out.end(), found->parts.begin(), found->parts.end());
  }
  return out;
}

} // namespace

Result<int> messages(DataFolder& folder, const CommonOptions& common, const std::string& key,
                     std::uint64_t limit, const RevealOptions& reveal) {
  TRY(tenant, tenant_of(common, folder.log()));
  TRY(hasher, folder.hasher());
  const auto region = default_region_of(folder.log(), tenant);
  TRY(named, contacts_named(folder.log(), hasher, tenant, key, region));
  CurrentTables tables(folder);
  const auto scan = tables.scan();
  TRY(contacts, with_parts(scan, tenant, named));
  projections::MessageFilter filter;
  filter.address = phone_named(key, region).value_or("");
  TRY(found, projections::messages_of(scan, tenant, contacts, filter, {}, limit));
  for (const auto& one : found)
    if (common.format == Format::json)
      print_json(message_line(one, reveal.reveal));
    else
      print_message(one, reveal.reveal);
  print_summary(common.format, {{"messages", found.size()}},
                fmt::format("{} of the newest messages", found.size()));
  return exit_code::done;
}

} // namespace tidemark::tools
