#include "domain/delivery/open_intents.hpp"
#include "events/codec.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::open_intents_test {
namespace {

const TenantId acme("acme");
const ConnectorName hub("hub");
const ContactId ada("cada0123456789abcdef01"), bob("cbob0123456789abcdef01");

class Intents : public testing::Test {
protected:
  Intents() {
    open.start(
        acme, hub, {},
        {[](const ContactId&) { return false; }, [](const ContactId&, const events::Recorded&) {}});
  }
  std::vector<ContactId> log(const std::string& stream, const events::Event& event) {
    events::Envelope envelope;
    envelope.position = Position{++end};
    envelope.tenant = acme;
    envelope.stream = StreamName(stream);
    envelope.type = events::type_of(event);
    std::string record;
    events::append_record(record, envelope, events::encode(event), {});
    record.append(envelope.hash.size(), '\0'); // nobody checks it here
    std::vector<ContactId> fresh;
    EXPECT_TRUE(open.take(record, fresh).ok());
    return fresh;
  }
  void opts_out(const ContactId& contact, const std::string& id, const std::string& purpose) {
    events::ActionIntended intent;
    intent.delivery = DeliveryId(id);
    intent.contact = contact;
    intent.target = hub;
    intent.purpose = purpose;
    log("contact/" + contact.value, intent);
  }
  void ends(const ContactId& contact, const std::string& id) {
    events::DeliverySuppressed end_of;
    end_of.delivery = DeliveryId(id);
    log("delivery/hub/" + contact.value, end_of);
  }
  OpenIntents open;
  std::uint64_t end = 0;
};

TEST_F(Intents, OfAListStandBehindWhatPeopleSay) {
  EXPECT_EQ(open.turn_of(ada), Turn::other);
  opts_out(ada, "d1", "import:aaaaaaaaaaaa");
  EXPECT_EQ(open.turn_of(ada), Turn::listed);
  opts_out(ada, "d2", "");
  EXPECT_EQ(open.turn_of(ada), Turn::opt_out) << "the person's own word goes first";
  EXPECT_EQ(open.turn_of(bob), Turn::other);
  EXPECT_EQ(open.opt_outs(), 2U);
  ends(ada, "d2");
  EXPECT_EQ(open.turn_of(ada), Turn::listed);
  ends(ada, "d1");
  EXPECT_EQ(open.turn_of(ada), Turn::other);
  EXPECT_EQ(open.opt_outs(), 0U);
}

TEST_F(Intents, WhatARunFoundStandsBehindWhatPeopleSayToo) {
  for (const auto* run : {"reconcile:41", "backfill:41", "read_back:41"}) {
    opts_out(ada, run, run);
    EXPECT_EQ(open.turn_of(ada), Turn::listed) << run;
    ends(ada, run);
  }
}

TEST_F(Intents, ABodyThatShowsAMarkIsAnOptOut) {
  events::DeliveryIntended body;
  body.delivery = DeliveryId("d1");
  body.contact = ada;
  body.target = hub;
  body.forward = Position{7};
  log("contact/" + ada.value, body);
  EXPECT_EQ(open.turn_of(ada), Turn::other);
  body.delivery = DeliveryId("d2");
  body.mark = events::ForwardedMark{{events::Channel::sms}};
  log("contact/" + ada.value, body);
  EXPECT_EQ(open.turn_of(ada), Turn::opt_out) << "with what has to go before it";
  ends(ada, "d2");
  EXPECT_EQ(open.turn_of(ada), Turn::other);
}

TEST_F(Intents, APersonsWordAboutAMarkWakesThoseWhoWaitForOne) {
  events::DeliveryIntended body;
  body.delivery = DeliveryId("d1");
  body.contact = ada;
  body.target = hub;
  body.forward = Position{7};
  log("contact/" + ada.value, body);
  events::OptOutMarkedByHand deed;
  deed.contacts = {bob, ada};
  deed.connector = ConnectorName("dialer");
  EXPECT_TRUE(log("admin", deed).empty());
  deed.connector = hub;
  EXPECT_EQ(log("admin", deed), std::vector{ada});
}

TEST(Ready, EachQueueHasItsOwnOrder) {
  ReadyQueue ready;
  ready.push(ada, Turn::listed);
  ready.push(bob, Turn::other);
  ready.push(ada, Turn::listed);
  EXPECT_EQ(ready.size(Turn::listed), 1U);
  EXPECT_EQ(ready.size(Turn::opt_out), 0U);
  EXPECT_EQ(ready.front(Turn::other), bob);
  ready.push_first(bob, Turn::listed);
  EXPECT_EQ(ready.front(Turn::listed), bob);
  ready.pop(Turn::listed);
  EXPECT_EQ(ready.front(Turn::listed), ada);
}

} // namespace
} // namespace tidemark::domain::open_intents_test
