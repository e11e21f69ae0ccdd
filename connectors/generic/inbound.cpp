#include "connectors/shared/inbound.hpp"

#include "base/contains.hpp"
#include "base/text/split.hpp"
#include "connectors/generic/parts.hpp"
#include "connectors/shared/consent_signals.hpp"
#include "connectors/shared/custom_fields.hpp"
#include "domain/consent/suppression.hpp"
#include "domain/consent/unreadable_opt_out.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>
#include <array>

namespace tidemark::connectors::generic {
namespace {

using events::Field;

constexpr std::size_t longest_id = 200;
constexpr std::size_t path_depth_max = 16;

enum class EventClass : std::uint8_t { contact, contact_deleted, consent, unknown, none };

/// The value at a path such as `data.phones.0.number`; missing when a part is not there.
json::Value value_at(json::Value place, std::string_view path) {
  for (std::size_t depth = 0; depth < path_depth_max; ++depth) {
    const auto end = std::min(path.find('.'), path.size());
    const auto name = path.substr(0, end);
    if (place.kind() == json::Kind::array) {
      const auto items = place.items();
      const bool digit = name.size() == 1 && name[0] >= '0' && name[0] <= '9';
      const auto index = digit ? static_cast<std::size_t>(name[0] - '0') : items.size();
      place = index < items.size() ? items[index] : json::Value();
    } else {
      place = place[name];
    }
    if (end == path.size())
      return place;
    path.remove_prefix(end + 1);
  }
  return {};
}

/// Reads a body by the configured paths; those of README.md where none is configured.
class Body {
public:
  Body(const json::Value& root, const Settings& settings) : root_(root), settings_(settings) {}

  json::Value root() const { return root_; }
  bool is_mapped(std::string_view name) const {
    return settings_.values.contains("map." + std::string(name));
  }
  json::Value mapped(std::string_view name) const {
    return value_at(root_, settings_.get("map." + std::string(name)));
  }
  /// The configured place, else the first of the usual ones that states something.
  json::Value find(std::string_view name, std::initializer_list<std::string_view> usual) const {
    if (is_mapped(name))
      return mapped(name);
    for (const auto path : usual)
      if (const auto value = value_at(root_, path); value.stated())
        return value;
    return {};
  }
  json::Value field(Field field) const {
    const auto name = name_of(field);
    const auto plain = "data." + std::string(name);
    if (!name.starts_with("address_"))
      return find(name, {plain});
    return find(name, {plain, "data.address." + std::string(name.substr(8))});
  }

private:
  json::Value root_;
  const Settings& settings_;
};

/// What the connector acts on; a setting names further events that mean the same.
struct Handled {
  std::string_view name;
  EventClass event_class;
  std::string_view about;
  std::string_view more{};
};
constexpr std::array<Handled, 4> handled{{
    {"contact.created", EventClass::contact, "contacts", "contact_events"},
    {"contact.updated", EventClass::contact, "contacts", "contact_events"},
    {"contact.deleted", EventClass::contact_deleted, "deleted contacts", "deletion_events"},
    {"consent.changed", EventClass::consent, "consent"},
}};

bool is_listed(const Settings& settings, std::string_view list, std::string_view name) {
  return std::ranges::any_of(split(settings.get(list), "\n"),
                             [&](std::string_view line) { return alphanumeric_key(line) == name; });
}

/// A body without a type is a contact's state when the configuration says where its id is: a sender
/// without an envelope.
EventClass class_of(const Body& body, std::string_view type, const Settings& settings) {
  const auto name = alphanumeric_key(type);
  if (name.empty())
    return body.is_mapped("id") && body.mapped("id").stated() ? EventClass::contact
                                                              : EventClass::none;
  for (const auto& one : handled)
    if (fits_kind(one.name, type) || is_listed(settings, one.more, name))
      return one.event_class;
  return EventClass::unknown;
}

bool place_shows_opt_out(const json::Value& place) {
  static constexpr auto flags =
      words("dnd", "dnc", "is_dnd", "is_dnc", "is_opted_out", "opted_out", "opt_out",
            "unsubscribed", "do_not_contact", "do_not_call", "is_blocked");
  return std::ranges::any_of(flags, [&](std::string_view flag) { return is_set(place[flag]); })
         || any_opt_out_tag(place["tags"]);
}

bool is_consent_event(const Body& body) {
  const auto type = body.find("type", {"type"}).text();
  return type && alphanumeric_key(*type) == "consentchanged";
}

/// `consent.changed` to a clear yes grants, to "never said" says nothing, to anything else revokes.
/// Anybody can set it over there: it lifts what it has closed, and not what a person has texted
/// (requirement O9).
std::optional<domain::ConsentSignal> consent_signal(const Body& body, std::string address,
                                                    Field kind, bool stale) {
  const auto data = body.root()["data"];
  const auto state = alphanumeric_key(data["state"].scalar().value_or(""));
  static constexpr std::array<std::string_view, 4> yes{"optedin", "optin", "granted", "subscribed"};
  if (state == "neversaid" || state == "unknown")
    return std::nullopt;
  const bool granted = contains(yes, state);
  auto out = mark(granted ? events::ConsentChange::granted : events::ConsentChange::revoked,
                  all_channels(), events::Evidence::flag,
                  sortable_time(data["occurred_at"].text().value_or("")), stale);
  const auto channel = alphanumeric_key(data["channel"].text().value_or(""));
  for (const auto one : all_channels())
    if (channel == name_of_enum(one))
      out.channels = {one};
  out.rule = "provider_event";
  out.kind = kind;
  out.address = PiiText(std::move(address));
  return out;
}

/// An opt-in for a channel that its address does not have. As an opt-out it would close both.
bool opens_nothing(const domain::ConsentSignal& sign) {
  return sign.change == events::ConsentChange::granted && !sign.address.reveal().empty()
         && std::ranges::none_of(sign.channels, [&](events::Channel channel) {
              return address_kind(channel) == sign.kind;
            });
}

/// Marks on the record.
bool is_marked(const Body& body) {
  const auto root = body.root();
  for (const auto& place : {root, root["data"], root["contact"], root["data"]["contact"]})
    if (place_shows_opt_out(place))
      return true;
  return body.is_mapped("opt_out") && is_set(body.mapped("opt_out"));
}

bool shows_opt_out(const Body& body) {
  if (is_marked(body) || any_opt_out_tag(body.find("tags", {})))
    return true;
  const auto sign =
      is_consent_event(body) ? consent_signal(body, {}, Field::phone, false) : std::nullopt;
  return sign && sign->change == events::ConsentChange::revoked;
}

std::string id_of(const json::Value& value) {
  const auto id = value.scalar();
  const auto text = id ? trimmed(*id) : std::string_view();
  return text.size() <= longest_id ? std::string(text) : std::string();
}

/// Times as UTC, counters with leading zeros: in both, text order is version order.
/// A time is a version; one that lies far in the future is none, as everything after it would count
/// as older.
std::string version_of(const json::Value& value, Timestamp received_at) {
  constexpr auto clocks_differ_by = std::chrono::hours{1};
  if (const auto number = value.integer(); number && *number >= 0) {
    const auto digits = std::to_string(*number);
    return std::string(20 - digits.size(), '0') + digits;
  }
  const auto text = value.text();
  auto version = text ? sortable_time(*text) : std::string();
  const auto limit = sortable_time(to_rfc3339(received_at + clocks_differ_by));
  return version > limit ? std::string() : version;
}

FieldCollector fields_of(const Body& body, const Settings& settings) {
  FieldCollector out(region_of(settings));
  for (const auto name : events::field_names)
    out.take(*events::field_named(name), body.field(*events::field_named(name)), name);
  out.take_full_name(body.find("name", {"data.name"}), "name");
  return out;
}

/// Is it somebody who can be found? What only looks like an address is nobody's.
bool names_someone(const domain::ObserveRecord& record) {
  const auto is_key = [&](Field field) {
    return !domain::identity_key(field, record.fields.get(field)).empty();
  };
  return !record.remote_id.value.empty() || is_key(Field::phone) || is_key(Field::email);
}

/// What remains of a body that must not be taken as the record's state.
domain::Translation only_opt_out(domain::Translation out, domain::ObserveRecord record) {
  if (record.opt_out_seen && names_someone(record))
    out.commands.emplace_back(opt_out_only(std::move(record)));
  return out;
}

domain::Translation translate_contact(const Body& body, EventClass event_class,
                                      domain::Translation out, const StoredWebhook& webhook,
                                      const Settings& settings) {
  auto collector = fields_of(body, settings);
  domain::ObserveRecord record;
  record.connector = settings.name;
  record.remote_id = RemoteId(id_of(body.find("id", {"data.id"})));
  record.source_version =
      version_of(body.find("version", {"data.updated_at", "timestamp"}), webhook.received_at);
  record.removed = event_class == EventClass::contact_deleted;
  record.opt_out_seen = shows_opt_out(body);
  record.fields = std::move(collector.fields());
  record.created =
      event_class == EventClass::contact
      && alphanumeric_key(body.find("type", {"type"}).text().value_or("")) == "contactcreated";
  if (webhook.stale)
    out.skipped.push_back(quarantined_part(
        Reason::stale,
        "The body is the sender's but outside its time; only an opt-out in it applies."));
  else if (record.remote_id.value.empty())
    out.skipped.push_back(
        quarantined_part(Reason::missing_record_id,
                         "A contact event without the contact's id. If the id is elsewhere in "
                         "the body, say where with map.id."));
  else if (!collector.wrong().empty())
    out.skipped.push_back(
        quarantined_part(Reason::wrong_type, wrong_types_text(collector.wrong())));
  if (!out.skipped.empty())
    return only_opt_out(std::move(out), std::move(record));
  if (record.removed)
    record.fields = {}; // the last state once more is no edit
  else if (const auto tags = body.find("tags", {"data.tags"}); tags.stated())
    record.tags = tags_in(tags);
  std::vector<events::SkippedPart> unfit;
  if (!record.removed)
    take_custom_fields(record.fields, unfit, settings, [&](const domain::CustomFieldRule& rule) {
      return value_at(body.root(), rule.key);
    });
  if (!record.removed && !record.opt_out_seen && record.fields.empty() && !record.tags)
    out.skipped.push_back({events::Outcome::skipped, Reason::thin_event,
                           "The event names a record and says nothing about it; there is no call "
                           "to read the record by."});
  else
    out.commands.emplace_back(std::move(record));
  out.skipped.insert(out.skipped.end(), unfit.begin(), unfit.end());
  return out;
}

domain::Translation translate_consent(const Body& body, domain::Translation out,
                                      const StoredWebhook& webhook, const Settings& settings) {
  domain::ObserveRecord record;
  record.connector = settings.name;
  const auto data = body.root()["data"];
  record.remote_id = RemoteId(id_of(data["contact_id"]));
  const auto address = data["address"].scalar().value_or("");
  const auto kind = address.find('@') == std::string::npos ? Field::phone : Field::email;
  auto key = domain::normalised(kind, address, region_of(settings));
  if (domain::identity_key(kind, key).empty())
    key.clear(); // it would close a number that nobody has
  if (!key.empty())
    record.fields.set(kind, key);
  if (auto sign = consent_signal(body, std::move(key), kind, webhook.stale);
      sign && !opens_nothing(*sign))
    record.signs.push_back(std::move(*sign));
  if (is_marked(body)) // whatever the state says
    record.signs.push_back(mark(events::ConsentChange::revoked, all_channels(),
                                events::Evidence::flag, {}, webhook.stale));
  record.opt_out_seen = closes_any(record.signs);
  if (record.signs.empty())
    out.skipped.push_back(
        {events::Outcome::skipped, Reason::says_nothing_about_consent,
         "The event's state is neither an opt-out nor an opt-in, or an opt-in for a "
         "channel that its address does not have."});
  else if (!names_someone(record) && record.opt_out_seen && !address.empty())
    out.skipped.push_back(domain::unreadable_opt_out());
  else if (!names_someone(record))
    out.skipped.push_back(quarantined_part(Reason::missing_address,
                                           "A consent event without a readable data.address "
                                           "or a data.contact_id: nobody knows whose it is."));
  else
    out.commands.emplace_back(std::move(record));
  return out;
}

Peek peek_at(const json::Value& root, const WebhookRequest&, const Settings& settings) {
  Peek out;
  const Body body(root, settings);
  out.subject = id_of(body.find("id", {"data.id"}));
  out.maybe_opt_out = shows_opt_out(body);
  if (!out.maybe_opt_out)
    return out;
  for (const auto kind : {Field::phone, Field::email}) {
    for (const auto& value : {body.field(kind), body.root()["data"]["address"]})
      if (const auto text = value.scalar())
        add_address(out.addresses, kind, *text, region_of(settings));
  }
  return out;
}

} // namespace

bool is_path(std::string_view path) {
  return !path.empty() && path.front() != '.' && path.back() != '.' && path.find("..") == path.npos
         && static_cast<std::size_t>(std::ranges::count(path, '.')) < path_depth_max;
}

bool is_mapped_name(std::string_view name) {
  static constexpr auto names = words("id", "type", "version", "name", "opt_out", "tags");
  return contains(names, name);
}

std::vector<HandledKind> handled_kinds(const Settings& settings) {
  std::vector<HandledKind> out;
  for (const auto& one : handled)
    out.push_back({std::string(one.name), one.about});
  for (const auto& [list, about] : {std::pair{"contact_events", handled[0].about},
                                    std::pair{"deletion_events", handled[2].about}})
    for (const auto name : split(settings.get(list), "\n"))
      out.push_back({std::string(name), about});
  return out;
}

Peek peek(const WebhookRequest& request, const Settings& settings) {
  auto out = connectors::peek<peek_at>(request, settings);
  out.delivery_id = only_header(request.headers, header_name(settings, "id")).value_or("");
  if (!out.delivery_id.empty())
    out.subject.clear();
  return out;
}

domain::Translation translate_root(const json::Value& root, const StoredWebhook& webhook,
                                   const Settings& settings) {
  const Body body(root, settings);
  const auto type = body.find("type", {"type"}).text().value_or("");
  const auto event_class = class_of(body, type, settings);
  domain::Translation out{safe_kind(type)};
  if (event_class == EventClass::consent)
    return translate_consent(body, std::move(out), webhook, settings);
  if (event_class == EventClass::contact || event_class == EventClass::contact_deleted)
    return translate_contact(body, event_class, std::move(out), webhook, settings);
  if (event_class == EventClass::unknown)
    out.skipped.push_back({events::Outcome::skipped, Reason::unknown_event_type,
                           "No such event type is known; the bytes are kept for reprocessing. If "
                           "it is about contacts, name it in contact_events."});
  else
    out.skipped.push_back({events::Outcome::skipped, Reason::no_event_type,
                           "The body names no event. Say with map where type and id are."});
  return out;
}

} // namespace tidemark::connectors::generic
