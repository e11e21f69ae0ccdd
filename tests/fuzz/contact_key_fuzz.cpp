#include "base/text/phone.hpp"
#include "domain/identity/identity.hpp"
#include "domain/rules/normalise.hpp"
#include "events/codec.hpp"
#include "events/format/tags.hpp"
#include "replay-tools/contact_key.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <set>

// What `tidemark explain KEY` takes: any key gives a contact or one of two errors, which never
// quote it; and a person is found under every spelling of their address.
namespace tidemark::fuzz {
namespace {

using events::Field;

const TenantId tenant{"acme"};
const KeyedHasher hasher{SecretText(std::string("pepper"))};
const ContactId jane{"c0123456789abcdef0123"};
constexpr auto phone = "+12025550142";
constexpr auto email = "jane@example.com";

/// A log that holds one thing: Jane's identity card, at position 1.
class OneCard final : public storage::LogStore {
public:
  OneCard() {
    card_.contact = jane;
    card_.phones = {events::phone_hash(hasher, tenant, phone)};
    card_.emails = {events::email_hash(hasher, tenant, email)};
    card_.records = {{ConnectorName("crm"),
                      events::remote_hash(hasher, tenant, ConnectorName("crm"), RemoteId("r-1"))}};
    tags_ = domain::card_event(card_).tags;
    tags_.push_back(events::contact_tag(jane));
  }
  void submit(storage::Append, storage::CompletionSink&, std::uint64_t) override {}
  Position durable() const override { return Position{1}; }
  Digest head() const override { return {}; }
  Epoch epoch() const override { return {}; }
  Result<Position> read(Position after, std::size_t, const storage::RecordVisitor&) const override {
    return after;
  }
  Result<std::optional<events::StoredEvent>> at(Position) const override {
    events::StoredEvent out;
    out.envelope.type = events::IdentityCardWritten::name;
    out.payload = events::encode(card_);
    return std::optional(out);
  }
  Result<std::vector<Position>> tagged(const TenantId& whose, const events::Tag& tag,
                                       Position after, std::size_t) const override {
    TRY(newest, newest_tagged(whose, tag));
    return newest > after ? std::vector{newest} : std::vector<Position>{};
  }
  Result<Position> newest_tagged(const TenantId& whose, const events::Tag& tag) const override {
    const bool here = whose == tenant && std::find(tags_.begin(), tags_.end(), tag) != tags_.end();
    return here ? Position{1} : Position{};
  }
  Result<StreamVersion> version_of(const TenantId&, const StreamName&) const override {
    return StreamVersion{};
  }
  std::shared_ptr<void> subscribe(std::function<void(Position)>) override { return nullptr; }

private:
  domain::IdentityCard card_;
  std::vector<events::Tag> tags_;
};

/// Whether the key is a way to write one of Jane's.
bool names_jane(const std::string& key, const std::string& region) {
  if (key == jane.value || key == "crm:r-1")
    return true;
  if (key.find('@') != std::string::npos)
    return domain::identity_key(Field::email, key) == email;
  if (key.find(':') != std::string::npos)
    return false;
  const auto number = to_e164(key, region); // else the plus sign may be left out
  return number ? *number == phone : "+" + key == phone;
}

/// What it says about keys that lead nowhere: the same words whatever the key is.
bool is_known_text(const OneCard& log, const std::string& text) {
  static const auto known = [&] {
    std::set<std::string> out;
    for (const auto* key : {"nobody", "nobody@example.com", "no@body"})
      out.insert(tools::contact_named(log, hasher, tenant, key, "US").error().text);
    return out;
  }();
  return known.contains(text);
}

} // namespace

void check(Input& input) {
  static const OneCard log;
  const std::string region = input.yes() ? "US" : input.yes() ? "GB" : "";
  const std::string key(input.text());
  const auto found = tools::contact_named(log, hasher, tenant, key, region);
  require(found.ok() == names_jane(key, region), "a key leads to somebody else, or to nobody");
  if (found) {
    require(found.value() == jane, "a contact that the log does not hold");
    return;
  }
  const auto& [code, text] = found.error();
  require(code == "not_found" || code == "bad_usage", "an error with another code");
  require(is_known_text(log, text), "an error that quotes the key");
  require(!tools::contact_named(log, hasher, TenantId{"other"}, key, region).ok(),
          "found in another tenant");
}

} // namespace tidemark::fuzz
