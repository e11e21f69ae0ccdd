#include "events/codec.hpp"
#include "events/format/stream_name.hpp"
#include "events/format/tags.hpp"

#include <gtest/gtest.h>

namespace tidemark::events::stream_name_test {
namespace {

TEST(Glimpse, SeesWhomAStreamIsAbout) {
  const ContactId ana("c-1");
  const auto own = contact_stream(ana);
  const auto delivery = delivery_stream(ConnectorName("aloware"), ana);
  EXPECT_EQ(contact_in(own.value), "c-1");
  EXPECT_EQ(contact_in(delivery.value), "");
  EXPECT_EQ(contact_behind(own.value), "c-1");
  EXPECT_EQ(contact_behind(delivery.value), "c-1");
  EXPECT_EQ(target_in(delivery.value), "aloware");
  EXPECT_EQ(target_in(own.value), "");
  for (const auto& other : {identity_stream(), engine_stream(), admin_stream(),
                            webhook_stream(ConnectorName("aloware"))}) {
    EXPECT_EQ(contact_in(other.value), "");
    EXPECT_EQ(contact_behind(other.value), "");
    EXPECT_EQ(target_in(other.value), "");
  }
}

} // namespace
} // namespace tidemark::events::stream_name_test
