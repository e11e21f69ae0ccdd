#include "domain/delivery/retry.hpp"
#include "tests/domain/delivery/queue_steps.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tidemark::domain::delivery_test {
namespace {

using namespace test;
using std::chrono::seconds;

TEST(Delivery, NothingPendingIsNothingToDo) {
  EXPECT_FALSE(next_delivery(DeliveryQueue{}));
}

TEST(Delivery, TheNewestTakesThePlaceOfThoseThatNeverLeft) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}, {Field::company, "A"}});
  l.intended("d2", {{Field::email, "b@example.com"}});
  l.intended("d3", {});
  const auto next = next_delivery(l.lane);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->index, 2U);
  EXPECT_EQ(next->superseded, (std::vector<std::size_t>{0, 1}));
  l.happened(events::Unknown{}); // says nothing about deliveries
  for (const auto& event : suppress(l.lane, *next, Reason::nothing_left_to_do, Position{}))
    l.happened(event);
  EXPECT_TRUE(l.lane.pending.empty());
}

TEST(Delivery, WhatIsOutGoesOnFirst) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  l.intended("d2", {{Field::email, "b@example.com"}});
  EXPECT_EQ(next_delivery(l.lane)->index, 0U);
  EXPECT_TRUE(next_delivery(l.lane)->superseded.empty());
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(l.lane.pending.size(), 1U);
  EXPECT_EQ(l.lane.pending[0].intent.delivery, DeliveryId("d2"));
}

TEST(Delivery, WhatMayHaveTakenEffectIsOnlyReplacedByWhatStatesItsFields) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  l.intended("d2", {{Field::company, "A"}});
  EXPECT_EQ(next_delivery(l.lane)->index, 0U) << "the first must be looked at before";
  l.intended("d3", {});
  EXPECT_EQ(next_delivery(l.lane)->index, 0U);
  l.intended("d4", {{Field::company, "A"}, {Field::email, "b@example.com"}});
  EXPECT_EQ(next_delivery(l.lane)->index, 3U);
}

/// Found by the simulation, seed 112: the systems ended with different values.
TEST(Delivery, WhatIsOutdatedItselfTakesNobodysPlace) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  l.intended("d2", {{Field::email, "b@example.com"}});
  l.intended("d3", {}); // decided knowing that the first is on its way: its value is wanted again
  const auto next = next_delivery(l.lane);
  EXPECT_EQ(next->index, 0U);
  EXPECT_TRUE(next->superseded.empty());
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_EQ(next_delivery(l.lane)->index, 1U) << "the empty one, in place of the outdated one";
  EXPECT_EQ(next_delivery(l.lane)->superseded, std::vector<std::size_t>{0});
}

TEST(Delivery, AnIntentMadeWhileAnotherWasOutCountsOnThatOne) {
  Lane l;
  l.intended("d1", {{Field::company, "New"}});
  l.dispatch();
  l.intended("d2", {{Field::company, "Old"}});
  l.intended("d3", {}); // d1 brings what is wanted: nothing is left to do
  l.answered(DeliveryVerdict::retry);
  auto next = next_delivery(l.lane);
  EXPECT_EQ(next->index, 0U) << "it did nothing, and nobody else brings New";
  EXPECT_TRUE(next->superseded.empty());
  l.intended("d4", {}); // made with nothing out: the system holds what it should after all
  next = next_delivery(l.lane);
  EXPECT_EQ(next->index, 3U);
  EXPECT_EQ(next->superseded.size(), 3U);
}

TEST(Delivery, ACreateThatMayHaveTakenEffectGoesOnUnderItsOwnKey) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}}, events::Operation::create);
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  l.intended("d2", {{Field::email, "b@example.com"}}, events::Operation::create);
  EXPECT_EQ(next_delivery(l.lane)->index, 0U) << "another key would make a second record";
  EXPECT_TRUE(next_delivery(l.lane)->superseded.empty());
}

TEST(Delivery, ACreateThatReplacesARecordIsNeverLeftOut) {
  Lane l;
  events::DeliveryIntended replacing;
  replacing.delivery = DeliveryId("d1");
  replacing.target = hub;
  replacing.replaces = RemoteId("old");
  l.happened(replacing);
  l.intended("d2", {{Field::email, "b@example.com"}}, events::Operation::create);
  EXPECT_EQ(next_delivery(l.lane)->index, 0U);
}

TEST(Delivery, AChangeOfConsentConcernsTheLane) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  EXPECT_FALSE(l.lane.opted_out);
  events::ConsentApplied applied;
  applied.change = events::ConsentChange::revoked;
  l.happened(applied);
  EXPECT_TRUE(l.lane.opted_out);
  applied.change = events::ConsentChange::ignored; // a mark taken away while an opt-out stands
  l.happened(applied);
  EXPECT_TRUE(l.lane.opted_out);
  applied.change = events::ConsentChange::granted;
  l.happened(applied);
  EXPECT_FALSE(l.lane.opted_out);
}

events::ActionIntended action(const std::string& id, events::Action what) {
  events::ActionIntended out;
  out.delivery = DeliveryId(id);
  out.target = hub;
  out.action = what;
  out.remote_id = RemoteId("r-1");
  return out;
}

TEST(Delivery, AnOptOutGoesFirstThenValuesThenTheOtherActionsInOrder) {
  Lane l;
  l.happened(action("d1", events::Action::log_call));
  l.happened(action("d2", events::Action::log_message));
  l.intended("d3", {{Field::email, "a@example.com"}});
  l.happened(action("d4", events::Action::opt_out));
  const auto up = [&] {
    return l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value;
  };
  const auto done = [&](const std::string& id) {
    events::ActionAccepted e;
    e.facts.delivery = DeliveryId(id);
    e.target = hub;
    l.happened(e);
  };
  EXPECT_EQ(up(), "d4");
  done("d4");
  EXPECT_EQ(up(), "d3");
  l.happened(events::DeliverySuperseded{DeliveryId("d3"), {}, {}});
  EXPECT_EQ(up(), "d1") << "and none takes the place of another";
  done("d1");
  EXPECT_EQ(up(), "d2");
}

TEST(Delivery, AnAnswerToThePersonsOwnWordsIsNotHeldUpByWhatOthersWrote) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  auto text = action("d2", events::Action::send_message);
  text.purpose = "conversation";
  l.happened(text);
  text = action("d3", events::Action::send_message);
  text.purpose = "confirmation";
  l.happened(text);
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value, "d3");
  l.dispatch();
  l.happened(action("d4", events::Action::opt_out));
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value, "d3")
      << "it is out";
}

events::ActionIntended consent(const std::string& id, events::Action what, events::Channel channel,
                               const std::string& record = "r-1") {
  auto out = action(id, what);
  out.channels = {channel};
  out.remote_id = RemoteId(record);
  return out;
}

std::string up(const Lane& l) {
  return l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value;
}

TEST(Delivery, AnOptOutTakesWhatItClosesFromAnEarlierOptIn) {
  using events::Action;
  using events::Channel;
  Lane l;
  auto opens = consent("d1", Action::opt_in, Channel::sms);
  opens.channels.push_back(Channel::email);
  l.happened(opens);
  l.happened(consent("d2", Action::opt_out, Channel::sms, "r-2"));
  EXPECT_EQ(l.lane.pending[0].action->channels.size(), 2U) << "another record";
  l.happened(consent("d3", Action::opt_out, Channel::sms));
  EXPECT_EQ(l.lane.pending[0].action->channels, std::vector{Channel::email});
  EXPECT_FALSE(is_empty(l.lane.pending[0]));
  l.happened(consent("d4", Action::opt_out, Channel::email, ""));
  EXPECT_TRUE(is_empty(l.lane.pending[0]));
  l.happened(consent("d5", Action::opt_in, Channel::sms));
  EXPECT_FALSE(is_empty(l.lane.pending.back())) << "one that was said later stands";
}

TEST(Delivery, AnOptOutWaitsForNoOtherRecordOrChannel) {
  using events::Action;
  using events::Channel;
  Lane l;
  l.happened(consent("d1", Action::opt_in, Channel::sms));
  l.happened(consent("d2", Action::opt_out, Channel::email));
  EXPECT_EQ(up(l), "d2") << "before an opt-in";
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(up(l), "d1") << "one that is put off holds up no other";
  l.happened(consent("d3", Action::opt_out, Channel::email, "r-2"));
  EXPECT_EQ(up(l), "d3");
  l.happened(consent("d4", Action::opt_in, Channel::email, "r-2"));
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  l.happened(events::DeliverySuppressed{DeliveryId("d1"), {}, Reason::opted_out, {}});
  EXPECT_NE(up(l), "d4") << "an opt-in overtakes no opt-out of its channel and record";
}

TEST(Delivery, AStatusLearnsFromThePostByWhichIdTheMessageIsKnown) {
  Lane l;
  auto status = action("d2", events::Action::set_status);
  status.message = events::MessageFacts{};
  status.message->other_ids = {"d1"};
  l.happened(action("d1", events::Action::log_message));
  l.happened(status);
  events::ActionAccepted posted;
  posted.facts.delivery = DeliveryId("d0");
  posted.target = hub;
  posted.result_id = "MSG0";
  l.happened(posted);
  EXPECT_EQ(l.lane.pending.back().action->shown_as, "") << "another message's post";
  posted.facts.delivery = DeliveryId("d1");
  posted.result_id = "MSG1";
  l.happened(posted);
  ASSERT_EQ(l.lane.pending.size(), 1U);
  EXPECT_EQ(l.lane.pending.front().action->shown_as, "MSG1");
}

TEST(Delivery, AnActionWaitsForTheRecordThatIsBeingMade) {
  Lane l;
  auto waiting = action("d1", events::Action::log_call);
  waiting.remote_id = {};
  l.intended("d0", {{Field::email, "a@example.com"}}, events::Operation::create);
  l.happened(waiting);
  const auto up = [&] {
    return l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value;
  };
  EXPECT_EQ(up(), "d0");
  auto telling = action("d2", events::Action::opt_out);
  telling.remote_id = {};
  l.happened(telling);
  EXPECT_EQ(up(), "d2") << "an opt-out calls the create off";
}

TEST(Delivery, AnActionWhoseRecordIsNotMadeAfterAllDoesNotWaitForEver) {
  Lane l;
  auto waiting = action("d1", events::Action::log_call);
  waiting.remote_id = {};
  l.intended("d0", {{Field::email, "a@example.com"}}, events::Operation::create);
  l.happened(waiting);
  l.happened(events::DeliverySuppressed{DeliveryId("d0"), {}, Reason::opted_out, {}});
  ASSERT_TRUE(next_delivery(l.lane));
  EXPECT_EQ(l.lane.pending[next_delivery(l.lane)->index].intent.delivery.value, "d1");
}

TEST(Delivery, OnlyACreateThatLeftMayHaveMadeARecord) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}}, events::Operation::create);
  EXPECT_FALSE(has_create_out(l.lane));
  l.dispatch();
  EXPECT_TRUE(has_create_out(l.lane));
  l.answered(DeliveryVerdict::unknown);
  EXPECT_TRUE(has_create_out(l.lane)) << "it may be there";
  l.dispatch();
  l.answered(DeliveryVerdict::accepted);
  EXPECT_FALSE(has_create_out(l.lane));
}

TEST(Delivery, AttemptsAndStepsAreCounted) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  EXPECT_EQ(l.lane.pending[0].attempt, 1U);
  l.happened(looked_up(l.lane.pending[0], {200, Reason::none, true, "", "", 0, "", 5, ""}, {}));
  EXPECT_TRUE(l.lane.pending[0].mid_attempt);
  l.dispatch();
  EXPECT_EQ(l.lane.pending[0].attempt, 1U);
  EXPECT_EQ(l.lane.pending[0].step, 1U);
  EXPECT_EQ(l.lane.pending[0].answers.size(), 1U);
  l.answered(DeliveryVerdict::retry);
  EXPECT_TRUE(l.lane.pending[0].answers.empty());
  l.dispatch();
  EXPECT_EQ(l.lane.pending[0].attempt, 2U);
  EXPECT_EQ(l.lane.pending[0].step, 0U);
}

TEST(Delivery, DiesAfterItsLastAttemptAndNotBefore) {
  for (const auto verdict :
       {DeliveryVerdict::retry, DeliveryVerdict::unknown, DeliveryVerdict::unauthorized}) {
    Lane l;
    l.intended("d1", {{Field::email, "a@example.com"}});
    for (std::uint32_t attempt = 1; attempt < attempts_max; ++attempt) {
      l.dispatch();
      l.answered(verdict);
      ASSERT_EQ(l.lane.pending.size(), 1U) << attempt;
    }
    l.dispatch();
    EXPECT_TRUE(std::holds_alternative<events::DeliveryDied>(l.conclude_with(verdict)));
    l.answered(verdict);
    EXPECT_TRUE(l.lane.pending.empty());
  }
}

TEST(Delivery, ARefusedWordAboutConsentIsTriedAgainUnlessThereIsNobodyToTell) {
  PendingDelivery told;
  told.attempt = 1;
  auto action = std::make_shared<events::ActionIntended>();
  action->action = events::Action::opt_out;
  told.action = action;
  const auto answered = [&](Reason reason) {
    return conclude({}, told, {DeliveryVerdict::rejected, reason}, {}, {Position{3}, 0, {}, {}});
  };
  EXPECT_TRUE(
      std::holds_alternative<events::DeliveryRetryScheduled>(answered(Reason::validation_failed)));
  EXPECT_TRUE(std::holds_alternative<events::DeliveryRejected>(answered(Reason::no_record_there)));
  action->action = events::Action::opt_in;
  EXPECT_TRUE(
      std::holds_alternative<events::DeliveryRetryScheduled>(answered(Reason::validation_failed)));
  told.attempt = attempts_max;
  EXPECT_TRUE(std::holds_alternative<events::DeliveryDied>(answered(Reason::validation_failed)));
  EXPECT_TRUE(std::holds_alternative<events::DeliveryRetryScheduled>(answered(Reason::forbidden)))
      << "a right that somebody gives back one day";
  action->action = events::Action::log_call;
  EXPECT_TRUE(
      std::holds_alternative<events::DeliveryRejected>(answered(Reason::validation_failed)));
}

TEST(Delivery, WhatWaitsForTheAccountIsNotDropped) {
  PendingDelivery value;
  const auto answered = [&](std::uint32_t attempt, Reason reason) {
    value.attempt = attempt;
    const auto verdict =
        reason == Reason::unauthorized ? DeliveryVerdict::unauthorized : DeliveryVerdict::rejected;
    return conclude({}, value, {verdict, reason}, {}, {Position{3}, 0, {}, {}});
  };
  using Again = events::DeliveryRetryScheduled;
  for (const auto reason : {Reason::unauthorized, Reason::payment_required, Reason::forbidden})
    EXPECT_TRUE(std::holds_alternative<Again>(answered(1, reason))) << name_of(reason);
  for (const auto reason : {Reason::unauthorized, Reason::payment_required})
    EXPECT_TRUE(std::holds_alternative<Again>(answered(attempts_max, reason))) << name_of(reason);
  EXPECT_TRUE(
      std::holds_alternative<events::DeliveryDied>(answered(attempts_max, Reason::forbidden)))
      << "perhaps it is about this one record";
  auto text = std::make_shared<events::ActionIntended>();
  text->action = events::Action::send_message;
  value.action = text;
  EXPECT_TRUE(std::holds_alternative<events::DeliveryDied>(
      answered(attempts_max, Reason::payment_required)))
      << "nobody expects a text after days";
}

TEST(Delivery, ARefusedCredentialIsReadAnewOnceAtOnce) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  const auto first =
      std::get<events::DeliveryRetryScheduled>(l.conclude_with(DeliveryVerdict::unauthorized));
  EXPECT_TRUE(first.refresh_token);
  EXPECT_EQ(first.not_before, start);
  l.happened(first);
  l.dispatch();
  const auto second =
      std::get<events::DeliveryRetryScheduled>(l.conclude_with(DeliveryVerdict::unauthorized));
  EXPECT_FALSE(second.refresh_token);
  EXPECT_GT(second.not_before, start);
}

TEST(Delivery, WaitsAsLongAsTheVendorAsksWhenThatIsLonger) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}});
  l.dispatch();
  const auto at = [&](const std::string& retry_after) {
    return std::get<events::DeliveryRetryScheduled>(
               l.conclude_with(DeliveryVerdict::retry, retry_after))
        .not_before;
  };
  const auto answered = start + std::chrono::milliseconds{250};
  EXPECT_EQ(at("120"), answered + seconds{120});
  EXPECT_EQ(at("999999999"), answered + retry_after_max);
  EXPECT_EQ(at("0"), at("")) << "never sooner than the back-off";
  EXPECT_EQ(at("soon"), at(""));
}

TEST(Delivery, AnAcceptedCreateTeachesTheId) {
  Lane l;
  l.intended("d1", {{Field::email, "a@example.com"}}, events::Operation::create);
  l.dispatch();
  const auto told =
      std::get<events::DeliveryAccepted>(l.conclude_with(DeliveryVerdict::accepted, "", "h-1"));
  EXPECT_TRUE(told.learned_id);
  EXPECT_EQ(told.remote_id, RemoteId("h-1"));
  EXPECT_EQ(told.fields, (FieldSet{{Field::email, "a@example.com"}}));
  EXPECT_FALSE(
      std::get<events::DeliveryAccepted>(l.conclude_with(DeliveryVerdict::accepted)).learned_id);
  l.happened(told);
  EXPECT_EQ(l.lane.remote_id, RemoteId("h-1"));
}

/// After a restart a lane is read from its oldest pending intent on. What is decided then must be
/// what would have been decided without the restart, or a replay finds a difference.
RC_GTEST_PROP(Delivery, IsTheSameLaneWhereverOneBeginsToReadIt, ()) {
  Lane l;
  std::vector<events::Recorded> log;
  const auto happened = [&](const events::Event& event) {
    l.happened(event);
    events::Recorded recorded{{}, event};
    recorded.envelope.position = Position{l.position};
    recorded.envelope.recorded_at = start;
    log.push_back(recorded);
  };
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 7));
  int number = 0;
  for (const int step : steps) {
    const auto id = std::to_string(++number);
    const auto next = next_delivery(l.lane);
    if (step <= 1) {
      events::DeliveryIntended e;
      e.delivery = DeliveryId("d" + id);
      e.contact = jane;
      e.target = hub;
      e.operation = step == 0 ? events::Operation::create : events::Operation::update;
      e.fields = {{Field::email, "a@example.com"}};
      if (step == 1)
        e.remote_id = RemoteId("known-" + id);
      happened(e);
    } else if (step <= 3) {
      events::ContactObserved seen;
      seen.connector = hub;
      seen.remote_id = RemoteId("seen-" + std::to_string(number / 2));
      seen.removed = step == 3;
      happened(seen);
    } else if (next && !l.lane.pending[next->index].dispatched) {
      for (const auto& event : announce(l.lane, *next, "write", true, "", Position{}))
        happened(event);
    } else if (next) {
      happened(l.conclude_with(step == 4 ? DeliveryVerdict::unknown : DeliveryVerdict::accepted, "",
                               "h-" + id));
    }
    if (l.lane.pending.empty())
      continue;
    DeliveryQueue read_anew;
    for (const auto& recorded : log)
      if (recorded.envelope.position >= l.lane.pending.front().intent_at)
        evolve(read_anew, recorded, hub);
    RC_ASSERT(read_anew.remote_id == l.lane.remote_id);
    RC_ASSERT(read_anew.pending.size() == l.lane.pending.size());
  }
}

TEST(Delivery, WhatAnEarlierAttemptToLeaveListsSawIsKeptUntilAnOptOut) {
  Lane l;
  l.happened(action("d1", events::Action::leave_lists));
  const auto attempt = [&] {
    l.dispatch();
    l.happened(looked_up(l.lane.pending[0], {200, Reason::none, true, "", "", 0, "", 5, ""}, {}));
    l.dispatch();
    l.answered(DeliveryVerdict::retry);
  };
  attempt();
  attempt();
  const auto& delivery = l.lane.pending[0];
  EXPECT_TRUE(delivery.answers.empty());
  EXPECT_EQ(delivery.answers_before, (std::vector{Position{3}, Position{7}}));
  events::ConsentApplied applied;
  applied.change = events::ConsentChange::ignored;
  l.happened(applied);
  EXPECT_EQ(delivery.answers_before.size(), 2U);
  applied.change = events::ConsentChange::revoked;
  l.happened(applied);
  EXPECT_TRUE(delivery.answers_before.empty());
}

TEST(Delivery, WhatWasIntendedBeforeAnOptOutIsMarked) {
  Lane l;
  l.happened(action("d1", events::Action::add_tags));
  events::ConsentApplied applied;
  applied.change = events::ConsentChange::granted;
  l.happened(applied);
  EXPECT_FALSE(l.lane.pending[0].closed_since);
  applied.change = events::ConsentChange::revoked;
  l.happened(applied);
  applied.change = events::ConsentChange::granted;
  l.happened(applied);
  l.happened(action("d2", events::Action::add_tags));
  EXPECT_TRUE(l.lane.pending[0].closed_since) << "also once it is open again";
  EXPECT_FALSE(l.lane.pending[1].closed_since);
}

TEST(Delivery, OtherTargetsDoNotConcernTheLane) {
  Lane l;
  events::DeliveryIntended other;
  other.delivery = DeliveryId("d9");
  other.target = crm;
  l.happened(other);
  EXPECT_TRUE(l.lane.pending.empty());
}

TEST(Retry, TheBackOffGrowsToItsMostAndNeverLeavesItsBounds) {
  for (std::uint32_t attempt = 1; attempt <= attempts_max + 40; ++attempt) {
    const auto base = std::min<std::chrono::milliseconds>(
        seconds{1} * (1LL << std::min(attempt - 1, 20U)), back_off_max);
    const auto pause = back_off(DeliveryId("d1"), attempt);
    EXPECT_GE(pause, base * 8 / 10) << attempt;
    EXPECT_LE(pause, base * 12 / 10) << attempt;
    EXPECT_EQ(pause, back_off(DeliveryId("d1"), attempt)) << "jitter is no chance";
  }
  EXPECT_NE(back_off(DeliveryId("d1"), 12), back_off(DeliveryId("d2"), 12));
}

TEST(Retry, AnOptOutIsRepeatedWithinAMinuteHoweverLongTheOutage) {
  const auto pause_after = [](events::Action action, std::uint32_t attempt) {
    PendingDelivery p;
    p.intent.delivery = DeliveryId("d1");
    p.attempt = attempt;
    events::ActionIntended wanted;
    wanted.action = action;
    p.action = std::make_shared<const events::ActionIntended>(wanted);
    const Cause cause{Position{9}, 0, Timestamp{}, ""};
    const auto event = conclude({}, p, {DeliveryVerdict::retry, Reason::vendor_failed}, {}, cause);
    return std::get<events::DeliveryRetryScheduled>(event).not_before - Timestamp{};
  };
  for (std::uint32_t attempt = 1; attempt < attempts_max; ++attempt) {
    EXPECT_LE(pause_after(events::Action::opt_out, attempt), seconds{60}) << attempt;
    EXPECT_LE(pause_after(events::Action::opt_in, attempt), seconds{60}) << attempt;
  }
  EXPECT_GT(pause_after(events::Action::add_tags, attempts_max - 1), seconds{600});
}

RC_GTEST_PROP(Retry, EachPauseIsLongerUntilTheMost, (const std::string& id)) {
  for (std::uint32_t attempt = 1; attempt < 9; ++attempt) // 256 s, the last before the cut
    RC_ASSERT(back_off(DeliveryId(id), attempt) < back_off(DeliveryId(id), attempt + 1));
}

TEST(Retry, ReadsSecondsAndHttpDates) {
  const auto now = *from_rfc3339("1994-11-06T08:49:00Z");
  const auto date = [](const char* text) { return std::string(text); };
  EXPECT_EQ(parse_retry_after("37", now), seconds{37});
  EXPECT_EQ(parse_retry_after("0", now), seconds{0});
  EXPECT_EQ(parse_retry_after(date("Sun, 06 Nov 1994 08:49:37 GMT"), now), seconds{37});
  EXPECT_EQ(parse_retry_after(date("Sun, 06 Nov 1994 08:40:00 GMT"), now), seconds{0}) << "past";
  EXPECT_EQ(parse_retry_after(date("Sun, 06 Nov 2094 08:49:37 GMT"), now), retry_after_max);
  EXPECT_EQ(parse_retry_after("99999999999999999999", now), retry_after_max);
  for (const auto* bad : {"", " 5", "-5", "1.5", "5s", "tomorrow", "Sun, 06 Nov 1994 08:49:37 CET",
                          "Sun, 31 Feb 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                          "Sun, 06 Nov 1994 08:49-37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                          "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT"})
    EXPECT_FALSE(parse_retry_after(bad, now)) << bad;
}

TEST(Delivery, LeavingAFormerRecordsListsSaysNothingAboutTheRecordInUse) {
  Lane l;
  const auto intended = [&](const std::string& id, events::Action what, const std::string& record) {
    events::ActionIntended e;
    e.delivery = DeliveryId(id);
    e.target = hub;
    e.action = what;
    e.remote_id = RemoteId(record);
    l.happened(e);
  };
  intended("d1", events::Action::join_list, "r-2");
  intended("d2", events::Action::leave_lists, "r-1");
  intended("d3", events::Action::leave_sequences, "r-1");
  EXPECT_EQ(l.lane.remote_id, RemoteId("r-2"));
}

TEST(Delivery, AnUnknownOutcomeNamesTheRequestThatItIsAbout) {
  Lane l;
  l.intended("d1", {{Field::company, "Cafe"}});
  l.dispatch();
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(l.lane.pending[0].unknown_step, "");
  l.dispatch();
  l.answered(DeliveryVerdict::unknown);
  EXPECT_EQ(l.lane.pending[0].unknown_step, "write");
  for (const auto& event : announce(l.lane, *next_delivery(l.lane), "look", false, "", Position{}))
    l.happened(event);
  l.answered(DeliveryVerdict::retry);
  EXPECT_EQ(l.lane.pending[0].unknown_step, "write") << "until it is settled";
}

} // namespace
} // namespace tidemark::domain::delivery_test
