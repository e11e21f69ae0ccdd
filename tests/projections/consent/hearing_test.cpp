#include "projections/attention/by_hand_view.hpp"
#include "projections/consent/hearing.hpp"
#include "projections/consent/opt_out_deadlines.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::projections::hearing_test {
namespace {

using events::Outcome;
using sample::acme;
using sample::ana;
using std::chrono::minutes;

const ConnectorName verity{"verity"};

/// Ana says STOP; Verity hears of it by the CRM's webhooks, or not.
class Hearing : public testing::Test {
protected:
  Hearing() {
    configure({{sample::ghl, "gohighlevel"}, {verity, "verity"}, {sample::aloware, "aloware"}});
    story.known();
  }
  void configure(const std::vector<std::pair<ConnectorName, std::string>>& connectors) {
    events::ConfigApplied config;
    for (const auto& [name, type] : connectors)
      config.connectors.push_back({name, type, true, {}, {}});
    story.writer().input(events::engine_stream(), config);
  }
  /// A body about Ana went on to Verity before.
  void verity_knows_her() {
    events::DeliveryIntended before;
    before.delivery = DeliveryId("d-before");
    before.contact = ana;
    before.target = verity;
    before.forward = sample::receive(story.writer(), "before");
    in_contact({before});
  }
  Position in_contact(std::vector<events::Event> events) {
    const auto cause = sample::receive(story.writer(), "c" + std::to_string(++serial));
    std::vector<storage::NewEvent> all;
    for (auto& event : events)
      all.push_back(
          {events::contact_stream(ana), std::move(event), {events::contact_tag(ana)}, {}});
    return story.writer().decide(cause, 0, events::Decider::contact, story.at.stop, std::move(all));
  }
  /// The CRM is to mark the record.
  Position tell_crm(const std::string& record = sample::ghl_id) {
    auto tell = sample::StopStory::tell();
    tell.target = sample::ghl;
    tell.delivery = DeliveryId("d-mark-" + record);
    tell.remote_id = RemoteId(record);
    return in_contact({tell});
  }
  void crm_marks(Position intent, const std::string& record = sample::ghl_id) {
    events::ActionAccepted done;
    done.facts = sample::facts(intent, 1, 200, Reason::accepted);
    done.facts.delivery = DeliveryId("d-mark-" + record);
    done.contact = ana;
    done.target = sample::ghl;
    done.action = events::Action::opt_out;
    in_contact({done});
  }
  void crm_has_nobody(Position intent) {
    events::DeliveryRejected refused;
    refused.facts = sample::facts(intent, 1, 404, Reason::no_record_there);
    refused.facts.delivery = DeliveryId("d-mark-" + sample::ghl_id);
    in_contact({refused});
  }
  /// The CRM's webhook shows the record with a mark; it is to go on.
  Position webhook(const std::string& delivery, const std::string& record = sample::ghl_id) {
    events::ContactObserved seen;
    seen.connector = sample::ghl;
    seen.remote_id = RemoteId(record);
    seen.opt_out_seen = true;
    seen.targets = {{verity, Outcome::pending, Reason::none, DeliveryId(delivery)}};
    return in_contact({seen});
  }
  Position arrives(const std::string& delivery) {
    events::DeliveryAccepted done;
    done.facts = sample::facts({}, 1, 200, Reason::accepted);
    done.facts.delivery = DeliveryId(delivery);
    done.contact = ana;
    done.target = verity;
    return in_contact({done});
  }
  void is_refused(const std::string& delivery) {
    events::DeliveryRejected refused;
    refused.facts = sample::facts({}, 1, 422, Reason::refused);
    refused.facts.delivery = DeliveryId(delivery);
    in_contact({refused});
  }
  /// Ana says START, and her contact takes it in.
  void start() {
    const auto input = sample::receive(story.writer(), "START");
    story.say(story.statement(events::ConsentChange::granted, input));
    events::ConsentApplied applied;
    applied.change = events::ConsentChange::granted;
    applied.channels = {events::Channel::sms};
    applied.address_hash = story.hash;
    applied.input = input;
    in_contact({applied});
  }
  void done_by_hand(const ConnectorName& connector, Position up_to) {
    events::OptOutMarkedByHand done;
    done.connector = connector;
    done.contacts = {ana};
    done.up_to = up_to;
    story.writer().input(events::admin_stream(), done);
  }

  Scan scan() {
    sample::apply_live(log, tables, hasher, log.durable());
    return [this](std::string_view table, std::string_view prefix, std::string_view after,
                  const RowVisitor& row) { return tables.scan(table, prefix, after, row); };
  }
  AddressView view() { return opt_outs_of(scan(), acme, to_hex(story.hash)).value(); }
  /// Of Verity's rows, in their order.
  std::vector<PropagationView> rows() {
    std::vector<PropagationView> out;
    for (auto& one : view().propagation)
      if (one.target == verity)
        out.push_back(std::move(one));
    return out;
  }
  std::vector<std::string> states() {
    std::vector<std::string> out;
    for (const auto& one : rows())
      out.push_back(one.state);
    return out;
  }
  std::string deadline(std::string_view rule, minutes later) {
    for (const auto& each : deadlines_of(view(), story.time_of(story.at.stop) + later))
      if (each.rule == rule)
        return std::string(each.state);
    return {};
  }
  using Left = std::vector<std::pair<std::string, std::string>>;
  Left left(minutes later) {
    Left out;
    const auto from = story.at.stop == Position{} ? log.durable() : story.at.stop;
    const auto all = all_left_to_people(scan(), acme, {}, 100, story.time_of(from) + later);
    for (const auto& one : *all)
      out.emplace_back(one.connector.value, one.state);
    return out;
  }

  int serial = 0;
  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  sample::StopStory story{log, hasher};
};

using States = std::vector<std::string>;

TEST_F(Hearing, GoesFromTheMarkThatIsToBeWrittenToTheWebhookThatWasReceived) {
  story.stop();
  const auto intent = tell_crm();
  EXPECT_EQ(states(), States{"awaiting_webhook"});
  EXPECT_EQ(rows()[0].written_at, Timestamp{});
  crm_marks(intent);
  EXPECT_EQ(states(), States{"awaiting_webhook"});
  EXPECT_NE(rows()[0].written_at, Timestamp{});
  webhook("d-body");
  EXPECT_EQ(states(), States{"requested"});
  const auto received = arrives("d-body");
  ASSERT_EQ(states(), States{"forwarded"});
  EXPECT_EQ(rows()[0].forwarded, received);
  EXPECT_EQ(rows()[0].confirmed, Position{}) << "a 2xx proves receipt alone";
  for (const auto& untold : view().untold)
    EXPECT_NE(untold.target, verity);
}

TEST_F(Hearing, IsWaitedForByTheDeadlineUntilItWasForwarded) {
  story.stop();
  story.confirm();
  crm_marks(tell_crm());
  EXPECT_EQ(deadline("confirmed_in_2_minutes", minutes{1}), "open");
  EXPECT_EQ(deadline("confirmed_in_2_minutes", minutes{3}), "missed");
  webhook("d-body");
  arrives("d-body");
  EXPECT_EQ(deadline("confirmed_in_2_minutes", minutes{3}), "met");
}

TEST_F(Hearing, OfOneRecordSaysNothingOfAnother) {
  story.stop();
  crm_marks(tell_crm());
  crm_marks(tell_crm("CON2"), "CON2");
  webhook("d-body", "CON2");
  arrives("d-body");
  EXPECT_EQ(states(), (States{"awaiting_webhook", "forwarded"}));
}

TEST_F(Hearing, DoesNotCountABodyFromBeforeOrAfterTheOptOut) {
  webhook("d-early");
  arrives("d-early");
  story.stop();
  crm_marks(tell_crm());
  EXPECT_EQ(states(), States{"awaiting_webhook"});
  start();
  webhook("d-late");
  arrives("d-late");
  EXPECT_EQ(states(), States{}) << "it was lifted before it was heard";
}

TEST_F(Hearing, IsLeftToPeopleTenMinutesAfterTheMarkWhenNoWebhookComes) {
  story.stop();
  const auto intent = tell_crm();
  EXPECT_EQ(left(minutes{60}), Left{}) << "the CRM has yet to be told";
  crm_marks(intent);
  EXPECT_EQ(left(minutes{9}), Left{});
  EXPECT_EQ(left(minutes{11}), (Left{{"verity", "awaiting_webhook"}}));
  webhook("d-body");
  arrives("d-body");
  EXPECT_EQ(left(minutes{11}), Left{}) << "it was heard later";
}

TEST_F(Hearing, IsLeftToPeopleWhereTheBodyIsRefusedUntilAnotherGetsThere) {
  story.stop();
  crm_marks(tell_crm());
  webhook("d-body");
  is_refused("d-body");
  EXPECT_EQ(states(), States{"to_be_done_by_hand"});
  EXPECT_EQ(rows()[0].reason_code, Reason::refused);
  events::DeliveryRetryDecided again;
  again.delivery = DeliveryId("d-body");
  again.retried_by = DeliveryId("d-again");
  again.outcome = Outcome::applied;
  in_contact({again});
  EXPECT_EQ(states(), States{"requested"});
  arrives("d-again");
  EXPECT_EQ(states(), States{"forwarded"});
}

TEST_F(Hearing, IsLeftToPeopleAtOnceWhereNoCrmStandsBetween) {
  verity_knows_her();
  story.stop();
  EXPECT_EQ(states(), States{"to_be_done_by_hand"});
  EXPECT_EQ(left(minutes{0}), (Left{{"verity", "to_be_done_by_hand"}}));
  EXPECT_EQ(deadline("confirmed_in_2_minutes", minutes{9}), "missed") << "Aloware has not said yes";
  story.confirm();
  EXPECT_EQ(deadline("confirmed_in_2_minutes", minutes{9}), "met") << "no call tells Verity";
  EXPECT_EQ(deadline("tcpa_10_business_days", minutes{9}), "open");
  crm_has_nobody(tell_crm());
  EXPECT_EQ(states(), States{"to_be_done_by_hand"});
}

TEST_F(Hearing, LeavesTheListWhenALaterMarkIsForwarded) {
  verity_knows_her();
  story.stop();
  ASSERT_EQ(left(minutes{1}).size(), 1U);
  crm_marks(tell_crm());
  webhook("d-body");
  arrives("d-body");
  EXPECT_EQ(states(), States{"forwarded"});
  EXPECT_EQ(left(minutes{60}), Left{});
}

TEST_F(Hearing, IsNobodyToTellWhereNobodyThereCanKnowThePerson) {
  auto said = story.statement(events::ConsentChange::revoked, sample::receive(story.writer(), "x"));
  said.source = ConnectorName("api");
  story.say(said);
  events::ConsentApplied applied;
  applied.channels = {events::Channel::sms};
  applied.address_hash = story.hash;
  applied.input = said.input;
  applied.targets = {{verity, Outcome::skipped, Reason::held_by_the_send_gate, DeliveryId{}}};
  in_contact({applied});
  const auto found = view();
  EXPECT_EQ(states(), States{});
  ASSERT_EQ(found.untold.size(), 1U);
  EXPECT_EQ(found.untold[0].reason_code, Reason::no_record_there);
  EXPECT_EQ(deadlines_of(found, story.time_of(said.input))[0].state, "nobody_to_tell");
  verity_knows_her();
  EXPECT_EQ(states(), States{"to_be_done_by_hand"});
}

TEST_F(Hearing, NeedsNoHandForAnOptIn) {
  verity_knows_her();
  start();
  EXPECT_EQ(states(), States{});
  EXPECT_EQ(left(minutes{1}), Left{});
  story.stop();
  start();
  EXPECT_EQ(left(minutes{1}), Left{});
}

TEST_F(Hearing, IsDoneByHandForWhatThePersonCouldKnowOf) {
  verity_knows_her();
  story.stop();
  const auto seen = rows()[0].intended;
  done_by_hand(verity, Position{seen.value - 1});
  EXPECT_EQ(states(), States{"to_be_done_by_hand"}) << "it came later than what was seen";
  done_by_hand(sample::aloware, seen);
  EXPECT_EQ(states(), States{"to_be_done_by_hand"}) << "done at another system";
  done_by_hand(verity, seen);
  EXPECT_EQ(states(), States{"done_by_hand"});
  EXPECT_EQ(left(minutes{1}), Left{});
  story.confirm();
  EXPECT_EQ(deadline("tcpa_10_business_days", minutes{1}), "met");
}

TEST_F(Hearing, DialersMarksAreLeftToPeopleUntilSeenOrDone) {
  configure({{sample::aloware, "aloware"}});
  story.stop();
  story.confirm(Reason::lists_left_mark_not_writable);
  EXPECT_EQ(left(minutes{1}), (Left{{"aloware", "to_be_done_by_hand"}}));
  done_by_hand(sample::aloware, log.durable());
  EXPECT_EQ(left(minutes{1}), Left{});
  const auto done = view();
  ASSERT_EQ(done.propagation.size(), 1U);
  EXPECT_NE(done.propagation[0].done_by_hand, Position{});
  EXPECT_EQ(done.propagation[0].mark, Position{}) << "nobody saw it";
  EXPECT_EQ(deadline("tcpa_10_business_days", minutes{1}), "met");
}

TEST_F(Hearing, IsNotLookedAtAnyMoreOnceItIsSettled) {
  story.stop();
  crm_marks(tell_crm());
  auto looked = look_at_hands(scan(), acme, {}, 100).value();
  const auto pending = looked.settled.size();
  story.confirm();
  webhook("d-body");
  arrives("d-body");
  looked = look_at_hands(scan(), acme, {}, 100).value();
  EXPECT_GT(looked.settled.size(), pending);
  story.writer().input(events::watch_stream(), events::HandsSettled{looked.settled});
  EXPECT_TRUE(look_at_hands(scan(), acme, {}, 100).value().settled.empty());
}

} // namespace
} // namespace tidemark::projections::hearing_test
