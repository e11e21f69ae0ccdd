#include "sandbox/world/http/webhook_sender.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace tidemark::sandbox {
namespace {

/// Waits until all webhooks ended, 5 s at most.
void wait_until_idle(const WebhookSender& sender) {
  for (int i = 0; i < 5000 && sender.pending() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(WebhookSender, WhatWasHandedInWithoutAnEngineIsLostEvenIfOneIsSetAtOnce) {
  WebhookSender sender(SenderOptions{});
  std::promise<void> busy;
  std::promise<void> go_on;
  sender.submit({.system = "aloware", .id = "first", .path = "/a", .done = [&] {
                   busy.set_value();
                   go_on.get_future().wait(); // the sender's thread looks at nothing meanwhile
                 }});
  busy.get_future().wait();
  sender.submit({.system = "aloware",
                 .id = "second",
                 .path = "/a",
                 .headers = [](const std::string&) { return std::vector<std::string>{}; },
                 .attempts_max = 3});
  sender.set_engine("http://127.0.0.1:1"); // nobody listens: an attempt would be counted
  go_on.set_value();
  wait_until_idle(sender);

  const auto ended = sender.ended();
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[1].id, "second");
  EXPECT_EQ(ended[1].status, 0);
  EXPECT_EQ(ended[1].attempts, 0);
}

} // namespace
} // namespace tidemark::sandbox
