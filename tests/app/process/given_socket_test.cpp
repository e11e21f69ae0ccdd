#include "app/process/given_socket.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace tidemark::app {
namespace {

Result<int> given(const std::string& count, const std::string& process) {
  ::setenv("LISTEN_FDS", count.c_str(), 1);
  ::setenv("LISTEN_PID", process.c_str(), 1);
  return given_socket();
}

TEST(GivenSocket, IsForThisProcessOnlyAndOne) {
  const auto own = std::to_string(::getpid());
  ASSERT_EQ(::dup2(STDIN_FILENO, 3), 3);
  EXPECT_EQ(given_socket().value(), -1);
  EXPECT_EQ(given("1", own).value(), 3);
  EXPECT_EQ(given_socket().value(), -1) << "children must not find it";
  EXPECT_EQ(given("1", std::to_string(::getppid())).value(), -1);
  ASSERT_EQ(::dup2(STDIN_FILENO, 4), 4);
  EXPECT_THAT(given("2", own).error().text, testing::HasSubstr("2 sockets"));
  EXPECT_EQ(given("many", own).error().code, "wrong_socket");
}

} // namespace
} // namespace tidemark::app
