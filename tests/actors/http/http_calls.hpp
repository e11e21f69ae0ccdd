#pragma once
#include "actors/http/http_client.hpp"
#include "tests/actors/http/raw_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>

/// Short ways to ask and to wait; a wait that takes too long fails the test instead of hanging it.
namespace tidemark::actors {

inline HttpCall call_to(std::string url, std::string method = "GET", std::string body = "") {
  HttpCall call;
  call.request = {std::move(method), std::move(url), {}, std::move(body)};
  call.allow_loopback_http = true;
  return call;
}

inline std::future<HttpResult> ask(HttpClient& client, HttpCall call) {
  auto promise = std::make_shared<std::promise<HttpResult>>();
  auto future = promise->get_future();
  client.send(std::move(call),
              [promise](HttpResult result) { promise->set_value(std::move(result)); });
  return future;
}

inline HttpResult wait(std::future<HttpResult> future) {
  if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
    ADD_FAILURE() << "no answer at all";
    return {};
  }
  return future.get();
}

inline HttpResult exchange(HttpCall call, HttpClientOptions options = {}) {
  const auto client = make_curl_client(std::move(options));
  return wait(ask(*client, std::move(call)));
}

/// Answers each request of a connection with the same text.
inline RawServer::Handler always(std::string answer) {
  return [answer](int socket) {
    while (!RawServer::read_request(socket).empty())
      RawServer::write(socket, answer);
  };
}

} // namespace tidemark::actors
