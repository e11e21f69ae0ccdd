#include "base/text/trace_context.hpp"

#include <gtest/gtest.h>

namespace tidemark::trace_context_test {
namespace {

constexpr std::string_view sample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, IsReadAndGoesOnUnderAnotherParent) {
  ASSERT_TRUE(is_traceparent(sample));
  EXPECT_EQ(trace_id_of(sample), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(traceparent_of(sample, "b7ad6b7169203331"),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-b7ad6b7169203331-01");
}

TEST(TraceContext, NamesItsParentAndWhetherItIsRecorded) {
  EXPECT_EQ(parent_id_of(sample), "00f067aa0ba902b7");
  EXPECT_TRUE(is_sampled(sample));
  const auto with = [](const char* flags) { return std::string(sample.substr(0, 53)) + flags; };
  for (const auto* flags : {"03", "0b", "ff"})
    EXPECT_TRUE(is_sampled(with(flags))) << flags;
  for (const auto* flags : {"00", "02", "0a", "fe"})
    EXPECT_FALSE(is_sampled(with(flags))) << flags;
}

TEST(TraceContext, WhatIsNoneIsNotTaken) {
  const std::string good(sample);
  for (const auto& wrong : {std::string(), good + "0", good.substr(1), "ff" + good.substr(2),
                            "00-" + std::string(32, '0') + good.substr(35),
                            good.substr(0, 36) + std::string(16, '0') + "-01",
                            "00-4BF92F3577B34DA6A3CE929D0E0E4736" + good.substr(35),
                            good.substr(0, 53) + "0x", std::string(55, 'a')})
    EXPECT_FALSE(is_traceparent(wrong)) << wrong;
}

} // namespace
} // namespace tidemark::trace_context_test
