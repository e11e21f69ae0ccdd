#include "connectors/shared/consent_signals.hpp"

#include "base/contains.hpp"
#include "connectors/aloware/parts.hpp"
#include "connectors/aloware/request.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors::aloware {
namespace {

using events::ConsentChange;
using events::Evidence;
using events::Field;

bool any_set(const json::Value& contact, std::initializer_list<std::string_view> flags) {
  return std::ranges::any_of(flags, [&](std::string_view flag) { return is_set(contact[flag]); });
}

void add_all(std::vector<events::Channel>& to, const std::vector<events::Channel>& channels) {
  for (const auto channel : channels)
    if (!contains(to, channel))
      to.push_back(channel);
}

/// What the contact's own members close. `text_authorized` is no sign: false only means that nobody
/// agreed yet.
std::vector<events::Channel> closed_by(const json::Value& contact) {
  std::vector<events::Channel> closed;
  if (any_set(contact, {"is_dnc", "dnc", "dnd", "is_dnd", "is_blocked"}))
    add_all(closed, phone_channels());
  if (any_set(contact, {"is_opted_out", "opted_out"}))
    add_all(closed, text_channels());
  if (any_set(contact, {"unsubscribed"}))
    add_all(closed, all_channels());
  return closed;
}

void add_marks(std::vector<domain::ConsentSignal>& to, std::vector<events::Channel> closed,
               bool tagged) {
  if (!closed.empty())
    to.push_back(mark(ConsentChange::revoked, std::move(closed), Evidence::flag, {}, false));
  if (tagged)
    to.push_back(mark(ConsentChange::revoked, all_channels(), Evidence::tag, {}, false));
}

} // namespace

std::array<json::Value, 5> contact_places(const json::Value& root) {
  const auto body = root["body"];
  return {body["communication"]["contact"], body["contact"], root["contact"], body, root};
}

/// `YYYY-MM-DD HH:MM:SS` without a zone, read as UTC (README fact 9).
std::string time_in(const json::Value& value) {
  auto text = std::string(value.text().value_or(""));
  if (text.size() != 19 || text[10] != ' ')
    return {};
  text[10] = 'T';
  return sortable_time(text + "Z");
}

std::optional<std::string_view> inbound_text(const json::Value& root) {
  const auto communication = communication_in(root);
  const bool outbound = communication["direction"].scalar() == "2"
                        || alphanumeric_key(event_name_in(root)).starts_with("outbound");
  return outbound ? std::nullopt : communication["body"].text();
}

std::vector<domain::ConsentSignal> signs_in(const json::Value& root, const Settings& settings) {
  std::vector<events::Channel> closed;
  bool tagged = false, not_dnc = false;
  for (const auto& place : contact_places(root)) {
    add_all(closed, closed_by(place));
    tagged |= any_opt_out_tag(place["tags"]);
    not_dnc |= place["is_dnc"].stated() && !is_set(place["is_dnc"]);
  }
  std::vector<domain::ConsentSignal> out;
  if (not_dnc && alphanumeric_key(event_name_in(root)) == "contactdncupdated") {
    auto open = phone_channels();
    std::erase_if(open, [&](events::Channel channel) { return contains(closed, channel); });
    if (!open.empty())
      out.push_back(mark(ConsentChange::granted, std::move(open), Evidence::flag, {}, false));
  }
  add_marks(out, std::move(closed), tagged);
  if (const auto text = inbound_text(root)) {
    const auto communication = communication_in(root);
    auto number = domain::normalised(
        Field::phone, communication["lead_number"].scalar().value_or(""), region_of(settings));
    if (auto said =
            sign_in_words(*text, std::move(number), time_in(communication["created_at"]), false))
      out.push_back(std::move(*said));
  }
  return out;
}

Result<ListedPage> translate_look_up(std::string_view body, const Settings& settings) {
  TRY(document, json::parse(body));
  if (document.root().kind() != json::Kind::object)
    return Error{"answer_not_understood", "the answer to a look-up holds no contact"};
  const auto contact = contact_in(document.root());
  ListedPage out;
  out.translation.kind = "Contact look-up";
  const auto id = id_in(contact, "id");
  if (id.empty())
    return out;
  out.contacts = 1;
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.phone_is_key = true;
  record.remote_id = RemoteId(id);
  if (const auto phone = contact["phone_number"].scalar(); phone && !phone->empty())
    record.fields.set(Field::phone, domain::normalised(Field::phone, *phone, region_of(settings)));
  add_marks(record.signs, closed_by(contact), any_opt_out_tag(contact["tags"]));
  record.opt_out_seen = !record.signs.empty();
  if (record.opt_out_seen)
    out.translation.commands.emplace_back(std::move(record));
  else
    out.translation.skipped.push_back(
        {events::Outcome::no_change, Reason::nothing_new, "The record bears no mark."});
  return out;
}

} // namespace tidemark::connectors::aloware
