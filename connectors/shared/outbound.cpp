#include "connectors/shared/outbound.hpp"

#include "base/text/json_writer.hpp"
#include "domain/rules/normalise.hpp"

#include <algorithm>

namespace tidemark::connectors {

using domain::DeliveryResult;
using domain::DeliveryVerdict;

std::string url_encoded(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  static constexpr std::string_view unreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (unreserved.find(c) != unreserved.npos) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    }
  }
  return out;
}

std::string sent_from(const events::ActionIntended& send, const Settings& settings) {
  const bool answers = send.purpose != "conversation" && send.message;
  const auto texted = answers ? send.message->our_address : std::string();
  return texted.empty() ? settings.get("sms_from") : texted;
}

std::string base_url_of(const Settings& settings, std::string_view otherwise) {
  std::string out = settings.get("base_url");
  if (out.empty())
    out = otherwise;
  while (!out.empty() && out.back() == '/')
    out.pop_back();
  return out;
}

void JsonObject::key(std::string_view name) {
  if (!empty())
    body_.push_back(',');
  json::append_string(body_, name);
  body_.push_back(':');
}

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
  key(name);
  json::append_string(body_, json::to_valid_utf8(value));
  return *this;
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view json) {
  key(name);
  body_ += json;
  return *this;
}

events::FieldSet all_values(const events::DeliveryIntended& intent) {
  auto out = intent.context;
  for (const auto& [field, value] : intent.fields)
    out.set(field, value.reveal());
  return out;
}

std::string json_array(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const auto& text : texts) {
    if (out.size() > 1)
      out.push_back(',');
    json::append_string(out, json::to_valid_utf8(text));
  }
  return out + "]";
}

std::optional<DeliveryResult> judge_common(const HttpAnswer& answer, Effect effect) {
  if (answer.status == 0) {
    const auto why = answer.transport == Reason::none ? Reason::no_answer : answer.transport;
    const bool harmless = !answer.sent || effect == Effect::none;
    return DeliveryResult{harmless ? DeliveryVerdict::retry : DeliveryVerdict::unknown, why};
  }
  switch (answer.status) {
  case 401:
    return DeliveryResult{DeliveryVerdict::unauthorized, Reason::unauthorized};
  case 408:
  case 425:
    return DeliveryResult{DeliveryVerdict::retry, Reason::vendor_asks_to_repeat};
  case 429:
    return DeliveryResult{DeliveryVerdict::retry, Reason::rate_limited};
  default:
    break;
  }
  if (answer.status >= 500)
    return DeliveryResult{effect == Effect::once ? DeliveryVerdict::unknown
                                                 : DeliveryVerdict::retry,
                          Reason::vendor_failed};
  if (answer.status >= 300 && answer.status < 400)
    return DeliveryResult{DeliveryVerdict::rejected, Reason::redirected};
  if (answer.status < 200)
    return DeliveryResult{effect == Effect::none ? DeliveryVerdict::retry
                                                 : DeliveryVerdict::unknown,
                          Reason::answer_not_understood};
  if (answer.cut && is_success(answer) && effect == Effect::none)
    return DeliveryResult{DeliveryVerdict::retry, Reason::answer_too_long};
  return std::nullopt;
}

DeliveryResult judge_refusal(const HttpAnswer& answer) {
  const auto reason = [&] {
    switch (answer.status) {
    case 400:
      return Reason::bad_request;
    case 402:
      return Reason::payment_required;
    case 403:
      return Reason::forbidden;
    case 404:
    case 410:
      return Reason::not_found;
    case 409:
      return Reason::conflict;
    case 413:
      return Reason::request_too_large;
    case 422:
      return Reason::validation_failed;
    default:
      return Reason::refused;
    }
  };
  return {DeliveryVerdict::rejected, reason()};
}

DeliveryResult found_there(RemoteId id, const events::FieldSet& shown) {
  DeliveryResult out{DeliveryVerdict::accepted, Reason::found_there, std::move(id),
                     events::FieldSet{}};
  out.found = true;
  for (const auto& [field, value] : shown)
    if (!value.reveal().empty()) // "is empty" would be a wish about a value that nobody had seen
      out.fields->set(field, value.reveal());
  return out;
}

bool other_person(const events::FieldSet& ours, std::string_view first, std::string_view last) {
  using events::Field;
  const auto we = domain::name_words(ours.get(Field::first_name), ours.get(Field::last_name));
  const auto they = domain::name_words(first, last);
  return !we.empty() && !they.empty() && std::ranges::none_of(we, [&](const auto& word) {
    return std::ranges::binary_search(they, word);
  });
}

DeliveryResult judge_unreadable(Effect effect) {
  return {effect == Effect::none ? DeliveryVerdict::retry : DeliveryVerdict::unknown,
          Reason::answer_not_json};
}

} // namespace tidemark::connectors
