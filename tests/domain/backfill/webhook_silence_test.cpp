#include "domain/backfill/webhook_silence.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain::webhook_silence_test {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// Webhooks every so often; gives the time of the last.
Timestamp fill(WebhookSilence& silence, int count, std::chrono::seconds pause) {
  auto at = start;
  for (int i = 0; i < count; ++i)
    silence.webhook(at += pause);
  return at;
}

TEST(WebhookSilence, IsSilentWhenNoneCameForTenTimesTheUsualPauseWhileDeliveriesSucceed) {
  WebhookSilence silence;
  const auto last = fill(silence, 30, 30min);
  silence.delivered(last + 5h);
  EXPECT_FALSE(silence.silent_since(last + 5h)) << "ten pauses have not passed";
  silence.delivered(last + 5h + 1s);
  EXPECT_EQ(silence.silent_since(last + 6h), last);
}

TEST(WebhookSilence, AnHourIsTheLeast) {
  WebhookSilence silence;
  const auto last = fill(silence, 30, 1s);
  silence.delivered(last + 59min);
  EXPECT_FALSE(silence.silent_since(last + 59min));
  silence.delivered(last + 61min);
  EXPECT_TRUE(silence.silent_since(last + 61min));
}

TEST(WebhookSilence, SaysNothingWhileNothingIsDelivered) {
  WebhookSilence silence;
  const auto last = fill(silence, 30, 1s);
  silence.delivered(last + 1min);
  EXPECT_FALSE(silence.silent_since(last + 48h));
}

TEST(WebhookSilence, WhatNothingIsSentToMayRestForADay) {
  WebhookSilence silence;
  const auto last = fill(silence, 30, 1s);
  EXPECT_EQ(silence.last_webhook(), last);
  EXPECT_FALSE(silence.silent_since(last + 24h, true));
  EXPECT_EQ(silence.silent_since(last + 24h + 1s, true), last);
}

TEST(WebhookSilence, SaysNothingWhileTheUsualPauseIsNotKnown) {
  WebhookSilence silence;
  const auto last = fill(silence, 20, 1s);
  silence.delivered(last + 48h);
  EXPECT_FALSE(silence.silent_since(last + 48h));
}

TEST(WebhookSilence, OneWebhookEndsTheSilence) {
  WebhookSilence silence;
  const auto last = fill(silence, 40, 1s);
  silence.delivered(last + 3h);
  ASSERT_TRUE(silence.silent_since(last + 3h));
  silence.webhook(last + 3h);
  EXPECT_FALSE(silence.silent_since(last + 3h));
}

} // namespace
} // namespace tidemark::domain::webhook_silence_test
