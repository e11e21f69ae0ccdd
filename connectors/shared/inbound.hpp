#pragma once
#include "base/text/alphanumeric_key.hpp"
#include "base/text/json_reader.hpp"
#include "connectors/connector.hpp"
#include "connectors/shared/unreadable_body.hpp"
#include "domain/rules/reserved_tags.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What the translations of all connectors share.
namespace tidemark::connectors {

/// The vendor's event name as it may stand in logs: letters, digits and `._- `, at most 64 bytes;
/// anything else becomes `?`.
std::string safe_kind(std::string_view name);

/// A time in UTC with six decimals, so that text order is time order; "" when it is not RFC 3339.
std::string sortable_time(std::string_view text);

/// Text without spaces and control characters at its ends.
std::string_view trimmed(std::string_view text);

/// The hex digits of a signature that may be written `sha256=...`.
std::string_view without_sha256_prefix(std::string_view signature);

/// What is kept of a signature that does not fit. `computed_hex`: what it should have been, ""
/// where that is not computed.
Forged wrong_signature(std::string_view received, std::string_view computed_hex = {});

/// The configured `default_region`, "US" when it is not configured.
std::string_view region_of(const Settings& settings);

/// A flag as vendors write it: true, 1, "yes", "active" and anything unclear are yes; absent, null,
/// false, 0, "", "no", "false", "inactive" and "none" are not. For signs of an opt-out only.
bool is_set(const json::Value& flag);

/// The form in which most systems keep a value, as Connector::normalise wants it.
std::string normalise(events::Field field, std::string_view value);

/// Collects the fields that a body states. Absent and null are no statement, because vendors leave
/// out and null what they do not tell; an empty string says "is empty".
class FieldCollector {
public:
  explicit FieldCollector(std::string_view region) : region_(region) {}
  /// Text and numbers are taken in normalised form; any other type is remembered as wrong.
  /// `key` names the member in that case.
  void take(events::Field field, const json::Value& value, std::string_view key);
  /// A full name, split at its last space, where the body names no parts.
  void take_full_name(const json::Value& value, std::string_view key);
  events::FieldSet& fields() { return fields_; }
  /// Keys whose value was neither text nor number nor null.
  const std::vector<std::string>& wrong() const { return wrong_; }

private:
  std::string region_;
  events::FieldSet fields_;
  std::vector<std::string> wrong_;
};

/// The phone and e-mail of a body as `peek` names them: keys of identity, each once.
void add_address(std::vector<PeekedAddress>& out, events::Field kind, std::string_view value,
                 std::string_view region);

using domain::is_opt_out_tag;

/// The tags of a body: a text, or a list of texts or of objects with a `name`.
std::vector<std::string> tags_in(const json::Value& tags);
/// Whether any of them is such a mark.
bool any_opt_out_tag(const json::Value& tags);

/// The same without anything that a body which is stale or partly unreadable could do harm with:
/// remote id, phone, e-mail and the sign.
domain::ObserveRecord opt_out_only(domain::ObserveRecord record);

/// Why a body or a page could not be read: the reason that the error's code names.
Reason reason_of(const Error& unreadable);

/// `Connector::peek` of bodies that are JSON objects, with a `look` at the root; anything else may
/// hold an opt-out or not.
template <Peek (*look)(const json::Value&, const WebhookRequest&, const Settings&)>
Peek peek(const WebhookRequest& request, const Settings& settings) {
  const auto document = json::parse(request.body);
  if (document && document->root().kind() == json::Kind::object)
    return look(document->root(), request, settings);
  Peek out;
  out.maybe_opt_out = may_hold_opt_out(request.body);
  return out;
}

/// `Connector::translate` of bodies that are JSON objects, with `read` at the root; anything else
/// is quarantined.
template <domain::Translation (*read)(const json::Value&, const StoredWebhook&, const Settings&)>
domain::Translation translate(const StoredWebhook& webhook, const Settings& settings) {
  const auto document = json::parse(webhook.body);
  if (!document)
    return domain::quarantined(reason_of(document.error()), document.error().text);
  if (document->root().kind() != json::Kind::object)
    return domain::quarantined(Reason::body_not_an_object, "The body is JSON but no object.");
  return read(document->root(), webhook, settings);
}

/// A quarantined part of a webhook beside its commands.
events::SkippedPart quarantined_part(Reason reason_code, std::string text);

/// Text for wrong types, naming the first few keys.
std::string wrong_types_text(const std::vector<std::string>& keys);

} // namespace tidemark::connectors
