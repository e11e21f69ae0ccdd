#include "tests/domain/given.hpp"

namespace tidemark::domain::disposition_fields_test {
namespace {

using namespace test;

const FieldSet ada{{Field::first_name, "Ada"}, {Field::phone, "+12025550142"}};

Field status() {
  return *events::custom_field("lead_status");
}

/// The CRM keeps the status, the dialer does not.
SyncRules house() {
  auto office = crm_rule();
  office.capabilities.writable.add(status());
  office.custom_fields = {{status(), "CFD1", "", CustomType::choice, {"Open", "Lost", "Won"}}};
  auto rules = rules_of({office, dialer_rule()});
  rules.conversation.dispositions = {
      {"Not Interested", {}, events::DispositionFields{{{"lead_status", "Lost"}}}},
      {"Sold", {"Customer"}, events::DispositionFields{{{"lead_status", "Won"}}}},
      {"Busy", {"Called"}}};
  return rules;
}

given everywhere() {
  given contact(house());
  contact.settled(contact.when(says(crm, ada, "1")));
  return contact;
}

ObserveCall call(const std::string& disposition, const std::string& id = "1", int minute = 10) {
  ObserveCall out;
  out.remote_id = RemoteId("r-1");
  out.call.source = dialer;
  out.call.call_id = id;
  out.call.status = "completed";
  out.call.started_at = "2026-08-14T17:" + std::to_string(minute) + ":00.000000Z";
  out.call.updated_at = out.call.started_at;
  out.call.disposition = disposition;
  out.part = "call_disposed";
  return out;
}

TEST(DispositionFields, OfACallAreSetOnceAndToldAsAnEditOfItsSource) {
  auto contact = everywhere();
  const auto decided = contact.when(call("not interested"));
  ASSERT_EQ(decided.changed().get(status()), "Lost");
  const auto changed = decided.all<events::ContactChanged>().front();
  EXPECT_EQ(changed.source, dialer);
  EXPECT_EQ(changed.set_by, events::SetByDisposition{"not interested"});
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{status(), "Lost"}}));
  EXPECT_EQ(decided.intent(dialer), events::DeliveryIntended{}) << "it has no such field";
  const auto& targets = std::get<events::CallObserved>(decided.events.front()).targets;
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets.front().delivery, decided.intent(crm).delivery);
  contact.settled(decided);
  EXPECT_TRUE(contact.when(call("not interested")).all<events::ContactChanged>().empty());
  auto later = says(crm, {{status(), "Open"}}, "3");
  EXPECT_EQ(contact.when(later).changed().get(status()), "Open") << "a person may change it";
  EXPECT_TRUE(contact.when(call("not interested")).all<events::ContactChanged>().empty())
      << "what the call led to is not done again";
  EXPECT_EQ(contact.when(call("Sold")).changed().get(status()), "Won") << "disposed anew";
}

TEST(DispositionFields, OthersSetNothing) {
  auto contact = everywhere();
  for (const auto& disposition : {"Busy", "Voicemail", ""})
    EXPECT_TRUE(contact.when(call(disposition)).all<events::ContactChanged>().empty());
  auto under_way = call("Sold", "2");
  under_way.call.status = "initiated";
  EXPECT_TRUE(contact.when(under_way).all<events::ContactChanged>().empty()) << "it is not over";
}

TEST(DispositionFields, OfAnEarlierCallDoNotUndoThoseOfALaterOne) {
  auto contact = everywhere();
  contact.settled(contact.when(call("Sold", "2", 20)));
  EXPECT_TRUE(contact.when(call("not interested", "1", 10)).all<events::ContactChanged>().empty());
  EXPECT_EQ(contact.when(call("not interested", "3", 30)).changed().get(status()), "Lost");
}

TEST(DispositionFields, OfAPersonWhoOptedOutStayHere) {
  auto contact = everywhere();
  auto mark = says(dialer, ada, "2");
  mark.opt_out_seen = true;
  contact.when(mark);
  events::ConsentApplied applied;
  applied.change = events::ConsentChange::revoked;
  applied.channels = {events::Channel::sms};
  applied.address_hash = AddressHash(Hash16{1});
  applied.source = dialer;
  contact.happened(applied);
  const auto decided = contact.when(call("Sold"));
  EXPECT_EQ(decided.changed().get(status()), "Won");
  EXPECT_EQ(decided.intent(crm), events::DeliveryIntended{});
  const auto& targets = std::get<events::CallObserved>(decided.events.front()).targets;
  ASSERT_EQ(targets.size(), 1U);
  EXPECT_EQ(targets.front().reason_code, Reason::opted_out);
}

TEST(DispositionFields, ComeAlsoWhereAPersonIsDisposedOf) {
  auto contact = everywhere();
  contact.after(says(dialer, ada, "1"));
  auto told = says(dialer, ada, "2");
  told.disposition = "Sold";
  const auto decided = contact.when(told);
  EXPECT_EQ(decided.outcome(), "applied");
  EXPECT_EQ(decided.changed().get(status()), "Won");
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{status(), "Won"}}));
  contact.settled(decided);
  told.source_version = "1";
  told.disposition = "Not interested";
  EXPECT_TRUE(contact.when(told).all<events::ContactChanged>().empty()) << "it is out of date";
}

TEST(DispositionFields, GoWithWhatTheRecordStatesItself) {
  auto contact = everywhere();
  auto told = says(dialer, {{Field::first_name, "Adah"}, {Field::phone, "+12025550142"}}, "2");
  told.disposition = "Sold";
  const auto decided = contact.when(told);
  EXPECT_EQ(decided.all<events::ContactChanged>().size(), 2U);
  EXPECT_EQ(decided.intent(crm).fields, (FieldSet{{Field::first_name, "Adah"}, {status(), "Won"}}));
}

} // namespace
} // namespace tidemark::domain::disposition_fields_test
