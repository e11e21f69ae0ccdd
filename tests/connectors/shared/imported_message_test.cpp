#include "connectors/shared/recorded_inputs.hpp"

#include <gtest/gtest.h>

namespace tidemark::connectors::testing::imported_message_test {
namespace {

events::MessageImported row(const std::string& text, bool inbound = true) {
  events::MessageImported out;
  out.file_hash = std::string(64, 'a');
  out.message.source = ConnectorName("old-crm");
  out.message.message_id = "SM7";
  out.message.inbound = inbound;
  out.message.their_address = PiiText("+12025550142");
  out.message.text = PiiText(text);
  out.message.stated_at = "2025-03-04T10:00:00.000000Z";
  return out;
}

domain::ObserveMessage said_in(const events::MessageImported& row) {
  const auto out = translate_input(nullptr, {}, row);
  EXPECT_TRUE(out && out->commands.size() == 1U);
  return std::get<domain::ObserveMessage>(out->commands.at(0));
}

TEST(AnImportedMessage, IsFoundByItsAddressAndMarkedAsListed) {
  const auto said = said_in(row("When do you open?"));
  EXPECT_TRUE(said.listed);
  EXPECT_EQ(said.message, row("When do you open?").message);
  EXPECT_EQ(said.fields.get(events::Field::phone), "+12025550142");
  EXPECT_EQ(said.remote_id, RemoteId()) << "no record of a system is named";
  EXPECT_TRUE(said.signs.empty());
}

TEST(AnImportedMessage, OptsNobodyInAndLeavesAnOptOutToItsOwnRow) {
  EXPECT_TRUE(said_in(row("START")).signs.empty());
  EXPECT_TRUE(said_in(row("YES")).signs.empty());
  EXPECT_TRUE(said_in(row("STOP")).signs.empty());
}

TEST(AnImportedMessage, AsksAPersonAboutWordsThatMayBeAnOptOut) {
  const auto doubtful = "can you stop by at 5";
  const auto said = said_in(row(doubtful));
  ASSERT_EQ(said.signs.size(), 1U);
  EXPECT_EQ(said.signs[0].change, events::ConsentChange::review);
  EXPECT_EQ(said.signs[0].stated_at, "2025-03-04T10:00:00.000000Z");
  EXPECT_TRUE(events::is_of_import(said.signs[0].rule)) << "its alert is the list's";
  EXPECT_TRUE(said_in(row(doubtful, false)).signs.empty()) << "what we said is no word of theirs";
}

} // namespace
} // namespace tidemark::connectors::testing::imported_message_test
