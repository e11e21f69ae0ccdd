#include "events/format/field_set.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

namespace tidemark::events::field_set_test {
namespace {

TEST(FieldSet, TellsNoStatementFromEmpty) {
  FieldSet fields{{Field::email, ""}};
  ASSERT_NE(fields.find(Field::email), nullptr);
  EXPECT_FALSE(fields.has_value(Field::email));
  EXPECT_EQ(fields.find(Field::phone), nullptr);
  EXPECT_EQ(fields.get(Field::phone), "");
  EXPECT_FALSE(fields.empty());
  EXPECT_NE(fields, FieldSet{});
}

TEST(FieldSet, EveryFieldIsFoundByItsStoredName) {
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    EXPECT_EQ(field_named(name_of(field)), field);
  }
  EXPECT_EQ(field_named("shoe_size"), std::nullopt);
  EXPECT_EQ(field_named(""), std::nullopt);
  EXPECT_EQ(field_named("Email"), std::nullopt);
}

TEST(FieldSet, NamesAndTheirOrderNeverChange) {
  // The stored format: only ever add at the end.
  const std::vector<std::string_view> once{
      "first_name",      "last_name",     "phone",        "email",         "company",
      "timezone",        "address_line1", "address_city", "address_state", "address_postal_code",
      "address_country", "source"};
  ASSERT_GE(field_names.size(), once.size());
  for (std::size_t i = 0; i < once.size(); ++i)
    EXPECT_EQ(field_names[i], once[i]);
}

RC_GTEST_PROP(FieldSet, BehavesLikeASortedMap,
              (const std::vector<std::tuple<bool, std::uint8_t, std::string>>& steps)) {
  FieldSet fields;
  std::map<Field, std::string> model;
  for (const auto& [erase, number, value] : steps) {
    const auto field = static_cast<Field>(number % field_count);
    if (erase) {
      fields.erase(field);
      model.erase(field);
    } else {
      fields.set(field, value);
      model[field] = value;
    }
  }
  RC_ASSERT(fields.size() == model.size());
  auto expected = model.begin();
  for (const auto& [field, value] : fields) {
    RC_ASSERT(field == expected->first);
    RC_ASSERT(value.reveal() == expected->second);
    RC_ASSERT(*fields.find(field) == expected->second);
    ++expected;
  }
}

} // namespace
} // namespace tidemark::events::field_set_test
