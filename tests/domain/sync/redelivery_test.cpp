#include "domain/delivery/delivery_queue.hpp"
#include "domain/delivery/failed_delivery.hpp"
#include "domain/sync/redelivery.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::redelivery_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

SyncRules house() {
  auto office = crm_rule();
  office.capabilities.shows_calls = true;
  office.capabilities.shows_messages = true;
  return rules_of({office, dialer_rule(), hub_rule(), texting_rule()});
}

events::DeliveryRejected refusal_of(const DeliveryId& delivery,
                                    Reason reason = Reason::validation_failed) {
  events::DeliveryRejected out;
  out.facts.delivery = delivery;
  out.facts.reason_code = reason;
  return out;
}

/// Jane stands in the CRM and the hub; the dialer has refused her.
struct Refused : given {
  Refused() : given(house()) {
    const auto told = when(says(crm, full));
    failed = told.intent(dialer);
    dispatched(failed).happened(refusal_of(failed.delivery));
    dispatched(told.intent(hub)).accepted(told.intent(hub), "h-1");
  }

  events::DeliveryRetryDecided retry(const RetryDelivery& command) {
    decided = when(command);
    return std::get<events::DeliveryRetryDecided>(decided.events.front());
  }
  RetryDelivery again(const events::DeliveryIntended& intent) const {
    RetryDelivery out;
    out.request.delivery = intent.delivery;
    out.request.target = intent.target;
    out.request.forward = intent.forward;
    out.request.may_open = !intent.context.empty();
    out.request.mark = intent.mark;
    return out;
  }
  RetryDelivery again(const ActionIntended& action) const {
    RetryDelivery out;
    out.request.delivery = action.delivery;
    out.request.target = action.target;
    out.request.action = action;
    return out;
  }
  void close() {
    auto told = says(crm, full);
    told.opt_out_seen = true;
    when(told);
    events::ConsentApplied applied;
    applied.change = events::ConsentChange::revoked;
    applied.channels = {events::Channel::sms};
    happened(applied);
  }

  events::DeliveryIntended failed;
  Decided decided;
};

/// The CRM keeps calls, and has refused one.
struct RefusedCall : Refused {
  RefusedCall() {
    ObserveCall told{RemoteId("r-1"), {}, {}, "disposed"};
    told.call.source = dialer;
    told.call.call_id = "7";
    told.call.status = "completed";
    call = when(told).all<ActionIntended>().at(0);
  }
  ActionIntended call;
};

TEST(Redelivery, AsksForTheNewestValuesAndOnceOnly) {
  Refused contact;
  const auto edited = contact.when(says(crm, {{Field::first_name, "Janet"}}, "2"));
  contact.happened(refusal_of(edited.intent(dialer).delivery));
  const auto first = contact.retry(contact.again(contact.failed));
  EXPECT_EQ(first.outcome, events::Outcome::applied);
  const auto intent = contact.decided.intent(dialer);
  EXPECT_EQ(intent.fields.get(Field::first_name), "Janet");
  EXPECT_EQ(first.retried_by, intent.delivery);
  const auto second = contact.retry(contact.again(contact.failed));
  EXPECT_EQ(second.reason_code, Reason::already_retried);
  EXPECT_EQ(second.retried_by, intent.delivery) << "which one it was stays known";
  EXPECT_EQ(contact.decided.events.size(), 1U);
}

TEST(Redelivery, OfWhoIsClosedBringsNothing) {
  Refused contact;
  contact.close();
  EXPECT_EQ(contact.retry(contact.again(contact.failed)).reason_code, Reason::opted_out);
  auto body = contact.failed;
  body.target = texting;
  body.forward = Position{1};
  body.context = {{Field::company, "Joinery"}};
  EXPECT_EQ(contact.retry(contact.again(body)).reason_code, Reason::opted_out)
      << "nor does a body that would take back the mark";
  EXPECT_TRUE(contact.decided.all<events::DeliveryIntended>().empty());
  body.context = {};
  EXPECT_EQ(contact.retry(contact.again(body)).outcome, events::Outcome::applied)
      << "the body that shows the mark goes";
  body.delivery = DeliveryId("d-marked");
  body.mark = events::ForwardedMark{{events::Channel::sms}};
  ASSERT_EQ(contact.retry(contact.again(body)).outcome, events::Outcome::applied);
  EXPECT_EQ(contact.decided.intent(texting).mark, body.mark) << "as an opt-out that is told";
}

TEST(Redelivery, ABodyThatShowsAnotherMarkGoesUnlessTextsAreClosed) {
  Refused contact;
  events::ConsentApplied calls;
  calls.change = events::ConsentChange::revoked;
  calls.channels = {events::Channel::call};
  contact.happened(calls);
  auto body = contact.failed;
  body.target = texting;
  body.forward = Position{1};
  body.context = {{Field::company, "Joinery"}};
  body.mark = events::ForwardedMark{{events::Channel::call}};
  ASSERT_EQ(contact.retry(contact.again(body)).outcome, events::Outcome::applied);
  EXPECT_FALSE(contact.decided.intent(texting).context.empty()) << "until they are";
  contact.close();
  body.delivery = DeliveryId("d-again");
  EXPECT_EQ(contact.retry(contact.again(body)).reason_code, Reason::opted_out);
}

TEST(Redelivery, MakesNoSecondRecordWhereTheFirstIsGone) {
  Refused contact;
  auto update = contact.failed;
  update.target = hub;
  events::DeliveryLookedUp gone;
  gone.facts.delivery = update.delivery;
  gone.target = hub;
  gone.gone = RemoteId("h-1");
  contact.happened(gone);
  EXPECT_EQ(contact.retry(contact.again(update)).reason_code, Reason::record_lost);
  EXPECT_EQ(contact.decided.events.size(), 1U);
}

TEST(Redelivery, OfABodyBehindANewerOneIsRefused) {
  Refused contact;
  events::DeliveryIntended newer;
  newer.delivery = DeliveryId("dnewer");
  newer.target = texting;
  newer.forward = Position{40};
  contact.happened(newer);
  auto older = newer;
  older.delivery = DeliveryId("dolder");
  older.forward = Position{30};
  EXPECT_EQ(contact.retry(contact.again(older)).reason_code, Reason::newer_body_forwarded);
  EXPECT_EQ(contact.retry(contact.again(newer)).outcome, events::Outcome::applied);
  EXPECT_EQ(contact.decided.intent(texting).forward, Position{40});
}

TEST(Redelivery, ShowsARefusedCallOnceMoreUnderItsFirstName) {
  RefusedCall contact;
  contact.happened(refusal_of(contact.call.delivery));
  ASSERT_EQ(contact.retry(contact.again(contact.call)).outcome, events::Outcome::applied);
  const auto second = contact.decided.all<ActionIntended>().at(0);
  ASSERT_TRUE(second.repeats);
  EXPECT_EQ(second.repeats->earlier, std::vector{contact.call.delivery});
  EXPECT_FALSE(second.repeats->unsure);
  contact.happened(refusal_of(second.delivery));
  auto unsure = contact.again(second);
  unsure.request.unsure = true;
  ASSERT_EQ(contact.retry(unsure).outcome, events::Outcome::applied);
  const auto third = contact.decided.all<ActionIntended>().at(0);
  EXPECT_EQ(third.repeats->earlier, (std::vector{contact.call.delivery, second.delivery}));
  EXPECT_TRUE(third.repeats->unsure) << "it looks before it acts";
  DeliveryQueue queue;
  events::Recorded recorded;
  recorded.event = third;
  evolve(queue, recorded, crm);
  EXPECT_TRUE(queue.pending.at(0).after_unknown);
}

TEST(Redelivery, LeavesACallAloneThatComesByItself) {
  RefusedCall contact;
  contact.happened(refusal_of(contact.call.delivery, Reason::no_record_there));
  EXPECT_EQ(contact.retry(contact.again(contact.call)).reason_code, Reason::waits_for_record);
  auto elsewhere = contact.call;
  elsewhere.delivery = DeliveryId("dshown");
  contact.happened(elsewhere);
  EXPECT_EQ(contact.retry(contact.again(contact.call)).reason_code, Reason::already_shown);
  EXPECT_TRUE(contact.decided.all<ActionIntended>().empty());
}

TEST(Redelivery, SendsATextThatMayHaveLeftByAPersonsWordOnly) {
  Refused contact;
  ActionIntended text;
  text.delivery = DeliveryId("dtext");
  text.target = texting;
  text.action = Action::send_message;
  text.needs_record = false;
  text.purpose = "conversation";
  text.message = events::MessageFacts{};
  auto command = contact.again(text);
  command.request.intended_at = Timestamp{std::chrono::hours{24 * 365 * 50}};
  command.request.max_age_seconds = 3600;
  command.request.unsure = true;
  EXPECT_EQ(contact.retry(command).reason_code, Reason::may_have_left);
  EXPECT_EQ(contact.retry(command).reason_code, Reason::may_have_left) << "however often";
  command.request.may_repeat = true;
  command.request.max_age_seconds = 1;
  EXPECT_EQ(contact.retry(command).reason_code, Reason::too_old_to_send);
  command.request.max_age_seconds = 3600;
  EXPECT_EQ(contact.retry(command).outcome, events::Outcome::applied);
  EXPECT_FALSE(contact.decided.all<ActionIntended>().at(0).repeats->unsure);
}

TEST(Redelivery, OfATextToWhoHasOptedOutIsRefused) {
  Refused contact;
  contact.close();
  ActionIntended text;
  text.delivery = DeliveryId("dtext");
  text.target = texting;
  text.action = Action::send_message;
  text.needs_record = false;
  text.purpose = "conversation";
  text.message = events::MessageFacts{};
  EXPECT_EQ(contact.retry(contact.again(text)).reason_code, Reason::opted_out);
}

// ---- what the log knows of the failed delivery

struct OfText {
  OfText() {
    ActionIntended text;
    text.delivery = DeliveryId("dtext");
    text.action = Action::send_message;
    known.request.delivery = text.delivery;
    happened(text);
    events::DeliveryDispatched out;
    out.delivery = text.delivery;
    out.effect = true;
    happened(out);
  }
  void happened(const events::Event& event) {
    events::Recorded recorded;
    recorded.event = event;
    evolve(known, recorded);
  }
  bool unsure_when_died_of(const events::VendorAnswer& answer) {
    events::DeliveryDied died;
    died.facts.delivery = known.request.delivery;
    died.facts.answer = answer;
    happened(died);
    EXPECT_TRUE(known.failed);
    EXPECT_TRUE(is_text(known));
    return known.request.unsure;
  }
  FailedDelivery known;
};

events::VendorAnswer answer(std::uint32_t status, Reason transport = Reason::none,
                            bool sent = true) {
  events::VendorAnswer out;
  out.http_status = status;
  out.transport = transport;
  out.sent = sent;
  return out;
}

TEST(FailedDelivery, IsUnsureWhereTheRequestMayHaveArrived) {
  EXPECT_FALSE(OfText().unsure_when_died_of(answer(0, Reason::connect_failed, false)))
      << "it never left";
  EXPECT_FALSE(OfText().unsure_when_died_of(answer(403)));
  EXPECT_TRUE(OfText().unsure_when_died_of(answer(500)));
  EXPECT_TRUE(OfText().unsure_when_died_of(answer(0, Reason::timeout)));
  OfText repeated_never;
  repeated_never.happened(refusal_of(DeliveryId("dtext"), Reason::outcome_unknown_not_repeated));
  EXPECT_TRUE(repeated_never.known.request.unsure);
  OfText of_another;
  of_another.happened(refusal_of(DeliveryId("dother")));
  EXPECT_FALSE(of_another.known.failed);
}

} // namespace
} // namespace tidemark::domain::redelivery_test
