#include "domain/intake/contact_keys.hpp"
#include "events/format/tags.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::contact_keys_test {
namespace {

const TenantId acme("acme");
const ConnectorName crm("crm"), dialer("dialer");
const ContactId ada("c-ada"), part("c-part"), other("c-other");

class Keys : public testing::Test {
protected:
  events::IdentityCardWritten card() const {
    events::IdentityCardWritten out;
    out.contact = ada;
    out.records = {{crm, events::remote_hash(hasher, acme, crm, RemoteId("rec_1"))},
                   {dialer, events::remote_hash(hasher, acme, dialer, RemoteId("17"))}};
    out.phones = {events::phone_hash(hasher, acme, "+12025550142")};
    out.emails = {events::email_hash(hasher, acme, "ada@example.com")};
    out.parts = {part};
    return out;
  }
  static events::WebhookInterpreted led_to(const ContactId& contact) {
    events::WebhookInterpreted out;
    out.commands.push_back({0, 0, {}, events::CommandKind::observe_record, contact});
    return out;
  }
  bool names(std::string_view body, const ConnectorName& connector = crm) const {
    return keys.is_named_in(body, connector);
  }
  KeyedHasher hasher{SecretText("pepper")};
  events::IdentityCardWritten written = card();
  ContactKeys keys{hasher, acme, "US", ada, &written};
};

TEST_F(Keys, OfTheContactAndOfItsPartsAreItsCommands) {
  EXPECT_TRUE(keys.has_command_in(led_to(ada)));
  EXPECT_TRUE(keys.has_command_in(led_to(part)));
  EXPECT_FALSE(keys.has_command_in(led_to(other)));
  EXPECT_FALSE(keys.has_command_in({}));
}

TEST_F(Keys, AddressesAreFoundWhereverTheyStandAndHoweverTheyAreWritten) {
  EXPECT_TRUE(names(R"({"a":[{"b":"(202) 555-0142"}]})"));
  EXPECT_TRUE(names(R"({"to":12025550142})")) << "with its country's code";
  EXPECT_TRUE(names(R"({"mail":" ADA@Example.com "})"));
  EXPECT_FALSE(names(R"({"text":"call 202 555 0142 please","phone":"202 555 0143"})"));
  EXPECT_FALSE(names("STOP"));
  EXPECT_FALSE(names(""));
}

TEST_F(Keys, RecordsAreThoseOfTheSystemThatSpeaks) {
  EXPECT_TRUE(names(R"({"contactId":"rec_1"})"));
  EXPECT_TRUE(names(R"({"contact":{"id":"rec_1"}})"));
  EXPECT_FALSE(names(R"({"contactId":"rec_1"})", dialer));
  EXPECT_FALSE(names(R"({"note":"rec_1"})"));
  EXPECT_TRUE(names(R"({"contact_id":17})", dialer));
  EXPECT_FALSE(names(R"({"id":17})", dialer)) << "a call may be the seventeenth too";
}

TEST_F(Keys, WithoutACardTheCommandsAlone) {
  const ContactKeys bare(hasher, acme, "US", ada, nullptr);
  EXPECT_TRUE(bare.has_command_in(led_to(ada)));
  EXPECT_FALSE(bare.is_named_in(R"({"phone":"+12025550142"})", crm));
}

} // namespace
} // namespace tidemark::domain::contact_keys_test
