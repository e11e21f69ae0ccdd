#include "connectors/shared/custom_fields.hpp"
#include "tests/connectors/support.hpp"

#include <gmock/gmock.h>

namespace tidemark::connectors::custom_fields_test {
namespace {

using namespace testing;
using domain::CustomFieldRule;
using domain::CustomType;

CustomFieldRule rule(const std::string& name, const std::string& id, CustomType type,
                     std::vector<std::string> options = {}) {
  return {*events::custom_field(name), id, "", type, std::move(options)};
}
CustomFieldRule keyed(CustomFieldRule rule) {
  rule.key = std::exchange(rule.id, "");
  return rule;
}
Settings with(const std::string& connector, const std::vector<CustomFieldRule>& rules) {
  Settings out;
  out.name = ConnectorName(connector);
  out.values["location_id"] = "LOCexample0000000001";
  for (const auto& one : rules)
    out.values[std::string(custom_fields_prefix) + std::string(name_of(one))] = setting_of(one);
  return out;
}
const events::Field topic = *events::custom_field("topic"),
                    budget = *events::custom_field("budget");

TEST(CustomFields, ARuleComesBackFromItsSetting) {
  const auto written = rule("topic", "CFD1", CustomType::choice, {"A: b", "C d"});
  const auto read = custom_fields_in(with("crm", {written}));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].field, written.field);
  EXPECT_EQ(read[0].id, "CFD1");
  EXPECT_EQ(read[0].options, written.options);
}

TEST(CustomFields, GoHighLevelsAreReadInBothFormsOfTheContract) {
  const auto settings = with("crm", {rule("topic", "CFDexample0000000001", CustomType::text),
                                     rule("budget", "CFDexample0000000002", CustomType::number)});
  const auto& ghl = *find("gohighlevel");
  const auto told = translated(ghl, settings, fixture("gohighlevel", "ContactCreate.json"));
  const auto& record = only_record(told);
  EXPECT_EQ(record.fields.get(topic), "Kitchen refit");
  EXPECT_EQ(record.fields.get(budget), "12500");
  EXPECT_TRUE(record.created);
  const auto object = only_record(translated(
      ghl, settings,
      R"({"type":"ContactUpdate","id":"C","customField":{"CFDexample0000000001":"Bath"}})"));
  EXPECT_EQ(object.fields.get(topic), "Bath");
  EXPECT_FALSE(object.fields.find(budget)) << "not stated";
  EXPECT_FALSE(object.created);
}

TEST(CustomFields, WhatDoesNotFitIsLeftOutAndNamedWithoutItsValue) {
  const auto settings = with("crm", {rule("topic", "T", CustomType::choice, {"Kitchen"}),
                                     rule("budget", "B", CustomType::number)});
  const auto told =
      translated(*find("gohighlevel"), settings,
                 R"({"type":"ContactUpdate","id":"C","firstName":"Ana","customFields":[)"
                 R"({"id":"T","value":"Garage"},{"id":"B","value":["1","2"]}]})");
  EXPECT_EQ(only_record(told).fields.get(events::Field::first_name), "Ana");
  EXPECT_FALSE(only_record(told).fields.find(topic));
  EXPECT_EQ(reasons(told), "custom_field_unfit custom_field_unfit");
  EXPECT_EQ(told.skipped[0].text, "The custom field budget holds a list, which is no number; it is "
                                  "left out.");
  EXPECT_EQ(told.skipped[1].text,
            "The custom field topic holds a text that is none of its options; "
            "it is left out.");
}

TEST(CustomFields, AlowareAndGenericAreReadWhereTheyKeepThem) {
  const auto dialer = with("dialer", {keyed(rule("topic", "csf1", CustomType::text)),
                                      keyed(rule("budget", "intake_budget", CustomType::number))});
  const auto told = only_record(
      translated(*find("aloware"), dialer,
                 R"({"event":"Contact-Updated","body":{"id":7,"phone_number":"+12025550142",)"
                 R"("intake_budget":12,"custom":{"csf1":"Bath"}}})"));
  EXPECT_EQ(told.fields.get(topic), "Bath");
  EXPECT_EQ(told.fields.get(budget), "12");
  const auto hub = with("hub", {keyed(rule("topic", "data.more.topic", CustomType::text))});
  const auto sent = only_record(
      translated(*find("generic"), hub,
                 R"({"type":"contact.created","data":{"id":"1","more":{"topic":"Bath"}}})"));
  EXPECT_EQ(sent.fields.get(topic), "Bath");
  EXPECT_TRUE(sent.created);
}

std::string body_of_create(const std::string& type, const Settings& settings) {
  events::DeliveryIntended intent;
  intent.operation = events::Operation::create;
  intent.fields = {{events::Field::phone, "+12025550142"}};
  intent.fields.set(topic, "Bath");
  intent.fields.set(budget, "12.5");
  std::vector<Exchange> before;
  if (type == "gohighlevel")
    before = {{"search_phone", answer(200, R"({"contact":null})")}};
  const DeliveryWork work{intent, {}, 1, false, at("2026-08-14T16:00:00Z"), before};
  const auto step = find(type)->next(work, settings);
  return std::get<Send>(step).request.body;
}

TEST(CustomFields, AreWrittenAsEachSystemTakesThem) {
  using ::testing::HasSubstr;
  using ::testing::Not;
  EXPECT_THAT(
      body_of_create("gohighlevel", with("crm", {rule("topic", "T", CustomType::text),
                                                 rule("budget", "B", CustomType::number)})),
      HasSubstr(
          R"("customFields":[{"id":"B","field_value":12.5},{"id":"T","field_value":"Bath"}])"));
  const auto form = body_of_create(
      "aloware", with("dialer", {keyed(rule("topic", "csf1", CustomType::text)),
                                 keyed(rule("budget", "intake", CustomType::number))}));
  EXPECT_THAT(form, HasSubstr(R"("csf1":"Bath")"));
  EXPECT_THAT(form, Not(HasSubstr("intake"))) << "a form has no such member";
  auto hub = with("hub", {keyed(rule("topic", "data.custom.topic", CustomType::text)),
                          keyed(rule("budget", "data.custom.budget", CustomType::number))});
  hub.values["send_url"] = "https://hub.example.com/hook";
  hub.secrets["send_secret"] = SecretText("***");
  EXPECT_THAT(body_of_create("generic", hub),
              HasSubstr(R"("custom":{"budget":"12.5","topic":"Bath"})"));
}

TEST(CustomFields, AreComparedWithWhatTheAccountHas) {
  const auto there =
      find("gohighlevel")
          ->read_custom_fields(
              R"({"customFields":[)"
              R"({"id":"T","name":"Topic","fieldKey":"contact.topic","dataType":"SINGLE_OPTIONS",)"
              R"("picklistOptions":["Kitchen"]},)"
              R"({"id":"B","name":"Budget","fieldKey":"contact.budget","dataType":"TEXT"}]})");
  ASSERT_TRUE(there);
  const auto found =
      compare_custom_fields({rule("topic", "T", CustomType::choice, {"Kitchen", "Bath"}),
                             keyed(rule("budget", "contact.budget", CustomType::number)),
                             rule("gone", "G", CustomType::text)},
                            *there);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].fault, events::FieldFault::missing_options);
  EXPECT_EQ(found[0].detail, "Bath");
  EXPECT_EQ(found[1].fault, events::FieldFault::other_type);
  EXPECT_EQ(found[1].detail, "TEXT");
  EXPECT_EQ(found[2].fault, events::FieldFault::missing);
  EXPECT_EQ(found[2].key, "G");
  EXPECT_TRUE(
      compare_custom_fields({rule("topic", "T", CustomType::choice, {"Kitchen"})}, *there).empty());
  EXPECT_FALSE(find("gohighlevel")->read_custom_fields(R"({"error":"no"})"));
}

} // namespace
} // namespace tidemark::connectors::custom_fields_test
