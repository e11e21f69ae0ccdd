#pragma once
#include "connectors/connector.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the requests and judgements of all connectors share.
namespace tidemark::connectors {

/// Percent-encoded for a path segment or a query value (RFC 3986): all but unreserved characters.
std::string url_encoded(std::string_view text);

/// The configured `base_url`, else `otherwise`, without a slash at its end.
std::string base_url_of(const Settings& settings, std::string_view otherwise);

/// The number of ours that a text leaves from: the one that was texted where it answers that, else
/// the configured one.
std::string sent_from(const events::ActionIntended& send, const Settings& settings);

/// A JSON object under construction.
class JsonObject {
public:
  JsonObject& text(std::string_view key, std::string_view value);
  /// `json` is a complete JSON value.
  JsonObject& raw(std::string_view key, std::string_view json);
  bool empty() const { return body_.size() == 1; }
  std::string finish() const { return body_ + "}"; }

private:
  void key(std::string_view name);
  std::string body_ = "{";
};

/// Where an attempt stands: `step` is its first request, `after` says what follows from an answer.
template <class After>
NextStep walk(NextStep step, std::span<const Exchange> exchanges, After after) {
  for (const auto& exchange : exchanges) {
    if (std::holds_alternative<Conclude>(step))
      return step;
    step = after(exchange);
  }
  return step;
}

/// Everything a delivery may write, with the context for a record that has to be made.
events::FieldSet all_values(const events::DeliveryIntended& intent);

/// The attempt is over. `read_back`: a look showed so.
inline NextStep conclude(domain::DeliveryVerdict verdict, Reason reason, bool read_back = false) {
  domain::DeliveryResult out{verdict, reason};
  out.read_back = read_back;
  return Conclude{std::move(out)};
}

/// A JSON array of texts.
std::string json_array(const std::vector<std::string>& texts);

/// What happens when a request reaches the vendor.
enum class Effect : std::uint8_t {
  none,       ///< a look-up
  repeatable, ///< sent twice, the result is the same (PUT of values)
  once,       ///< sent twice, it may happen twice (POST of a record)
};

/// The judgement where all vendors agree; nothing for 2xx and for the 4xx that each vendor words in
/// its own way.
/// - no answer: retry when it surely was not sent or is a look-up, else unknown
/// - 401 unauthorized; 408, 425 retry; 429 retry(rate_limited)
/// - 5xx: retry, but unknown for an `once`, since the vendor may have acted before it failed
/// - a look-up's 2xx of which only the beginning is stored: retry(answer_too_long)
/// - 3xx rejected(redirected): addresses are configured, a redirect would carry the token elsewhere
std::optional<domain::DeliveryResult> judge_common(const HttpAnswer& answer, Effect effect);

/// The judgement of a 4xx that the connector has no better word for.
domain::DeliveryResult judge_refusal(const HttpAnswer& answer);

/// The judgement of a 2xx whose body is not the JSON that the contract promises: a proxy's page
/// proves nothing, so retry for a look-up and unknown for anything else.
domain::DeliveryResult judge_unreadable(Effect effect);

/// The record that was to be made is there, and shows these values (see
/// domain/identity/existing_record.hpp).
domain::DeliveryResult found_there(RemoteId id, const events::FieldSet& shown);

/// Both names are known and have no word in common: a family's or a reception's number or mailbox,
/// and not the same person.
bool other_person(const events::FieldSet& ours, std::string_view first, std::string_view last);

inline bool is_success(const HttpAnswer& answer) {
  return answer.status >= 200 && answer.status < 300;
}

} // namespace tidemark::connectors
