#include "actors/http/http_client.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "tests/actors/http/http_calls.hpp"
#include "tests/actors/http/raw_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace tidemark::actors::http_client_test {
namespace {

using namespace std::chrono_literals;

TEST(HttpClient, GivesTheAnswerWithItsHeadersLengthAndHash) {
  RawServer server(always(RawServer::answer(R"({"id":"1"})",
                                            "content-TYPE:  application/json \r\nRetry-After: "
                                            "7\r\nDate: Fri, 14 Aug 2026 15:02:11 GMT\r\n",
                                            "429 Slow down")));
  const auto result = exchange(call_to(server.url("/a?b=c")));
  EXPECT_EQ(result.answer.status, 429U);
  EXPECT_EQ(result.answer.transport, Reason::none);
  EXPECT_TRUE(result.answer.sent);
  EXPECT_EQ(result.answer.content_type, "application/json");
  EXPECT_EQ(result.answer.retry_after, "7");
  EXPECT_EQ(result.answer.date, "Fri, 14 Aug 2026 15:02:11 GMT");
  EXPECT_EQ(result.answer.body, R"({"id":"1"})");
  EXPECT_EQ(result.body_bytes, 10U);
  EXPECT_FALSE(result.answer.cut);
  EXPECT_EQ(result.body_sha256, to_hex(sha256(R"({"id":"1"})")));
}

TEST(HttpClient, SendsMethodHeadersAndBodyAsTheyAre) {
  for (const std::string method : {"GET", "POST", "PUT", "DELETE", "PATCH"}) {
    std::promise<std::string> seen;
    RawServer server([&](int socket) {
      seen.set_value(RawServer::read_request(socket));
      RawServer::write(socket, RawServer::answer(""));
    });
    const std::string body = method == "GET" ? "" : std::string("{\"a\":\"\0\"}", 9);
    auto call = call_to(server.url("/x"), method, body);
    call.request.headers = {{"X-Token", "abc"}, {"X-Empty", ""}};
    EXPECT_EQ(exchange(std::move(call)).answer.status, 200U);
    const auto request = seen.get_future().get();
    EXPECT_TRUE(request.starts_with(method + " /x HTTP/1.1\r\n")) << request;
    EXPECT_NE(request.find("\r\nX-Token: abc\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nX-Empty:\r\n"), std::string::npos);
    EXPECT_EQ(request.find("Content-Type"), std::string::npos) << "nobody asked for one";
    EXPECT_EQ(request.find("Accept-Encoding"), std::string::npos);
    EXPECT_EQ(request.find("Expect"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n" + body)) << request;
  }
}

TEST(HttpClient, DoesNotDragTheLastRequestIntoTheNext) {
  std::mutex mutex;
  std::vector<std::string> seen;
  RawServer server([&](int socket) {
    for (auto text = RawServer::read_request(socket); !text.empty();
         text = RawServer::read_request(socket)) {
      const std::lock_guard lock(mutex);
      seen.push_back(text);
      RawServer::write(socket, RawServer::answer(""));
    }
  });
  const auto client = make_curl_client({});
  auto first = call_to(server.url("/1"), "PUT", "secret body");
  first.request.headers = {{"X-Token", "abc"}};
  wait(ask(*client, std::move(first)));
  wait(ask(*client, call_to(server.url("/2"), "GET")));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(seen[1].starts_with("GET /2 HTTP/1.1\r\n"));
  EXPECT_EQ(seen[1].find("abc"), std::string::npos);
  EXPECT_EQ(seen[1].find("secret"), std::string::npos);
  EXPECT_EQ(server.connections(), 1) << "a kept connection is used again";
}

TEST(HttpClient, CutsOffABodyOfAGigabyteAndKeepsTheFirstPart) {
  RawServer server([](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
    const std::string piece(1 << 16, 'x');
    for (int i = 0; i < (1 << 14) && RawServer::write(socket, piece); ++i)
      continue;
  });
  auto call = call_to(server.url());
  call.body_bytes_max = 1000;
  const auto result = exchange(std::move(call), {.received_bytes_max = 100'000});
  EXPECT_EQ(result.answer.transport, Reason::too_large);
  EXPECT_EQ(result.answer.status, 200U);
  EXPECT_TRUE(result.answer.sent);
  EXPECT_EQ(result.answer.body, std::string(1000, 'x'));
  EXPECT_GT(result.body_bytes, 100'000U);
  EXPECT_LT(result.body_bytes, 400'000U) << "it went on reading";
  EXPECT_EQ(result.body_sha256, to_hex(sha256(std::string(result.body_bytes, 'x'))));
}

TEST(HttpClient, StoresAPartButCountsAndHashesTheWholeBody) {
  const std::string body(5000, 'y');
  RawServer server(always(RawServer::answer(body)));
  auto call = call_to(server.url());
  call.body_bytes_max = 10;
  const auto result = exchange(std::move(call));
  EXPECT_EQ(result.answer.transport, Reason::none);
  EXPECT_EQ(result.answer.body, "yyyyyyyyyy");
  EXPECT_EQ(result.body_bytes, 5000U);
  EXPECT_TRUE(result.answer.cut);
  EXPECT_EQ(result.body_sha256, to_hex(sha256(body)));
}

TEST(HttpClient, CutsOffHeadersWithoutEnd) {
  RawServer server([](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\n");
    for (int i = 0;
         i < 100'000 && RawServer::write(socket, "X-More: " + std::string(80, 'z') + "\r\n"); ++i)
      continue;
  });
  EXPECT_EQ(exchange(call_to(server.url())).answer.transport, Reason::too_large);
}

TEST(HttpClient, GivesUpOnAServerThatNeverAnswers) {
  RawServer server([](int socket) {
    RawServer::read_request(socket);
    RawServer::read_request(socket); // until the client leaves
  });
  auto call = call_to(server.url(), "POST", "{}");
  call.timeout = 200ms;
  const auto result = exchange(std::move(call));
  EXPECT_EQ(result.answer.transport, Reason::timeout);
  EXPECT_EQ(result.answer.status, 0U);
  EXPECT_TRUE(result.answer.sent) << "the server may have acted";
}

TEST(HttpClient, GivesUpOnABodyThatDripsForEver) {
  RawServer server([](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (RawServer::write(socket, "."))
      std::this_thread::sleep_for(5ms);
  });
  auto call = call_to(server.url());
  call.timeout = 200ms;
  const auto result = exchange(std::move(call));
  EXPECT_EQ(result.answer.transport, Reason::timeout);
  EXPECT_EQ(result.answer.body.find_first_not_of('.'), std::string::npos);
}

TEST(HttpClient, ReportsAResetAfterAnyNumberOfBytes) {
  const auto whole = RawServer::answer("0123456789");
  for (const std::size_t sent : {std::size_t{0}, std::size_t{5}, whole.size() - 4}) {
    RawServer server([&](int socket) {
      RawServer::read_request(socket);
      RawServer::write(socket, std::string_view(whole).substr(0, sent));
      RawServer::reset(socket);
    });
    const auto result = exchange(call_to(server.url(), "POST", "{}"));
    EXPECT_EQ(result.answer.transport, Reason::reset) << sent;
    EXPECT_TRUE(result.answer.sent) << sent;
    EXPECT_EQ(server.connections(), 1) << "a POST was repeated after " << sent;
  }
}

TEST(HttpClient, DoesNotBelieveABodyShorterThanItsContentLength) {
  RawServer server([](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"id\":\"1\"}");
  });
  const auto result = exchange(call_to(server.url()));
  EXPECT_EQ(result.answer.transport, Reason::reset);
  EXPECT_EQ(result.answer.status, 200U);
}

TEST(HttpClient, DoesNotTakeBytesBeyondTheContentLengthForTheNextAnswer) {
  RawServer server([](int socket) {
    while (!RawServer::read_request(socket).empty())
      RawServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 201 Made\r\n"
                               "Content-Length: 5\r\n\r\nwrong");
  });
  const auto client = make_curl_client({});
  for (int i = 0; i < 3; ++i) {
    const auto result = wait(ask(*client, call_to(server.url())));
    EXPECT_EQ(result.answer.status, 200U);
    EXPECT_EQ(result.answer.body, "ok");
  }
}

TEST(HttpClient, NeverRepeatsAPostOnItsOwnWhenAKeptConnectionBreaks) {
  std::atomic<int> posts = 0;
  RawServer server([&](int socket) {
    RawServer::read_request(socket);
    RawServer::write(socket, RawServer::answer("first"));
    if (RawServer::read_request(socket).starts_with("POST"))
      ++posts; // takes effect, then goes away without a word
  });
  const auto client = make_curl_client({});
  EXPECT_EQ(wait(ask(*client, call_to(server.url()))).answer.body, "first");
  const auto result = wait(ask(*client, call_to(server.url(), "POST", "{}")));
  EXPECT_EQ(result.answer.transport, Reason::reset);
  EXPECT_EQ(result.answer.status, 0U);
  EXPECT_TRUE(result.answer.sent);
  EXPECT_EQ(posts, 1);
}

TEST(HttpClient, TreatsARedirectAsAnAnswer) {
  std::atomic<int> requests = 0;
  RawServer server([&](int socket) {
    for (auto text = RawServer::read_request(socket); !text.empty();
         text = RawServer::read_request(socket)) {
      ++requests;
      RawServer::write(socket, RawServer::answer("", "Location: /elsewhere\r\n", "308 Moved"));
    }
  });
  EXPECT_EQ(exchange(call_to(server.url())).answer.status, 308U);
  EXPECT_EQ(requests, 1);
}

TEST(HttpClient, LeavesACompressedBodyCompressed) {
  const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
  RawServer server(always(RawServer::answer(packed, "Content-Encoding: gzip\r\n")));
  const auto result = exchange(call_to(server.url()));
  EXPECT_EQ(result.answer.body, packed);
  EXPECT_EQ(result.answer.transport, Reason::none);
}

TEST(HttpClient, HandsHtmlOnAsWhatItIs) {
  RawServer server(
      always(RawServer::answer("<html>", "Content-Type: text/html; charset=UTF-8\r\n")));
  const auto result = exchange(call_to(server.url()));
  EXPECT_EQ(result.answer.content_type, "text/html; charset=UTF-8");
  EXPECT_EQ(result.answer.body, "<html>");
}

TEST(HttpClient, DoesNotTakeHeadersOfAnInterimAnswerForTheAnswers) {
  RawServer server(always("HTTP/1.1 103 Early Hints\r\nRetry-After: 99\r\n\r\n"
                          + RawServer::answer("x", "Retry-After: 3\r\n", "503 Busy")));
  const auto result = exchange(call_to(server.url()));
  EXPECT_EQ(result.answer.status, 503U);
  EXPECT_EQ(result.answer.retry_after, "3");
}

TEST(HttpClient, SaysThatTheAnswerIsNotHttp) {
  for (const std::string garbage : {"SSH-2.0-server\r\n", "\x15\x03\x01\x00\x02\x02\x28", "{}\n"}) {
    RawServer server([&](int socket) {
      RawServer::read_request(socket);
      RawServer::write(socket, garbage);
    });
    const auto result = exchange(call_to(server.url(), "POST", "{}"));
    EXPECT_EQ(result.answer.transport, Reason::bad_answer) << garbage;
    EXPECT_EQ(result.answer.status, 0U);
    EXPECT_TRUE(result.answer.sent);
  }
}

TEST(HttpClient, KnowsThatNothingWasSentWhereNobodyListens) {
  int port = 0;
  {
    RawServer gone([](int) {});
    port = gone.port();
  }
  const auto result =
      exchange(call_to("http://127.0.0.1:" + std::to_string(port) + "/", "POST", "{}"));
  EXPECT_EQ(result.answer.transport, Reason::connection_refused);
  EXPECT_FALSE(result.answer.sent);
}

TEST(HttpClient, NamesAHostThatLeadsToNoAddress) {
  const auto result = exchange(call_to("https://crm.invalid/", "POST", "{}"));
  EXPECT_EQ(result.answer.transport, Reason::name_not_resolved);
  EXPECT_FALSE(result.answer.sent);
}

TEST(HttpClient, AnswersTwoHundredAtOnceOverFewConnections) {
  RawServer server([](int socket) {
    for (auto text = RawServer::read_request(socket); !text.empty();
         text = RawServer::read_request(socket))
      RawServer::write(socket, RawServer::answer(text.substr(
                                   text.find("/n"), text.find(" HTTP") - text.find("/n"))));
  });
  const auto client = make_curl_client({.connections_per_host = 8});
  std::vector<std::future<HttpResult>> futures;
  for (int i = 0; i < 200; ++i)
    futures.push_back(ask(*client, call_to(server.url("/n" + std::to_string(i)), "POST", "{}")));
  for (int i = 0; i < 200; ++i)
    EXPECT_EQ(wait(std::move(futures[static_cast<std::size_t>(i)])).answer.body,
              "/n" + std::to_string(i));
  EXPECT_LE(server.connections(), 8);
}

TEST(HttpClient, TellsEveryOpenCallThatItStops) {
  std::promise<void> arrived;
  std::once_flag once;
  RawServer server([&](int socket) {
    RawServer::read_request(socket);
    std::call_once(once, [&] { arrived.set_value(); });
    RawServer::read_request(socket);
  });
  auto client = make_curl_client({.connections_per_host = 1});
  std::vector<std::future<HttpResult>> futures;
  futures.push_back(ask(*client, call_to(server.url(), "POST", "{}")));
  arrived.get_future().wait();
  for (int i = 0; i < 5; ++i) // wait for the one connection
    futures.push_back(ask(*client, call_to(server.url(), "POST", "{}")));
  client.reset();
  int sent = 0;
  for (auto& future : futures) {
    const auto result = wait(std::move(future));
    EXPECT_EQ(result.answer.transport, Reason::stopping);
    sent += result.answer.sent ? 1 : 0;
  }
  EXPECT_EQ(sent, 1);
}

TEST(HttpClient, CountsConnectionsInUseThoseThatAreKeptAndWhoWaitsForOne) {
  std::promise<void> arrived, may_answer;
  RawServer server([&, first = true](int socket) mutable {
    while (!RawServer::read_request(socket).empty()) {
      if (std::exchange(first, false)) {
        arrived.set_value();
        may_answer.get_future().wait();
      }
      RawServer::write(socket, RawServer::answer("{}"));
    }
  });
  const auto client = make_curl_client({.connections_per_host = 1});
  EXPECT_EQ(client->pool(), HttpPool{});
  std::vector<std::future<HttpResult>> futures;
  for (int i = 0; i < 3; ++i)
    futures.push_back(ask(*client, call_to(server.url(), "POST", "{}")));
  arrived.get_future().wait();
  EXPECT_EQ(client->pool(), (HttpPool{.in_use = 1, .waiting = 2, .idle = 0}));
  may_answer.set_value();
  for (auto& future : futures)
    EXPECT_EQ(wait(std::move(future)).answer.status, 200U);
  EXPECT_EQ(client->pool(), (HttpPool{.in_use = 0, .waiting = 0, .idle = 1}));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, CountsNothingOfWhatIsRefusedOrFindsNobody) {
  const auto client = make_curl_client({});
  const auto port = std::to_string(RawServer([](int) {}).port()); // nobody listens any more
  EXPECT_EQ(wait(ask(*client, call_to("http://127.0.0.1:" + port))).answer.transport,
            Reason::connection_refused);
  EXPECT_EQ(wait(ask(*client, call_to("ftp://127.0.0.1/"))).answer.sent, false);
  EXPECT_EQ(client->pool(), HttpPool{});
}

TEST(HttpClient, AnswersACallThatIsMadeWhenItStops) {
  std::promise<void> arrived;
  RawServer server([&](int socket) {
    RawServer::read_request(socket);
    arrived.set_value();
    RawServer::read_request(socket);
  });
  auto client = make_curl_client({});
  std::promise<HttpResult> second;
  client->send(call_to(server.url()), [&, raw = client.get()](HttpResult) {
    raw->send(call_to(server.url()),
              [&](HttpResult result) { second.set_value(std::move(result)); });
  });
  arrived.get_future().wait();
  client.reset();
  EXPECT_EQ(wait(second.get_future()).answer.transport, Reason::stopping);
}

} // namespace
} // namespace tidemark::actors::http_client_test
