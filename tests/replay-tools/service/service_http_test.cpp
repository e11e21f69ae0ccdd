#include "base/unix_socket.hpp"
#include "replay-tools/service/service_http.hpp"
#include "tests/replay-tools/tool.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>

namespace tidemark::tools {
namespace {

/// A service that gives one answer, whatever it is asked.
class PlayedService {
public:
  PlayedService(const std::string& folder, std::string answer)
      : listener_(std::move(listen_in(folder, "control.sock")).value()),
        thread_([this, answer = std::move(answer)] { serve(answer); }) {}
  ~PlayedService() { thread_.join(); }
  PlayedService(const PlayedService&) = delete;
  PlayedService& operator=(const PlayedService&) = delete;
  const std::string& asked() {
    thread_.join();
    thread_ = std::thread([] {});
    return asked_;
  }

private:
  void serve(const std::string& answer) {
    const UnixSocket peer(::accept(listener_.get(), nullptr, nullptr));
    char buffer[4096];
    const auto got = ::recv(peer.get(), buffer, sizeof buffer, 0);
    asked_.assign(buffer, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    send_all(peer, answer);
  }

  UnixSocket listener_;
  std::string asked_;
  std::thread thread_;
};

std::string answer(std::string_view status, std::string_view body) {
  return "HTTP/1.1 " + std::string(status)
         + "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size())
         + "\r\nConnection: close\r\n\r\n" + std::string(body);
}

TEST(ServiceHttp, AsksOnceAndGivesTheJsonOfTheAnswer) {
  const tool::TemporaryFolder folder;
  PlayedService service(folder.path(), answer("202 Accepted", R"({"position":7})"));
  const auto json = ask_service(folder.path(), {"acme", "POST", "/api/v1/backfills?a=b", "{}"});
  ASSERT_TRUE(json.ok()) << json.error().text;
  EXPECT_EQ((*json)["position"], 7);
  EXPECT_EQ(service.asked(), "POST /api/v1/backfills?a=b HTTP/1.1\r\nHost: localhost\r\n"
                             "Connection: close\r\nX-Tidemark-Tenant: acme\r\n"
                             "Content-Length: 2\r\n\r\n{}");
}

TEST(ServiceHttp, GivesARefusalUnderItsOwnCode) {
  const tool::TemporaryFolder folder;
  const PlayedService service(
      folder.path(), answer("400 Bad Request", R"({"error":{"code":"bad_usage","message":"no"}})"));
  const auto json = ask_service(folder.path(), {"", "GET", "/api/v1/status"});
  ASSERT_FALSE(json.ok());
  EXPECT_EQ(json.error().code + ": " + json.error().text, "bad_usage: no");
}

TEST(ServiceHttp, APartOfAnAnswerIsNone) {
  const auto whole = answer("200 OK", R"({"position":7})");
  for (const std::size_t cut :
       {std::size_t{0}, std::size_t{12}, whole.size() - 14, whole.size() - 1}) {
    const tool::TemporaryFolder folder;
    const PlayedService service(folder.path(), whole.substr(0, cut));
    const auto json = ask_service(folder.path(), {"", "GET", "/api/v1/status"});
    ASSERT_FALSE(json.ok()) << cut;
    EXPECT_EQ(json.error().code, "service_unreachable");
  }
}

TEST(ServiceHttp, WithoutAServiceSaysSo) {
  const tool::TemporaryFolder folder;
  const auto json = ask_service(folder.path(), {"", "GET", "/api/v1/status"});
  ASSERT_FALSE(json.ok());
  EXPECT_EQ(json.error().code, "service_unreachable");
}

TEST(ServiceHttp, ATenantsNameCannotBeMoreThanOneFieldsValue) {
  const tool::TemporaryFolder folder;
  PlayedService service(folder.path(), answer("200 OK", "{}"));
  EXPECT_TRUE(ask_service(folder.path(), {"a\r\nX: y", "GET", "/"}).ok());
  EXPECT_NE(service.asked().find("X-Tidemark-Tenant: a??X:?y\r\n"), std::string::npos);
}

} // namespace
} // namespace tidemark::tools
