#include "events/codec.hpp"
#include "events/format/field_mask.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace tidemark::events::custom_field_test {
namespace {

TEST(CustomField, IsKnownByItsName) {
  const auto field = custom_field("lead_source");
  ASSERT_TRUE(field);
  EXPECT_TRUE(is_custom(*field));
  EXPECT_EQ(name_of(*field), "custom.lead_source");
  EXPECT_EQ(custom_field("lead_source"), field);
  EXPECT_EQ(field_named("custom.lead_source"), field);
  EXPECT_EQ(field_named("lead_source"), std::nullopt);
  EXPECT_EQ(field_named("custom.never_told"), std::nullopt) << "asking makes none known";
  for (const auto* no : {"", "Lead", "a b", "a.b", "a-b"})
    EXPECT_EQ(custom_field(no), std::nullopt) << no;
  EXPECT_FALSE(is_custom(Field::source));
}

TEST(CustomField, ComesAfterCanonicalOnesAndByName) {
  const auto z = *custom_field("zz_first_met"), a = *custom_field("aa_met_later");
  FieldSet fields;
  fields.set(z, "1");
  fields.set(a, "2");
  fields.set(Field::source, "3");
  std::vector<std::string_view> names;
  for (const auto& [field, value] : fields)
    names.push_back(name_of(field));
  EXPECT_EQ(names, (std::vector<std::string_view>{"source", "custom.aa_met_later",
                                                  "custom.zz_first_met"}));
}

TEST(CustomField, IsStoredByNameAndReadAgain) {
  ContactChanged changed;
  changed.fields.set(*custom_field("lead_source"), "Web");
  changed.fields.set(Field::email, "a@example.com");
  changed.against_ours.add(*custom_field("lead_source"));
  const auto payload = encode(changed);
  EXPECT_NE(payload.find("\"custom.lead_source\":\"Web\""), payload.npos) << payload;
  const auto read = decode(ContactChanged::name, payload);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Event{changed});
}

TEST(CustomField, OfALogIsKnownOnceItIsMet) {
  const auto read =
      decode(ContactChanged::name,
             R"({"fields":{"custom.from_an_old_log":"1"},"source":"crm","against_ours":[]})");
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE(field_named("custom.from_an_old_log"));
  EXPECT_FALSE(decode(ContactChanged::name,
                      R"({"fields":{"custom.NO":"1"},"source":"crm","against_ours":[]})"));
}

TEST(CustomField, HasOneNumberWhoeverMeetsItFirst) {
  std::vector<std::optional<Field>> met(8);
  std::vector<std::thread> threads;
  for (auto& one : met)
    threads.emplace_back([&one] { one = custom_field("met_by_many"); });
  for (auto& thread : threads)
    thread.join();
  for (const auto& one : met)
    EXPECT_EQ(one, met.front());
}

TEST(CustomField, StandsInAMaskBesideTheOthers) {
  auto mask = FieldMask::all();
  const auto field = *custom_field("lead_source");
  EXPECT_FALSE(mask.has(field)) << "all the canonical ones";
  mask.add(field);
  EXPECT_TRUE(mask.has(field));
  mask.remove(field);
  EXPECT_EQ(mask, FieldMask::all());
}

} // namespace
} // namespace tidemark::events::custom_field_test
