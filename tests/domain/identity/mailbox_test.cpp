#include "domain/consent/suppression.hpp"
#include "domain/rules/address_key.hpp"
#include "tests/domain/identity/identity_house.hpp"

/// Spellings of one mailbox are one person, and closed together (requirement C9).
namespace tidemark::domain::test::mailbox_test {
namespace {

using events::Channel;
using events::ConsentChange;

const std::string dots = "a.b.c@gmail.com", plain = "abc@gmail.com",
                  more = "A.bc+news@googlemail.com";

TEST(Mailbox, HasOneFormAtGooglesHostsAlone) {
  EXPECT_EQ(shared_mailbox(dots), plain);
  EXPECT_EQ(shared_mailbox(identity_key(Field::email, more)), plain);
  EXPECT_EQ(shared_mailbox("abc@googlemail.com"), plain);
  EXPECT_EQ(shared_mailbox(plain), "") << "it is written so";
  for (const auto* other : {"a.b@example.com", "a.b@notgmail.com", "a+b@outlook.com",
                            "...@gmail.com", "+x@gmail.com", "", "@gmail.com", "none"})
    EXPECT_EQ(shared_mailbox(other), "") << other;
  EXPECT_EQ(normalised(Field::email, dots, ""), dots) << "the value stays as it is written";
}

ObserveRecord told(const ConnectorName& system, const std::string& id, const std::string& email) {
  return record(system, id, {{Field::email, email}});
}

TEST(Mailbox, EverySpellingFindsTheContactWhicheverCameFirst) {
  const std::vector<std::string> spellings{dots, plain, more};
  for (const auto& first : spellings)
    for (const auto& second : spellings) {
      House house;
      const auto contact = house.sees(told(crm, "1", first)).contact;
      const auto found = house.sees(told(dialer, "2", second));
      EXPECT_EQ(found.contact, contact) << first << " " << second;
      EXPECT_EQ(found.matched, std::vector{events::MatchedBy::email});
    }
  House house;
  const auto contact = house.sees(told(crm, "1", "a.b@example.com")).contact;
  EXPECT_NE(house.sees(told(dialer, "2", "ab@example.com")).contact, contact);
}

TEST(Mailbox, AnotherNameInTheSameMailboxIsAnotherPerson) {
  House house;
  auto ann = told(crm, "1", dots), bob = told(crm, "2", plain);
  ann.fields.set(Field::first_name, "Ann");
  bob.fields.set(Field::first_name, "Bob");
  const auto first = house.sees(ann).contact;
  EXPECT_NE(house.sees(bob).contact, first);
  EXPECT_EQ(house.reviews(), std::vector<std::string>{"names_differ"});
}

Gate at(const House& house, const std::string& email) {
  const auto key = address_key(hasher, acme, Field::email, email);
  return suppression(house.consent_of(key->hash), Channel::email, "").gate;
}
ObserveRecord closes(const std::string& id, const std::string& email,
                     ConsentChange change = ConsentChange::revoked) {
  auto out = told(crm, id, email);
  ConsentSignal sign;
  sign.change = change;
  sign.channels = {Channel::email};
  sign.kind = Field::email;
  sign.address = PiiText(email);
  out.signs = {sign};
  return out;
}

TEST(Mailbox, AnOptOutOfOneSpellingClosesAll) {
  House house;
  house.sees(closes("", dots));
  EXPECT_EQ(at(house, dots), Gate::closed);
  EXPECT_EQ(at(house, plain), Gate::closed);
  house.sees(told(crm, "1", more));
  EXPECT_EQ(at(house, more), Gate::closed) << "who comes later in another spelling is closed too";
}

TEST(Mailbox, AnOptOutOfThePlainSpellingClosesWhoIsKnownByAnother) {
  House house;
  house.sees(told(crm, "1", dots));
  house.sees(closes("", plain));
  EXPECT_EQ(at(house, dots), Gate::closed);
}

TEST(Mailbox, ACardHoldsAsManyAddressesAsBefore) {
  House house;
  ContactId contact;
  for (std::size_t i = 0; i < card_keys_max; ++i)
    contact = house.sees(told(crm, "1", "a.b" + std::to_string(10 + i) + "@gmail.com")).contact;
  const auto card = house.card_of(contact);
  ASSERT_TRUE(card);
  EXPECT_EQ(card->emails.size(), card_emails_max);
  EXPECT_EQ(card->emails.front(), address_key(hasher, acme, Field::email, "a.b29@gmail.com")->hash)
      << "what is written stands first";
}

} // namespace
} // namespace tidemark::domain::test::mailbox_test
