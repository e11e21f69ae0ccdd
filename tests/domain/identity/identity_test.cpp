#include "tests/domain/identity/identity_house.hpp"

namespace tidemark::domain::identity_test {
namespace {

using namespace test;

const FieldSet jane{{Field::first_name, "Jane"},
                    {Field::last_name, "Doe"},
                    {Field::phone, "+12025550142"},
                    {Field::email, "jane@example.com"}};
const FieldSet only_phone{{Field::phone, "+12025550142"}};

using Words = std::vector<std::string>;
using Matched = std::vector<events::MatchedBy>;

TEST(Identity, AStrangerIsANewContact) {
  House house;
  const auto found = house.sees(record(crm, "r-1", jane));
  EXPECT_TRUE(found.new_contact);
  EXPECT_TRUE(found.matched.empty());
  EXPECT_EQ(found.names, events::NameMatch::unknown);
  EXPECT_TRUE(house.reviews().empty());
}

TEST(Identity, TheRemoteIdComesFirst) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  const auto again =
      house.sees(record(crm, "r-1", {{Field::first_name, "Max"}, {Field::phone, "+12025550143"}}));
  EXPECT_EQ(again.contact, first.contact);
  EXPECT_EQ(again.matched, Matched{events::MatchedBy::remote_id});
  EXPECT_EQ(again.names, events::NameMatch::differ);
  EXPECT_TRUE(house.reviews().empty());
}

TEST(Identity, ARecordOfAnotherSystemIsLinkedByPhoneThenByEmail) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  const auto by_phone = house.sees(record(dialer, "9", only_phone));
  EXPECT_EQ(by_phone.contact, first.contact);
  EXPECT_EQ(by_phone.matched, Matched{events::MatchedBy::phone});
  const auto by_email = house.sees(record(hub, "h", {{Field::email, "JANE@Example.com"}}));
  EXPECT_EQ(by_email.contact, first.contact);
  EXPECT_EQ(by_email.matched, Matched{events::MatchedBy::email});
}

TEST(Identity, TheSameIdInAnotherSystemIsAnotherRecord) {
  House house;
  const auto first = house.sees(record(crm, "1", {{Field::email, "a@example.com"}}));
  EXPECT_NE(house.sees(record(dialer, "1", {{Field::phone, "+12025550199"}})).contact,
            first.contact);
}

TEST(Identity, ASecondRecordInTheSameSystemStaysSeparateForReview) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  const auto second = house.sees(record(crm, "r-2", jane));
  EXPECT_NE(second.contact, first.contact);
  EXPECT_TRUE(second.new_contact);
  EXPECT_EQ(house.reviews(), Words{"record_exists"});
  EXPECT_EQ(house.sees(record(crm, "r-2", jane)).contact, second.contact);
  EXPECT_TRUE(house.reviews().empty()) << "asked once";
  EXPECT_EQ(house.events(), 1U) << "nothing new was learned: no card again";
}

TEST(Identity, TwoPeopleWhoShareAPhoneStayTwo) {
  House house;
  const auto mother = house.sees(record(crm, "r-1", jane));
  const auto son =
      house.sees(record(dialer, "9", {{Field::first_name, "Max"}, {Field::phone, "+12025550142"}}));
  EXPECT_NE(son.contact, mother.contact);
  EXPECT_EQ(house.reviews(), Words{"names_differ"});
  EXPECT_EQ(house.sees(record(hub, "h", jane)).contact, mother.contact)
      << "the phone is still the first one's";
}

TEST(Identity, OneWordOrNoNameInCommonIsEnough) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  const auto married = house.sees(record(
      dialer, "9",
      {{Field::first_name, "JÁNE"}, {Field::last_name, "Smith"}, {Field::phone, "+12025550142"}}));
  EXPECT_EQ(married.contact, first.contact);
  EXPECT_EQ(married.names, events::NameMatch::agree);
  EXPECT_EQ(house.sees(record(hub, "h", only_phone)).names, events::NameMatch::unknown);
}

TEST(Identity, KeysThatPointToTwoAreReviewedOnce) {
  House house;
  const auto first = house.sees(record(crm, "r-1", {{Field::phone, "+12025550142"}}));
  const auto second = house.sees(record(crm, "r-2", {{Field::email, "jane@example.com"}}));
  const auto both = record(crm, "r-1", {{Field::email, "jane@example.com"}});
  const auto found = house.sees(both);
  EXPECT_EQ(found.contact, first.contact) << "the remote id wins";
  EXPECT_EQ(house.reviews(), Words{"keys_point_to_two"});
  house.sees(both);
  EXPECT_TRUE(house.reviews().empty());
  EXPECT_EQ(house.events(), 1U);
  EXPECT_EQ(house.sees(record(hub, "h", {{Field::email, "jane@example.com"}})).contact,
            second.contact);
}

TEST(Identity, ARemovedRecordMakesRoomForTheNextOne) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  auto removed = record(crm, "r-1", {});
  removed.removed = true;
  EXPECT_EQ(house.sees(removed).contact, first.contact);
  const auto anew = house.sees(record(crm, "r-2", jane));
  EXPECT_EQ(anew.contact, first.contact);
  EXPECT_TRUE(house.reviews().empty());
}

TEST(Identity, ATextingSenderWithoutAnIdIsFoundByPhone) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  EXPECT_EQ(house.sees(record(texting, "", only_phone)).contact, first.contact);
  const auto stranger = record(texting, "", {{Field::phone, "+12025550177"}});
  const auto unknown = house.sees(stranger);
  EXPECT_TRUE(unknown.new_contact);
  EXPECT_EQ(house.sees(stranger).contact, unknown.contact);
}

TEST(Identity, TwoRecordsOfOneWebhookKnowOfEachOther) {
  House house;
  const auto both =
      house.webhook({record(crm, "r-1", jane), record(dialer, "9", only_phone)}).commands;
  EXPECT_TRUE(both[0].new_contact);
  EXPECT_FALSE(both[1].new_contact);
  EXPECT_EQ(both[0].contact, both[1].contact);
  const auto strangers = house
                             .webhook({record(hub, "1", {{Field::phone, "+12025550150"}}),
                                       record(hub, "2", {{Field::phone, "+12025550151"}})})
                             .commands;
  EXPECT_NE(strangers[0].contact, strangers[1].contact);
}

TEST(Identity, ALearnedIdFindsTheContactAndSoDoesTheOneItReplaced) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  house.learns(first.contact, dialer, "90001");
  EXPECT_EQ(house.sees(record(dialer, "90001", {})).contact, first.contact);
  house.learns(first.contact, dialer, "90002", "90001");
  EXPECT_EQ(house.sees(record(dialer, "90002", {})).contact, first.contact);
  const auto late = house.sees(record(dialer, "90001", {}));
  EXPECT_EQ(late.contact, first.contact) << "nobody else's";
  EXPECT_EQ(late.matched, Matched{events::MatchedBy::remote_id});
}

TEST(Identity, ARecordThatIsMadeAnewAfterItWasGoneIsTheSamePersons) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  house.forgets(first.contact, crm, "r-1");
  EXPECT_EQ(house.events(), 1U) << "an input has always a decision";
  EXPECT_EQ(house.sees(record(crm, "r-2", jane)).contact, first.contact);
  EXPECT_TRUE(house.reviews().empty());
}

TEST(Identity, ALateWebhookOfARecordThatWasMadeAnewIsNoSecondPerson) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  house.forgets(first.contact, crm, "r-1");
  house.learns(first.contact, crm, "r-2");
  for (int i = 0; i < 2; ++i) {
    const auto late = house.sees(record(crm, "r-1", jane));
    EXPECT_EQ(late.contact, first.contact);
    EXPECT_FALSE(late.new_contact);
    EXPECT_TRUE(house.reviews().empty());
  }
  EXPECT_EQ(house.card_of(first.contact)->records.size(), 1U) << "r-2";
}

TEST(Identity, ARecordIdThatIsGivenToSomebodyElseIsSomebodyElse) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  auto removed = record(crm, "r-1", {});
  removed.removed = true;
  house.sees(removed);
  const auto other = record(crm, "r-1",
                            {{Field::first_name, "Zebulon"},
                             {Field::phone, "+12025550199"},
                             {Field::email, "zeb@example.com"}});
  const auto second = house.sees(other);
  EXPECT_NE(second.contact, first.contact);
  EXPECT_EQ(house.sees(other).contact, second.contact);
}

TEST(Identity, ASecondRecordThatACreateOfOursMayHaveMadeIsOurs) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  house.sees(record(hub, "h-1", jane)); // crosses our create in hub
  house.create_is_out = true;
  EXPECT_EQ(house.sees(record(hub, "h-2", jane)).contact, first.contact);
  EXPECT_TRUE(house.reviews().empty());
  house.create_is_out = false;
  EXPECT_TRUE(house.sees(record(hub, "h-3", jane)).new_contact);
}

TEST(Identity, WhoSharesAnAddressIsFoundByAnotherOrByName) {
  House house;
  const auto owner = house.sees(record(crm, "r-1", jane));
  const FieldSet zeb{{Field::first_name, "Zebulon"},
                     {Field::last_name, "Fry"},
                     {Field::phone, "+12025550142"},
                     {Field::email, "zeb@example.com"}};
  const auto second = house.sees(record(hub, "h-1", zeb));
  ASSERT_TRUE(second.new_contact);
  EXPECT_EQ(house.sees(record(crm, "r-2", zeb)).contact, second.contact) << "by e-mail";
  EXPECT_TRUE(house.reviews().empty());
  const FieldSet by_phone{{Field::first_name, "Zebulon"}, {Field::phone, "+12025550142"}};
  EXPECT_EQ(house.sees(record(dialer, "9", by_phone)).contact, second.contact) << "by name";
  EXPECT_EQ(house.sees(record(dialer, "8", jane)).contact, owner.contact);
}

TEST(Identity, ARecordThatIsRestoredAfterItsDeletionIsLinkedAgain) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  auto removed = record(crm, "r-1", {});
  removed.removed = true;
  house.sees(removed);
  EXPECT_EQ(house.sees(record(crm, "r-1", {})).contact, first.contact);
  EXPECT_EQ(house.card_of(first.contact)->records.size(), 1U);
}

TEST(Identity, ALearnedIdThatAnotherContactOwnsIsReviewed) {
  House house;
  const auto first = house.sees(record(crm, "r-1", jane));
  const auto other = house.sees(record(dialer, "9", {{Field::phone, "+12025550199"}}));
  house.learns(first.contact, dialer, "9");
  EXPECT_EQ(house.reviews(), Words{"record_exists"});
  EXPECT_EQ(house.sees(record(dialer, "9", {})).contact, other.contact);
}

TEST(Identity, CardsHoldNoPlainValuesAndCarryATagForEveryKey) {
  House house;
  const auto found = house.sees(record(crm, "r-1", jane));
  const auto card = *house.card_of(found.contact);
  const auto stored = events::encode(card);
  for (const auto* plain : {"2025550142", "jane", "Jane", "doe", "r-1"})
    EXPECT_EQ(stored.find(plain), std::string::npos) << plain;
  EXPECT_EQ(card_event(card).tags.size(), 4U) << "card, record, phone, e-mail";
}

TEST(Identity, NoPersonHasMoreKeysThanAnEventHasTags) {
  House house;
  for (int i = 0; i < 100; ++i)
    house.sees(record(crm, "r-1",
                      {{Field::phone, "+1202555" + std::to_string(1000 + i)},
                       {Field::email, "jane" + std::to_string(i) + "@example.com"}}));
  const auto found = house.sees(record(crm, "r-1", {{Field::phone, "+12025551099"}}));
  EXPECT_EQ(found.matched, (Matched{events::MatchedBy::remote_id, events::MatchedBy::phone}))
      << "the newest are kept";
  EXPECT_LE(card_event(*house.card_of(found.contact)).tags.size(), 64U);
}

/// A text that names only a number.
ContactId writer_from(House& house, const std::string& number) {
  ObserveMessage text;
  text.message.source = hub;
  text.fields = {{Field::phone, number}};
  const auto commands = house.webhook({text}).commands;
  return commands.empty() ? ContactId{} : commands.at(0).contact;
}

const std::string n = "+12025550142", m = "+12025550199";
const FieldSet anna{{Field::first_name, "Anna"}, {Field::phone, n}};
const FieldSet zeb{{Field::first_name, "Zeb"}, {Field::phone, n}};

TEST(Identity, ATextIsOfWhoeverHasTheNumberNow) {
  House house;
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  house.sees(record(crm, "r-1", {{Field::first_name, "Anna"}, {Field::phone, m}}));
  EXPECT_EQ(writer_from(house, n), first) << "nobody else has it";
  const auto second = house.sees(record(crm, "r-2", zeb)).contact;
  ASSERT_NE(second, first);
  EXPECT_EQ(writer_from(house, n), second);
  EXPECT_EQ(writer_from(house, m), first);
}

TEST(Identity, ASenderOfWhomOnlyTheNumberIsKnownChangesNobodysNumber) {
  House house;
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  house.sees(record(crm, "r-1", {{Field::first_name, "Anna"}, {Field::phone, m}}));
  const auto second = house.sees(record(crm, "r-2", zeb)).contact;
  const auto sender = record(hub, "", {{Field::phone, n}});
  EXPECT_EQ(house.sees(sender).contact, second);
  EXPECT_EQ(writer_from(house, n), second);
  EXPECT_EQ(house.sees(record(hub, "", {{Field::phone, m}})).contact, first);
}

TEST(Identity, ATextFromASharedNumberIsItsFirstOwners) {
  House house;
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  ASSERT_NE(house.sees(record(crm, "r-2", zeb)).contact, first);
  EXPECT_EQ(writer_from(house, n), first);
}

TEST(Identity, ANumberThatIsChangedBackIsTheNewestAgain) {
  House house;
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  house.sees(record(crm, "r-1", {{Field::first_name, "Anna"}, {Field::phone, m}}));
  house.sees(record(crm, "r-1", anna));
  house.sees(record(crm, "r-2", zeb));
  EXPECT_EQ(writer_from(house, n), first);
}

TEST(Identity, ATextGoesToWhoeverIsLeftInTheFirstSystem) {
  House house;
  house.rules.precedence = {crm, dialer};
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  house.learns(first, dialer, "9");
  const auto second = house.sees(record(crm, "r-2", anna)).contact;
  ASSERT_NE(second, first);
  EXPECT_EQ(writer_from(house, n), first);
  auto deleted = record(crm, "r-1", {});
  deleted.removed = true;
  house.sees(deleted);
  EXPECT_EQ(writer_from(house, n), second);
  deleted = record(crm, "r-2", {});
  deleted.removed = true;
  house.sees(deleted);
  EXPECT_EQ(writer_from(house, n), first) << "nobody is left: it is the owner's";
}

TEST(Identity, WhatComesUnderARecordThatWasGivenUpIsOfWhoeverHasTheNumberNow) {
  House house;
  const auto first = house.sees(record(crm, "r-1", anna)).contact;
  house.learns(first, dialer, "9");
  house.sees(record(crm, "r-1", {{Field::first_name, "Anna"}, {Field::phone, m}}));
  house.learns(first, dialer, "10", "9");
  ObserveMessage text;
  text.message.source = dialer;
  text.remote_id = RemoteId("9");
  text.fields = {{Field::phone, n}};
  EXPECT_EQ(house.webhook({text}).commands.at(0).contact, first);
  const auto second = house.sees(record(crm, "r-2", zeb)).contact;
  EXPECT_EQ(house.webhook({text}).commands.at(0).contact, second);
  text.remote_id = RemoteId("10");
  EXPECT_EQ(house.webhook({text}).commands.at(0).contact, first) << "a record that is in use";
}

TEST(IdentityDeathTest, NoCardIsWrittenThatWouldLeadIntoACircle) {
  IdentityCard card;
  EXPECT_DEATH(card_event(card), "invariant broken at a card: ");
  card.contact = card.merged_into = ContactId("c1");
  EXPECT_DEATH(card_event(card), "invariant broken at the card of c1: ");
  card.merged_into = {};
  card.phones.resize(card_keys_max + 1);
  EXPECT_DEATH(card_event(card), "invariant broken at the card of c1: fits");
}

} // namespace
} // namespace tidemark::domain::identity_test
