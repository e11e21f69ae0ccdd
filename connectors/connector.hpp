#pragma once
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "domain/delivery/delivery_verdict.hpp"
#include "domain/delivery/rate_budget.hpp"
#include "domain/rules/capabilities.hpp"
#include "domain/rules/command.hpp"
#include "domain/rules/custom_field_rule.hpp"
#include "events/action.hpp"
#include "events/delivery.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// One outside system is a value made of pure functions. The gateway and the delivery actor do the
/// I/O; a connector opens no socket, reads no clock and keeps no state.
namespace tidemark::connectors {

// ---- configuration

enum class SettingKind : std::uint8_t { text, url, boolean, integer, list, secret, table };

/// One setting of a connector: checks the configuration, masks it and documents it.
struct Setting {
  std::string_view key;
  SettingKind kind = SettingKind::text;
  bool required = false;
  std::string_view default_value{};
  std::string_view help{};
  bool checks_webhooks = false; ///< a secret that incoming webhooks are held against
};

/// The settings of one configured connector. Lists are joined by '\n'; a table is one entry per
/// member, `map.first_name = "data.given_name"`.
struct Settings {
  ConnectorName name;
  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, SecretText, std::less<>> secrets;

  /// The configured value or "".
  const std::string& get(std::string_view key) const;
  bool is_true(std::string_view key) const { return get(key) == "true"; }
  /// The secret's text or "".
  const std::string& secret(std::string_view key) const;
  bool has_secret(std::string_view key) const { return secrets.contains(key); }
  /// The same with every secret replaced by "***": what request hashes and replays are made with.
  Settings redacted() const;
};

// ---- inbound

/// Headers in the order they came, names in lower case. A name may occur twice.
using Headers = std::vector<std::pair<std::string, std::string>>;
/// The value when the name occurs exactly once.
std::optional<std::string_view> only_header(const Headers& headers, std::string_view name);
std::size_t count_header(const Headers& headers, std::string_view name);

struct WebhookRequest {
  const Headers& headers;
  std::string_view body; ///< the bytes as they came
  std::string_view channel;
};

/// What showed that a request is the system's.
struct Credential {
  /// `ed25519`, `hmac-sha256` ...; events::credential_matched of a secret that came itself, which
  /// cannot be shown again.
  std::string_view scheme{};
  SecretText key{}; ///< the one that fits, in the form of `Connector::webhook_keys`
  /// Names of those that the signature stands in or covers; none of a secret that came itself.
  std::vector<std::string> headers{};
};
/// The vendor's, and fresh.
struct Verified {
  Credential by{};
};
/// The vendor's, but outside the tolerance: kept, only opt-outs in it apply.
struct Stale {
  Reason reason_code = Reason::none;
  Credential by{};
};
/// Not shown to be the vendor's: refused, counted, not stored.
struct Forged {
  Reason reason_code = Reason::none; ///< missing_signature, bad_signature, repeated_header ...
  /// Of a signature that does not fit: as it came, at most 200 characters. Never a plain secret.
  std::string received{};
  /// The first 8 hex digits of what it should have been, where that is computed (an HMAC).
  std::string computed_start{};
};
using Verification = std::variant<Verified, Stale, Forged>;

/// An address that a body may be opting out.
struct PeekedAddress {
  events::Field kind = events::Field::phone; ///< phone or email
  std::string value;                         ///< normalised
  bool operator==(const PeekedAddress&) const = default;
};
/// A quick look before the append (docs/architecture.md).
struct Peek {
  std::string delivery_id; ///< the vendor's id of this delivery, "" when none
  /// Without such an id: what the vendor calls the record that the body is about, "" when unknown.
  /// Equal bytes are a repeat only while nothing else came about it (rule 11).
  std::string subject;
  bool maybe_opt_out = false; ///< never misses what translate calls an opt-out sign
  /// With an id and maybe_opt_out: who says what, where a vendor's repeat of a delivery differs in
  /// other things; "" where a repeat has equal bytes. Another one is never a repeat.
  std::string said;
  std::vector<PeekedAddress> addresses; ///< named when maybe_opt_out
  /// The number that the body asks to be texted; "" when it asks for nothing of the kind.
  std::string text_to{};
};

/// One way in: `/webhooks/{connector}` has the name "", others their own.
struct WebhookEndpoint {
  std::string_view name;
  std::uint16_t refusal_status = 401; ///< for forged bodies
  bool accepts_form = false;          ///< form bodies beside JSON
  /// Body of the 2xx answer where the vendor expects its own; "" for Tidemark's.
  std::string_view acknowledgement{};
};

/// Event names of a system that its connector acts on.
struct HandledKind {
  std::string name;       ///< as the vendor writes it; a `*` at its end stands for any rest
  std::string_view about; ///< "contacts", "calls" ...
};
/// Does the pattern, whose `*` at the end stands for any rest, fit the event name? Case, hyphens
/// and full stops do not count, as vendors differ from themselves in these.
bool fits_kind(std::string_view pattern, std::string_view kind);
/// Is there an event name that both patterns fit?
bool patterns_meet(std::string_view one, std::string_view other);

/// A stored webhook as translation sees it.
struct StoredWebhook {
  std::string_view channel;
  const std::map<std::string, std::string>& headers;
  std::string_view body;
  Timestamp received_at;
  bool stale = false;
};

// ---- outbound

struct HttpRequest {
  std::string method; ///< GET, POST, PUT, DELETE
  std::string url;    ///< absolute
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};
};
/// Hex SHA-256 over method, URL and body; make the request with redacted settings for it.
std::string hash_of(const HttpRequest& request);

/// What came back; `status` 0 with a reason in `transport` when nothing did.
struct HttpAnswer {
  std::uint32_t status = 0;
  Reason transport = Reason::none; ///< timeout, connect_failed, reset, too_large, tls_failed ...
  bool sent = true;                ///< false: the request surely never reached the vendor
  std::string content_type;
  std::string retry_after; ///< header as it came
  std::string date;        ///< header as it came: the vendor's clock
  std::string body;        ///< at most the stored part
  bool cut = false;        ///< the body was longer than the stored part
  Headers limits{};        ///< those about rate limits (names with "ratelimit"), as they came
};

/// A request of this attempt that was answered.
struct Exchange {
  std::string step;
  HttpAnswer answer;
};

/// Everything a connector may know to say what to do next.
struct DeliveryWork {
  const events::DeliveryIntended& intent;
  RemoteId remote_id; ///< the newest known, may be newer than the intent's
  std::uint32_t attempt = 1;
  bool after_unknown = false;          ///< an earlier attempt may have taken effect: look first
  Timestamp now;                       ///< for signatures over time, not for decisions
  std::span<const Exchange> exchanges; ///< of this attempt, oldest first
  std::string_view forward_body{};     ///< the webhook to forward, when the intent names one
  std::span<const std::pair<std::string, std::string>> forward_headers{};
};

/// The same for an action.
struct ActionWork {
  const events::ActionIntended& intent;
  RemoteId remote_id; ///< the contact's record there, "" when unknown
  std::uint32_t attempt = 1;
  bool after_unknown = false;          ///< an earlier attempt may have taken effect: look first
  Timestamp now;                       ///< for signatures over time, not for decisions
  std::span<const Exchange> exchanges; ///< of this attempt, oldest first
  std::string_view unknown_step{};     ///< request that `after_unknown` is about, "" when none
  std::span<const Exchange> before{};  ///< of earlier attempts to leave lists, oldest first
};

/// Send this, then ask again with its answer.
struct Send {
  std::string step;    ///< search, create, update, forward ...
  bool effect = false; ///< it changes something over there
  HttpRequest request;
  RemoteId gone{}; ///< record that the answer before this showed to be no more, "" when none
};
/// The attempt is over.
struct Conclude {
  domain::DeliveryResult delivery_result;
};
using NextStep = std::variant<Send, Conclude>;

// ---- listing

/// One page of a system's list of contacts.
struct ListedPage {
  domain::Translation translation; ///< a command, or a skipped part, for each contact
  std::uint32_t contacts = 0;
  std::string next_cursor; ///< where the next page begins; "" when this is the last
};

// ---- custom fields

/// A field that the account has made over there.
struct VendorField {
  std::vector<std::string> names;                     ///< its id, its key: a rule may use any
  std::string type;                                   ///< the system's own word
  domain::CustomType fits = domain::CustomType::text; ///< ours that it stands for
  std::vector<std::string> options;                   ///< of a choice
  bool any_option = false;                            ///< it takes others than these too
};

// ---- the connector

struct OAuth; // connectors/shared/oauth.hpp

struct Connector {
  std::string_view type;  ///< in configuration: "gohighlevel"
  std::string_view title; ///< for people: "GoHighLevel"
  domain::TargetCapabilities capabilities;
  std::span<const WebhookEndpoint> channels;
  std::span<const Setting> settings; ///< besides those common to all
  /// What is wrong with the settings as a whole: empty when nothing. Never quotes a secret.
  std::vector<Error> (*check)(const Settings&);
  /// Names of request headers that translation needs; stored with the webhook. None is secret.
  std::span<const std::string_view> kept_headers{};

  Verification (*verify)(const WebhookRequest&, const Settings&, Timestamp now);
  Peek (*peek)(const WebhookRequest&, const Settings&);
  domain::Translation (*translate)(const StoredWebhook&, const Settings&);
  /// The form in which this system keeps a value: two values with equal forms are the same to it.
  std::string (*normalise)(events::Field, std::string_view);
  NextStep (*next)(const DeliveryWork&, const Settings&);
  /// What the verifier looks for, for people: `name: what it holds`.
  std::span<const std::string_view> expected_headers{};
  /// Requests to it carry the `traceparent` of the webhook that led to them.
  bool takes_trace = false;
  /// Answer when a webhook cannot be stored now: the one that makes this vendor come back.
  std::uint16_t shed_status = 503;
  /// Actions that `capabilities` promise; null when there are none.
  NextStep (*next_action)(const ActionWork&, const Settings&) = nullptr;
  /// Asks for the page that begins at the cursor, "" for the first, in an order that contacts made
  /// meanwhile do not disturb. Few enough contacts for one decision. Null: offers no list.
  HttpRequest (*list_page)(std::string_view cursor, const Settings&) = nullptr;
  /// Asks whether a record has the number (E.164), of a system that offers no list: what stands
  /// there is compared number by number. Null: it cannot be asked either.
  HttpRequest (*look_up)(const Settings&, std::string_view phone) = nullptr;
  /// Reads a 2xx answer to either, and a 404 to a look-up. Errors: a body that is not what the
  /// contract promises.
  Result<ListedPage> (*translate_page)(std::string_view body, const Settings&) = nullptr;
  /// Reads what an answer says about the system's limits. Null: it says nothing about them.
  domain::StatedLimits (*stated_limits)(const HttpAnswer&, Timestamp now) = nullptr;
  /// What the body of a refusing answer says is wrong, raw: see shared/refusal.hpp. Null: bodies
  /// of refusals say nothing.
  events::Refusal (*refusal)(std::string_view body) = nullptr;
  /// A question that costs and changes nothing over there, to see whether the system answers and
  /// takes our key. No URL: nothing is configured to ask. Null: it is never asked.
  HttpRequest (*probe)(const Settings&) = nullptr;
  /// What the answer shows of the key: accepted, or why not. Null: the question was asked without
  /// the key, as there is no harmless one with it, so any answer shows that the system is there.
  domain::DeliveryResult (*judge_probe)(const HttpAnswer&) = nullptr;
  /// The event names that `translate` acts on, from the table that it reads itself.
  std::vector<HandledKind> (*handled_kinds)(const Settings&) = nullptr;
  /// The keys and secrets that `verify` takes now on a channel, each in one form for all ways in
  /// which it may be written.
  std::vector<SecretText> (*webhook_keys)(const Settings&, std::string_view channel) = nullptr;
  /// Settings and secrets that hold a key which webhooks are signed with: where an older one stood
  /// too. None: they are not signed.
  std::span<const std::string_view> key_settings{};
  /// Can its calls write the custom field of that key? Null: none of them.
  bool (*writes_custom_field)(std::string_view key) = nullptr;
  /// Asks which custom fields the account has, and reads a 2xx answer. Null: it cannot be asked.
  HttpRequest (*list_custom_fields)(const Settings&) = nullptr;
  Result<std::vector<VendorField>> (*read_custom_fields)(std::string_view body) = nullptr;
  /// How an account is connected whose tokens change. Null: the token is a fixed one.
  const OAuth* oauth = nullptr;
};

/// The connector of a type, or null.
const Connector* find(std::string_view type);
/// Every connector, one line each in all.cpp.
std::span<const Connector> all();
/// Settings that every connector has: base_url, requests_per_second, timeout_ms ...
std::span<const Setting> common_settings();

} // namespace tidemark::connectors
