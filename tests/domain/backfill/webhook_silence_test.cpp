#include "domain/backfill/webhook_silence.hpp"

#include <gtest/gtest.h>

namespace tidemark::domain {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

/// Webhooks every so often; gives the time of the last.
Timestamp fill(WebhookRhythm& rhythm, int count, std::chrono::seconds pause) {
  auto at = start;
  for (int i = 0; i < count; ++i)
    rhythm.webhook(at += pause);
  return at;
}

TEST(WebhookRhythm, IsSilentWhenNoneCameForTenTimesTheUsualPauseWhileDeliveriesSucceed) {
  WebhookRhythm rhythm;
  const auto last = fill(rhythm, 30, 30min);
  rhythm.delivered(last + 5h);
  EXPECT_FALSE(rhythm.silent_since(last + 5h)) << "ten pauses have not passed";
  rhythm.delivered(last + 5h + 1s);
  EXPECT_EQ(rhythm.silent_since(last + 6h), last);
}

TEST(WebhookRhythm, AnHourIsTheLeast) {
  WebhookRhythm rhythm;
  const auto last = fill(rhythm, 30, 1s);
  rhythm.delivered(last + 59min);
  EXPECT_FALSE(rhythm.silent_since(last + 59min));
  rhythm.delivered(last + 61min);
  EXPECT_TRUE(rhythm.silent_since(last + 61min));
}

TEST(WebhookRhythm, SaysNothingWhileNothingIsDelivered) {
  WebhookRhythm rhythm;
  const auto last = fill(rhythm, 30, 1s);
  rhythm.delivered(last + 1min);
  EXPECT_FALSE(rhythm.silent_since(last + 48h));
}

TEST(WebhookRhythm, SaysNothingWhileTheUsualPauseIsNotKnown) {
  WebhookRhythm rhythm;
  const auto last = fill(rhythm, 20, 1s);
  rhythm.delivered(last + 48h);
  EXPECT_FALSE(rhythm.silent_since(last + 48h));
}

TEST(WebhookRhythm, OneWebhookEndsTheSilence) {
  WebhookRhythm rhythm;
  const auto last = fill(rhythm, 40, 1s);
  rhythm.delivered(last + 3h);
  ASSERT_TRUE(rhythm.silent_since(last + 3h));
  rhythm.webhook(last + 3h);
  EXPECT_FALSE(rhythm.silent_since(last + 3h));
}

} // namespace
} // namespace tidemark::domain
