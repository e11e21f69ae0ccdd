#include "app/process/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::demo::child_process_test {
namespace {

using std::chrono::seconds;

Launch shell(const std::string& script) {
  return {"/bin/sh", {"-c", script}, {}, "/dev/null", 1};
}

TEST(ChildProcess, GivesLinesEnvironmentAndExitCode) {
  auto launch = shell("echo first; echo \"$WORD\"; exit 7");
  launch.environment = {{"WORD", "second"}};
  auto child = Child::start(launch);
  ASSERT_TRUE(child) << child.error().text;
  EXPECT_EQ((*child)->read_line(seconds(30)).value(), "first");
  const auto ended = (*child)->finish(seconds(30));
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->first, "second\n");
  EXPECT_EQ(ended->second, 7);
}

TEST(ChildProcess, WritesToTheDescriptorThatIsAskedFor) {
  auto launch = shell("echo to the log; echo ready >&3");
  launch.pipe_at = 3;
  auto child = Child::start(launch);
  ASSERT_TRUE(child);
  EXPECT_EQ((*child)->read_line(seconds(30)).value(), "ready");
}

TEST(ChildProcess, SaysThatItEndedBeforeItWasReady) {
  auto child = Child::start(shell("exit 1"));
  ASSERT_TRUE(child);
  EXPECT_EQ((*child)->read_line(seconds(30)).error().code, "child_ended");
}

TEST(ChildProcess, SaysThatItWasSilent) {
  auto child = Child::start(shell("exec sleep 300"));
  ASSERT_TRUE(child);
  EXPECT_EQ((*child)->read_line(std::chrono::milliseconds(20)).error().code, "child_silent");
}

TEST(ChildProcess, IsStoppedByForceWhenItDoesNotListen) {
  auto child = Child::start(shell("trap '' TERM; echo deaf; while :; do sleep 1; done"));
  ASSERT_TRUE(child);
  ASSERT_TRUE((*child)->read_line(seconds(30)));
  EXPECT_TRUE((*child)->running());
  EXPECT_EQ((*child)->stop(std::chrono::milliseconds(20)), 128 + 9);
  EXPECT_FALSE((*child)->running());
}

TEST(ChildProcess, NamesAProgramThatIsMissing) {
  const auto child = Child::start({"/nowhere/program", {}, {}, "/dev/null", 1});
  ASSERT_FALSE(child);
  EXPECT_THAT(child.error().text, testing::HasSubstr("/nowhere/program is missing"));
}

} // namespace
} // namespace tidemark::demo::child_process_test
