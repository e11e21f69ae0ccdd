#include "connectors/shared/recorded_inputs.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::testing::imported_contact_test {
namespace {

TEST(AnImportedContact, IsTheWordOfASystemThatNobodyConfigured) {
  events::ContactImported row;
  row.remote_id = RemoteId("old-crm:7");
  row.fields = {{events::Field::phone, "+12025550142"}};
  row.tags = {"VIP"};
  const auto out = translate_input(nullptr, {}, row);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->commands.size(), 1U);
  const auto& record = std::get<domain::ObserveRecord>(out->commands[0]);
  EXPECT_EQ(record.connector, ConnectorName("import.old-crm")) << "no other source's";
  EXPECT_EQ(record.remote_id, RemoteId("7"));
  EXPECT_EQ(record.fields, row.fields);
  EXPECT_EQ(record.tags, row.tags);
  EXPECT_EQ(record.source_version, "") << "a list has no time";
}

TEST(AnImportedContact, SaysNothingAboutConsent) {
  events::ContactImported row;
  row.fields = {{events::Field::phone, "+12025550142"}};
  const auto out = translate_input(nullptr, {}, row);
  const auto& record = std::get<domain::ObserveRecord>(out->commands.at(0));
  EXPECT_EQ(record.connector, ConnectorName("import"));
  EXPECT_EQ(record.remote_id, RemoteId());
  EXPECT_FALSE(record.opt_out_seen);
  EXPECT_TRUE(record.signs.empty());
  EXPECT_FALSE(record.tags) << "no tags stated is not: it has none";
}

} // namespace
} // namespace tidemark::connectors::testing::imported_contact_test
