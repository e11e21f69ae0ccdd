#include "app/demo/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::demo::verdict_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Seen event(std::uint64_t position, const std::string& type, Json data,
           const std::string& stream = "contact/c1") {
  return {position, 1, Timestamp{}, type, stream, std::move(data)};
}

Seen observed(const char* connector, const char* outcome, Json targets) {
  return event(2, "contact.observed.v1",
               {{"connector", connector},
                {"outcome", outcome},
                {"reason_code", ""},
                {"echo_of", outcome == std::string("echo_of") ? "d1" : ""},
                {"targets", std::move(targets)}});
}

Seen intended() {
  return event(3, "delivery.intended.v1",
               {{"delivery", "d1"}, {"target", "aloware"}, {"operation", "create"}});
}
Seen dispatched(int attempt) {
  return event(4, "delivery.dispatched.v1", {{"delivery", "d1"}, {"attempt", attempt}},
               "delivery/aloware/c1");
}
Seen ended(const char* how) {
  return event(5, std::string("delivery.") + how + ".v1", {{"facts", {{"delivery", "d1"}}}},
               "delivery/aloware/c1");
}

const Json unmapped{{"records", Json::array()}};
const Json mapped{{"records", {{{"connector", "aloware"}, {"remote_id", "7"}}}}};

std::vector<std::string> missing_at_aloware(const Chain& chain, const Json& contact,
                                            Ending ending = Ending::arrives) {
  return missing_for(System::aloware, ending, contact, read_chain(chain, "gohighlevel"));
}

TEST(DemoVerdict, IsContentWithADeliveryThatWasAcceptedMappedAndEchoed) {
  const Chain chain{observed("gohighlevel", "applied", Json::array()), intended(), dispatched(1),
                    ended("accepted"), observed("aloware", "echo_of", Json::array())};
  EXPECT_THAT(missing_at_aloware(chain, mapped), IsEmpty());
}

TEST(DemoVerdict, NamesEachThingThatIsMissing) {
  EXPECT_THAT(missing_at_aloware({}, unmapped),
              ElementsAre("the log has no delivery", "it has no mapping",
                          "the echo of our write was not recognised"));
  EXPECT_THAT(missing_at_aloware({intended(), dispatched(1)}, mapped),
              testing::Contains("its delivery is still open"));
  EXPECT_THAT(missing_at_aloware({intended(), dispatched(1), ended("rejected")}, mapped),
              testing::Contains("its delivery is rejected"));
}

TEST(DemoVerdict, WantsTheLogToSayThatSomethingWasBlocked) {
  const auto decided = [](const char* outcome, const char* reason) {
    return Chain{
        observed("gohighlevel", "applied",
                 {{{"target", "aloware"}, {"outcome", outcome}, {"reason_code", reason}}})};
  };
  EXPECT_THAT(missing_at_aloware(decided("blocked", "opted_out"), unmapped, Ending::blocked),
              IsEmpty());
  EXPECT_THAT(missing_at_aloware(decided("no_change", ""), unmapped, Ending::blocked),
              ElementsAre("the log does not say blocked(opted_out)"));
}

TEST(DemoVerdict, DoesNotTakeADeliveryForABlock) {
  Chain chain{
      observed("gohighlevel", "blocked",
               {{{"target", "aloware"}, {"outcome", "blocked"}, {"reason_code", "opted_out"}}}),
      intended()};
  EXPECT_EQ(missing_at_aloware(chain, mapped, Ending::blocked).size(), 1U);
}

TEST(DemoVerdict, SaysAtWhichAttemptItArrived) {
  const auto happened =
      read_chain({intended(), dispatched(1), dispatched(2), ended("accepted")}, "gohighlevel");
  EXPECT_EQ(outcome_words(System::aloware, Ending::arrives, happened),
            "created and mapped, at attempt 2");
}

TEST(DemoVerdict, WantsADecisionWhereThereIsARival) {
  Change change{"", "", System::gohighlevel, "", {}, {}, Rival{System::generic, {}}};
  EXPECT_THAT(missing_in_log(change, mapped, {}), ElementsAre(HasSubstr("conflict")));
  const auto happened = read_chain(
      {event(9, "contact.conflict_decided.v1", {{"field", "company"}, {"winner", "x"}})}, "x");
  EXPECT_THAT(missing_in_log(change, mapped, happened), IsEmpty());
}

TEST(DemoWords, NameFieldsAndNeverTheirValues) {
  const Json person{{"first_name", "Ada"}, {"phone", "+13125550142"}};
  const auto changed =
      words_of(event(1, "contact.changed.v1", {{"fields", person}, {"source", "gohighlevel"}}));
  EXPECT_EQ(changed, "first_name, phone, from GoHighLevel");
  const auto intent = words_of(
      event(1, "delivery.intended.v1",
            {{"target", "generic"}, {"operation", "update"}, {"forward", 0}, {"fields", person}}));
  EXPECT_EQ(intent, "Generic CRM: update first_name, phone");
}

TEST(DemoWords, SurviveEventsThatLackEverything) {
  for (const char* type :
       {"webhook.received.v1", "webhook.interpreted.v1", "contact.observed.v1",
        "contact.changed.v1", "contact.conflict_decided.v1", "delivery.intended.v1",
        "delivery.dispatched.v1", "delivery.accepted.v1", "delivery.died.v1", "unheard.of.v1"})
    words_of(event(1, type, Json(), ""));
  EXPECT_THAT(read_chain({event(1, "delivery.accepted.v1", Json())}, "x").deliveries, IsEmpty());
}

} // namespace
} // namespace tidemark::demo::verdict_test
