#include "domain/consent/suppression.hpp"
#include "domain/rules/address_key.hpp"
#include "tests/domain/identity/identity_house.hpp"

#include <gmock/gmock.h>

/// How long a command waits for its person, and what ends that (requirement C18).
namespace tidemark::domain::test::parking_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string a = "+12025550101", b = "+12025550102";
constexpr auto day = std::chrono::hours{24};

ObserveMessage message(const std::string& id, const std::string& phone = "") {
  ObserveMessage out;
  out.remote_id = RemoteId(id);
  out.message.source = hub;
  if (!phone.empty())
    out.fields.set(Field::phone, phone);
  return out;
}

std::vector<std::string> kinds(const events::WebhookInterpreted& interpreted) {
  std::vector<std::string> out;
  for (const auto& command : interpreted.commands)
    out.emplace_back(name_of_enum(command.kind));
  return out;
}

/// The due time of the command that the last decision parked.
events::TimerDue timer(const House& house) {
  const auto parked = house.last_of<events::CommandParked>().at(0);
  return events::timer_of(
      {parked.input, parked.keys.empty() ? std::nullopt : std::optional(parked.keys.front())});
}

TEST(Parking, ADueTimeNamesItsInputAndAKeyAndNothingElseIsReadAsOne) {
  const events::ParkingTime time{Position{41}, Hash16{0xaa, 0x11}};
  const auto read = events::parking_time(events::timer_of(time));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->input, time.input);
  EXPECT_EQ(read->key, time.key);
  EXPECT_FALSE(events::parking_time({"delivery_retry", "d0123"}));
  EXPECT_FALSE(events::parking_time({"parking", "41"}));
  EXPECT_FALSE(events::parking_time({"parking", "x/"}));
  EXPECT_FALSE(events::parking_time({"parking", "41/aa11"})) << "no hash";
}

TEST(Parking, WhatWaitedTooLongIsADeadLetterAndIsReleasedAllTheSame) {
  House house;
  house.webhook({message("h-9")});
  const auto due = timer(house);
  const auto early = house.asked(due, Timestamp{} + day - std::chrono::seconds{1});
  EXPECT_THAT(house.last_of<events::CommandTimedOut>(), IsEmpty()) << "its time has not come";
  EXPECT_EQ(early.skipped.at(0).reason_code, Reason::nothing_waits);
  house.asked(due, Timestamp{} + day);
  const auto dead = house.last_of<events::CommandTimedOut>();
  ASSERT_THAT(dead, SizeIs(1));
  EXPECT_EQ(dead[0].input, Position{1});
  EXPECT_EQ(dead[0].timeout_seconds, 86'400U);
  house.asked(due, Timestamp{} + 2 * day);
  EXPECT_THAT(house.last_of<events::CommandTimedOut>(), IsEmpty()) << "it is dead once";
  const auto released = house.webhook({record(hub, "h-9", {{Field::phone, a}})});
  EXPECT_THAT(kinds(released), ElementsAre("observe_record", "observe_message"));
  house.asked(due, Timestamp{} + 3 * day);
  EXPECT_THAT(house.last_of<events::CommandTimedOut>(), IsEmpty()) << "it does not wait any more";
}

TEST(Parking, WithoutATimeOutItWaitsForEver) {
  House house;
  house.rules.parking_timeout = {};
  house.webhook({message("h-9")});
  house.asked(timer(house), Timestamp{} + 1000 * day);
  EXPECT_THAT(house.last_of<events::CommandTimedOut>(), IsEmpty());
}

/// STOP in a message that names the record alone.
ObserveMessage stop_of(const std::string& id) {
  auto out = message(id);
  ConsentSignal sign;
  sign.channels = {events::Channel::sms};
  sign.evidence = events::Evidence::message_text;
  sign.stated_at = "2026-08-14T17:00:00.000000Z";
  out.signs = {sign};
  return out;
}
bool is_suppressed(const House& house, const std::string& phone) {
  const auto address = address_key(hasher, acme, Field::phone, phone);
  return suppression(house.consent_of(address->hash), events::Channel::sms, {}).gate
         == Gate::closed;
}

TEST(Parking, AStopThatWaitsClosesWhoeverTurnsOutToHaveTheRecord) {
  House house;
  house.webhook({stop_of("h-9")});
  EXPECT_FALSE(is_suppressed(house, a));
  const auto released = house.webhook({record(hub, "h-9", {{Field::phone, a}})});
  EXPECT_TRUE(is_suppressed(house, a));
  EXPECT_THAT(kinds(released), ElementsAre("apply_consent", "observe_record", "observe_message"));
}

TEST(Parking, AStopThatWaitsHoldsForARecordWhoseNumberComesLater) {
  House house;
  house.webhook({stop_of("h-9")});
  house.webhook({record(hub, "h-9", {})});
  house.webhook({record(hub, "h-9", {{Field::phone, a}})});
  EXPECT_TRUE(is_suppressed(house, a));
}

TEST(Parking, AStopThatAnOperatorReleasesClosesWhoItBelongsTo) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.webhook({stop_of("h-9")});
  const auto parked = house.last_of<events::CommandParked>().at(0);
  events::ParkedReleaseRequested request;
  request.input = parked.input;
  request.key = parked.keys.at(0);
  request.contact = known.contact;
  house.asked(request, Timestamp{});
  EXPECT_TRUE(is_suppressed(house, a));
}

TEST(Parking, WhatWaitsForTwoKeysIsReleasedOnce) {
  House house;
  house.webhook({message("h-9", a)});
  EXPECT_THAT(kinds(house.webhook({record(hub, "h-9", {{Field::phone, b}})})),
              ElementsAre("observe_record", "observe_message"));
  EXPECT_THAT(kinds(house.webhook({record(crm, "r-7", {{Field::phone, a}})})),
              ElementsAre("observe_record"));
}

TEST(Parking, WhatAnotherKeyStillHoldsBackKeepsWaiting) {
  House house;
  house.webhook({message("h-9", a)});
  house.webhook({message("h-8", a)});
  EXPECT_THAT(kinds(house.webhook({record(hub, "h-9", {})})),
              ElementsAre("observe_record", "observe_message"));
  const auto rest = house.webhook({record(hub, "h-8", {})});
  ASSERT_THAT(kinds(rest), ElementsAre("observe_record", "observe_message"));
  EXPECT_EQ(rest.commands[1].input, Position{2});
}

TEST(Parking, AnOperatorSaysWhoseItIs) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.webhook({message("h-9")});
  const auto parked = house.last_of<events::CommandParked>().at(0);
  events::ParkedReleaseRequested request;
  request.input = parked.input;
  request.key = parked.keys.at(0);
  request.contact = ContactId("nobody");
  EXPECT_EQ(house.asked(request).skipped.at(0).reason_code, Reason::contact_not_known);
  request.contact = known.contact;
  const auto released = house.asked(request);
  ASSERT_THAT(kinds(released), ElementsAre("observe_message"));
  EXPECT_EQ(released.commands[0].contact, known.contact);
  EXPECT_EQ(released.commands[0].input, parked.input);
  EXPECT_EQ(house.asked(request).skipped.at(0).reason_code, Reason::nothing_waits);
}

TEST(Parking, ACommandThatNamesNobodyWaitsForAnOperator) {
  House house;
  const auto known = house.sees(record(crm, "r-1", {{Field::phone, a}}));
  house.webhook({message("")});
  const auto parked = house.last_of<events::CommandParked>().at(0);
  EXPECT_THAT(parked.keys, IsEmpty());
  house.asked(timer(house), Timestamp{} + day);
  EXPECT_THAT(house.last_of<events::CommandTimedOut>(), SizeIs(1));
  events::ParkedReleaseRequested request;
  request.input = parked.input;
  request.contact = known.contact;
  EXPECT_THAT(kinds(house.asked(request)), ElementsAre("observe_message"));
}

TEST(Parking, AnOptOutInAParkedMessageHoldsAtOnceAndNeverTimesOut) {
  House house;
  auto stop = message("", a);
  ConsentSignal sign;
  sign.channels = {events::Channel::sms};
  sign.evidence = events::Evidence::message_text;
  sign.address = PiiText(a);
  stop.signs.push_back(sign);
  house.webhook({stop});
  const auto hash = events::phone_hash(hasher, acme, a);
  EXPECT_EQ(any_suppression(house.consent_of(hash)).gate, Gate::closed);
  house.asked(timer(house), Timestamp{} + day);
  EXPECT_EQ(any_suppression(house.consent_of(hash)).gate, Gate::closed);
}

} // namespace
} // namespace tidemark::domain::test::parking_test
