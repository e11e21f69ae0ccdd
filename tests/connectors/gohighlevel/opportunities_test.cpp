#include "tests/connectors/support.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::opportunities_test {
namespace {

using namespace testing;

const Connector& ghl = *find("gohighlevel");

Settings settings() {
  Settings out;
  out.name = ConnectorName("crm");
  out.values["location_id"] = "LOCexample0000000001";
  return out;
}
domain::ObserveOpportunity told(std::string_view body) {
  return first_of<domain::ObserveOpportunity>(translated(ghl, settings(), body));
}

TEST(Opportunities, EveryKindTellsTheSameWholeState) {
  for (const auto* file :
       {"OpportunityCreate.json", "OpportunityUpdate.json", "OpportunityStageUpdate.json",
        "OpportunityMonetaryValueUpdate.json", "OpportunityAssignedToUpdate.json"}) {
    const auto command = told(fixture("gohighlevel", file));
    EXPECT_EQ(command.remote_id.value, "CONexample0000000001") << file;
    const auto& facts = command.opportunity;
    EXPECT_EQ(facts.source.value, "crm") << file;
    EXPECT_EQ(facts.opportunity_id, "OPPexample0000000001") << file;
    EXPECT_EQ(facts.pipeline, "PIPexample0000000001") << file;
    EXPECT_TRUE(facts.stage.starts_with("7b1f6c1e-")) << file;
    EXPECT_EQ(facts.status, "open") << file;
    EXPECT_TRUE(facts.updated_at.starts_with("2026-08-16T10:00:2")) << file;
    EXPECT_FALSE(facts.deleted) << file;
  }
  EXPECT_EQ(told(fixture("gohighlevel", "OpportunityStatusUpdate.json")).opportunity.status, "won");
  EXPECT_TRUE(told(fixture("gohighlevel", "OpportunityDelete.json")).opportunity.deleted);
}

TEST(Opportunities, TheBodyIsAMentionFirstAsItAlwaysWas) {
  const auto out = translated(ghl, settings(), fixture("gohighlevel", "OpportunityCreate.json"));
  ASSERT_EQ(out.commands.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<domain::ObserveMention>(out.commands[0]));
  EXPECT_TRUE(out.may_go_on);
}

TEST(Opportunities, AWorkflowsBodyNamesItsStageAndIsAsNewAsItCame) {
  const auto facts =
      told(R"({"event":"pipeline.stageChanged","id":"O1","contact_id":"C1","status":"open",)"
           R"("pipeline_id":"P1","pipeline_name":"Kitchens","pipleline_stage":"Follow up"})")
          .opportunity;
  EXPECT_EQ(facts.pipeline_name, "Kitchens");
  EXPECT_EQ(facts.stage_name, "Follow up");
  EXPECT_EQ(facts.updated_at, "2026-08-14T16:00:00.000000Z");
}

TEST(Opportunities, OneOfNobodyIsKeptForAPerson) {
  for (const auto* body : {R"({"type":"OpportunityUpdate","id":"O1"})",
                           R"({"type":"OpportunityUpdate","contactId":"C1"})"}) {
    const auto out = translated(ghl, settings(), body);
    EXPECT_EQ(reasons(out), "missing_record_id") << body;
    EXPECT_TRUE(out.commands.empty()) << body;
  }
}

} // namespace
} // namespace tidemark::connectors::opportunities_test
