#include "domain/merge/transfer_records.hpp"
#include "tests/domain/given.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// Two contacts become one person, and two again (requirement C8).
namespace tidemark::domain::test::merge_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string a = "+12025550101", b = "+12025550102";

std::vector<std::string> kinds(const events::WebhookInterpreted& interpreted) {
  std::vector<std::string> out;
  for (const auto& command : interpreted.commands)
    out.emplace_back(name_of_enum(command.kind));
  return out;
}

/// Two people of the CRM, each with a number.
struct Two {
  House house;
  ContactId ann, bob;
  Two() {
    ann = house.sees(record(crm, "r-1", {{Field::first_name, "Ann"}, {Field::phone, a}})).contact;
    bob = house.sees(record(crm, "r-2", {{Field::first_name, "Bob"}, {Field::phone, b}})).contact;
  }
  events::WebhookInterpreted merge() {
    return house.asked(events::ContactsMergeRequested{ann, bob, "one person", "ops", ""});
  }
  events::WebhookInterpreted unmerge() {
    return house.asked(events::ContactsUnmergeRequested{ann, bob, "two after all", "ops", ""});
  }
  void stops(const std::string& number) {
    auto stop = record(hub, "", {{Field::phone, number}});
    ConsentSignal sign;
    sign.channels = {events::Channel::sms};
    sign.evidence = events::Evidence::message_text;
    sign.address = PiiText(number);
    stop.signs.push_back(sign);
    house.webhook({stop});
  }
  Gate gate_of(const std::string& number) const {
    return any_suppression(house.consent_of(events::phone_hash(hasher, acme, number))).gate;
  }
};

TEST(Merge, AllKeysLeadToTheOneThatStays) {
  Two two;
  EXPECT_THAT(kinds(two.merge()), ElementsAre("release_records", "adopt_records"));
  EXPECT_EQ(two.house.sees(record(crm, "r-2", {{Field::phone, b}})).contact, two.ann);
  EXPECT_EQ(two.house.sees(record(hub, "h-1", {{Field::phone, b}})).contact, two.ann);
  EXPECT_EQ(two.house.last_of<events::ContactsMerged>().size(), 0U);
}

TEST(Merge, AnAnswerForTheOneThatEndedIsLearnedByTheOneThatStays) {
  Two two;
  two.merge();
  two.house.learns(two.bob, hub, "h-7");
  EXPECT_EQ(two.house.sees(record(hub, "h-7", {})).contact, two.ann);
}

TEST(Merge, ItIsTakenBackWithAllThatWasLearnedSince) {
  Two two;
  two.merge();
  two.house.sees(record(hub, "h-1", {{Field::first_name, "Ann"}, {Field::phone, a}}));
  EXPECT_THAT(kinds(two.unmerge()), ElementsAre("release_records", "adopt_records"));
  EXPECT_EQ(two.house.sees(record(crm, "r-2", {{Field::phone, b}})).contact, two.bob);
  EXPECT_EQ(two.house.sees(record(crm, "r-1", {{Field::phone, a}})).contact, two.ann);
  EXPECT_EQ(two.house.sees(record(hub, "h-1", {})).contact, two.ann);
  two.merge();
  EXPECT_EQ(two.house.sees(record(crm, "r-2", {{Field::phone, b}})).contact, two.ann)
      << "and it can be merged again";
}

TEST(Merge, WhatCannotBeOnePersonIsRefusedWithTheReason) {
  Two two;
  const auto reason = [](const events::WebhookInterpreted& e) {
    return std::string(e.skipped.empty() ? "" : name_of(e.skipped[0].reason_code));
  };
  const auto ask = [&](const ContactId& contact, const ContactId& other) {
    return reason(
        two.house.asked(events::ContactsMergeRequested{contact, other, "why", "ops", ""}));
  };
  EXPECT_EQ(ask(two.ann, ContactId("nobody")), "contact_not_known");
  EXPECT_EQ(ask(two.ann, two.ann), "same_contact");
  EXPECT_EQ(reason(two.unmerge()), "not_merged");
  two.merge();
  EXPECT_EQ(ask(two.ann, two.bob), "already_merged");
  const auto cid =
      two.house
          .sees(record(crm, "r-3", {{Field::first_name, "Cid"}, {Field::phone, "+12025550103"}}))
          .contact;
  EXPECT_EQ(ask(cid, two.ann), "other_has_parts");
  EXPECT_EQ(ask(two.ann, cid), "");
}

TEST(Merge, ThePersonIsClosedWhereverAnyPartWasClosed) {
  Two two;
  two.stops(b);
  const auto merged = two.merge();
  EXPECT_EQ(two.gate_of(a), Gate::closed);
  std::set<ContactId> told;
  for (const auto& command : merged.commands)
    if (command.kind == events::CommandKind::apply_consent)
      told.insert(command.contact);
  EXPECT_THAT(told, ElementsAre(two.ann));
  Two other;
  other.stops(a);
  other.merge();
  EXPECT_EQ(other.gate_of(b), Gate::closed) << "in both directions";
}

TEST(Merge, TakingItBackOpensNothing) {
  Two two;
  two.stops(b);
  two.merge();
  const auto unmerged = two.unmerge();
  EXPECT_EQ(two.gate_of(a), Gate::closed);
  EXPECT_EQ(two.gate_of(b), Gate::closed);
  std::set<ContactId> told;
  for (const auto& command : unmerged.commands)
    if (command.kind == events::CommandKind::apply_consent)
      told.insert(command.contact);
  EXPECT_THAT(told, ElementsAre(two.bob)) << "it hears again what stands against its number";
}

// ---- the contacts themselves

const FieldSet ann{{Field::first_name, "Ann"}, {Field::phone, a}, {Field::company, "Acme"}};
const FieldSet bob{
    {Field::first_name, "Annabel"}, {Field::phone, b}, {Field::email, "b@example.com"}};
const ContactId other{"c9999999999999999999"};

SyncRules systems() {
  auto rules = rules_of({crm_rule(), hub_rule()});
  for (auto& system : rules.systems)
    system.capabilities.opt_out_api = true;
  return rules;
}

/// A contact whose record in crm is `id`, with its copy in hub.
given person(const FieldSet& fields, const std::string& id) {
  given contact(systems());
  auto first = says(crm, fields);
  first.remote_id = RemoteId(id);
  const auto decided = contact.when(first);
  contact.dispatched(decided.intent(hub)).accepted(decided.intent(hub), "h-" + id);
  return contact;
}

struct Merged {
  given stays = person(ann, "r-1");
  given ends = person(bob, "r-2");
  Decided taken;
  Merged() {
    const auto given = ends.when(ReleaseRecords{jane, true, {}});
    taken = stays.when(AdoptRecords{other, given.all<events::RecordsReleased>().at(0)});
  }
};

TEST(MovedRecords, TheOneThatEndsHasNothingLeftAndTheOtherHasItAll) {
  Merged merged;
  EXPECT_THAT(merged.ends.contact().records, IsEmpty());
  EXPECT_THAT(merged.stays.contact().records, SizeIs(4));
  const auto& now = merged.stays.contact().merged;
  EXPECT_EQ(now.get(Field::company), "Acme");
  EXPECT_EQ(now.get(Field::email), "b@example.com");
  EXPECT_EQ(now.get(Field::first_name), "Annabel") << "the longer name (requirement A1.6)";
  EXPECT_EQ(now.get(Field::phone), a) << "both are numbers: the first in precedence";
}

TEST(MovedRecords, WhatTheyDisagreeAboutIsDecidedAndRecorded) {
  Merged merged;
  std::map<Field, std::string> rules;
  for (const auto& conflict : merged.taken.all<events::ContactConflictDecided>())
    rules[conflict.field] = conflict.rule;
  EXPECT_EQ(rules[Field::phone], "A1.6.phone.precedence");
  EXPECT_EQ(rules[Field::first_name], "A1.6.name.longer");
  EXPECT_FALSE(rules.contains(Field::company));
}

TEST(MovedRecords, TheSystemsAreBroughtUpToDateWithTheResult) {
  Merged merged;
  EXPECT_EQ(merged.taken.intent(hub).remote_id, RemoteId("h-r-1"));
  EXPECT_EQ(merged.taken.intent(hub).fields.get(Field::email), "b@example.com");
  EXPECT_EQ(merged.taken.intent(crm).remote_id, RemoteId("r-1"));
}

TEST(MovedRecords, BothRecordsOfASystemHearOfAStop) {
  Merged merged;
  events::ConsentChanged stop;
  stop.change = events::ConsentChange::revoked;
  stop.channels = {events::Channel::sms};
  stop.evidence = events::Evidence::message_text;
  stop.address_hash = {};
  stop.source = texting;
  const auto decided = merged.stays.when(ApplyConsent{stop});
  std::vector<std::string> told;
  for (const auto& action : decided.all<events::ActionIntended>())
    told.push_back(action.target.value + " " + action.remote_id.value);
  EXPECT_THAT(told, ElementsAre("crm r-1", "crm r-2", "hub h-r-1", "hub h-r-2"));
  EXPECT_THAT(merged.stays.when(ApplyConsent{stop}).all<events::ActionIntended>(), IsEmpty())
      << "each is told once";
}

TEST(MovedRecords, TakingItBackGivesEachWhatItHadAndWhatItsSystemsChangedSince) {
  Merged merged;
  auto edit = says(crm, {{Field::company, "Acme Ltd"}});
  merged.stays.after(edit);
  const auto given = merged.stays.when(ReleaseRecords{other, false, {}});
  const auto back = given.all<events::RecordsReleased>().at(0);
  EXPECT_THAT(back.records, SizeIs(2));
  EXPECT_EQ(back.merged, bob);
  EXPECT_THAT(merged.stays.contact().records, SizeIs(2));
  EXPECT_EQ(merged.stays.contact().merged.get(Field::company), "Acme Ltd");
  EXPECT_EQ(merged.stays.contact().merged.get(Field::first_name), "Ann");
  EXPECT_FALSE(merged.stays.contact().merged.find(Field::email));
  const auto taken = merged.ends.when(AdoptRecords{jane, back});
  EXPECT_EQ(merged.ends.contact().merged, bob);
  EXPECT_THAT(merged.ends.contact().records, SizeIs(2));
  EXPECT_TRUE(taken.all<events::RecordsAdopted>().at(0).returned);
}

} // namespace
} // namespace tidemark::domain::test::merge_test
