#include "base/text/json_writer.hpp"
#include "connectors/connector.hpp"
#include "domain/interpret.hpp"
#include "domain/rules/normalise.hpp"
#include "events/codec.hpp"
#include "tests/fuzz/input.hpp"

// Any body, to any connector and channel: something comes of it, the same each time, in the form
// that can be stored; and the look before the append misses no opt-out.
namespace tidemark::fuzz {
namespace {

using connectors::Connector;
using connectors::SettingKind;
using connectors::Settings;

const TenantId tenant{"acme"};
const KeyedHasher hasher{SecretText(std::string("pepper"))};

/// As configured with defaults; the generic connector also with paths of its own.
Settings settings_of(const Connector& connector, bool mapped) {
  Settings out;
  out.name = ConnectorName(std::string(connector.type));
  for (const auto& settings : {connectors::common_settings(), connector.settings})
    for (const auto& setting : settings)
      if (setting.kind != SettingKind::secret && setting.kind != SettingKind::table)
        out.values[std::string(setting.key)] = setting.default_value;
  if (mapped && connector.type == "generic")
    for (const auto* name : {"id", "type", "version", "name", "opt_out", "phone", "email"})
      out.values[std::string("map.") + name] = std::string("data.") + name;
  return out;
}

/// Nobody is known yet.
class NoFacts final : public domain::InterpreterFacts {
public:
  std::optional<domain::IdentityCard> card_under(const events::Tag&) const override { return {}; }
  std::optional<domain::IdentityCard> card_of(const ContactId&) const override { return {}; }
  bool may_be_ours(const ContactId&, const ConnectorName&, const RemoteId&) const override {
    return false;
  }
  domain::ConsentState consent_of(const AddressHash&) const override { return {}; }
  std::set<ContactId> claimants_of(const AddressHash&) const override { return {}; }
  std::vector<domain::ParkedCommand> parked_under(const events::Tag&) const override { return {}; }
};

void require_storable(const events::Event& event) {
  const auto back = events::decode(events::type_of(event), events::encode(event));
  require(back.ok() && *back == event, "what follows from the body cannot be stored as it is");
}

void check_record(const domain::ObserveRecord& record, std::string_view region) {
  events::ContactObserved observed;
  observed.connector = record.connector;
  observed.remote_id = record.remote_id;
  observed.fields = record.fields;
  require_storable(observed);
  for (const auto& [field, value] : record.fields)
    require(domain::normalised(field, value.reveal(), region) == value.reveal(),
            "a field that is not normalised");
  const auto& version = record.source_version;
  require(json::to_valid_utf8(version) == version, "a version that is no text");
}

} // namespace

void check(Input& input) {
  const auto& connector = connectors::all()[input.below(connectors::all().size())];
  const auto channel = connector.channels[input.below(connector.channels.size())].name;
  const auto settings = settings_of(connector, input.yes());
  const bool stale = input.yes();
  static const std::map<std::string, std::string> no_headers;
  const connectors::StoredWebhook webhook{channel, no_headers, input.text(), {}, stale};
  const auto found = connector.translate(webhook, settings);
  require(found == connector.translate(webhook, settings), "another translation the second time");
  require(!found.commands.empty() || !found.skipped.empty() || !found.broadcasts.empty(),
          "a body without an outcome");
  for (const auto& part : found.skipped)
    require(part.reason_code != Reason::none && !part.text.empty(),
            "a part left out without a reason");
  const auto peek = connector.peek({{}, input.text(), channel}, settings);
  for (const auto& command : found.commands) {
    const auto* said = std::get_if<domain::ObserveMessage>(&command);
    for (const auto& sign : said ? said->signs : std::vector<domain::ConsentSignal>{})
      require(peek.maybe_opt_out || sign.change != events::ConsentChange::revoked,
              "the look before missed an opt-out in a message");
    if (!std::holds_alternative<domain::ObserveRecord>(command))
      continue;
    const auto& record = std::get<domain::ObserveRecord>(command);
    require(peek.maybe_opt_out || !record.opt_out_seen, "the look before missed an opt-out");
    check_record(record, settings.get("default_region"));
  }
  for (const auto& address : peek.addresses)
    require(domain::identity_key(address.kind, address.value) == address.value,
            "an address of an opt-out that is no key");
  const NoFacts facts;
  const domain::Cause cause{Position{1}, 0, {}, "fuzz"};
  const domain::SyncRules rules;
  events::WebhookReceived received;
  received.connector = settings.name;
  for (const auto& [event, tags] :
       domain::interpret(received, &found, {tenant, hasher, facts, cause, rules})) {
    require_storable(event);
    require(tags.size() <= 64, "more tags than an event has room for");
  }
}

} // namespace tidemark::fuzz
