#include "actors/http/http_guard.hpp"
#include "tests/actors/http/http_calls.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace tidemark::actors::http_guard_test {
namespace {

TEST(HttpClient, RefusesANameThatLeadsToTheOwnMachine) {
  RawServer server(always(RawServer::answer("inside")));
  auto call = call_to("https://localhost:" + std::to_string(server.port()) + "/");
  const auto result = exchange(std::move(call));
  EXPECT_EQ(result.answer.transport, Reason::refused_address);
  EXPECT_FALSE(result.answer.sent);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, RefusesToSendWhereItMayNot) {
  RawServer server(always(RawServer::answer("inside")));
  const auto port = ":" + std::to_string(server.port());
  const std::vector<std::string> urls{"http://169.254.169.254/latest/meta-data",
                                      "https://169.254.169.254/",
                                      "https://10.0.0.1/",
                                      "https://172.16.3.4/",
                                      "https://192.168.1.1/",
                                      "https://100.64.0.1/",
                                      "https://0.0.0.0" + port,
                                      "https://224.0.0.1/",
                                      "https://[::ffff:127.0.0.1]" + port + "/",
                                      "https://[fe80::1]/",
                                      "https://[fd00::1]/",
                                      "https://[::]/",
                                      "http://2130706433" + port + "/",
                                      "http://0177.0.0.1" + port + "/",
                                      "http://0x7f.1" + port + "/",
                                      "http://127.1" + port + "/",
                                      "http://localhost" + port + "/",
                                      "http://127.0.0.1." + port + "/",
                                      "http://user@127.0.0.1" + port + "/",
                                      "https://api.example.com@127.0.0.1" + port + "/",
                                      "https://api.example.com\\@127.0.0.1" + port + "/",
                                      "http://[::ffff:127.0.0.1]" + port + "/",
                                      "http://api.example.com/",
                                      "https://134744072/",
                                      "https://0x8.8.8.8/",
                                      "https://8.8.2056/",
                                      "ftp://127.0.0.1" + port + "/",
                                      "file:///etc/passwd",
                                      "gopher://127.0.0.1" + port + "/",
                                      "127.0.0.1" + port,
                                      "",
                                      "http://127.0.0.1" + port + "x/",
                                      "http://[::1%25lo]" + port + "/",
                                      "http:///"};
  const auto client = make_curl_client({});
  for (const auto& url : urls) {
    const auto result = wait(ask(*client, call_to(url)));
    EXPECT_EQ(result.answer.transport, Reason::refused_address) << url;
    EXPECT_FALSE(result.answer.sent) << url;
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, RefusesTheOwnMachineUnlessTheCallAllowsIt) {
  RawServer server(always(RawServer::answer("inside")));
  for (const std::string scheme : {"http", "https"}) {
    auto call = call_to(scheme + "://127.0.0.1:" + std::to_string(server.port()) + "/");
    call.allow_loopback_http = false;
    EXPECT_EQ(exchange(std::move(call)).answer.transport, Reason::refused_address);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, RefusesBytesThatWouldBecomeAnotherHeaderOrRequest) {
  std::atomic<int> requests = 0;
  RawServer server([&](int socket) {
    while (!RawServer::read_request(socket).empty()) {
      ++requests;
      RawServer::write(socket, RawServer::answer(""));
    }
  });
  const std::string nul("a\0b", 3);
  std::vector<HttpCall> calls;
  for (const std::string& part :
       {std::string("a\r\nX: y"), std::string("a\nb"), std::string("a\rb"), nul}) {
    calls.push_back(call_to(server.url("/" + part)));
    calls.push_back(call_to(server.url()));
    calls.back().request.headers = {{"X-Value", part}};
    calls.push_back(call_to(server.url()));
    calls.back().request.headers = {{part, "value"}};
    calls.push_back(call_to(server.url(), part));
  }
  for (const std::string name : {"", "X Y", "X:", "Content-Length", "transfer-encoding", "HOST"}) {
    calls.push_back(call_to(server.url()));
    calls.back().request.headers = {{name, "1"}};
  }
  calls.push_back(call_to(server.url("/a b")));
  calls.push_back(call_to(server.url("/\xC3\xA9")));
  calls.push_back(call_to(server.url(), "TRACE"));
  const auto client = make_curl_client({});
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto result = wait(ask(*client, calls[i]));
    EXPECT_EQ(result.answer.transport, Reason::bad_request) << i;
    EXPECT_FALSE(result.answer.sent) << i;
  }
  EXPECT_EQ(requests, 0);
}

TEST(HttpClient, DoesNotSendWithoutTls) {
  std::atomic<bool> saw_request = false;
  RawServer server([&](int socket) {
    char bytes[512];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    saw_request =
        std::string_view(bytes, count > 0 ? static_cast<std::size_t>(count) : 0).find("POST")
        != std::string_view::npos;
    RawServer::write(socket, RawServer::answer("plain"));
  });
  auto call = call_to("https://127.0.0.1:" + std::to_string(server.port()) + "/", "POST", "{}");
  const auto result = exchange(std::move(call));
  EXPECT_EQ(result.answer.transport, Reason::tls_failed);
  EXPECT_FALSE(result.answer.sent);
  EXPECT_FALSE(saw_request);
}

TEST(HttpGuard, ConnectsToPublicUnicastOnly) {
  for (const auto* open : {"8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1",
                           "172.32.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"})
    EXPECT_TRUE(may_connect_to(std::string_view(open), true)) << open;
  for (const auto* closed :
       {"0.0.0.0",         "10.255.255.255",   "100.64.0.0",      "100.127.255.255",
        "169.254.169.254", "172.16.0.0",       "172.31.255.255",  "192.0.0.8",
        "192.168.255.255", "198.18.0.1",       "198.19.255.255",  "224.0.0.1",
        "239.255.255.255", "240.0.0.1",        "255.255.255.255", "::",
        "::ffff:8.8.8.8",  "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fc00::1",
        "fdff::1",         "fe80::1",          "fec0::1",         "ff02::1",
        "2001:db8::1",     "2001::1",          "2002:7f00:1::1",  "",
        "localhost",       "0177.0.0.1"})
    EXPECT_FALSE(may_connect_to(std::string_view(closed), true)) << closed;
  for (const auto* own : {"127.0.0.1", "127.255.255.255", "::1"}) {
    EXPECT_TRUE(may_connect_to(std::string_view(own), true)) << own;
    EXPECT_FALSE(may_connect_to(std::string_view(own), false)) << own;
  }
}

} // namespace
} // namespace tidemark::actors::http_guard_test
