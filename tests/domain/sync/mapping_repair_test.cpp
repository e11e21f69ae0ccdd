#include "domain/sync/mapping_repair.hpp"
#include "tests/domain/given.hpp"

#include <rapidcheck/gtest.h>

#include <set>

namespace tidemark::domain::mapping_repair_test {
namespace {

using namespace test;
using Kind = MappingStatus::Kind;

const FieldSet full{{Field::first_name, "Jane"},
                    {Field::last_name, "Doe"},
                    {Field::phone, "+12025550142"},
                    {Field::email, "jane@example.com"}};

SyncRules house() {
  return rules_of({crm_rule(), dialer_rule(), hub_rule(), texting_rule()});
}

const events::MappingRepairDecided& said(const Decided& decided) {
  return std::get<events::MappingRepairDecided>(decided.events.front());
}

/// `crm no_change(already_mapped), dialer pending(create)`.
std::string outcomes(const Decided& decided) {
  std::string out;
  for (const auto& target : said(decided).targets)
    out += (out.empty() ? "" : ", ") + target.target.value + " "
           + std::string(name_of_enum(target.outcome)) + "("
           + std::string(name_of(target.reason_code)) + ")";
  return out;
}

/// The system will not have the record for what it says.
void refuse(given& contact, const events::DeliveryIntended& intent) {
  contact.dispatched(intent);
  events::DeliveryRejected e;
  e.facts.delivery = intent.delivery;
  e.facts.reason_code = Reason::validation_failed;
  contact.happened(e);
}

/// The CRM told of the person; the dialer refused, the hub took the record.
struct RefusedByDialer : given {
  RefusedByDialer() : given(house()) {
    const auto told = when(says(crm, full));
    refuse(*this, told.intent(dialer));
    dispatched(told.intent(hub)).accepted(told.intent(hub), "h-1");
  }
};

TEST(MappingRepair, AsksASystemAnewThatRefusedTheContact) {
  RefusedByDialer contact;
  ASSERT_EQ(contact.when(says(crm, full)).outcome(dialer), "skipped(refused_before)")
      << "nobody asks it again by itself";
  const auto decided = contact.when(RepairMapping{});
  EXPECT_EQ(outcomes(decided), "crm no_change(already_mapped), dialer pending(create), hub "
                               "no_change(already_mapped)");
  EXPECT_EQ(said(decided).outcome, events::Outcome::applied);
  EXPECT_EQ(said(decided).reason_code, Reason::repair_begun);
  ASSERT_EQ(decided.all<events::DeliveryIntended>().size(), 1U);
  EXPECT_EQ(decided.intent(dialer).operation, events::Operation::create);
  EXPECT_EQ(decided.intent(dialer).fields, full) << "as for a first sync";
}

TEST(MappingRepair, AskedAgainItSaysHowFarItIsAndIntendsNothing) {
  RefusedByDialer contact;
  const auto intent = contact.when(RepairMapping{}).intent(dialer);
  const auto again = [&] {
    const auto decided = contact.when(RepairMapping{});
    EXPECT_TRUE(decided.all<events::DeliveryIntended>().empty());
    EXPECT_EQ(said(decided).reason_code, Reason::nothing_to_repair);
    const auto& target = said(decided).targets.at(1);
    EXPECT_EQ(target.delivery,
              target.outcome == events::Outcome::pending ? intent.delivery : DeliveryId{});
    return target.reason_code;
  };
  EXPECT_EQ(again(), Reason::already_intended);
  contact.dispatched(intent);
  EXPECT_EQ(again(), Reason::in_flight);
  contact.accepted(intent, "d-1");
  EXPECT_EQ(again(), Reason::already_mapped);
  EXPECT_EQ(status_at(contact.contact(), dialer),
            (MappingStatus{Kind::mapped, RemoteId("d-1"), {}}));
}

TEST(MappingRepair, SaysWhyASystemCannotHaveTheContact) {
  const auto why = [](auto&& change) {
    given contact(house());
    change(contact);
    const auto decided = contact.when(RepairMapping{});
    EXPECT_EQ(said(decided).targets.at(1).target, dialer);
    return said(decided).targets.at(1).reason_code;
  };
  EXPECT_EQ(why([](given& contact) {
              auto mail_only = full;
              mail_only.erase(Field::phone);
              contact.when(says(crm, mail_only));
            }),
            Reason::target_needs_phone);
  EXPECT_EQ(why([](given& contact) {
              contact.settled(contact.when(says(crm, {{Field::first_name, "Jane"}})));
            }),
            Reason::no_phone_or_email);
  EXPECT_EQ(why([](given& contact) {
              contact.rules().systems[1].receives = false;
              contact.when(says(crm, full));
            }),
            Reason::target_does_not_receive);
  EXPECT_EQ(why([](given& contact) {
              contact.settled(contact.when(says(crm, full)));
              auto gone = says(dialer, {});
              gone.removed = true;
              contact.when(gone);
            }),
            Reason::deleted_there);
  EXPECT_EQ(why([](given& contact) {
              auto closed = says(crm, full);
              closed.opt_out_seen = true;
              contact.when(closed);
              events::ConsentApplied applied;
              applied.change = events::ConsentChange::revoked;
              applied.address_hash = AddressHash(Hash16{0xaa});
              applied.channels = {events::Channel::sms};
              contact.happened(applied);
            }),
            Reason::opted_out);
}

TEST(MappingRepair, ThatNothingCouldBeDoneIsItsOutcome) {
  given contact(house());
  contact.rules().systems[1].receives = false;
  const auto told = contact.when(says(crm, full));
  contact.settled(told);
  const auto decided = contact.when(RepairMapping{});
  EXPECT_EQ(said(decided).outcome, events::Outcome::skipped);
  EXPECT_EQ(said(decided).reason_code, Reason::repair_not_possible);
}

TEST(MappingRepair, ARecordWhoseIdWasNeverToldIsLookedUpWhereThatIsPossible) {
  given contact(house());
  const auto told = contact.when(says(crm, full));
  for (const auto& target : {dialer, hub})
    contact.dispatched(told.intent(target)).accepted(told.intent(target), "");
  ASSERT_EQ(status_at(contact.contact(), dialer).kind, Kind::id_unknown);
  const auto decided = contact.when(RepairMapping{});
  EXPECT_EQ(outcomes(decided),
            "crm no_change(already_mapped), dialer pending(update), hub skipped(id_not_told)");
  const auto intent = decided.intent(dialer);
  EXPECT_EQ(intent.operation, events::Operation::update) << "a create would make a second record";
  EXPECT_EQ(intent.fields, full);
  EXPECT_TRUE(contact.when(RepairMapping{}).all<events::DeliveryIntended>().empty());
  contact.dispatched(intent).accepted(intent, "d-7");
  EXPECT_EQ(status_at(contact.contact(), dialer).remote_id, RemoteId("d-7"));
}

TEST(MappingRepair, ARecordThatTurnedOutToBeGoneIsMadeAnew) {
  given contact(house());
  contact.settled(contact.when(says(crm, full)));
  events::DeliveryLookedUp gone;
  gone.target = dialer;
  gone.gone = RemoteId("r-1");
  contact.happened(gone);
  EXPECT_EQ(outcomes(contact.when(RepairMapping{})),
            "crm no_change(already_mapped), dialer pending(create), hub no_change(already_mapped)");
}

TEST(MappingRepair, AnUpdateThatIsOutMayBeMakingTheRecordAnew) {
  given contact(house());
  contact.settled(contact.when(says(crm, full)));
  auto moved = full;
  moved.set(Field::company, "Joinery");
  const auto update = contact.when(says(crm, moved)).intent(dialer);
  contact.dispatched(update);
  events::DeliveryLookedUp gone;
  gone.facts.delivery = update.delivery;
  gone.target = dialer;
  gone.gone = RemoteId("r-1");
  contact.happened(gone);
  EXPECT_EQ(said(contact.when(RepairMapping{})).targets.at(1).reason_code, Reason::in_flight);
}

/// Whatever happened before: one outcome for each system that takes contacts, a create only where
/// none is known or under way, and asking again changes nothing more.
RC_GTEST_PROP(MappingRepair, AskingTwiceChangesNothingMore, ()) {
  given contact(house());
  std::vector<events::DeliveryIntended> intents;
  const auto keep = [&](const Decided& decided) {
    for (const auto& intent : decided.all<events::DeliveryIntended>())
      intents.push_back(intent);
  };
  for (int i = 0; i < 8; ++i) {
    const auto system = *rc::gen::element(crm, crm, crm, dialer, hub);
    auto told = says(system, full);
    told.fields.set(Field::company, *rc::gen::element<std::string>("One", "Two"));
    told.removed = *rc::gen::inRange(0, 5) == 0;
    keep(contact.when(told));
    if (*rc::gen::inRange(0, 3) == 0)
      keep(contact.when(RepairMapping{}));
    if (intents.empty() || *rc::gen::arbitrary<bool>())
      continue;
    const auto intent = intents[*rc::gen::inRange<std::size_t>(0, intents.size())];
    switch (*rc::gen::inRange(0, 4)) {
    case 0:
      contact.dispatched(intent);
      break;
    case 1:
      contact.dispatched(intent).accepted(intent);
      break;
    case 2:
      contact.dispatched(intent).accepted(intent, "");
      break;
    default:
      refuse(contact, intent);
    }
  }
  const auto before = contact.contact();
  const auto first = contact.when(RepairMapping{});
  std::set<ConnectorName> targets;
  for (const auto& target : said(first).targets)
    RC_ASSERT(targets.insert(target.target).second);
  RC_ASSERT(targets == (std::set<ConnectorName>{crm, dialer, hub}));
  for (const auto& intent : first.all<events::DeliveryIntended>())
    if (intent.operation == events::Operation::create)
      RC_ASSERT(status_at(before, intent.target).kind == Kind::none);
  const auto after = contact.contact();
  RC_ASSERT(contact.when(RepairMapping{}).all<events::DeliveryIntended>().empty());
  RC_ASSERT(contact.contact() == after);
}

} // namespace
} // namespace tidemark::domain::mapping_repair_test
