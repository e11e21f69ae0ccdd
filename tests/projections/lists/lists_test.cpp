#include "projections/lists/lists.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/projections/consent/opt_out_log.hpp"

namespace tidemark::projections::lists_test {
namespace {

using sample::acme;

/// Aloware has none of the lists on which contacts should stand.
class MissingLists : public testing::Test {
protected:
  void refuse(const std::string& contact, const std::string& list) {
    events::DeliveryRejected e;
    e.facts.delivery = DeliveryId("d-" + contact + list);
    e.facts.reason_code = Reason::list_missing;
    e.facts.detail = list;
    writer.input(events::delivery_stream(sample::aloware, ContactId(contact)), e);
  }
  /// Aloware says yes to an opt-out.
  void close(const std::string& contact) {
    events::ActionAccepted e;
    e.contact = ContactId(contact);
    e.target = sample::aloware;
    e.action = events::Action::opt_out;
    e.facts.delivery = DeliveryId("d-out-" + contact);
    writer.input(events::delivery_stream(sample::aloware, e.contact), e);
  }
  std::vector<MissingList> missing(std::size_t contacts_max = 100) {
    sample::apply_live(log, tables, hasher, log.durable());
    const auto scan = [this](std::string_view table, std::string_view prefix,
                             std::string_view after, const RowVisitor& row) {
      return tables.scan(table, prefix, after, row);
    };
    auto found = missing_lists(scan, acme, contacts_max);
    EXPECT_TRUE(found.ok());
    return found.ok() ? std::move(found).value() : std::vector<MissingList>{};
  }

  sample::TickingClock clock;
  KeyedHasher hasher{SecretText(std::string(32, 'p'))};
  storage::MemoryLog log{clock};
  storage::MemoryTables tables;
  sample::Writer writer{log, hasher};
};

TEST_F(MissingLists, AreOverForAContactThatOptedOut) {
  refuse("c1", "CALL_NOW");
  refuse("c2", "CALL_NOW");
  close("c1");
  const auto found = missing();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].contacts, 1U);
  EXPECT_EQ(found[0].delivery, DeliveryId("d-c2CALL_NOW"));
  close("c2");
  EXPECT_TRUE(missing().empty());
  refuse("c2", "CALL_NOW"); // she opted in, and should stand on it again
  EXPECT_EQ(missing().size(), 1U);
}

TEST_F(MissingLists, AreEachToldHoweverManyWaitForAnother) {
  for (const auto* contact : {"c1", "c2", "c3", "c4", "c5"})
    refuse(contact, "A_LIST");
  refuse("c9", "B_LIST");
  close("c1");
  const auto found = missing(2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].list, "A_LIST");
  EXPECT_EQ(found[0].contacts, 2U);
  EXPECT_EQ(found[1].list, "B_LIST");
  EXPECT_EQ(found[1].contacts, 1U);
  EXPECT_EQ(missing()[0].contacts, 4U);
}

} // namespace
} // namespace tidemark::projections::lists_test
