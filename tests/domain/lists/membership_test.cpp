#include "domain/lists/membership_planner.hpp"
#include "tests/domain/given.hpp"

#include <rapidcheck/gtest.h>

namespace tidemark::domain::membership_test {
namespace {

using namespace test;
using events::Action;
using events::ActionIntended;
using events::TagMatch;

const FieldSet full{{Field::first_name, "Jane"}, {Field::phone, "+12025550142"}};

SyncRules house(std::vector<events::TagList> tag_lists, std::vector<events::Agent> agents = {},
                std::vector<events::StatusSequence> sequences = {}) {
  auto lists = dialer_rule();
  lists.capabilities.keeps_lists = true;
  lists.capabilities.keeps_owner = true;
  lists.capabilities.keeps_sequences = true;
  lists.capabilities.opt_out_api = true;
  auto rules = rules_of({crm_rule(), lists});
  for (const auto& rule : tag_lists)
    rules.list_rules.emplace_back(rule);
  rules.placement = {std::move(tag_lists), std::move(agents), "UNASSIGNED", std::move(sequences)};
  return rules;
}
events::TagList rule(const std::string& tag, const std::string& list,
                     TagMatch match = TagMatch::ignore_case) {
  return {tag, match, dialer, list};
}

ObserveRecord tagged(std::vector<std::string> tags, const std::string& owner = "") {
  auto out = says(crm, full);
  out.tags = std::move(tags);
  out.assigned_to = owner;
  return out;
}

/// `join_list A, leave_lists B keep C`: what is asked of the dialer, in order.
std::string asked(const Decided& decided) {
  std::string out;
  for (const auto& action : decided.all<ActionIntended>()) {
    if (!action.placement)
      continue;
    out += (out.empty() ? "" : ", ") + std::string(name_of_enum(action.action));
    for (const auto& list : action.placement->lists)
      out += " " + list;
    for (const auto& list : action.placement->keep)
      out += " keep " + list;
    out += action.placement->user.empty() ? "" : " " + action.placement->user;
    out += action.placement->sequence.empty() ? "" : " " + action.placement->sequence;
  }
  return out;
}

/// Each action that a decision asked for is done.
void act(given& contact, const Decided& decided) {
  for (const auto& action : decided.all<ActionIntended>()) {
    events::ActionAccepted e;
    e.facts.delivery = action.delivery;
    e.target = action.target;
    e.action = action.action;
    contact.happened(e);
  }
}
/// And its values are written.
void done(given& contact, const Decided& decided) {
  contact.settled(decided);
  act(contact, decided);
}
std::string take(given& contact, const Command& command) {
  const auto decided = contact.when(command);
  done(contact, decided);
  return asked(decided);
}

ApplyConsent opt_out() {
  ApplyConsent out;
  out.change.change = events::ConsentChange::revoked;
  out.change.channels = {events::Channel::call};
  out.change.address_hash = {};
  return out;
}

TEST(Placement, ATagPutsTheContactOnItsListAndTakesItOff) {
  given contact(house({rule("Call now", "DF_CALL_NOW"), rule("hot", "DF_HOT")}));
  EXPECT_EQ(take(contact, tagged({"other"})), "");
  EXPECT_EQ(take(contact, tagged({"other", "CALL NOW"})), "join_list DF_CALL_NOW");
  EXPECT_EQ(take(contact, tagged({"CALL NOW"})), "") << "nothing is asked twice";
  EXPECT_EQ(take(contact, tagged({"CALL NOW", "Hot"})), "join_list DF_HOT");
  EXPECT_EQ(take(contact, tagged({"hot"})), "leave_lists DF_CALL_NOW keep DF_HOT");
  EXPECT_EQ(take(contact, tagged({})), "leave_lists DF_HOT");
}

TEST(Placement, TagsThatAreNotStatedChangeNothing) {
  given contact(house({rule("hot", "DF_HOT")}));
  take(contact, tagged({"hot"}));
  EXPECT_EQ(take(contact, says(crm, full)), "");
}

TEST(Placement, ABodyMayTellTheChangeOfTagsAlone) {
  given contact(house({rule("hot", "DF_HOT")}));
  take(contact, tagged({"other"}));
  auto added = says(crm, full);
  added.tags_added = {"hot"};
  EXPECT_EQ(take(contact, added), "join_list DF_HOT");
  auto removed = says(crm, full);
  removed.tags_removed = {"other"};
  EXPECT_EQ(take(contact, removed), "");
  removed.tags_removed = {"hot"};
  EXPECT_EQ(take(contact, removed), "leave_lists DF_HOT");
}

TEST(Placement, TagsAreComparedAsConfigured) {
  const auto matches = [](const events::TagList& one, std::string_view tag) {
    return ListRule(one).matches(tag);
  };
  EXPECT_TRUE(matches(rule("Hot", "L"), "hOT"));
  EXPECT_TRUE(matches(rule("Été", "L"), "éTÉ"));
  EXPECT_FALSE(matches(rule("hot.", "L"), "hots")) << "no pattern unless it says so";
  EXPECT_FALSE(matches(rule("hot", "L"), "hot lead"));
  EXPECT_TRUE(matches(rule("Hot", "L", TagMatch::exact), "Hot"));
  EXPECT_FALSE(matches(rule("Hot", "L", TagMatch::exact), "hot"));
  EXPECT_TRUE(matches(rule("hot-[0-9]+", "L", TagMatch::regex), "hot-12"));
  EXPECT_FALSE(matches(rule("hot-[0-9]+", "L", TagMatch::regex), "very hot-12")) << "the whole tag";
  EXPECT_FALSE(matches(rule("(", "L", TagMatch::regex), "(")) << "no pattern matches nothing";
  EXPECT_FALSE(matches(rule(".*", "L", TagMatch::regex), std::string(tag_bytes_max + 1, 'a')));
}

TEST(Placement, APatternThatWouldRunForEverElsewhereIsAnsweredAtOnce) {
  const ListRule greedy(rule("(a*)*b", "L", TagMatch::regex));
  EXPECT_FALSE(greedy.matches(std::string(tag_bytes_max, 'a')));
}

TEST(Placement, WhoOptedOutIsPutOnNoList) {
  given contact(house({rule("hot", "DF_HOT")}, {{"ANA", {"USR1"}, "", "", "501"}},
                      {{"Nurture", dialer, "7001"}}));
  contact.settled(contact.when(tagged({})));
  done(contact, contact.when(opt_out()));
  auto tagging = tagged({"hot"}, "USR1");
  tagging.status = "Nurture";
  EXPECT_EQ(take(contact, tagging), "");
}

TEST(Placement, AnOptOutTakesThePersonOffAndATagAfterAnOptInPutsBack) {
  given contact(house({rule("hot", "DF_HOT")}));
  take(contact, tagged({"hot"}));
  done(contact, contact.when(opt_out()));
  EXPECT_TRUE(contact.contact().placement.lists.empty());
  auto opt_in = opt_out();
  opt_in.change.change = events::ConsentChange::granted;
  done(contact, contact.when(opt_in));
  EXPECT_EQ(take(contact, tagged({"hot"})), "join_list DF_HOT");
}

TEST(Placement, AnOptOutOfMailsAloneChangesNoListOfADialer) {
  auto rules = house({rule("hot", "DF_HOT"), rule("call", "DF_CALL")});
  for (auto& system : rules.systems)
    if (system.name == dialer)
      system.capabilities.reaches_by = {events::Channel::sms, events::Channel::call};
  given contact(rules);
  take(contact, tagged({"hot"}));
  auto unsubscribed = opt_out();
  unsubscribed.change.channels = {events::Channel::email};
  const auto decided = contact.when(unsubscribed);
  EXPECT_TRUE(decided.all<ActionIntended>().empty()) << "the dialer writes no mails";
  const auto outcomes = decided.all<events::ConsentApplied>().front().targets;
  const auto at = std::ranges::find(outcomes, dialer, &events::TargetOutcome::target);
  ASSERT_NE(at, outcomes.end());
  EXPECT_EQ(at->outcome, events::Outcome::skipped);
  EXPECT_EQ(at->reason_code, Reason::reaches_nobody_that_way);
  EXPECT_EQ(take(contact, tagged({"hot", "call"})), "join_list DF_CALL");
  done(contact, contact.when(opt_out()));
  EXPECT_TRUE(contact.contact().placement.lists.empty()) << "calls are closed: off all lists";
}

TEST(Placement, AStopByTextTakesThePersonOffADialersLists) {
  auto rules = house({rule("hot", "DF_HOT")});
  for (auto& system : rules.systems)
    if (system.name == dialer)
      system.capabilities.reaches_by = {events::Channel::sms, events::Channel::call};
  given contact(rules);
  take(contact, tagged({"hot"}));
  auto stop = opt_out();
  stop.change.channels = {events::Channel::sms, events::Channel::whatsapp};
  const auto told = contact.when(stop).all<ActionIntended>();
  const auto at = std::ranges::find(told, dialer, &ActionIntended::target);
  ASSERT_NE(at, told.end());
  EXPECT_EQ(at->action, Action::opt_out);
  EXPECT_EQ(at->channels, std::vector{events::Channel::sms});
  EXPECT_EQ(take(contact, tagged({"hot"})), "");
}

TEST(Placement, ARefusedListIsAskedForAgainByTheNextWordAboutTheContact) {
  given contact(house({rule("hot", "DF_HOT")}));
  const auto asking = contact.when(tagged({"hot"}));
  contact.settled(asking);
  events::DeliveryRejected refused;
  refused.facts.delivery = asking.all<ActionIntended>().front().delivery;
  refused.facts.reason_code = Reason::list_missing;
  contact.happened(refused);
  EXPECT_EQ(take(contact, tagged({"hot"})), "join_list DF_HOT");
  EXPECT_EQ(take(contact, tagged({"hot"})), "");
}

TEST(Placement, TheFirstOfOwnerFieldAndTagNamesTheAgent) {
  const std::vector<events::Agent> agents{
      {"ANA", {"USR1", "ana@example.com"}, "Ana", "agent ana", ""},
      {"BO", {"USR2"}, "Bo", "agent bo", ""}};
  const auto key = [&](const std::string& owner, const std::string& field, const std::string& tag) {
    PlacementBook book;
    book.stated = {{crm, RemoteId("r-1"), {tag}, owner, field, {}}};
    const auto rules = house({}, agents);
    const auto* agent = agent_of(book, rules);
    return agent ? agent->key : std::string("none");
  };
  EXPECT_EQ(key("USR1", "Bo", "agent bo"), "ANA");
  EXPECT_EQ(key("ANA@example.com", "Bo", "agent bo"), "ANA");
  EXPECT_EQ(key("usr1", "Bo", "agent ana"), "BO") << "an id is no word";
  EXPECT_EQ(key("USR9", " bo ", "agent ana"), "BO");
  EXPECT_EQ(key("", "", "Agent Ana"), "ANA");
  EXPECT_EQ(key("USR9", "Cy", "other"), "none");
}

TEST(Placement, AReassignedContactLeavesTheOldAgentsListsBeforeItJoinsTheNewOnes) {
  given contact(house({rule("hot", "DF_{agent}_HOT"), rule("follow up", "DF_{agent}_FOLLOW_UP")},
                      {{"ANA", {"USR1"}, "", "", "501"}, {"BO", {"USR2"}, "", "", "502"}}));
  EXPECT_EQ(take(contact, tagged({"hot", "follow up"}, "USR1")),
            "join_list DF_ANA_HOT, join_list DF_ANA_FOLLOW_UP, set_owner 501");
  EXPECT_EQ(take(contact, tagged({"hot"}, "USR2")),
            "leave_lists DF_ANA_HOT DF_ANA_FOLLOW_UP, join_list DF_BO_HOT, set_owner 502");
  EXPECT_EQ(take(contact, tagged({"hot"}, "USR9")),
            "leave_lists DF_BO_HOT, join_list DF_UNASSIGNED_HOT");
}

TEST(Placement, AStatusBeginsItsSequenceAndLeavesTheLists) {
  given contact(
      house({rule("hot", "DF_HOT")}, {},
            {{"Nurture", dialer, "7001"}, {"Won", dialer, "7002"}, {"Open", dialer, ""}}));
  const auto status = [&](const std::string& word) {
    auto out = tagged({"hot"});
    out.status = word;
    return out;
  };
  EXPECT_EQ(take(contact, tagged({"hot"})), "join_list DF_HOT");
  EXPECT_EQ(take(contact, status("nurture")), "join_sequence 7001");
  EXPECT_TRUE(contact.contact().placement.lists.empty()) << "a sequence leaves the lists";
  EXPECT_EQ(take(contact, status("nurture")), "");
  EXPECT_EQ(take(contact, status("Won")), "join_sequence 7002");
  const auto unknown = contact.when(status("Lost"));
  EXPECT_EQ(asked(unknown), "");
  EXPECT_EQ(unknown.observed().targets.back().reason_code, Reason::status_has_no_sequence);
  EXPECT_EQ(contact.when(status("Open")).observed().targets.back().reason_code,
            Reason::status_begins_nothing);
  EXPECT_EQ(take(contact, status("")), "leave_sequences, join_list DF_HOT");
}

TEST(Placement, ASequenceThatMayHaveBegunIsNotBegunOnceMore) {
  for (const auto reason : {Reason::outcome_unknown_not_repeated, Reason::bad_request}) {
    given contact(house({}, {}, {{"Nurture", dialer, "7001"}, {"Won", dialer, "7002"}}));
    auto nurture = tagged({});
    nurture.status = "Nurture";
    const auto begun = contact.when(nurture);
    EXPECT_EQ(asked(begun), "join_sequence 7001");
    contact.settled(begun);
    events::DeliveryRejected lost;
    lost.facts.delivery = begun.all<ActionIntended>().back().delivery;
    lost.facts.reason_code = reason;
    contact.happened(lost);
    nurture.fields.set(Field::company, "Tennerby Joinery");
    EXPECT_EQ(take(contact, nurture), reason == Reason::bad_request ? "join_sequence 7001" : "");
    nurture.status = "Won";
    EXPECT_EQ(take(contact, nurture), "join_sequence 7002") << "another one is another matter";
  }
}

TEST(Placement, ARebuildAsksForEverythingAgainAndLeavesAllElse) {
  given contact(house({rule("hot", "DF_{agent}_HOT")}, {{"ANA", {"USR1"}, "", "", "501"}}));
  take(contact, tagged({"hot"}, "USR1"));
  const auto decided = contact.when(RebuildLists{jane, dialer});
  EXPECT_EQ(std::get<events::ListsRebuilt>(decided.events.front()).outcome,
            events::Outcome::applied);
  EXPECT_EQ(asked(decided), "leave_lists DF_UNASSIGNED_HOT keep DF_ANA_HOT, set_owner 501");
  done(contact, contact.when(opt_out()));
  const auto closed = contact.when(RebuildLists{jane, dialer});
  EXPECT_EQ(std::get<events::ListsRebuilt>(closed.events.front()).reason_code, Reason::opted_out);
  EXPECT_EQ(asked(closed), "");
}

/// `leave_lists@r-1(+12025550142), join_list@`: on which record, and under which number.
std::string where(const Decided& decided) {
  std::string out;
  for (const auto& action : decided.all<ActionIntended>())
    if (action.placement)
      out += (out.empty() ? "" : ", ") + std::string(name_of_enum(action.action)) + "@"
             + action.remote_id.value + "(" + action.context.get(Field::phone) + ")";
  return out;
}

ObserveRecord moved(std::vector<std::string> tags, const std::string& number = "+12025550143") {
  auto out = tagged(std::move(tags), "USR1");
  out.fields.set(Field::phone, number);
  return out;
}

/// The answer to what was asked of the dialer: the record that is made has this id.
void answered(given& contact, const Decided& decided, const std::string& id) {
  for (const auto& intent : decided.all<events::DeliveryIntended>())
    contact.dispatched(intent).accepted(intent, id);
  act(contact, decided);
}

const std::vector<events::Agent> ana{{"ANA", {"USR1"}, "", "", "501"}};

TEST(Placement, AChangeOfTheNumberMovesListsAndOwnerToTheNewRecord) {
  given contact(house({rule("hot", "DF_HOT")}, ana));
  answered(contact, contact.when(tagged({"hot"}, "USR1")), "r-1");
  const auto change = contact.when(moved({"hot"}));
  EXPECT_EQ(asked(change), "leave_lists DF_HOT, join_list DF_HOT, set_owner 501");
  EXPECT_EQ(where(change),
            "leave_lists@r-1(+12025550142), join_list@(+12025550143), set_owner@(+12025550143)");
  answered(contact, change, "r-2");
  EXPECT_EQ(take(contact, moved({"hot"})), "") << "nothing is asked twice";
  EXPECT_EQ(where(contact.when(moved({}))), "leave_lists@r-2(+12025550143)");
}

TEST(Placement, AListThatWasHeldBeforeTheChangeOfTheNumberIsLeftAlsoByTheWordAfterIt) {
  given contact(house({rule("hot", "DF_HOT")}));
  answered(contact, contact.when(tagged({"hot"})), "r-1");
  const auto change = contact.when(moved({"hot"}));
  contact.dispatched(change.intent(dialer)).accepted(change.intent(dialer), "r-2");
  for (const auto& action : change.all<ActionIntended>()) {
    events::DeliveryDied e;
    e.facts.delivery = action.delivery;
    contact.happened(e);
  }
  const auto after = contact.when(moved({}));
  EXPECT_EQ(where(after), "leave_lists@r-1(+12025550142), leave_lists@r-2(+12025550143)")
      << "it may have come to be on both";
  done(contact, after);
  EXPECT_EQ(take(contact, moved({})), "");
}

TEST(Placement, AChangeOfTheNumberThatFailsLeavesTheContactWhereItWas) {
  given contact(house({rule("hot", "DF_HOT")}));
  answered(contact, contact.when(tagged({"hot"})), "r-1");
  const auto change = contact.when(moved({"hot"}));
  events::DeliveryRejected refused;
  refused.facts.reason_code = Reason::bad_request;
  refused.facts.delivery = change.intent(dialer).delivery;
  contact.happened(refused);
  for (const auto& action : change.all<ActionIntended>()) {
    if (action.action == Action::leave_lists) {
      events::ActionAccepted left;
      left.facts.delivery = action.delivery;
      contact.happened(left);
      continue;
    }
    refused.facts.reason_code = Reason::no_record_there;
    refused.facts.delivery = action.delivery;
    contact.happened(refused);
  }
  EXPECT_EQ(where(contact.when(tagged({"hot"}))), "join_list@r-1(+12025550142)");
}

TEST(Placement, AChangeOfTheNumberEndsTheSequenceUnderTheOldOneAndBeginsItUnderTheNew) {
  given contact(house({rule("hot", "DF_HOT")}, {}, {{"Nurture", dialer, "7001"}}));
  const auto status = [](ObserveRecord said, const std::string& word) {
    said.status = word;
    return said;
  };
  answered(contact, contact.when(status(tagged({"hot"}), "Nurture")), "r-1");
  const auto change = contact.when(moved({"hot"}));
  EXPECT_EQ(asked(change), "leave_sequences, join_sequence 7001");
  EXPECT_EQ(where(change), "leave_sequences@r-1(+12025550142), join_sequence@(+12025550143)");
  answered(contact, change, "r-2");
  EXPECT_EQ(take(contact, moved({"hot"})), "");
  EXPECT_EQ(where(contact.when(status(moved({}), ""))), "leave_sequences@r-2(+12025550143)");
}

TEST(Placement, WhoOptedOutIsMovedToNoListByAChangeOfTheNumber) {
  given contact(house({rule("hot", "DF_HOT")}, ana));
  answered(contact, contact.when(tagged({"hot"}, "USR1")), "r-1");
  answered(contact, contact.when(opt_out()), "r-1");
  EXPECT_EQ(take(contact, moved({"hot"})), "");
}

/// The dialer's answer showed that the record is no more.
void gone(given& contact, const ConnectorName& system, const DeliveryId& delivery) {
  events::DeliveryLookedUp e;
  e.facts.delivery = delivery;
  e.target = system;
  e.gone = RemoteId("r-1");
  contact.happened(e);
}

TEST(Placement, ARecordThatIsMadeAnewBecauseItVanishedIsPutWhereItBelongs) {
  given contact(house({rule("hot", "DF_HOT")}, ana));
  answered(contact, contact.when(tagged({"hot"}, "USR1")), "r-1");
  auto named = tagged({"hot"}, "USR1");
  named.fields.set(Field::first_name, "Janet");
  const auto update = contact.when(named);
  contact.dispatched(update.intent(dialer));
  gone(contact, dialer, update.intent(dialer).delivery);
  auto accepted = update.intent(dialer);
  accepted.replaces = RemoteId("r-1");
  contact.accepted(accepted, "r-2");
  EXPECT_EQ(where(contact.when(named)), "join_list@r-2(+12025550142), set_owner@r-2(+12025550142)");
}

TEST(Placement, WhatAVanishedRecordSaidCountsNoLonger) {
  given contact(house({rule("hot", "DF_HOT")}));
  answered(contact, contact.when(tagged({"hot"})), "r-1");
  auto named = says(dialer, full);
  named.fields.set(Field::first_name, "Janet");
  const auto update = contact.when(named).intent(crm);
  contact.dispatched(update);
  gone(contact, crm, update.delivery);
  EXPECT_EQ(contact.contact().placement.stated.size(), 1U) << "another may take its place";
  events::DeliveryRejected refused;
  refused.facts.delivery = update.delivery;
  refused.facts.reason_code = Reason::no_record_there;
  contact.happened(refused);
  EXPECT_TRUE(contact.contact().placement.stated.empty());
  EXPECT_EQ(take(contact, named), "leave_lists DF_HOT");
}

TEST(Placement, WhatAVanishedRecordSaidIsSaidByTheOneThatTookItsPlaceUntilItSpeaks) {
  given contact(house({rule("hot", "DF_HOT")}));
  answered(contact, contact.when(tagged({"hot"})), "r-1");
  auto named = says(dialer, full);
  named.fields.set(Field::first_name, "Janet");
  auto update = contact.when(named).intent(crm);
  contact.dispatched(update);
  gone(contact, crm, update.delivery);
  update.replaces = RemoteId("r-1");
  contact.accepted(update, "c-2");
  EXPECT_EQ(take(contact, named), "");
  auto spoken = tagged({});
  spoken.remote_id = RemoteId("c-2");
  EXPECT_EQ(take(contact, spoken), "leave_lists DF_HOT");
}

TEST(Placement, WhatWasDoneBeforeTheRecordWasKnownIsTheFirstKnownRecords) {
  given contact(house({rule("hot", "DF_HOT")}));
  const auto first = contact.when(tagged({"hot"})); // the record is on its way
  EXPECT_EQ(where(first), "join_list@(+12025550142)");
  EXPECT_EQ(contact.contact().placement.lists.front().record, RemoteId{});
  answered(contact, first, "r-7");
  EXPECT_EQ(contact.contact().placement.lists.front().record, RemoteId("r-7"));
  EXPECT_EQ(take(contact, tagged({"hot"})), "");
}

/// Whatever the order of tags and owners, and whatever fails in between, the contact ends on
/// exactly the lists that its last state calls for.
RC_GTEST_PROP(Placement, TheEndIsWhatTheLastStateCallsFor, ()) {
  const std::vector<std::string> tags{"hot", "cold", "new"};
  given contact(
      house({rule("hot", "DF_{agent}_HOT"), rule("cold", "DF_{agent}_COLD"), rule("new", "DF_NEW")},
            {{"ANA", {"USR1"}, "", "", ""}, {"BO", {"USR2"}, "", "", ""}}));
  std::set<std::string> on;
  const auto follow = [&](const Decided& decided, bool failing) {
    contact.settled(decided);
    for (const auto& action : decided.all<ActionIntended>()) {
      if (failing && *rc::gen::inRange(0, 3) == 0) {
        events::DeliveryRejected e;
        e.facts.delivery = action.delivery;
        contact.happened(e);
        continue;
      }
      events::ActionAccepted e;
      e.facts.delivery = action.delivery;
      e.target = action.target;
      e.action = action.action;
      contact.happened(e);
      for (const auto& list : action.placement->lists)
        action.action == Action::join_list ? void(on.insert(list)) : void(on.erase(list));
    }
  };
  ObserveRecord last = tagged({});
  for (int i = 0; i < 12; ++i) {
    std::vector<std::string> chosen;
    for (const auto& tag : tags)
      if (*rc::gen::arbitrary<bool>())
        chosen.push_back(tag);
    last = tagged(chosen, *rc::gen::element<std::string>("USR1", "USR2", "USR9"));
    follow(contact.when(last), true);
  }
  follow(contact.when(last), false);
  follow(contact.when(last), false);
  const auto wanted = wanted_lists(contact.contact().placement, contact.rules(), dialer);
  RC_ASSERT(on == std::set<std::string>(wanted.begin(), wanted.end()));
}

} // namespace
} // namespace tidemark::domain::membership_test
