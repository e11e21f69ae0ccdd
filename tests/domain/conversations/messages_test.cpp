#include "domain/conversations/messages.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::messages_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;
using events::MessageStatus;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

SyncRules house() {
  auto office = crm_rule();
  office.capabilities.shows_messages = true;
  auto phones = dialer_rule();
  phones.capabilities.sends_messages = true;
  auto texts = texting_rule();
  texts.capabilities.sends_messages = true;
  return rules_of({office, phones, texts});
}

given known() {
  given contact(house());
  contact.settled(contact.when(says(crm, full)));
  return contact;
}

ObserveMessage message(const ConnectorName& source, const std::string& id, const std::string& text,
                       bool inbound = true) {
  ObserveMessage out;
  out.message.source = source;
  out.message.message_id = id;
  out.message.text = PiiText(text);
  out.message.inbound = inbound;
  out.message.their_address = PiiText("+12025550142");
  return out;
}
ObserveMessage status(const ConnectorName& source, const std::string& id, MessageStatus status) {
  auto out = message(source, id, "On the way.", false);
  out.message.status = status;
  return out;
}
/// An agent wrote it in the CRM.
ObserveMessage written(const std::string& id = "MSG9") {
  auto out = message(crm, id, "On the way.", false);
  out.message.to_be_sent = true;
  return out;
}

std::string outcome(const Decided& decided) {
  const auto& e = std::get<events::MessageObserved>(decided.events.front());
  return std::string(name_of_enum(e.outcome)) + "(" + std::string(name_of(e.reason_code)) + ")";
}
/// `action target` of each action, joined by a comma.
std::string actions(const Decided& decided) {
  std::string out;
  for (const auto& a : decided.all<ActionIntended>())
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(a.action)) + " " + a.target.value;
  return out;
}

events::ActionAccepted accepted(const ActionIntended& intent, const std::string& id,
                                const std::string& conversation = "") {
  events::ActionAccepted e;
  e.facts.delivery = intent.delivery;
  e.contact = jane;
  e.target = intent.target;
  e.action = intent.action;
  e.result_id = id;
  e.conversation = conversation;
  return e;
}

TEST(Messages, AreShownInTheOtherThreadsOnce) {
  auto contact = known();
  const auto first = contact.when(message(texting, "b1", "hello"));
  EXPECT_EQ(actions(first), "log_message crm");
  EXPECT_EQ(actions(contact.when(message(texting, "b1", "hello"))), "");
  EXPECT_EQ(actions(contact.when(message(texting, "b2", "hello"))), "log_message crm")
      << "the same words once more are another message";
}

TEST(Messages, OneThatWePostedThereComesBackAsAnEcho) {
  auto contact = known();
  const auto shown = contact.when(message(texting, "b1", "hello")).all<ActionIntended>().front();
  contact.happened(accepted(shown, "MSG1", "CNV1"));
  EXPECT_EQ(outcome(contact.when(message(crm, "MSG1", "hello"))), "echo_of(own_message_came_back)");
  // The thread is known from now on.
  const auto next = contact.when(message(texting, "b2", "again")).all<ActionIntended>().front();
  EXPECT_EQ(next.message->conversation, "CNV1");
}

TEST(Messages, AnEchoMayComeBeforeTheIdIsKnown) {
  auto contact = known();
  contact.after(message(texting, "b1", "hello"));
  const auto echo = contact.when(message(crm, "MSG1", "hello"));
  EXPECT_EQ(outcome(echo), "echo_of(own_message_came_back)");
  EXPECT_EQ(actions(echo), "");
  EXPECT_EQ(outcome(contact.when(message(crm, "MSG2", "hello"))), "applied(recorded)")
      << "the id is known now, so this one is a person's";
  auto late = known();
  late.after(message(texting, "b1", "hello")).wait(std::chrono::minutes{11});
  EXPECT_EQ(outcome(late.when(message(crm, "MSG1", "hello"))), "applied(recorded)");
  auto other = known();
  other.after(message(texting, "b1", "hello"));
  EXPECT_EQ(outcome(other.when(message(crm, "MSG1", "hello", false))), "applied(recorded)")
      << "the other direction";
}

TEST(Messages, TheTimeForAnEchoBeginsWithTheSending) {
  const auto waited = [](bool effect) {
    auto contact = known();
    const auto sent = contact.when(message(texting, "b1", "hello")).all<ActionIntended>().front();
    contact.wait(std::chrono::hours{2}); // a pause, or a system that was away
    events::DeliveryDispatched leaves;
    leaves.delivery = sent.delivery;
    leaves.effect = effect;
    contact.happened(leaves);
    return std::pair{contact, sent};
  };
  auto out = waited(true).first;
  out.wait(std::chrono::minutes{9});
  EXPECT_EQ(outcome(out.when(message(crm, "MSG1", "hello"))), "echo_of(own_message_came_back)");
  auto looked = waited(false).first;
  EXPECT_EQ(outcome(looked.when(message(crm, "MSG1", "hello"))), "applied(recorded)")
      << "a look-up posts nothing";
  auto [taken, sent] = waited(true);
  taken.wait(std::chrono::minutes{9}).happened(accepted(sent, "")).wait(std::chrono::minutes{9});
  EXPECT_EQ(outcome(taken.when(message(crm, "MSG1", "hello"))), "echo_of(own_message_came_back)")
      << "the answer names no id";
  auto late = waited(true).first;
  late.wait(std::chrono::minutes{11});
  EXPECT_EQ(outcome(late.when(message(crm, "MSG1", "hello"))), "applied(recorded)");
}

TEST(Messages, WhatAnAgentWroteIsSentOnceByTheTextingService) {
  auto contact = known();
  const auto sent = contact.when(written());
  EXPECT_EQ(actions(sent), "send_message texting");
  EXPECT_EQ(sent.all<ActionIntended>().front().purpose, "conversation");
  EXPECT_FALSE(sent.all<ActionIntended>().front().needs_record);
  EXPECT_EQ(actions(contact.when(written())), "");
  EXPECT_EQ(actions(contact.when(message(crm, "MSG9", "On the way.", false))), "")
      << "the same message told as an event";
  contact.rules().systems[2].receives = false;
  EXPECT_EQ(actions(contact.when(written("MSG10"))), "send_message dialer");
}

TEST(Messages, AnAgentsMessageMayBeToldAsAnEventFirst) {
  auto contact = known();
  contact.after(status(crm, "MSG9", MessageStatus::delivered)); // it is not: nobody sent it yet
  EXPECT_EQ(actions(contact.when(written())), "send_message texting");
  EXPECT_EQ(contact.contact().messages.messages.size(), 1U);
  EXPECT_EQ(contact.contact().messages.messages.front().status, MessageStatus::unknown);
}

TEST(Messages, TheWriterIsToldWhatBecameOfIt) {
  auto contact = known();
  const auto sent = contact.when(written()).all<ActionIntended>().front();
  contact.happened(accepted(sent, "f9"));
  auto told = status(texting, "b9", MessageStatus::sent);
  told.message.other_ids = {"f9"}; // the carrier's id comes first with the webhook
  EXPECT_EQ(outcome(contact.when(told)), "echo_of(message_sent)");
  const auto delivered = contact.when(status(texting, "b9", MessageStatus::delivered));
  ASSERT_EQ(actions(delivered), "set_status crm");
  const auto back = delivered.all<ActionIntended>().front();
  EXPECT_EQ(back.shown_as, "MSG9");
  EXPECT_EQ(back.message->status, MessageStatus::delivered);
  EXPECT_EQ(outcome(contact.when(told)), "superseded(status_older_than_known)");
  EXPECT_EQ(actions(contact.when(status(texting, "b9", MessageStatus::delivered))), "");
  EXPECT_EQ(actions(contact.when(status(texting, "b9", MessageStatus::failed))), "");
}

TEST(Messages, AFailureIsToldWithItsReason) {
  auto contact = known();
  contact.happened(accepted(contact.when(written()).all<ActionIntended>().front(), "f9"));
  auto failed = status(texting, "f9", MessageStatus::failed);
  failed.message.error_code = "40300";
  failed.message.error_text = "Blocked due to STOP message";
  const auto told = contact.when(failed).all<ActionIntended>();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().message->error_code, "40300");
  EXPECT_EQ(told.front().message->error_text, "Blocked due to STOP message");
}

TEST(Messages, AFailureIsToldWhereTheMessageIsShownWhateverItsOwnEchoSaid) {
  auto contact = known();
  const auto shown = contact.when(status(texting, "b1", MessageStatus::sent));
  contact.happened(accepted(shown.all<ActionIntended>().front(), "MSG1"));
  EXPECT_EQ(outcome(contact.when(status(crm, "MSG1", MessageStatus::delivered))),
            "echo_of(own_message_came_back)")
      << "it stands there, that is all the CRM knows";
  auto failed = status(texting, "b1", MessageStatus::failed);
  failed.message.error_code = "40001";
  failed.message.error_text = "Not routable";
  const auto decided = contact.when(failed);
  EXPECT_EQ(outcome(decided), "applied(message_failed)");
  ASSERT_EQ(actions(decided), "set_status crm");
  const auto told = decided.all<ActionIntended>().front();
  EXPECT_EQ(told.shown_as, "MSG1");
  EXPECT_EQ(told.message->status, MessageStatus::failed);
  EXPECT_EQ(told.message->error_code, "40001");
  EXPECT_EQ(told.message->error_text, "Not routable");
  EXPECT_EQ(actions(contact.when(failed)), "") << "once";
}

TEST(Messages, DeliveredAndFailedAreBothTheEndForTheSender) {
  auto contact = known();
  contact.after(status(texting, "b1", MessageStatus::delivered));
  const auto late = contact.when(status(texting, "b1", MessageStatus::failed));
  EXPECT_EQ(outcome(late), "superseded(status_older_than_known)");
  EXPECT_EQ(actions(late), "");
}

TEST(Messages, OneWhoseFirstWordIsFailedIsShownAndThenCalledFailed) {
  auto contact = known();
  const auto decided = contact.when(status(texting, "b1", MessageStatus::failed));
  ASSERT_EQ(actions(decided), "log_message crm, set_status crm");
  const auto intents = decided.all<ActionIntended>();
  EXPECT_EQ(intents.back().shown_as, "") << "the post has no answer yet";
  EXPECT_EQ(intents.back().message->other_ids,
            std::vector<std::string>{intents.front().delivery.value});
}

TEST(Messages, WhatTheCrmSendsItselfHasTheCrmsStatuses) {
  auto contact = known();
  contact.after(status(crm, "MSG1", MessageStatus::sent));
  EXPECT_EQ(outcome(contact.when(status(crm, "MSG1", MessageStatus::failed))),
            "applied(message_failed)");
}

TEST(Messages, AMessageThatNobodyCanSendHasFailed) {
  auto contact = known();
  for (auto& system : contact.rules().systems)
    system.capabilities.sends_messages = false;
  const auto decided = contact.when(written());
  EXPECT_EQ(outcome(decided), "skipped(nobody_sends_it)");
  ASSERT_EQ(actions(decided), "set_status crm");
  EXPECT_EQ(decided.all<ActionIntended>().front().message->status, MessageStatus::failed);
}

TEST(Messages, AnOptOutUnderAnIdThatWasUsedBeforeIsAMessageOfItsOwn) {
  auto contact = known();
  contact.when(message(texting, "m-1", "hello"));
  EXPECT_EQ(outcome(contact.when(message(texting, "m-1", "hello again"))),
            "no_change(nothing_new)");
  const auto stop = contact.when(message(texting, "m-1", "STOP"));
  EXPECT_EQ(outcome(stop), "applied(recorded)");
  EXPECT_EQ(actions(stop), "log_message crm");
  EXPECT_EQ(outcome(contact.when(message(texting, "m-1", "STOP"))), "no_change(nothing_new)");
}

TEST(Messages, StatusesGoForwardOnlyAndMaySkip) {
  using enum MessageStatus;
  EXPECT_TRUE(is_further(unknown, delivered));
  EXPECT_TRUE(is_further(queued, read));
  EXPECT_TRUE(is_further(sent, failed));
  EXPECT_FALSE(is_further(delivered, sent));
  EXPECT_FALSE(is_further(delivered, failed));
  EXPECT_FALSE(is_further(failed, delivered));
  EXPECT_FALSE(is_further(read, read));
}

TEST(Messages, MailIsRecordedOnly) {
  auto contact = known();
  auto mail = message(texting, "e1", "hello");
  mail.message.channel = events::Channel::email;
  EXPECT_EQ(actions(contact.when(mail)), "");
}

TEST(Messages, OnlyTheLastAreRemembered) {
  auto contact = known();
  for (int i = 0; i < 120; ++i)
    contact.after(message(texting, "b" + std::to_string(i), "hello"));
  EXPECT_EQ(contact.contact().messages.messages.size(), messages_kept_max);
}

ObserveMessage listed(const std::string& id, const std::string& text, bool inbound = true) {
  auto out = message(texting, id, text, inbound);
  out.message.stated_at = "2020-01-01T00:00:00Z";
  out.message.status = MessageStatus::delivered;
  out.listed = true;
  return out;
}

TEST(MessagesOfAList, AreKeptAndShownOrSentNowhere) {
  auto contact = known();
  const auto kept = contact.when(listed("b1", "hello"));
  EXPECT_EQ(outcome(kept), "applied(said_before_import)");
  EXPECT_EQ(actions(kept), "");
  EXPECT_EQ(actions(contact.when(listed("b2", "HELP"))), "") << "nobody is answered years later";
  EXPECT_EQ(actions(contact.when(listed("b3", "On the way.", false))), "");
}

TEST(MessagesOfAList, TakeNoPlaceOfWhatIsGoingOn) {
  auto contact = known();
  contact.when(written("MSG9"));
  for (std::size_t i = 0; i < messages_kept_max + 1; ++i)
    contact.when(listed("old" + std::to_string(i), "hello"));
  EXPECT_EQ(actions(contact.when(written("MSG9"))), "") << "it is known, and not sent again";
}

TEST(MessagesOfAList, SayNothingNewOfOneThatIsKnown) {
  auto contact = known();
  auto on_its_way = message(texting, "b1", "On the way.", false);
  on_its_way.message.status = MessageStatus::sent;
  contact.when(on_its_way);
  EXPECT_EQ(outcome(contact.when(listed("b1", "On the way.", false))),
            "no_change(said_before_import)");
  EXPECT_EQ(outcome(contact.when(status(texting, "b1", MessageStatus::delivered))),
            "applied(message_delivered)")
      << "only its sender knows how far it came";
}

} // namespace
} // namespace tidemark::domain::messages_test
