#include "events/format/reason.hpp"
#include "projections/consent/opt_out_deadlines.hpp"
#include "projections/consent/opt_out_json.hpp"
#include "projections/consent/opt_out_view.hpp"
#include "projections/consent/review_view.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

#include <nlohmann/json.hpp>

namespace tidemark::projections::opt_outs_test {
namespace {

using events::Channel;
using events::ConsentChange;
using sample::acme;

class OptOuts : public testing::Test {
protected:
  AddressView view() {
    auto made = opt_outs_of(scan(), acme, to_hex(story.hash));
    EXPECT_TRUE(made.ok());
    return std::move(made).value();
  }
  Scan scan() {
    sample::apply_live(log, tables, hasher, log.durable());
    return [this](std::string_view table, std::string_view prefix, std::string_view after,
                  const RowVisitor& row) { return tables.scan(table, prefix, after, row); };
  }

  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  sample::StopStory story{log, hasher};
};

TEST_F(OptOuts, AnAddressThatNeverSaidAnythingHasNeverSaid) {
  story.known();
  const auto found = view();
  EXPECT_TRUE(found.history.empty());
  EXPECT_EQ(channel_of(found, Channel::sms).state, "never_said");
  EXPECT_TRUE(opt_out_addresses(scan(), acme, "", 10)->items.empty());
}

TEST_F(OptOuts, TheStateAloneIsThatOfTheWholeView) {
  story.known();
  EXPECT_EQ(*consent_state_of(scan(), acme, to_hex(story.hash)), domain::ConsentState{});
  story.stop();
  const auto state = consent_state_of(scan(), acme, to_hex(story.hash));
  ASSERT_TRUE(state);
  EXPECT_EQ(*state, view().state);
  EXPECT_EQ(domain::suppression(*state, Channel::sms, {}).gate, domain::Gate::closed);
  EXPECT_EQ(*consent_state_of(scan(), TenantId("other"), to_hex(story.hash)),
            domain::ConsentState{});
}

TEST_F(OptOuts, AStopClosesItsChannelFromTheInputOn) {
  story.known();
  story.stop();
  const auto found = view();
  ASSERT_EQ(found.history.size(), 1U);
  EXPECT_EQ(found.history[0].change.input, story.at.stop);
  EXPECT_EQ(found.history[0].decided, story.at.said);
  EXPECT_EQ(found.address, sample::canary_phone);
  const auto sms = channel_of(found, Channel::sms);
  EXPECT_EQ(sms.state, "opted_out");
  EXPECT_EQ(sms.position, story.at.stop);
  EXPECT_EQ(sms.since, story.time_of(story.at.stop));
  EXPECT_EQ(sms.senders, std::vector<std::string>{""});
  EXPECT_EQ(channel_of(found, Channel::call).state, "never_said");
  EXPECT_EQ(opt_out_addresses(scan(), acme, "", 10)->items, std::vector{to_hex(story.hash)});
  EXPECT_TRUE(opt_outs_of(scan(), TenantId("other"), to_hex(story.hash))->history.empty());
}

TEST_F(OptOuts, AStatementComesBackWithAllThatWasRecorded) { // else the auditor's state is another
  story.stop();
  auto said = story.statement(ConsentChange::ignored, sample::receive(story.writer(), "on"));
  said.sender = sample::our_number;
  said.reason_code = Reason::stronger_evidence_stands;
  said.evidence = events::Evidence::flag;
  said.stated_at = to_rfc3339(said.received_at);
  said.alias_of = AddressHash(Hash16{0xaa});
  said.request = story.at.stop;
  said.record = RemoteId("CON1");
  story.say(said);
  const auto found = view();
  ASSERT_EQ(found.history.size(), 2U);
  EXPECT_EQ(found.history[1].change, said);
}

TEST_F(OptOuts, AnOptInLiftsItAndBothStayInTheHistory) {
  story.stop();
  const auto start = sample::receive(story.writer(), "START");
  auto said = story.statement(ConsentChange::granted, start);
  said.stated_at = to_rfc3339(said.received_at);
  story.say(said);
  const auto found = view();
  EXPECT_EQ(found.history.size(), 2U);
  EXPECT_EQ(channel_of(found, Channel::sms).state, "opted_in");
  EXPECT_EQ(channel_of(found, Channel::sms).position, start);
}

TEST_F(OptOuts, PropagationIsOpenUntilTheSystemConfirms) {
  story.known();
  story.stop();
  auto found = view();
  ASSERT_EQ(found.propagation.size(), 1U);
  EXPECT_EQ(found.propagation[0].state, "intended");
  EXPECT_EQ(found.propagation[0].requested, Position{});
  EXPECT_EQ(found.propagation[0].because, story.at.stop);
  EXPECT_EQ(found.propagation[0].since, story.time_of(story.at.stop));
  EXPECT_EQ(open_opt_outs(scan(), acme, 10)->size(), 1U);
  story.confirm();
  found = view();
  EXPECT_EQ(found.propagation[0].requested, story.at.sent);
  EXPECT_EQ(found.propagation[0].confirmed, story.at.confirmed);
  EXPECT_TRUE(found.propagation[0].read_back);
  EXPECT_EQ(found.propagation[0].failures, 1U);
  EXPECT_TRUE(open_opt_outs(scan(), acme, 10)->empty());
}

TEST_F(OptOuts, ThoseOfAListAreCountedByItAndNotListedOneByOne) {
  story.known();
  auto listed = sample::StopStory::tell();
  listed.purpose = "import:aaaaaaaaaaaa";
  story.writer().input(events::contact_stream(sample::ana), listed);
  EXPECT_TRUE(open_opt_outs(scan(), acme, 10)->empty());
  const auto imports = *open_imports(scan(), acme);
  ASSERT_TRUE(imports.contains(listed.purpose));
  EXPECT_EQ(imports.at(listed.purpose).open.at(sample::aloware), 1U);
  events::ActionAccepted done;
  done.facts.delivery = listed.delivery;
  done.contact = sample::ana;
  done.target = sample::aloware;
  story.writer().input(events::delivery_stream(sample::aloware, sample::ana), done);
  EXPECT_TRUE(open_imports(scan(), acme)->empty());
}

TEST_F(OptOuts, OneThatWasRefusedIsOpenUntilTheRecordIsConfirmedLater) {
  story.known();
  story.stop();
  story.refuse(sample::telling, story.at.told);
  ASSERT_EQ(open_opt_outs(scan(), acme, 10)->size(), 1U);
  story.confirm_later("d-other-record", "al-other", {Channel::sms});
  EXPECT_EQ(open_opt_outs(scan(), acme, 10)->size(), 1U) << "another record was closed";
  story.confirm_later("d-other-channel", sample::aloware_id, {Channel::email});
  EXPECT_EQ(open_opt_outs(scan(), acme, 10)->size(), 1U) << "another channel was closed";
  story.confirm_later("d-again", sample::aloware_id, {Channel::call, Channel::sms});
  EXPECT_TRUE(open_opt_outs(scan(), acme, 10)->empty());
  EXPECT_TRUE(open_opt_outs(scan(), acme, 1)->empty());
}

TEST_F(OptOuts, OneThatAPauseHoldsBackSaysSo) {
  story.known();
  story.stop();
  events::ConnectorPaused pause;
  pause.connector = sample::aloware;
  story.writer().input(events::admin_stream(), pause);
  EXPECT_TRUE(told_json(view().propagation.at(0))["text"].is_null()) << "opt-outs go out";
  pause.hold_opt_outs = true;
  story.writer().input(events::admin_stream(), pause);
  const auto held = told_json(view().propagation.at(0));
  EXPECT_NE(held["text"].get<std::string>().find("paused"), std::string::npos);
  EXPECT_NE(held["next_step"].get<std::string>().find("/aloware/resume"), std::string::npos);
  events::ConnectorResumed resumed;
  resumed.connector = sample::aloware;
  story.writer().input(events::admin_stream(), resumed);
  EXPECT_TRUE(told_json(view().propagation.at(0))["text"].is_null());
}

TEST_F(OptOuts, OneThatAStopOfAllSendingHoldsBackSaysSo) {
  story.known();
  story.stop();
  story.writer().input(events::sending_stream(), events::SendingStopped{false, {}, "x", "ops", ""});
  EXPECT_TRUE(told_json(view().propagation.at(0))["text"].is_null()) << "opt-outs go out";
  story.writer().input(events::sending_stream(), events::SendingStopped{true, {}, "x", "ops", ""});
  const auto held = told_json(view().propagation.at(0));
  EXPECT_NE(held["text"].get<std::string>().find("stopped all sending"), std::string::npos);
  EXPECT_NE(held["next_step"].get<std::string>().find("/resume-all"), std::string::npos);
  story.writer().input(events::sending_stream(), events::SendingResumed{10, "x", "ops", ""});
  EXPECT_TRUE(told_json(view().propagation.at(0))["text"].is_null());
}

TEST_F(OptOuts, AYesThatLeavesTheMarkToAPersonSaysWhatIsLeftToDo) {
  story.known();
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  auto told = told_json(view().propagation.at(0));
  EXPECT_EQ(told["marked"], false);
  EXPECT_EQ(told["text"], explain_reason(Reason::lists_left_mark_not_writable).text);
  EXPECT_EQ(told["next_step"], explain_reason(Reason::lists_left_mark_not_writable).next_step);
  story.mark("another record");
  EXPECT_EQ(told_json(view().propagation.at(0))["marked"], false);
  const auto marked = story.mark(sample::aloware_id);
  told = told_json(view().propagation.at(0));
  EXPECT_EQ(told["marked"], true);
  EXPECT_EQ(told["mark_seen"], marked.value);
  EXPECT_TRUE(told["next_step"].is_null());
}

TEST_F(OptOuts, AMarkThatNobodyCouldLookAtIsLeftToAPersonToo) {
  story.known();
  story.stop();
  story.confirm(Reason::lists_left);
  const auto told = told_json(view().propagation.at(0));
  EXPECT_EQ(told["marked"], false);
  EXPECT_EQ(told["next_step"], explain_reason(Reason::lists_left_mark_not_writable).next_step);
}

TEST_F(OptOuts, NobodyIsAskedToMarkWhoHasOptedInSince) {
  story.known();
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  auto start = story.statement(ConsentChange::granted, sample::receive(story.writer(), "START"));
  start.stated_at = to_rfc3339(start.received_at);
  story.say(start);
  const auto told = told_json(view().propagation.at(0));
  EXPECT_TRUE(told["marked"].is_null());
  EXPECT_TRUE(told["next_step"].is_null());
}

TEST_F(OptOuts, TheLawIsMetOnceThePersonIsMarkedWhereThatIsDoneByHand) {
  story.known();
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  const auto now = story.time_of(story.at.confirmed);
  const auto state_of = [&](std::string_view rule, Timestamp at) {
    for (const auto& each : deadlines_of(view(), at))
      if (each.rule == rule && each.opt_out == story.at.stop)
        return std::string(each.state);
    return std::string();
  };
  EXPECT_EQ(state_of("confirmed_in_2_minutes", now), "met");
  EXPECT_EQ(state_of("tcpa_10_business_days", now), "open");
  EXPECT_EQ(state_of("tcpa_10_business_days", now + std::chrono::days{20}), "missed");
  story.mark(sample::aloware_id);
  EXPECT_EQ(state_of("tcpa_10_business_days", now + std::chrono::days{20}), "met");
}

TEST_F(OptOuts, SystemsThatNeedNotBeToldAreListedWithTheReason) {
  story.stop();
  const auto found = view();
  ASSERT_EQ(found.untold.size(), 1U);
  EXPECT_EQ(found.untold[0].target.value, "verity");
  EXPECT_EQ(found.untold[0].reason_code, Reason::held_by_the_send_gate);
}

TEST_F(OptOuts, OnlyMessagesThatLeftAfterTheOptOutAreViolations) {
  story.known();
  story.send("d-before");
  story.stop();
  EXPECT_TRUE(view().violations.empty());
  const auto after = story.send("d-after");
  story.send("d-allowed", "stop_confirmation");
  const auto found = view();
  ASSERT_EQ(found.violations.size(), 1U);
  EXPECT_EQ(found.violations[0].position, after);
  EXPECT_EQ(found.violations[0].delivery.value, "d-after");
  EXPECT_EQ(found.violations[0].connector, sample::aloware);
  EXPECT_EQ(found.violations[0].opt_out, story.at.stop);
  EXPECT_NE(found.violations[0].decided_on, Position{});
}

TEST_F(OptOuts, ANarrowOptOutIsNotBrokenByAnotherSender) {
  const auto input = sample::receive(story.writer(), "STOP");
  auto narrow = story.statement(ConsentChange::revoked, input);
  narrow.sender = "+12025550199";
  story.say(narrow);
  story.send("d-other-sender");
  EXPECT_TRUE(view().violations.empty());
}

TEST_F(OptOuts, WhatWasCarriedOverCountsFromWhenTheAddressesWereJoined) {
  const auto stop = sample::receive(story.writer(), "STOP");
  const auto sent = story.send("d-between");
  const auto joining = sample::receive(story.writer(), "joined");
  auto carried = story.statement(ConsentChange::revoked, stop);
  carried.reason_code = Reason::carried_over;
  story.writer().decide(joining, 0, events::Decider::interpreter, joining,
                        {{events::consent_stream(story.hash), carried, {}, {}}});
  ASSERT_GT(sent, stop);
  EXPECT_TRUE(view().violations.empty());
  story.send("d-later");
  EXPECT_EQ(view().violations.size(), 1U);
}

TEST_F(OptOuts, WhatAnotherSystemSentBeforeTheJoinIsNoViolationAlsoWhenToldAfterIt) {
  const auto stop = sample::receive(story.writer(), "STOP");
  const auto joining = sample::receive(story.writer(), "joined");
  auto carried = story.statement(ConsentChange::revoked, stop);
  carried.reason_code = Reason::carried_over;
  const auto joined =
      story.writer().decide(joining, 0, events::Decider::interpreter, joining,
                            {{events::consent_stream(story.hash), carried, {}, {}}});
  const auto between = story.time_of(stop) + (story.time_of(joined) - story.time_of(stop)) / 2;
  ASSERT_GT(between, story.time_of(stop));
  story.seen("between", between);
  EXPECT_TRUE(view().violations.empty());
  story.seen("after", story.time_of(joined) + std::chrono::seconds(1));
  EXPECT_EQ(view().violations.size(), 1U);
}

TEST_F(OptOuts, MessagesOfOtherSystemsCountByTheirClock) {
  story.stop();
  const auto stopped = story.time_of(story.at.stop);
  story.seen("told-late", stopped - std::chrono::seconds(1));
  EXPECT_TRUE(view().violations.empty());
  events::MessageObserved ours;
  ours.outcome = events::Outcome::echo_of;
  story.seen("ours", stopped + std::chrono::seconds(1), ours);
  events::MessageObserved answer;
  answer.message.inbound = true;
  story.seen("theirs", stopped + std::chrono::seconds(1), answer);
  EXPECT_TRUE(view().violations.empty());
  const auto after = story.seen("after", stopped + std::chrono::seconds(1));
  story.seen("after", stopped + std::chrono::seconds(1)); // the same message again
  const auto found = view();
  ASSERT_EQ(found.violations.size(), 1U);
  EXPECT_EQ(found.violations[0].position, after);
  EXPECT_TRUE(found.violations[0].delivery.value.empty());
}

TEST_F(OptOuts, MessagesOfOtherSystemsWithoutATimeCountByTheirReceipt) {
  story.seen("before", std::string());
  story.stop();
  story.seen("before", std::string("soon")); // the same message again
  EXPECT_TRUE(view().violations.empty());
  const auto timeless = story.seen("timeless", std::string());
  const auto unreadable = story.seen("unreadable", std::string("yesterday"));
  const auto found = view();
  ASSERT_EQ(found.violations.size(), 2U);
  EXPECT_EQ(found.violations[0].position, timeless);
  EXPECT_EQ(found.violations[1].position, unreadable);
  EXPECT_GT(found.violations[0].at, story.time_of(story.at.stop));
}

/// Ana's calls are closed; gives when.
Timestamp close_calls(sample::StopStory& story) {
  const auto input = sample::receive(story.writer(), "do not call");
  auto said = story.statement(ConsentChange::revoked, input);
  said.channels = {Channel::call};
  story.say(said);
  return story.time_of(input);
}

TEST_F(OptOuts, ACallToSomebodyWhoseCallsAreClosedIsAViolationOncePerCall) {
  const auto early = Timestamp{std::chrono::seconds{1'767'600'000}};
  story.stop(); // texts only
  story.called("texts are closed, calls are not", to_rfc3339(early));
  EXPECT_TRUE(view().violations.empty());
  const auto closed = close_calls(story);
  story.called("began before", to_rfc3339(closed - std::chrono::seconds(1)));
  events::CallObserved theirs;
  theirs.call.inbound = true;
  story.called("theirs", to_rfc3339(closed + std::chrono::seconds(1)), theirs);
  events::CallObserved failed;
  failed.call.status = "failed";
  story.called("failed", to_rfc3339(closed + std::chrono::seconds(1)), failed);
  EXPECT_TRUE(view().violations.empty());
  events::CallObserved disposed;
  disposed.call.agent = "7";
  const auto first = story.called("c-1", to_rfc3339(closed + std::chrono::seconds(1)));
  story.called("c-1", "", disposed);
  const auto timeless = story.called("c-2", "");
  const auto found = view();
  ASSERT_EQ(found.violations.size(), 2U);
  EXPECT_EQ(found.violations[0].position, first);
  EXPECT_EQ(found.violations[0].at, closed + std::chrono::seconds(1));
  EXPECT_EQ(found.violations[0].channel, Channel::call);
  EXPECT_EQ(found.violations[0].connector, sample::aloware);
  EXPECT_EQ(found.violations[0].call, "c-1");
  EXPECT_EQ(found.violations[0].agent, "7");
  EXPECT_EQ(found.violations[1].position, timeless);
}

TEST_F(OptOuts, ACallThatThePersonAskedForIsListedAsAllowedUntilTheWishEnds) {
  const auto closed = close_calls(story);
  const auto early = story.called("before the wish", to_rfc3339(closed + std::chrono::seconds(1)));
  const auto until = closed + std::chrono::hours(1);
  const auto wish = story.allow_call(until);
  const auto wished = story.time_of(wish);
  story.called("wished", to_rfc3339(wished + std::chrono::seconds(1)));
  const auto late = story.called("too late", to_rfc3339(until));
  const auto found = view();
  ASSERT_EQ(found.violations.size(), 2U);
  EXPECT_EQ(found.violations[0].position, early);
  EXPECT_EQ(found.violations[1].position, late);
  ASSERT_EQ(found.allowed_calls.size(), 1U);
  EXPECT_EQ(found.allowed_calls[0].call.call, "wished");
  EXPECT_EQ(found.allowed_calls[0].allowance, wish);
  EXPECT_EQ(found.allowed_calls[0].by, "ops");
}

TEST_F(OptOuts, AReviewIsOpenUntilItIsDecided) {
  const auto input = sample::receive(story.writer(), "can you stop by at 5");
  auto maybe = story.statement(ConsentChange::review, input);
  maybe.reason_code = Reason::maybe_opt_out;
  story.say(maybe);
  auto open = reviews_page(scan(), acme, true, {}, 10);
  ASSERT_TRUE(open.ok());
  ASSERT_EQ(open->items.size(), 1U);
  EXPECT_EQ(open->items[0].position, input);
  EXPECT_TRUE(channel_of(view(), Channel::sms).in_review);
  EXPECT_EQ(channel_of(view(), Channel::sms).state, "never_said");
  events::ConsentRequested request;
  request.address = PiiText(sample::canary_phone);
  request.reason = "she asked for the time";
  const auto asked = story.writer().input(events::admin_stream(), request);
  auto cleared = story.statement(ConsentChange::cleared, asked);
  cleared.request = input;
  cleared.by = "mia";
  story.say(cleared);
  EXPECT_TRUE(reviews_page(scan(), acme, true, {}, 10)->items.empty());
  const auto all = reviews_at(scan(), acme, input);
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ((*all)[0].decision, "not_an_opt_out");
  EXPECT_EQ((*all)[0].by, "mia");
  EXPECT_EQ(view().history.back().reason, "she asked for the time");
  EXPECT_EQ(reviews_of(scan(), acme, "address", to_hex(story.hash))->size(), 1U);
}

TEST_F(OptOuts, TwoContactsThatMayBeOneAreAReviewOfBoth) {
  events::IdentityReviewRequested review{
      sample::ana, ContactId("cother"), Reason::names_differ, {events::MatchedBy::phone}};
  const auto position = story.writer().input(events::identity_stream(), review);
  for (const auto* id : {"cother", sample::ana.value.c_str()}) {
    const auto found = reviews_of(scan(), acme, "contact", id);
    ASSERT_EQ(found->size(), 1U) << id;
    EXPECT_EQ((*found)[0].position, position);
    EXPECT_EQ((*found)[0].kind, "identity");
  }
}

TEST_F(OptOuts, AnActionIsADeliveryOfItsOwn) {
  story.known();
  story.stop();
  const auto open = delivery(scan(), acme, sample::telling);
  ASSERT_TRUE(open.ok() && open.value());
  EXPECT_EQ((*open)->operation, "opt_out");
  EXPECT_EQ((*open)->state, "intended");
  story.confirm();
  EXPECT_EQ((*delivery(scan(), acme, sample::telling))->state, "accepted");
  const auto told = webhook(scan(), acme, story.at.stop);
  ASSERT_TRUE(told.ok());
}

} // namespace
} // namespace tidemark::projections::opt_outs_test
