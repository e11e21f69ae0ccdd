#include "domain/conversations/appointments.hpp"
#include "tests/domain/given.hpp"

namespace tidemark::domain::appointments_test {
namespace {

using namespace test;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

ObserveAppointment told(const std::string& status, const std::string& at) {
  ObserveAppointment out;
  out.remote_id = RemoteId("r-1");
  out.appointment.source = crm;
  out.appointment.appointment_id = "APT1";
  out.appointment.status = status;
  out.appointment.updated_at = at;
  return out;
}
const events::AppointmentObserved& decision(const Decided& decided) {
  return std::get<events::AppointmentObserved>(decided.events.front());
}
events::MessageObserved broadcast_message(events::MessageStatus status) {
  events::MessageObserved e;
  e.message.source = texting;
  e.message.message_id = "m1";
  e.message.broadcast = "ba1";
  e.message.status = status;
  return e;
}

TEST(Appointments, AreRecordedAndWrittenNowhere) {
  given contact(rules_of({crm_rule(), dialer_rule()}));
  contact.settled(contact.when(says(crm, full)));
  const auto made = contact.when(told("confirmed", "2026-08-14T21:10:00.000000Z"));
  EXPECT_EQ(made.events.size(), 1U) << "nothing is sent to anybody";
  EXPECT_EQ(decision(made).outcome, events::Outcome::applied);
  EXPECT_EQ(decision(contact.when(told("confirmed", "2026-08-14T21:10:00.000000Z"))).outcome,
            events::Outcome::no_change);
  EXPECT_EQ(decision(contact.when(told("cancelled", "2026-08-15T13:12:00.000000Z"))).outcome,
            events::Outcome::applied);
  EXPECT_EQ(decision(contact.when(told("confirmed", "2026-08-14T21:10:00.000000Z"))).outcome,
            events::Outcome::superseded);
  ASSERT_EQ(contact.contact().appointments.appointments.size(), 1U);
  EXPECT_EQ(contact.contact().appointments.appointments.front().facts.status, "cancelled");
}

TEST(Appointments, BelongToTheBroadcastsThatReachedTheContact) {
  given contact(rules_of({crm_rule(), texting_rule()}));
  contact.settled(contact.when(says(crm, full)));
  contact.happened(broadcast_message(events::MessageStatus::queued));
  EXPECT_TRUE(decision(contact.when(told("confirmed", "1"))).broadcasts.empty());
  contact.happened(broadcast_message(events::MessageStatus::failed));
  EXPECT_TRUE(decision(contact.when(told("confirmed", "2"))).broadcasts.empty());
  contact.happened(broadcast_message(events::MessageStatus::sent));
  contact.happened(broadcast_message(events::MessageStatus::delivered));
  const auto links = decision(contact.when(told("confirmed", "3"))).broadcasts;
  EXPECT_EQ(links, (std::vector<events::BroadcastLink>{{texting, "ba1"}}));
}

} // namespace
} // namespace tidemark::domain::appointments_test
