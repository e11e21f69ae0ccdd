#include "app/notices/notifier.hpp"
#include "storage/files/files.hpp"
#include "tests/storage/support.hpp"

#include <gmock/gmock.h>

#include <atomic>

namespace tidemark::app::notifier_test {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct Clock final : WallClock {
  Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

config::ReceiverConfig receiver(const std::string& name) {
  config::ReceiverConfig out;
  out.name = name;
  out.url = "https://" + name + ".example";
  out.secret = SecretText("0123456789012345678901234567890123456789");
  return out;
}

NoticeAlert full_disk() {
  return {{TenantId("acme"), "disk_low", "log"}, "critical", Timestamp{}, "make room", {}};
}

/// Receivers that do what they are told to.
struct World {
  std::string answer(const OutgoingNotice& notice, const std::function<bool()>& stopped) {
    if (notice.url.find("hangs") != std::string::npos) {
      while (!stopped() && !may_end)
        std::this_thread::sleep_for(5ms);
      return "timeout";
    }
    const std::lock_guard lock(guard);
    bodies.push_back(notice.url + " " + notice.body);
    return {};
  }
  std::size_t count() const {
    const std::lock_guard lock(guard);
    return bodies.size();
  }
  bool wait_for(std::size_t wanted) const {
    for (int i = 0; i < 2000 && count() < wanted; ++i)
      std::this_thread::sleep_for(5ms);
    return count() == wanted;
  }
  SendNotice send() {
    return [this](const auto& notice, const auto& stopped) { return answer(notice, stopped); };
  }
  mutable std::mutex guard;
  std::vector<std::string> bodies;
  std::atomic<bool> may_end{false};
};

struct Notifiers : testing::Test {
  std::unique_ptr<Notifier> make(std::vector<config::ReceiverConfig> receivers) {
    return std::make_unique<Notifier>(std::move(receivers), "here", file, clock, world.send());
  }
  storage::test::Scratch scratch;
  const std::string file = scratch.path("alert_notices.json");
  World world;
  Clock clock;
};

TEST_F(Notifiers, OneThatHangsKeepsNoOtherWaiting) {
  auto notifier = make({receiver("hangs"), receiver("ops")});
  notifier->look({full_disk()});
  EXPECT_TRUE(world.wait_for(1));
  EXPECT_THAT(world.bodies[0], HasSubstr("disk_low"));
  world.may_end = true;
  for (int i = 0; i < 2000 && !notifier->receivers()[0].failing_since; ++i)
    std::this_thread::sleep_for(5ms);
  const auto reports = notifier->receivers();
  EXPECT_EQ(reports[0].last_error, "timeout");
  EXPECT_EQ(reports[0].pending, 1U);
  EXPECT_EQ(reports[1].pending, 0U);
  EXPECT_TRUE(reports[1].last_told);
}

TEST_F(Notifiers, WhoWasNotToldWhenItEndedIsToldByTheNextStart) {
  {
    auto notifier = make({receiver("hangs"), receiver("ops")});
    notifier->look({full_disk()});
    ASSERT_TRUE(world.wait_for(1));
    for (int i = 0; i < 2000 && notifier->receivers()[1].pending > 0; ++i)
      std::this_thread::sleep_for(5ms);
  } // ends although one hangs
  auto renamed = receiver("late");
  auto notifier = make({renamed, receiver("ops")});
  notifier->look({full_disk()});
  EXPECT_TRUE(world.wait_for(2)) << "who was told is not told again";
  EXPECT_THAT(world.bodies[1], HasSubstr("late.example"));
}

TEST_F(Notifiers, ADamagedFileIsSaidAndEverybodyIsToldOnceMore) {
  ASSERT_TRUE(storage::write_file(file, "{", 0600).ok());
  testing::internal::CaptureStderr();
  auto notifier = make({receiver("ops")});
  notifier->look({full_disk()});
  EXPECT_TRUE(world.wait_for(1));
  notifier.reset();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("alert_notices_lost"));
}

TEST_F(Notifiers, ATestGoesToTheOneThatIsNamed) {
  auto notifier = make({receiver("ops"), receiver("mail")});
  EXPECT_EQ(*notifier->test("mail"), "");
  EXPECT_THAT(world.bodies.at(0), HasSubstr("mail.example"));
  EXPECT_THAT(world.bodies.at(0), HasSubstr("tidemark.test"));
  EXPECT_THAT(notifier->test("nobody").error().text, HasSubstr("ops, mail"));
}

} // namespace
} // namespace tidemark::app::notifier_test
