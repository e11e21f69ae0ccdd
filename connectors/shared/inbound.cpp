#include "connectors/shared/inbound.hpp"

#include "base/contains.hpp"
#include "base/time.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors {

std::string_view without_sha256_prefix(std::string_view signature) {
  constexpr std::string_view prefix = "sha256=";
  return signature.starts_with(prefix) ? signature.substr(prefix.size()) : signature;
}

Forged wrong_signature(std::string_view received, std::string_view computed_hex) {
  constexpr std::size_t received_max = 200;
  return {Reason::bad_signature, std::string(received.substr(0, received_max)),
          std::string(computed_hex.substr(0, 8))};
}

std::string_view region_of(const Settings& settings) {
  return settings.values.contains("default_region")
             ? std::string_view(settings.get("default_region"))
             : std::string_view("US");
}

bool is_set(const json::Value& flag) {
  if (!flag.stated())
    return false;
  if (const auto truth = flag.boolean())
    return *truth;
  const auto text = flag.scalar();
  if (!text)
    return true; // an object or array where a flag belongs: unclear
  const auto word = alphanumeric_key(*text);
  return !(word.empty() || word == "0" || word == "no" || word == "false" || word == "inactive"
           || word == "none" || word == "off");
}

std::string safe_kind(std::string_view name) {
  std::string out(name.substr(0, 64));
  for (char& c : out)
    if (!is_word_char(c) && c != '.' && c != '_' && c != '-' && c != ' ')
      c = '?';
  return out;
}

std::string sortable_time(std::string_view text) {
  const auto time = from_rfc3339(text);
  return time ? to_rfc3339(*time) : std::string();
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

std::string normalise(events::Field field, std::string_view value) {
  return domain::comparable(field, domain::normalised(field, value, ""));
}

void FieldCollector::take(events::Field field, const json::Value& value, std::string_view key) {
  if (!value.stated())
    return;
  if (const auto text = value.scalar())
    fields_.set(field, domain::normalised(field, *text, region_));
  else
    wrong_.emplace_back(key);
}

void FieldCollector::take_full_name(const json::Value& value, std::string_view key) {
  using events::Field;
  if (!value.stated() || fields_.find(Field::first_name) || fields_.find(Field::last_name))
    return;
  const auto text = value.scalar();
  if (!text) {
    wrong_.emplace_back(key);
    return;
  }
  const auto [first, last] =
      domain::split_name(domain::normalised(Field::first_name, *text, region_));
  fields_.set(Field::first_name, first);
  if (!last.empty())
    fields_.set(Field::last_name, last);
}

void add_address(std::vector<PeekedAddress>& out, events::Field kind, std::string_view value,
                 std::string_view region) {
  auto key = domain::identity_key(kind, domain::normalised(kind, value, region));
  if (key.empty())
    return;
  const auto take = [&](std::string text) {
    PeekedAddress address{kind, std::move(text)};
    if (!address.value.empty() && !contains(out, address))
      out.push_back(std::move(address));
  };
  auto mailbox = kind == events::Field::email ? domain::shared_mailbox(key) : std::string();
  take(std::move(key));
  take(std::move(mailbox));
}

std::vector<std::string> tags_in(const json::Value& tags) {
  std::vector<std::string> out;
  const auto take = [&](const json::Value& tag) {
    const auto text = tag.kind() == json::Kind::object ? tag["name"].text() : tag.text();
    if (text && !trimmed(*text).empty())
      out.emplace_back(trimmed(*text));
  };
  take(tags);
  for (const auto& tag : tags.items())
    take(tag);
  return out;
}

bool any_opt_out_tag(const json::Value& tags) {
  const auto all = tags_in(tags);
  return std::ranges::any_of(all, is_opt_out_tag);
}

domain::ObserveRecord opt_out_only(domain::ObserveRecord record) {
  events::FieldSet keys;
  for (const auto field : {events::Field::phone, events::Field::email})
    if (record.fields.has_value(field))
      keys.set(field, record.fields.get(field));
  record.fields = std::move(keys);
  std::erase_if(record.signs, [](const auto& sign) {
    return sign.change == events::ConsentChange::granted && sign.evidence == events::Evidence::flag;
  });
  record.source_version.clear();
  record.removed = false;
  return record;
}

Reason reason_of(const Error& unreadable) {
  return reason_named(unreadable.code).value_or(Reason::answer_not_understood);
}

events::SkippedPart quarantined_part(Reason reason_code, std::string text) {
  return {events::Outcome::quarantined, reason_code, std::move(text)};
}

std::string wrong_types_text(const std::vector<std::string>& keys) {
  std::string out = "A value has a type that this member never has:";
  const auto named = std::min<std::size_t>(keys.size(), 5);
  for (std::size_t i = 0; i < named; ++i)
    out += (i == 0 ? " " : ", ") + keys[i];
  return out + ".";
}

} // namespace tidemark::connectors
