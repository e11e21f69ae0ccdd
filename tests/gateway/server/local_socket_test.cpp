#include "gateway/dispatch.hpp"
#include "tests/gateway/local_house.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

namespace tidemark::gateway::test {
namespace {

using testing::HasSubstr;
using LocalSocket = LocalHouse;

TEST_F(LocalSocket, NeedsNoTokenWhereTheNetworkDoes) {
  const auto& open = house();
  EXPECT_EQ(get("/api/v1/connectors").status, 200);
  EXPECT_EQ(get("/health/live").status, 200);
  EXPECT_EQ(open.ask(request("GET", "/api/v1/connectors")).status, 401);
}

TEST_F(LocalSocket, RecordsTheUserThatTheKernelNames) {
  auto& open = house();
  const auto reply = connect().ask(request("POST", "/api/v1/connectors/crm/pause",
                                           "X-Tidemark-User: root\r\n", R"({"reason":"repairs"})"));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto stored = open.log.at(open.log.durable());
  ASSERT_TRUE(stored && *stored);
  EXPECT_THAT((*stored)->payload, HasSubstr("\"by\":\"uid " + std::to_string(::geteuid()) + "\""));
}

TEST_F(LocalSocket, AsksWhichTenantWhenThereAreSeveral) {
  house([](auto& options) { options.tenants = {TenantId("acme"), TenantId("beta")}; });
  EXPECT_EQ(get("/api/v1/connectors", "X-Tidemark-Tenant: beta\r\n").status, 200);
  for (const auto* header : {"", "X-Tidemark-Tenant: gamma\r\n"}) {
    const auto reply = get("/api/v1/connectors", header);
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body,
                HasSubstr("say which tenant with --tenant; the service has: acme, beta"));
  }
}

TEST_F(LocalSocket, KnowsTheSameRoutesAndParameters) {
  house();
  EXPECT_EQ(get("/api/v1/nothing").status, 404);
  EXPECT_EQ(get("/api/v1/contacts?colour=red").status, 400);
  EXPECT_EQ(connect().ask(request("PUT", "/api/v1/contacts")).status, 405);
  EXPECT_EQ(connect().ask(webhook("{}", "1")).status, 200);
}

TEST_F(LocalSocket, OpensEveryRoute) {
  auto& open = house();
  open.connect_account = [](const auto&...) { return std::string(); };
  for (const auto& route : routes())
    if (!route.is_webhook()) {
      const auto reply =
          connect().ask(request(route.method, route.path, "", route.method == "GET" ? "" : "{}"));
      EXPECT_TRUE(reply.status == 200 || reply.status == 404 || reply.status == 400)
          << route.path << ": " << reply.status << " " << reply.body;
    }
}

TEST_F(LocalSocket, HasTheSameFramingGate) {
  auto& open = house();
  auto client = connect();
  const auto reply = client.ask("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  EXPECT_EQ(reply.status, 400);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(open.gateway->counters().refusals(Refusal::bad_host), 1U);
}

TEST_F(LocalSocket, WaitsBehindNoReadOfTheNetwork) {
  auto& open = house();
  open.health.holds_services = true;
  auto far = open.connect();
  far.send(request("GET", "/health"));
  while (!open.health.is_held)
    std::this_thread::yield();
  EXPECT_EQ(get("/api/v1/connectors").status, 200);
  open.health.holds_services = false;
  EXPECT_EQ(far.read().value_or(Reply{}).status, 200);
}

TEST_F(LocalSocket, HasRoomWhenTheNetworkHasNone) {
  auto& open = house([](auto& options) {
    options.connections_max = 1;
    options.limits.local_connections = 2;
  });
  auto far = open.connect();
  ASSERT_EQ(far.ask(request("GET", "/health/live")).status, 200);
  auto first = connect();
  auto second = connect();
  EXPECT_EQ(first.ask(request("GET", "/health/live")).status, 200);
  EXPECT_EQ(second.ask(request("GET", "/health/live")).status, 200);
  auto third = connect();
  EXPECT_TRUE(third.closed()) << "its own limit holds";
}

TEST_F(LocalSocket, OnlyTheServicesUserMayOpenIt) {
  house();
  struct stat found {};
  ASSERT_EQ(::stat(path().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(LocalSocket, TurnsAnotherUserAwayWhateverItsModeSays) {
  if (::geteuid() != 0)
    GTEST_SKIP() << "only root can be another user";
  auto& open = house();
  ASSERT_EQ(::chmod(path().c_str(), 0666), 0);
  ASSERT_EQ(::chmod(folder().c_str(), 0755), 0);
  const auto child = ::fork();
  if (child == 0) {
    constexpr uid_t nobody = 65'534;
    const auto socket = ::setuid(nobody) == 0 ? connect_in(folder(), "control.sock") : UnixSocket();
    send_all(socket, request("GET", "/health/live"));
    char byte = 0;
    ::_exit(socket.open() && ::recv(socket.get(), &byte, 1, 0) <= 0 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the connection ends without a byte";
  EXPECT_EQ(open.gateway->counters().open_connections(), 0U);
}

TEST_F(LocalSocket, IsReplacedWhenADeadProcessLeftOneAndGoneAfterTheDrain) {
  {
    const auto left = listen_in(folder(), "control.sock");
    ASSERT_TRUE(left.ok());
  }
  auto& open = house();
  EXPECT_EQ(get("/health/live").status, 200);
  open.gateway->drain(std::chrono::milliseconds(0));
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(LocalSocket, WorksInAFolderWithALongName) {
  const auto deep = folder() + "/" + std::string(120, 'a');
  std::filesystem::create_directory(deep);
  house([&](auto& options) { options.socket_folder = deep; });
  Client client(connect_in(deep, "control.sock"));
  EXPECT_EQ(client.ask(request("GET", "/health/live")).status, 200);
}

TEST_F(LocalSocket, ThatCannotBeMadeIsAnErrorOfTheStart) {
  House other;
  GatewayOptions options;
  options.port = 0;
  options.socket_folder = folder() + "/missing";
  Gateway gateway(options, {other.log, other.tables, other.hasher, other.clock, other.health});
  const auto started = gateway.start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, "control_socket");
}

} // namespace
} // namespace tidemark::gateway::test
