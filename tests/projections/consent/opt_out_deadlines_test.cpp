#include "projections/consent/opt_out_deadlines.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::projections::opt_out_deadlines_test {
namespace {

using events::Channel;
using events::ConsentChange;
using sample::acme;
using sample::ana;

/// Ana's address, who was told of its opt-outs, and whether in time.
class OptOutDeadlines : public testing::Test {
protected:
  AddressView view() { return view_of(to_hex(story.hash)); }
  AddressView view_of(const std::string& hash) {
    sample::apply_live(log, tables, hasher, log.durable());
    const Scan scan = [this](std::string_view table, std::string_view prefix,
                             std::string_view after, const RowVisitor& row) {
      return tables.scan(table, prefix, after, row);
    };
    auto made = opt_outs_of(scan, acme, hash);
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
  }
  using States = std::vector<std::pair<std::string, std::string>>;
  /// Rule and state of each deadline, so long after the STOP.
  States states(const AddressView& address, std::chrono::minutes later) {
    States out;
    for (const auto& deadline : deadlines_of(address, story.time_of(story.at.stop) + later))
      out.emplace_back(deadline.rule, deadline.state);
    return out;
  }
  static States both(const std::string& state) {
    return {{"confirmed_in_2_minutes", state}, {"tcpa_10_business_days", state}};
  }
  /// Ana's card, with the address or without it.
  void write_card(bool with_address, std::vector<ContactId> parts = {}) {
    auto written = sample::card(hasher, true);
    written.parts = std::move(parts);
    if (!with_address)
      written.phones = {events::phone_hash(hasher, acme, "+12025550177")};
    story.writer().input(events::identity_stream(), written);
  }
  /// A system is told of Ana, because of an input that says nothing about the address.
  void tell_later(const std::string& delivery, std::vector<Channel> channels) {
    auto tell = sample::StopStory::tell();
    tell.delivery = DeliveryId(delivery);
    tell.channels = std::move(channels);
    const auto because = sample::receive(story.writer(), delivery);
    story.writer().decide(because, 1, events::Decider::contact, because,
                          {{events::contact_stream(ana), tell, {}, {}}});
  }
  /// Ana's contact takes in what was said at `input`, because of another.
  void take_in(Position input, Position because) {
    events::ConsentApplied applied;
    applied.channels = {Channel::sms};
    applied.address_hash = story.hash;
    applied.input = input;
    story.writer().decide(because, 1, events::Decider::contact, because,
                          {{events::contact_stream(ana), applied, {}, {}}});
  }
  static std::vector<std::string> deliveries(const AddressView& address) {
    std::vector<std::string> out;
    for (const auto& told : address.propagation)
      out.push_back(told.delivery.value);
    return out;
  }

  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  sample::StopStory story{log, hasher};
};

TEST_F(OptOutDeadlines, AreMetOnceEverySystemHasConfirmed) {
  story.known();
  story.stop();
  EXPECT_EQ(states(view(), std::chrono::minutes(1)), both("open"));
  const auto late = states(view(), std::chrono::minutes(3));
  EXPECT_EQ(late.front().second, "missed");
  EXPECT_EQ(late.back().second, "open");
  story.confirm();
  EXPECT_EQ(states(view(), std::chrono::minutes(3)), both("met"));
}

TEST_F(OptOutDeadlines, OfWhatWasLiftedStayAsTheyWereWhateverIsSaidLater) {
  const auto say = [&](ConsentChange change, std::chrono::minutes later) {
    auto said = story.statement(change, sample::receive(story.writer(), "said"));
    said.received_at = story.time_of(story.at.stop) + later;
    said.stated_at = to_rfc3339(said.received_at);
    story.say(said);
  };
  constexpr std::chrono::minutes soon(5), month(60 * 24 * 30);
  story.known();
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  EXPECT_EQ(states(view(), soon), (States{both("met")[0], both("open")[1]}));
  say(ConsentChange::granted, soon);
  const States lifted{both("met")[0], both("lifted")[1]};
  EXPECT_EQ(states(view(), month), lifted);
  say(ConsentChange::revoked, month);
  story.confirm_later("dagain0123456789abcdef", sample::aloware_id, {Channel::sms});
  const auto twice = view();
  EXPECT_FALSE(twice.propagation[0].by_hand);
  EXPECT_EQ(twice.propagation[1].lifted, Position{});
  auto all = lifted;
  all.insert(all.end(), {both("met")[0], both("met")[1]});
  EXPECT_EQ(states(twice, month * 2), all);
}

TEST_F(OptOutDeadlines, ThatWereMissedWhenItWasLiftedStayMissed) {
  story.known();
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  auto start = story.statement(ConsentChange::granted, sample::receive(story.writer(), "START"));
  start.received_at += std::chrono::days(30);
  start.stated_at = to_rfc3339(start.received_at);
  story.say(start);
  EXPECT_EQ(states(view(), std::chrono::minutes(5)), (States{both("met")[0], both("missed")[1]}));
}

TEST_F(OptOutDeadlines, AreOpenWhileAContactHasYetToTakeTheOptOutIn) {
  story.known();
  story.decide_stop();
  EXPECT_EQ(states(view(), std::chrono::minutes(1)), both("open"));
  EXPECT_EQ(states(view(), std::chrono::minutes(3)).front().second, "missed");
  story.apply_stop();
  story.confirm();
  EXPECT_EQ(states(view(), std::chrono::minutes(3)), both("met"));
}

TEST_F(OptOutDeadlines, OfAnAddressThatNobodyHasConcernNoSystem) {
  story.at.stop = sample::receive(story.writer(), "STOP");
  story.say(story.statement(ConsentChange::revoked, story.at.stop));
  EXPECT_EQ(states(view(), std::chrono::minutes(3)), both("nobody_to_tell"));
}

TEST_F(OptOutDeadlines, ComeOnceForEachInputAlsoWhenItWasCarriedOverChannelByChannel) {
  story.at.stop = sample::receive(story.writer(), "STOP");
  for (const auto channel : {Channel::sms, Channel::whatsapp}) {
    const auto joining = sample::receive(story.writer(), "joined");
    auto carried = story.statement(ConsentChange::revoked, story.at.stop);
    carried.channels = {channel};
    carried.reason_code = Reason::carried_over;
    story.writer().decide(joining, 0, events::Decider::interpreter, joining,
                          {{events::consent_stream(story.hash), carried, {}, {}}});
  }
  EXPECT_EQ(states(view(), std::chrono::minutes(1)), both("nobody_to_tell"));
}

TEST_F(OptOutDeadlines, OfWhatIsCarriedOverRunFromThenOn) {
  story.at.stop = sample::receive(story.writer(), "STOP");
  for (int i = 0; i < 180; ++i) // three minutes
    clock.now();
  const auto joining = sample::receive(story.writer(), "joined");
  auto carried = story.statement(ConsentChange::revoked, story.at.stop);
  carried.reason_code = Reason::carried_over;
  events::WebhookInterpreted meaning;
  meaning.commands.push_back({1, 0, {}, events::CommandKind::apply_consent, ana});
  story.writer().decide(joining, 0, events::Decider::interpreter, joining,
                        {{events::consent_stream(story.hash), carried, {}, {}},
                         {events::identity_stream(), meaning, {}, {}}});
  EXPECT_EQ(states(view(), std::chrono::minutes(4)), both("open"));
  EXPECT_EQ(states(view(), std::chrono::minutes(6)).front().second, "missed");
}

/// A mark on a record that has neither a number nor an e-mail address.
TEST_F(OptOutDeadlines, OfAPersonWithoutAnyAddressFollowTheRulesOfBothKinds) {
  story.hash = events::contact_as_address(ana);
  story.at.stop = sample::receive(story.writer(), "dnd");
  auto phone = story.statement(ConsentChange::revoked, story.at.stop);
  phone.address = {};
  auto mail = phone;
  mail.kind = events::Field::email;
  mail.channels = {Channel::email};
  story.writer().decide(story.at.stop, 0, events::Decider::interpreter, story.at.stop,
                        {{events::consent_stream(story.hash), phone, {}, {}},
                         {events::consent_stream(story.hash), mail, {}, {}}});
  take_in(story.at.stop, story.at.stop);
  tell_later("d-record", {Channel::sms});
  const auto found = view();
  EXPECT_EQ(channels_of(found),
            (std::vector{Channel::sms, Channel::call, Channel::whatsapp, Channel::email}));
  EXPECT_EQ(channel_of(found, Channel::sms).state, "opted_out");
  EXPECT_EQ(channel_of(found, Channel::email).state, "opted_out");
  EXPECT_EQ(deliveries(found), std::vector<std::string>{"d-record"});
  EXPECT_EQ(states(found, std::chrono::minutes(1)),
            (States{{"confirmed_in_2_minutes", "open"},
                    {"tcpa_10_business_days", "open"},
                    {"one_click_48_hours", "nobody_to_tell"},
                    {"can_spam_10_business_days", "nobody_to_tell"}}));
}

TEST_F(OptOutDeadlines, ARecordThatTurnsUpLaterIsToldBecauseItsContactHasTheAddress) {
  story.known();
  story.stop();
  story.confirm();
  tell_later("d-later", {Channel::sms});
  tell_later("d-other-channel", {Channel::call});
  EXPECT_EQ(deliveries(view()), (std::vector<std::string>{sample::telling.value, "d-later"}));
  EXPECT_EQ(states(view(), std::chrono::minutes(1)), both("open"));
}

TEST_F(OptOutDeadlines, WhatAContactIsToldAfterItLostTheAddressIsNotTheAddresses) {
  story.known();
  story.stop();
  story.confirm();
  write_card(false);
  tell_later("d-of-another-number", {Channel::sms});
  EXPECT_EQ(deliveries(view()), std::vector<std::string>{sample::telling.value});
  EXPECT_EQ(states(view(), std::chrono::minutes(3)), both("met"));
  write_card(true);
  tell_later("d-again", {Channel::sms});
  EXPECT_EQ(deliveries(view()), (std::vector<std::string>{sample::telling.value, "d-again"}));
}

TEST_F(OptOutDeadlines, WhatAnotherAddressSaidIsNotThisOnes) {
  story.known();
  story.stop();
  story.confirm();
  const auto input = sample::receive(story.writer(), "STOP from her other number");
  events::ConsentApplied applied;
  applied.channels = {Channel::sms};
  applied.address_hash = events::phone_hash(hasher, acme, "+12025550177");
  applied.input = input;
  applied.targets = {
      {sample::aloware, events::Outcome::pending, Reason::opt_out, DeliveryId("d-of-another")}};
  auto tell = sample::StopStory::tell();
  tell.delivery = DeliveryId("d-of-another");
  story.writer().decide(input, 1, events::Decider::contact, input,
                        {{events::contact_stream(ana), applied, {}, {}},
                         {events::contact_stream(ana), tell, {}, {}}});
  EXPECT_EQ(deliveries(view()), std::vector<std::string>{sample::telling.value});
}

TEST_F(OptOutDeadlines, WhatAPersonSaidWithoutAnAddressHoldsForTheOneItBecamePartOf) {
  const ContactId part("c9999999999999999aaaa");
  story.hash = events::contact_as_address(part);
  story.at.stop = sample::receive(story.writer(), "dnd");
  story.say(story.statement(ConsentChange::revoked, story.at.stop));
  const auto joining = sample::receive(story.writer(), "joined");
  take_in(story.at.stop, joining);
  write_card(true, {part});
  tell_later("d-joined", {Channel::sms});
  EXPECT_EQ(deliveries(view()), std::vector<std::string>{"d-joined"});
  write_card(true);
  tell_later("d-parted", {Channel::sms});
  EXPECT_EQ(deliveries(view()), std::vector<std::string>{"d-joined"});
}

} // namespace
} // namespace tidemark::projections::opt_out_deadlines_test
