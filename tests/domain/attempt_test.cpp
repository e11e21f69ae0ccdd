#include "domain/attempt.hpp"
#include "domain/rules/address_key.hpp"
#include "tests/domain/given.hpp"
#include "tests/domain/identity/identity_house.hpp"

/// What an attempt records, by everything that may stand against it.
namespace tidemark::domain::test::attempt_test {
namespace {

using events::Action;
using events::Field;
using Events = std::vector<events::Event>;
using Waits = AttemptWaits::For;

const Timestamp noon{std::chrono::hours{24 * 365 * 50}};
const std::string number = "+12025550142";
const std::string mail = "jane@example.com";

AddressHash hash_of(Field field, const std::string& value) {
  return address_key(hasher, acme, field, value)->hash;
}

/// The log as it stands, and a connector that asks for one request.
struct Facts final : AttemptFacts {
  std::map<AddressHash, AddressConsent> said;
  std::map<AddressHash, ConsentState> said_before;
  std::map<std::pair<std::string, events::Channel>, Position> off;
  Position undecided;
  std::map<ConnectorName, Position> told_last; ///< of the webhooks, none of which is decided
  std::optional<AttemptStep> step = RequestStep{"write", true, "a1", {}};

  Position consent_known_to() const override { return Position{90}; }
  Position queue_known_to() const override { return Position{91}; }
  Position undecided_opt_out() const override { return undecided; }
  AddressConsent consent_of(const AddressHash& address) const override {
    const auto at = said.find(address);
    return at == said.end() ? AddressConsent{} : at->second;
  }
  ConsentState consent_before(const AddressHash& address, Position) const override {
    const auto at = said_before.find(address);
    return at == said_before.end() ? ConsentState{} : at->second;
  }
  Position switched_off(const std::string& agent, events::Channel channel) const override {
    const auto at = off.find({agent, channel});
    return at == off.end() ? Position{} : at->second;
  }
  Position undecided_of(const ConnectorName& system, Position until) const override {
    const auto at = told_last.find(system);
    return at == told_last.end() ? Position{} : std::min(at->second, until);
  }
  SendFacts moment(const events::ActionIntended&) const override {
    SendFacts out;
    out.now = noon;
    return out;
  }
  std::optional<AttemptStep> next_step() const override { return step; }
};

ConsentState closed_at(std::uint64_t position) {
  Revocation by;
  by.position = Position{position};
  return {{by}, {}, {}};
}
ConsentState in_review_at(std::uint64_t position) {
  return {{}, {{Position{position}, {events::Channel::sms}, {}, {}}}, {}};
}

events::ActionIntended message(const std::string& purpose) {
  events::ActionIntended out;
  out.delivery = DeliveryId("d1");
  out.contact = jane;
  out.target = texting;
  out.action = Action::send_message;
  out.purpose = purpose;
  out.message = events::MessageFacts{};
  out.message->source = crm;
  out.message->message_id = "MSG9";
  out.message->to_be_sent = purpose == "conversation";
  out.message->their_address = PiiText(number);
  out.message->text = PiiText("On the way.");
  out.message->stated_at = to_rfc3339(noon);
  return out;
}

struct Attempt {
  DeliveryQueue queue;
  Facts facts;
  House house;

  explicit Attempt(const events::Event& intent) {
    events::Recorded recorded{{}, intent};
    recorded.envelope.position = Position{50};
    recorded.envelope.recorded_at = noon;
    const auto* action = std::get_if<events::ActionIntended>(&intent);
    evolve(queue, recorded,
           action ? action->target : std::get<events::DeliveryIntended>(intent).target);
  }
  PendingDelivery& delivery() { return queue.pending.front(); }
  AttemptContext context() const { return {acme, hasher, house.rules, "test"}; }
  Events begins() const {
    const auto begun = begin_attempt(queue, {0, {}}, facts, context());
    const auto* events = std::get_if<Events>(&begun);
    return events ? *events : Events{};
  }
  AttemptWaits waits() const {
    const auto begun = begin_attempt(queue, {0, {}}, facts, context());
    const auto* waits = std::get_if<AttemptWaits>(&begun);
    EXPECT_TRUE(waits) << "it goes on";
    return waits ? *waits : AttemptWaits{};
  }
};

/// Values of Jane, whose phone and e-mail both count.
Attempt of_values() {
  events::DeliveryIntended out;
  out.delivery = DeliveryId("d1");
  out.contact = jane;
  out.target = hub;
  out.fields = {{Field::phone, number}, {Field::email, mail}};
  return Attempt(out);
}
/// The same, of whom the system holds nothing as far as is known.
Attempt of_new_record(const ConnectorName& target) {
  events::DeliveryIntended out;
  out.delivery = DeliveryId("d1");
  out.contact = jane;
  out.target = target;
  out.operation = events::Operation::create;
  out.fields = {{Field::phone, number}, {Field::email, mail}};
  Attempt attempt(out);
  attempt.house.rules = rules_of({crm_rule(), hub_rule()});
  return attempt;
}
Attempt of_message(const std::string& purpose = "conversation") {
  return Attempt(message(purpose));
}

std::string types(const Events& events) {
  std::string out;
  for (const auto& event : events)
    out += std::string(events::type_of(event)) + " ";
  return out;
}

TEST(Attempt, AnnouncesTheRequestWithItsHash) {
  const auto begun = of_values().begins();
  ASSERT_EQ(begun.size(), 1U);
  const auto& dispatched = std::get<events::DeliveryDispatched>(begun[0]);
  EXPECT_EQ(dispatched.step_name, "write");
  EXPECT_TRUE(dispatched.effect);
  EXPECT_EQ(dispatched.request_sha256, "a1");
  EXPECT_EQ(dispatched.evidence, Position{90}) << "consent was known up to there";
}

TEST(Attempt, WhatIsCalledOffAsksNobody) {
  auto attempt = of_values();
  attempt.queue.opted_out = true;
  attempt.facts.undecided = Position{80};
  const auto begun = attempt.begins();
  ASSERT_EQ(begun.size(), 1U);
  const auto& suppressed = std::get<events::DeliverySuppressed>(begun[0]);
  EXPECT_EQ(suppressed.reason_code, Reason::opted_out);
  EXPECT_EQ(suppressed.evidence, Position{91}) << "by the queue alone";
}

TEST(Attempt, AClosedAddressStopsIt) {
  auto attempt = of_values();
  attempt.facts.said[hash_of(Field::email, mail)].state = closed_at(40);
  const auto begun = attempt.begins();
  ASSERT_EQ(begun.size(), 1U);
  const auto& suppressed = std::get<events::DeliverySuppressed>(begun[0]);
  EXPECT_EQ(suppressed.reason_code, Reason::opted_out);
  EXPECT_EQ(suppressed.evidence, Position{40}) << "the statement";
}

TEST(Attempt, WaitsForPossibleOptOuts) {
  auto attempt = of_values();
  attempt.facts.said[hash_of(Field::phone, number)].undecided = Position{70};
  EXPECT_EQ(attempt.waits().what, Waits::inputs);
  EXPECT_EQ(attempt.waits().until, Position{70});
  attempt.facts.said[hash_of(Field::phone, number)] = {{}, {}, Position{60}};
  EXPECT_EQ(attempt.waits().what, Waits::imports) << "a list names it, in a row not decided yet";
  EXPECT_EQ(attempt.waits().until, Position{60});
  attempt.facts.undecided = Position{80};
  EXPECT_EQ(attempt.waits().what, Waits::opt_out_inputs) << "it may be anybody's";
  EXPECT_EQ(attempt.waits().until, Position{80});
  attempt.facts.undecided = {};
  attempt.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  EXPECT_EQ(types(attempt.begins()), "delivery.suppressed.v1 ") << "no word to come opens it";
}

TEST(Attempt, NoRecordIsMadeUnseenWhileTheSystemsOwnWordIsNotDecided) {
  auto attempt = of_new_record(hub); // which cannot be asked whom it has
  attempt.facts.told_last[crm] = Position{45};
  EXPECT_EQ(types(attempt.begins()), "delivery.dispatched.v1 ") << "another system's word";
  attempt.facts.told_last[hub] = Position{40};
  EXPECT_EQ(attempt.waits().what, Waits::inputs) << "it may tell of its own record";
  EXPECT_EQ(attempt.waits().until, Position{40});
  attempt.facts.told_last[hub] = Position{85};
  EXPECT_EQ(attempt.waits().until, Position{50}) << "the intent: a busy system holds up nothing";
  attempt.delivery().attempt = 1;
  EXPECT_EQ(types(attempt.begins()), "delivery.dispatched.v1 ") << "it may be made already";
}

TEST(Attempt, WhereTheRecordIsLookedForNoWordIsWaitedFor) {
  auto found = of_new_record(crm);
  found.facts.told_last[crm] = Position{40};
  EXPECT_EQ(types(found.begins()), "delivery.dispatched.v1 ");
  auto update = of_new_record(hub);
  update.delivery().intent.operation = events::Operation::update;
  update.facts.told_last[hub] = Position{40};
  EXPECT_EQ(types(update.begins()), "delivery.dispatched.v1 ") << "nothing is made";
  auto closed = of_new_record(hub);
  closed.facts.told_last[hub] = Position{40};
  closed.facts.said[hash_of(Field::email, mail)].state = closed_at(40);
  EXPECT_EQ(types(closed.begins()), "delivery.suppressed.v1 ") << "whatever it told";
}

TEST(Attempt, ADoubtfulWordHoldsUpMessagesButNotHelp) {
  const auto phone = hash_of(Field::phone, number);
  auto answer = of_message();
  answer.facts.said[phone].state = in_review_at(60);
  EXPECT_EQ(answer.waits().what, Waits::review);
  auto help = of_message("help");
  help.facts.said[phone].state = in_review_at(60);
  const auto begun = help.begins();
  EXPECT_EQ(types(begun), "send.decided.v1 delivery.dispatched.v1 ");
  EXPECT_EQ(std::get<events::DeliveryDispatched>(begun.back()).evidence, Position{60});
  help.facts.said[phone].undecided = Position{70};
  EXPECT_EQ(help.waits().what, Waits::inputs) << "it may turn out to be an opt-out";
}

TEST(Attempt, AMessageLeavesWithTheGatesDecisionBeforeIt) {
  const auto begun = of_message().begins();
  ASSERT_EQ(types(begun), "send.decided.v1 delivery.dispatched.v1 ");
  EXPECT_EQ(std::get<events::SendDecided>(begun[0]).evidence, Position{90});
  EXPECT_EQ(std::get<events::DeliveryDispatched>(begun[1]).evidence, Position{90});
}

TEST(Attempt, TheConfirmationLeavesToAClosedAddress) {
  auto confirmation = message("confirmation");
  confirmation.allowance = Position{40};
  Attempt attempt(confirmation);
  attempt.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  const auto begun = attempt.begins();
  ASSERT_EQ(types(begun), "send.decided.v1 delivery.dispatched.v1 ");
  EXPECT_EQ(std::get<events::DeliveryDispatched>(begun[1]).evidence, Position{40});
}

TEST(Attempt, TheWriterOfAMessageIsToldBeforeItsEnd) {
  auto attempt = of_message();
  attempt.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  const auto begun = attempt.begins();
  ASSERT_EQ(types(begun), "send.decided.v1 action.intended.v1 delivery.suppressed.v1 ");
  const auto& told = std::get<events::ActionIntended>(begun[1]);
  EXPECT_EQ(told.target, crm);
  EXPECT_EQ(told.action, Action::set_status);
  EXPECT_EQ(told.shown_as, "MSG9");
  EXPECT_EQ(told.message->status, events::MessageStatus::failed);
  EXPECT_EQ(told.message->error_text, "opted out");
  const auto& suppressed = std::get<events::DeliverySuppressed>(begun[2]);
  EXPECT_EQ(suppressed.reason_code, Reason::opted_out);
  EXPECT_EQ(suppressed.evidence, Position{40});
}

/// A message of the user USR1, who is the agent `jane`, and who is switched off.
Attempt of_agent_who_is_off(const std::string& purpose, const std::string& name,
                            events::Channel channel = events::Channel::sms) {
  auto written = message(purpose);
  written.message->agent = "USR1";
  Attempt attempt(written);
  attempt.house.rules.placement.agents.push_back({"jane", {"USR1"}, {}, {}, {}});
  attempt.facts.off[{name, channel}] = Position{30};
  return attempt;
}

TEST(Attempt, WhatAnAgentWritesWhoIsSwitchedOffDoesNotLeaveAndItsSystemHearsOfIt) {
  for (const std::string name : {"jane", "USR1"}) {
    const auto begun = of_agent_who_is_off("conversation", name).begins();
    ASSERT_EQ(types(begun), "send.decided.v1 action.intended.v1 delivery.suppressed.v1 ") << name;
    const auto& decided = std::get<events::SendDecided>(begun[0]);
    EXPECT_EQ(decided.reason_code, Reason::agent_switched_off);
    ASSERT_TRUE(decided.flag);
    EXPECT_EQ(decided.flag->agent, name);
    EXPECT_EQ(decided.flag->set, Position{30}) << "where it was switched off";
    EXPECT_EQ(std::get<events::ActionIntended>(begun[1]).message->error_text,
              "not sent: agent_switched_off");
    EXPECT_EQ(std::get<events::DeliverySuppressed>(begun[2]).reason_code,
              Reason::agent_switched_off);
  }
}

TEST(Attempt, AFlagHoldsNothingElse) {
  const auto leaves = [](const Attempt& attempt) {
    return types(attempt.begins()) == "send.decided.v1 delivery.dispatched.v1 ";
  };
  EXPECT_TRUE(leaves(of_agent_who_is_off("conversation", "jack")));
  EXPECT_TRUE(leaves(of_agent_who_is_off("conversation", "jane", events::Channel::whatsapp)));
  EXPECT_TRUE(leaves(of_agent_who_is_off("help", "jane"))) << "it answers the person";
  auto nobody = of_message();
  nobody.facts.off[{"", events::Channel::sms}] = Position{30};
  EXPECT_TRUE(leaves(nobody)) << "nobody knows who wrote it";
  auto confirmation = message("confirmation");
  confirmation.message->agent = "USR1";
  confirmation.allowance = Position{40};
  Attempt confirms(confirmation);
  confirms.facts.off[{"USR1", events::Channel::sms}] = Position{30};
  confirms.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  EXPECT_TRUE(leaves(confirms));
}

TEST(Attempt, AnOptOutIsTheReasonAlsoForAnAgentWhoIsSwitchedOff) {
  auto attempt = of_agent_who_is_off("conversation", "jane");
  attempt.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  const auto begun = attempt.begins();
  const auto& decided = std::get<events::SendDecided>(begun.at(0));
  EXPECT_EQ(decided.reason_code, Reason::opted_out);
  EXPECT_TRUE(decided.flag) << "it was known";
}

TEST(Attempt, WhatMayHaveLeftIsNotCalledSuppressed) {
  auto attempt = of_message();
  attempt.delivery().after_unknown = true;
  attempt.facts.said[hash_of(Field::phone, number)].state = closed_at(40);
  const auto begun = attempt.begins();
  ASSERT_EQ(types(begun), "send.decided.v1 action.intended.v1 delivery.rejected.v1 ");
  EXPECT_EQ(std::get<events::ActionIntended>(begun[1]).message->error_text,
            "it is not known whether it was sent");
  EXPECT_EQ(std::get<events::DeliveryRejected>(begun[2]).facts.reason_code,
            Reason::outcome_unknown_not_repeated);
}

TEST(Attempt, WhatWasWrittenToAClosedAddressStaysAlsoWhenItIsOpenAgain) {
  auto attempt = of_message();
  attempt.facts.said_before[hash_of(Field::phone, number)] = closed_at(30);
  const auto begun = attempt.begins();
  const auto& decided = std::get<events::SendDecided>(begun.at(0));
  EXPECT_FALSE(decided.allowed);
  EXPECT_EQ(decided.consent, Position{30});
  EXPECT_EQ(std::get<events::DeliverySuppressed>(begun.back()).evidence, Position{30});
  auto help = of_message("help");
  help.facts.said_before = attempt.facts.said_before;
  EXPECT_EQ(types(help.begins()), "send.decided.v1 delivery.dispatched.v1 ") << "nobody wrote it";
}

TEST(Attempt, WhereNothingLeavesTheGateWasNotPassed) {
  auto attempt = of_message();
  attempt.facts.step = DeliveryResult{DeliveryVerdict::rejected, Reason::no_record_there};
  const auto begun = attempt.begins();
  ASSERT_EQ(types(begun), "action.intended.v1 delivery.rejected.v1 ");
  EXPECT_EQ(std::get<events::ActionIntended>(begun[0]).message->error_text,
            "not sent: no_record_there");
}

TEST(Attempt, WaitsForItsTurn) {
  auto attempt = of_values();
  attempt.facts.step = std::nullopt;
  EXPECT_EQ(attempt.waits().what, Waits::turn);
}

TEST(Attempt, ATimeIsWaitedForUnlessItIsCalledOffOrStandsForOthers) {
  auto attempt = of_values();
  attempt.delivery().not_before = noon;
  EXPECT_EQ(waits_until(attempt.queue, {0, {}}), noon);
  EXPECT_EQ(waits_until(attempt.queue, {0, {0}}), Timestamp{});
  attempt.queue.opted_out = true;
  EXPECT_EQ(waits_until(attempt.queue, {0, {}}), Timestamp{});
}

TEST(Attempt, ALookUpLeadsToTheNextStep) {
  auto attempt = of_values();
  events::VendorAnswer answer;
  answer.http_status = 200;
  const auto concluded = conclude_attempt(attempt.queue, attempt.delivery(),
                                          RequestStep{"write", true, "", RemoteId("h-1")}, answer,
                                          attempt.house, attempt.context());
  ASSERT_EQ(types(concluded), "delivery.looked_up.v1 ");
  EXPECT_EQ(std::get<events::DeliveryLookedUp>(concluded[0]).gone, RemoteId("h-1"));
}

TEST(Attempt, AFoundRecordOfAnotherContactIsRefused) {
  auto attempt = of_values();
  attempt.house.sees(record(hub, "h-1", {{Field::phone, number}}));
  DeliveryResult found{DeliveryVerdict::accepted, Reason::found_there, RemoteId("h-1"), FieldSet{}};
  found.found = true;
  const auto concluded = [&](const DeliveryResult& result) {
    return conclude_attempt(attempt.queue, attempt.delivery(), result, {}, attempt.house,
                            attempt.context());
  };
  const auto refused = concluded(found);
  ASSERT_EQ(types(refused), "delivery.rejected.v1 ");
  EXPECT_EQ(answer_facts(refused[0])->reason_code, Reason::address_belongs_to_other_person);
  found.remote_id = RemoteId("h-2");
  EXPECT_EQ(types(concluded(found)), "delivery.accepted.v1 ") << "nobody's so far";
}

TEST(Attempt, TheWriterIsToldOfARefusalButNotOfAMessageThatLeft) {
  auto attempt = of_message();
  const auto concluded = [&](DeliveryVerdict verdict) {
    return types(conclude_attempt(attempt.queue, attempt.delivery(),
                                  DeliveryResult{verdict, Reason::bad_phone}, {}, attempt.house,
                                  attempt.context()));
  };
  EXPECT_EQ(concluded(DeliveryVerdict::rejected), "action.intended.v1 delivery.rejected.v1 ");
  EXPECT_EQ(concluded(DeliveryVerdict::accepted), "action.accepted.v1 ");
  EXPECT_EQ(concluded(DeliveryVerdict::retry), "delivery.retry_scheduled.v1 ");
}

TEST(Attempt, AnAnswerThatNeverCameIsUnknown) {
  auto attempt = of_values();
  const auto abandoned = abandon_attempt(attempt.queue, attempt.delivery(), attempt.context());
  ASSERT_EQ(types(abandoned), "delivery.unknown.v1 ");
  EXPECT_EQ(answer_facts(abandoned[0])->reason_code, Reason::restarted_before_answer);
  EXPECT_TRUE(is_abandoned(answer_facts(abandoned[0])->answer));
}

} // namespace
} // namespace tidemark::domain::test::attempt_test
