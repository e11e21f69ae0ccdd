#include "gateway/server/given_listener.hpp"
#include "tests/gateway/house.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace tidemark::gateway::test {
namespace {

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using testing::HasSubstr;

/// A socket at a free port of 127.0.0.1, as a service manager makes it.
struct Made {
  explicit Made(int type = SOCK_STREAM, bool listens = true)
      : descriptor(::socket(AF_INET, type | SOCK_CLOEXEC, 0)) {
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto length = static_cast<socklen_t>(sizeof place);
    auto* address = reinterpret_cast<sockaddr*>(&place); // NOLINT: the way of sockets
    EXPECT_EQ(::bind(descriptor, address, length), 0);
    if (listens) {
      EXPECT_EQ(::listen(descriptor, 16), 0);
    }
    EXPECT_EQ(::getsockname(descriptor, address, &length), 0);
  }
  ~Made() { ::close(descriptor); }
  Made(const Made&) = delete;
  Made& operator=(const Made&) = delete;
  std::uint16_t port() const { return ntohs(place.sin_port); }
  tcp::endpoint endpoint() const { return {make_address("127.0.0.1"), port()}; }

  int descriptor;
  sockaddr_in place{};
};

std::string why_not(int descriptor, const tcp::endpoint& wanted) {
  const auto status = check_given_listener(descriptor, wanted);
  if (status)
    return "";
  EXPECT_EQ(status.error().code, "wrong_socket");
  return status.error().text;
}

TEST(GivenListener, IsTakenAtTheConfiguredAddressOnly) {
  const Made made;
  EXPECT_EQ(why_not(made.descriptor, made.endpoint()), "");
  EXPECT_EQ(why_not(made.descriptor, {made.endpoint().address(), 0}), "");
  const auto here = "listens on 127.0.0.1:" + std::to_string(made.port());
  const auto other_port = static_cast<std::uint16_t>(made.port() ^ 1U);
  EXPECT_THAT(why_not(made.descriptor, {made.endpoint().address(), other_port}), HasSubstr(here));
  EXPECT_THAT(why_not(made.descriptor, {make_address("0.0.0.0"), made.port()}), HasSubstr(here));
  EXPECT_THAT(why_not(made.descriptor, {make_address("::1"), made.port()}),
              HasSubstr("server.listen is [::1]:" + std::to_string(made.port())));
}

TEST(GivenListener, IsASocketOfTcpThatIsListenedOn) {
  const Made datagrams(SOCK_DGRAM, false), quiet(SOCK_STREAM, false);
  EXPECT_THAT(why_not(datagrams.descriptor, datagrams.endpoint()), HasSubstr("is not one of TCP"));
  EXPECT_THAT(why_not(quiet.descriptor, quiet.endpoint()), HasSubstr("is not listened on"));
  EXPECT_THAT(why_not(STDIN_FILENO, quiet.endpoint()), HasSubstr("is none"));
  const int local = ::socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_THAT(why_not(local, quiet.endpoint()), HasSubstr("is not one of TCP"));
  ::close(local);
}

TEST(GivenListener, OutlivesTheGatewayAndConnectionsWaitInIt) {
  const Made made;
  const auto over_it = [&](GatewayOptions& o) {
    o.port = made.port();
    o.given_listener = ::dup(made.descriptor);
  };
  House first(over_it);
  ASSERT_EQ(first.gateway->port(), made.port());
  EXPECT_EQ(first.ask(webhook("{}", "1")).status, 200);
  first.gateway->drain(std::chrono::seconds(1));
  Client waiting(made.port());
  ASSERT_TRUE(waiting.send(webhook("{}", "2")));
  const House second(over_it);
  const auto reply = waiting.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST(Gateway, ServesWhoHadJustConnectedWhenItDrains) {
  House house;
  auto connected = house.connect();
  while (house.gateway->counters().open_connections() == 0)
    std::this_thread::yield();
  std::thread drain([&] { house.gateway->drain(std::chrono::seconds(15)); });
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(connected.send(webhook("{}")));
  const auto reply = connected.read();
  drain.join();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

} // namespace
} // namespace tidemark::gateway::test
