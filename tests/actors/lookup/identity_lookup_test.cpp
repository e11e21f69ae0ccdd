#include "actors/lookup/identity_lookup.hpp"
#include "events/format/tags.hpp"
#include "storage/log/memory_log.hpp"
#include "storage/tables/memory_tables.hpp"
#include "tests/actors/engine/engine_house.hpp"
#include "tests/actors/ports/stumbling_log.hpp"

#include <gtest/gtest.h>

namespace tidemark::tests::identity_lookup_test {
namespace {

using events::ConsentChanged;

const TenantId acme("acme");
const AddressHash ana(Hash16{0xaa});

/// One opt-out in the log.
class IdentityLookup : public testing::Test {
protected:
  IdentityLookup() {
    ConsentChanged change;
    change.address_hash = ana;
    change.channels = {events::Channel::sms};
    change.input = Position{1};
    storage::Append append;
    append.tenant = acme;
    append.events.push_back({events::consent_stream(ana), change, {events::consent_tag(ana)}, {}});
    storage::append_and_wait(memory_, std::move(append));
  }

  SteppingClock clock_;
  storage::MemoryLog memory_{clock_};
  StumblingLog log_{memory_};
  storage::MemoryTables tables_;
  ScriptedHttp http_{[](const auto&) { return json_answer(200, "{}"); }};
  KeyedHasher hasher_{SecretText("pepper")};
  actors::LogPort port_{log_};
  actors::TenantContext context_{.log_port = port_,
                                 .tables = tables_,
                                 .http = http_,
                                 .hasher = hasher_,
                                 .token_files = storage::TokenFiles(""),
                                 .incarnation = "1",
                                 .tenant = acme,
                                 .rules = {},
                                 .destinations = {},
                                 .report = {}};
  actors::IdentityLookup lookup_{context_};
};

TEST_F(IdentityLookup, FoldsWhatWasSaidAboutTheAddress) {
  EXPECT_EQ(lookup_.consent_of(ana).active.size(), 1U);
  EXPECT_EQ(lookup_.consent_of(AddressHash(Hash16{0xbb})), domain::ConsentState{});
  EXPECT_TRUE(lookup_.take_error());
}

TEST_F(IdentityLookup, AnOptOutWhoseHashCannotBeReadIsAnErrorAndNotPassedOver) {
  log_.rewrites = [](events::StoredEvent& stored) {
    const auto at = stored.payload.find(to_hex(ana));
    if (at != std::string::npos)
      stored.payload.replace(at, 32, "nobody");
  };
  EXPECT_EQ(lookup_.consent_of(ana), domain::ConsentState{});
  const auto failed = lookup_.take_error();
  ASSERT_FALSE(failed) << "decisions made meanwhile are void";
  EXPECT_EQ(failed.error().code, "payload_unfit");
}

} // namespace
} // namespace tidemark::tests::identity_lookup_test
