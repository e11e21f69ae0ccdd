#include "domain/consent/unreadable_opt_out.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// What one input means for consent and for commands that wait (requirements C18, C19, O5).
namespace tidemark::domain::test::interpret_test {
namespace {

using events::Channel;
using events::ConsentChange;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string a = "+12025550101", b = "+12025550102";
const std::string early = "2026-08-14T10:00:00.000000Z", late = "2026-08-14T11:00:00.000000Z";

ConsentSignal words(ConsentChange change, const std::string& number,
                    const std::string& at = early) {
  ConsentSignal out;
  out.change = change;
  out.channels = {Channel::sms, Channel::whatsapp};
  out.evidence = events::Evidence::message_text;
  out.stated_at = at;
  out.address = PiiText(number);
  return out;
}

AddressHash hash_of(const std::string& number) {
  return events::phone_hash(hasher, acme, number);
}

/// `revoked aa..`, in the order of the decision.
std::vector<std::string> changes(const House& house) {
  std::vector<std::string> out;
  for (const auto& event : house.last())
    if (const auto* change = std::get_if<events::ConsentChanged>(&event.event))
      out.push_back(std::string(name_of_enum(change->change)) + " "
                    + (change->address_hash == hash_of(a)   ? "a"
                       : change->address_hash == hash_of(b) ? "b"
                                                            : "other")
                    + (change->alias_of ? " alias" : "")
                    + (change->reason_code == Reason::none
                           ? ""
                           : " " + std::string(name_of(change->reason_code))));
  return out;
}

std::vector<std::string> kinds(const events::WebhookInterpreted& interpreted) {
  std::vector<std::string> out;
  for (const auto& command : interpreted.commands)
    out.emplace_back(name_of_enum(command.kind));
  return out;
}

ObserveMessage message(const ConnectorName& system, const std::string& id,
                       std::vector<ConsentSignal> signs = {}) {
  ObserveMessage out;
  out.remote_id = RemoteId(id);
  out.message.source = system;
  out.signs = std::move(signs);
  return out;
}

TEST(Interpretation, AStopReachesTheContactBeforeAnythingElseInItsWebhook) {
  House house;
  auto observed = record(crm, "r-1", {{Field::phone, a}});
  observed.signs.push_back(words(ConsentChange::revoked, a));
  const auto interpreted = house.webhook({observed});
  EXPECT_THAT(kinds(interpreted), ElementsAre("apply_consent", "observe_record"));
  EXPECT_EQ(interpreted.commands[0].index, 1U);
  EXPECT_EQ(interpreted.commands[1].index, 0U) << "a command keeps its place's number";
  EXPECT_TRUE(interpreted.commands[0].new_contact) << "it wakes the contact first";
  EXPECT_FALSE(interpreted.commands[1].new_contact);
}

TEST(Interpretation, AStopOfNobodyIsHeldForAPerson) {
  for (const auto change : {ConsentChange::revoked, ConsentChange::review}) {
    House house;
    const auto interpreted = house.webhook({message(crm, "", {words(change, "BANK")})});
    EXPECT_THAT(changes(house), IsEmpty());
    ASSERT_EQ(interpreted.skipped.size(), 2U) << "parked, and held";
    EXPECT_EQ(interpreted.skipped[0].outcome, events::Outcome::quarantined);
    EXPECT_EQ(interpreted.skipped[0].reason_code, Reason::opt_out_unreadable);
  }
  House house;
  EXPECT_EQ(
      house.webhook({message(crm, "", {words(ConsentChange::granted, "BANK")})}).skipped.size(),
      1U);
}

TEST(Interpretation, AStopUnderAnUnreadableNumberClosesTheContactThatSaidIt) {
  for (const auto& [change, decided] : {std::pair{ConsentChange::revoked, "revoked a"},
                                        std::pair{ConsentChange::review, "review a maybe_opt_out"}})
    for (const auto* number : {"BANK", ""}) {
      House house;
      house.sees(record(crm, "r-1", {{Field::phone, a}}));
      EXPECT_TRUE(house.webhook({message(crm, "r-1", {words(change, number)})}).skipped.empty());
      EXPECT_THAT(changes(house), ElementsAre(decided));
    }
}

TEST(Interpretation, AStartUnderAnUnreadableNumberOpensNothing) {
  House house;
  house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.webhook({message(crm, "r-1", {words(ConsentChange::revoked, a)})});
  house.webhook({message(crm, "r-1", {words(ConsentChange::granted, "BANK", late)})});
  EXPECT_THAT(changes(house), IsEmpty());
}

TEST(UnreadableOptOut, IsHeldOnlyWhereSomethingWasUnreadableAndNothingCloses) {
  const auto held = [](Translation translation) {
    hold_unreadable_opt_out(translation);
    return !translation.skipped.empty()
           && translation.skipped.back().reason_code == Reason::opt_out_unreadable;
  };
  EXPECT_TRUE(held(quarantined(Reason::missing_record_id, "")));
  EXPECT_FALSE(held(skipped("", Reason::other_location, ""))) << "meant for somebody else";
  EXPECT_FALSE(held({}));
  auto closes = quarantined(Reason::wrong_type, "");
  closes.commands.emplace_back(message(crm, "r-1", {words(ConsentChange::review, a)}));
  EXPECT_FALSE(held(closes));
  auto twice = quarantined(Reason::wrong_type, "");
  twice.skipped.push_back(unreadable_opt_out());
  hold_unreadable_opt_out(twice);
  EXPECT_EQ(twice.skipped.size(), 2U);
}

TEST(Interpretation, AStopClosesEveryNumberOfThePersonAndAStartOpensThemAgain) {
  House house;
  house.now = *from_rfc3339(late);
  house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.sees(record(crm, "r-1", {{Field::phone, b}}));
  auto stop = record(hub, "", {{Field::phone, a}});
  stop.signs.push_back(words(ConsentChange::revoked, a));
  const auto interpreted = house.webhook({stop});
  EXPECT_THAT(changes(house), ElementsAre("revoked a", "revoked b alias"));
  EXPECT_THAT(kinds(interpreted), ElementsAre("apply_consent", "apply_consent", "observe_record"));
  stop.signs = {words(ConsentChange::granted, a, late)};
  house.webhook({stop});
  EXPECT_THAT(changes(house), ElementsAre("granted a", "granted b alias"));
}

TEST(Interpretation, AnOptOutFollowsTheNumberAndThePerson) { // requirement C19
  House house;
  auto stop = record(crm, "r-1", {{Field::phone, a}});
  stop.signs.push_back(words(ConsentChange::revoked, a));
  house.webhook({stop});
  house.sees(record(crm, "r-1", {{Field::phone, b}}));
  EXPECT_THAT(changes(house),
              ElementsAre("revoked b alias carried_over", "revoked b alias carried_over"))
      << "the new number of the same person, both channels";
  // A number that opted out before anybody knew whose it is.
  House other;
  other.webhook({message(hub, "", {words(ConsentChange::revoked, a)})});
  EXPECT_THAT(changes(other), ElementsAre("revoked a"));
  const auto known = other.webhook({record(crm, "r-7", {{Field::phone, a}})});
  EXPECT_THAT(kinds(known), ElementsAre("apply_consent", "apply_consent", "observe_record"));
}

TEST(Interpretation, EveryContactThatHasTheNumberIsTold) { // requirement O5
  House house;
  const auto owner =
      house.sees(record(crm, "r-1", {{Field::first_name, "Ann"}, {Field::phone, a}}));
  const auto claims =
      house.sees(record(crm, "r-2", {{Field::first_name, "Bob"}, {Field::phone, a}}));
  ASSERT_NE(owner.contact, claims.contact);
  auto stop = record(hub, "", {{Field::phone, a}});
  stop.signs.push_back(words(ConsentChange::revoked, a));
  std::set<ContactId> told;
  for (const auto& command : house.webhook({stop}).commands)
    if (command.kind == events::CommandKind::apply_consent)
      told.insert(command.contact);
  EXPECT_TRUE(told.contains(owner.contact));
  EXPECT_TRUE(told.contains(claims.contact));
}

TEST(Interpretation, AMarkWithoutChannelsClosesAllOfTheRecordsAddresses) {
  House house;
  auto marked = record(crm, "r-1", {{Field::phone, a}, {Field::email, "a@example.com"}});
  marked.opt_out_seen = true;
  house.webhook({marked});
  EXPECT_EQ(changes(house).size(), 2U) << "phone and e-mail";
  house.webhook({marked});
  EXPECT_THAT(changes(house), IsEmpty()) << "told again, it is known";
}

TEST(Interpretation, WhatARunFoundSaysWhichRun) {
  House house;
  auto marked = record(crm, "r-1", {{Field::phone, a}});
  marked.opt_out_seen = true;
  marked.run = "reconcile:41";
  house.webhook({marked});
  std::size_t found = 0;
  for (const auto& event : house.last())
    if (const auto* change = std::get_if<events::ConsentChanged>(&event.event)) {
      ASSERT_TRUE(change->found);
      EXPECT_EQ(change->found->run, "reconcile:41");
      ++found;
    }
  EXPECT_GT(found, 0U);
}

TEST(Interpretation, ARecordWithoutAnyAddressIsClosedByItself) {
  House house;
  auto marked = record(crm, "r-1", {{Field::first_name, "Ann"}});
  marked.opt_out_seen = true;
  EXPECT_THAT(kinds(house.webhook({marked})),
              ElementsAre("apply_consent", "apply_consent", "observe_record"));
}

TEST(Interpretation, AFlagTakenAwayWhileAnOptOutStandsIsToldToItsContact) {
  House house;
  auto stop = record(crm, "r-1", {{Field::phone, a}});
  stop.signs.push_back(words(ConsentChange::revoked, a));
  house.webhook({stop});
  ConsentSignal reset;
  reset.change = ConsentChange::granted;
  reset.channels = {Channel::sms};
  auto cleared = record(crm, "r-1", {{Field::phone, a}});
  cleared.signs.push_back(reset);
  EXPECT_THAT(kinds(house.webhook({cleared})), ElementsAre("apply_consent", "observe_record"));
  EXPECT_THAT(changes(house), ElementsAre("ignored a stronger_evidence_stands"));
}

TEST(Interpretation, AMessageOfNobodyWaitsUntilItsContactIsKnown) { // requirement C18
  House house;
  const auto parked = house.webhook({message(hub, "h-9")});
  EXPECT_THAT(kinds(parked), IsEmpty());
  ASSERT_EQ(parked.skipped.size(), 1U);
  EXPECT_EQ(parked.skipped[0].outcome, events::Outcome::parked);
  EXPECT_EQ(parked.skipped[0].text, "Waiting for " + hub.value + " contact h-9.");
  const auto released = house.webhook({record(hub, "h-9", {{Field::phone, a}})});
  ASSERT_THAT(kinds(released), ElementsAre("observe_record", "observe_message"));
  EXPECT_EQ(released.commands[1].input, Position{1});
  EXPECT_EQ(released.commands[1].contact, released.commands[0].contact);
  const auto again = house.webhook({record(hub, "h-9", {{Field::phone, b}})});
  EXPECT_THAT(kinds(again), ElementsAre("observe_record")) << "it is released once";
}

TEST(Interpretation, AMentionIsForThoseThatTakeBodiesAndWaitsForItsContact) {
  House house;
  const auto nobodys = house.webhook({ObserveMention{hub, RemoteId("h-9")}});
  EXPECT_THAT(kinds(nobodys), IsEmpty());
  EXPECT_TRUE(nobodys.skipped.empty()) << "nobody takes it, so nothing waits";
  auto takes = texting_rule();
  takes.capabilities.forwards_from = "generic";
  house.rules.systems = {hub_rule(), takes};
  const auto parked = house.webhook({ObserveMention{hub, RemoteId("h-9")}});
  EXPECT_THAT(kinds(parked), IsEmpty());
  ASSERT_EQ(parked.skipped.size(), 1U);
  const auto released = house.webhook({record(hub, "h-9", {{Field::phone, a}})});
  EXPECT_THAT(kinds(released), ElementsAre("observe_record", "observe_mention"));
}

TEST(Interpretation, AVendorsAnswerReleasesWhatWaitedForItsRecord) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.webhook({message(hub, "h-9")});
  events::DeliveryAccepted accepted;
  accepted.contact = known.contact;
  accepted.target = hub;
  accepted.remote_id = RemoteId("h-9");
  const Cause cause{Position{9}, 0, {}, "test"};
  const auto decision = interpret(accepted, nullptr, {acme, hasher, house, cause, house.rules});
  const auto* interpreted = interpreted_in(decision);
  ASSERT_TRUE(interpreted);
  EXPECT_EQ(interpreted, std::get_if<events::WebhookInterpreted>(&decision.front().event));
  ASSERT_EQ(interpreted->commands.size(), 1U);
  EXPECT_EQ(interpreted->commands[0].contact, known.contact);
}

TEST(Interpretation, AnOperatorsRequestIsDecidedForTheAddressAndItsContact) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  events::ConsentRequested request;
  request.address = PiiText(a);
  request.by = "ops";
  const Cause cause{Position{9}, 0, {}, "test"};
  const auto decision = interpret(request, nullptr, {acme, hasher, house, cause, house.rules});
  const auto* change = std::get_if<events::ConsentChanged>(&decision.front().event);
  ASSERT_TRUE(change);
  EXPECT_THAT(change->channels, ElementsAre(Channel::sms, Channel::call, Channel::whatsapp));
  EXPECT_EQ(change->by, "ops");
  EXPECT_EQ(stream_of(decision.front().event), events::consent_stream(hash_of(a)));
  ASSERT_EQ(interpreted_in(decision)->commands.size(), 1U);
  EXPECT_EQ(interpreted_in(decision)->commands[0].contact, known.contact);
}

events::OptOutImported listed(const std::string& stated_at) {
  events::OptOutImported row;
  row.file_hash = std::string(64, 'a');
  row.line = 3;
  row.address = PiiText(a);
  row.channels = {Channel::sms};
  row.stated_at = stated_at;
  row.by = "ops";
  return row;
}

TEST(Interpretation, AnImportedRowIsDecidedForTheAddressAndItsContact) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  const Cause cause{Position{9}, 0, {}, "test"};
  const auto decision = interpret(listed(""), nullptr, {acme, hasher, house, cause, house.rules});
  const auto* change = std::get_if<events::ConsentChanged>(&decision.front().event);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->change, events::ConsentChange::revoked);
  EXPECT_THAT(change->channels, ElementsAre(Channel::sms));
  EXPECT_EQ(change->evidence, events::Evidence::imported);
  EXPECT_EQ(change->source, ConnectorName("import"));
  EXPECT_EQ(change->rule, "import:aaaaaaaaaaaa");
  EXPECT_EQ(change->by, "ops");
  ASSERT_EQ(interpreted_in(decision)->commands.size(), 1U);
  EXPECT_EQ(interpreted_in(decision)->commands[0].contact, known.contact);
}

TEST(Interpretation, AnImportedRowThatSaysNothingNewLeadsToNothing) {
  House house;
  const Cause cause{Position{9}, 0, {}, "test"};
  const InterpreterContext context{acme, hasher, house, cause, house.rules};
  const auto first = interpret(listed(""), nullptr, context);
  house.knows(std::get<events::ConsentChanged>(first.front().event));
  const auto decision = interpret(listed(""), nullptr, context);
  ASSERT_EQ(decision.size(), 1U);
  EXPECT_TRUE(interpreted_in(decision)->commands.empty());
  EXPECT_EQ(interpreted_in(decision)->skipped.at(0).reason_code, Reason::opt_out_stands_already);
}

TEST(Interpretation, AnImportedRowIsNoSecondReviewWhereOneWaits) {
  House house;
  const Cause cause{Position{9}, 0, {}, "test"};
  const InterpreterContext context{acme, hasher, house, cause, house.rules};
  const auto told = [&](const events::OptOutImported& row) {
    return interpret(row, nullptr, context);
  };
  auto opened = std::get<events::ConsentChanged>(told(listed("")).front().event);
  opened.change = events::ConsentChange::granted;
  opened.stated_at = "2026-01-02T00:00:00Z";
  opened.evidence = events::Evidence::manual;
  opened.received_at = *from_rfc3339(opened.stated_at);
  house.knows(opened);
  const auto first = told(listed("2026-01-01T00:00:00Z"));
  const auto review = std::get<events::ConsentChanged>(first.front().event);
  EXPECT_EQ(review.change, events::ConsentChange::review);
  house.knows(review);
  const auto second = told(listed("2026-01-01T00:00:00Z"));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(interpreted_in(second)->skipped.at(0).reason_code, Reason::older_than_opt_in);
}

TEST(Interpret, StoresEachCommandUnderItsOwnKind) {
  using events::CommandKind;
  EXPECT_EQ(kind_of(ObserveRecord{}), CommandKind::observe_record);
  EXPECT_EQ(kind_of(ObserveCall{}), CommandKind::observe_call);
  EXPECT_EQ(kind_of(ObserveMessage{}), CommandKind::observe_message);
  EXPECT_EQ(kind_of(ApplyConsent{}), CommandKind::apply_consent);
  EXPECT_EQ(kind_of(ReleaseRecords{}), CommandKind::release_records);
  EXPECT_EQ(kind_of(AdoptRecords{}), CommandKind::adopt_records);
  EXPECT_EQ(kind_of(ObserveAppointment{}), CommandKind::observe_appointment);
  EXPECT_EQ(kind_of(RebuildLists{}), CommandKind::rebuild_lists);
  EXPECT_EQ(kind_of(RepairMapping{}), CommandKind::repair_mapping);
  EXPECT_EQ(kind_of(ObserveMention{}), CommandKind::observe_mention);
  EXPECT_EQ(kind_of(ObserveOpportunity{}), CommandKind::observe_opportunity);
}

TEST(Interpretation, AsksOnceAboutWordsOfAListThatMayBeAnOptOut) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  const Cause cause{Position{9}, 0, *from_rfc3339("2026-06-01T00:00:00Z"), "test"};
  events::MessageImported row;
  row.message.source = ConnectorName("old-crm");
  ObserveMessage said;
  said.message = row.message;
  said.fields = {{Field::phone, a}};
  said.listed = true;
  said.signs = {{.change = events::ConsentChange::review,
                 .channels = {Channel::sms},
                 .evidence = events::Evidence::message_text,
                 .rule = "import:aaaa",
                 .stated_at = "2026-01-01T00:00:00Z",
                 .address = PiiText(a)}};
  const Translation translation{"message import", {said}, {}};
  const auto told = [&] {
    return interpret(row, &translation, {acme, hasher, house, cause, house.rules});
  };
  const auto first = told();
  const auto* review = std::get_if<events::ConsentChanged>(&first.front().event);
  ASSERT_TRUE(review);
  EXPECT_EQ(review->change, events::ConsentChange::review);
  EXPECT_EQ(review->source, ConnectorName("old-crm"));
  EXPECT_EQ(interpreted_in(first)->connector, ConnectorName("old-crm"));
  ASSERT_EQ(interpreted_in(first)->commands.size(), 1U);
  EXPECT_EQ(interpreted_in(first)->commands[0].contact, known.contact);
  house.knows(*review);
  const auto second = told();
  EXPECT_TRUE(std::ranges::none_of(second, [](const auto& one) {
    return std::holds_alternative<events::ConsentChanged>(one.event);
  })) << "one question is enough";
}

/// What decides that an opt-out waits for the inputs before it (requirement O18).
TEST(Nameless, IsARecordThatNobodyIsKnownByWithoutAnAddress) {
  House house;
  const auto names_nobody = [&](const Command& command) {
    const Cause cause{Position{99}, 0, {}, "test"};
    return names_nobody_known({"test", {command}, {}}, {acme, hasher, house, cause, house.rules});
  };
  EXPECT_TRUE(names_nobody(record(dialer, "7", {})));
  EXPECT_TRUE(names_nobody(message(dialer, "7")));
  EXPECT_FALSE(names_nobody(record(dialer, "7", {{Field::phone, a}}))) << "its number is closed";
  const auto jane = house.sees(record(crm, "1", {{Field::phone, a}})).contact;
  house.learns(jane, dialer, "7");
  EXPECT_FALSE(names_nobody(record(dialer, "7", {})));
  EXPECT_FALSE(names_nobody(message(dialer, "7")));
}

} // namespace
} // namespace tidemark::domain::test::interpret_test
