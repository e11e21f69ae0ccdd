#include "app/probe/system_probe.hpp"

#include "actors/http/http_guard.hpp"
#include "app/credentials/credential_book.hpp"
#include "connectors/shared/oauth.hpp"
#include "domain/delivery/retry.hpp"
#include "events/format/reason.hpp"
#include "storage/sealing/token_files.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <future>
#include <memory>

namespace tidemark::app {
namespace {

using gateway::TestStep;
using Stopwatch = std::chrono::steady_clock;
/// The parts of a URL that a connection needs.
struct Place {
  std::string host, port;
  bool tls = true;
};

std::optional<Place> place_of(const std::string& url) {
  Place out;
  out.tls = url.starts_with("https://");
  const auto begin = url.find("://");
  if (begin == std::string::npos)
    return std::nullopt;
  const auto rest = url.substr(begin + 3);
  auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string::npos && authority.find(']', colon) == std::string::npos;
  out.port = has_port ? authority.substr(colon + 1) : out.tls ? "443" : "80";
  out.host = has_port ? authority.substr(0, colon) : authority;
  if (out.host.size() > 1 && out.host.front() == '[')
    out.host = out.host.substr(1, out.host.size() - 2);
  return out.host.empty() ? std::nullopt : std::optional(out);
}

std::int64_t since(Stopwatch::time_point begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Stopwatch::now() - begin).count();
}

struct Found {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, Found>;

Addresses resolve(const Place& place, TestStep& step) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const auto begin = Stopwatch::now();
  const int failed = ::getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &list);
  step = {"dns", failed == 0 ? "ok" : "failed", failed == 0 ? "" : "name_not_resolved",
          failed == 0 ? place.host + " is known" : place.host + ": " + ::gai_strerror(failed)};
  step.milliseconds = since(begin);
  if (failed != 0)
    step.next_step =
        "Check the host in base_url, and this machine's name servers: getent hosts " + place.host;
  return Addresses(failed == 0 ? list : nullptr);
}

/// Errno of one connection, 0 when it stands.
int connect_to(const addrinfo& address, std::chrono::milliseconds patience) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket < 0)
    return errno;
  int error = 0;
  if (::connect(socket, address.ai_addr, address.ai_addrlen) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      pollfd wait{socket, POLLOUT, 0};
      const int ready = ::poll(&wait, 1, static_cast<int>(patience.count()));
      socklen_t size = sizeof error;
      if (ready <= 0)
        error = ETIMEDOUT;
      else if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    }
  }
  ::close(socket);
  return error;
}

/// Only where the service itself would connect to: no private address, and this machine's only
/// where the configuration allows it.
TestStep connect_step(const Place& place, const Addresses& addresses, bool may_be_loopback,
                      std::chrono::milliseconds patience) {
  const auto begin = Stopwatch::now();
  int error = EADDRNOTAVAIL;
  bool refused = false;
  for (const auto* one = addresses.get(); one && error != 0; one = one->ai_next) {
    refused = !actors::may_connect_to(*one->ai_addr, may_be_loopback);
    error = refused ? EACCES : connect_to(*one, patience);
  }
  TestStep out{"tcp", error == 0 ? "ok" : "failed", "", place.host + " port " + place.port};
  out.milliseconds = since(begin);
  if (error == 0) {
    out.text += " takes connections";
    return out;
  }
  if (refused) {
    out.reason_code = name_of(Reason::refused_address);
    out.text += ": " + std::string(explain_reason(Reason::refused_address).text);
    out.next_step = explain_reason(Reason::refused_address).next_step;
    return out;
  }
  out.reason_code = error == ECONNREFUSED ? "connection_refused"
                    : error == ETIMEDOUT  ? "timeout"
                                          : "connect_failed";
  out.text += std::string(": ") + std::strerror(error);
  out.next_step = error == ECONNREFUSED ? "Nothing listens there: check the port in base_url."
                                        : "Check the firewall and the way out of this machine.";
  return out;
}

actors::HttpResult ask(actors::HttpClient& client, connectors::HttpRequest request,
                       const config::ConnectorConfig& connector) {
  std::promise<actors::HttpResult> answer;
  auto waiting = answer.get_future();
  actors::HttpCall call;
  call.request = std::move(request);
  call.timeout = std::chrono::milliseconds{std::min<std::uint32_t>(connector.timeout_ms, 5000)};
  call.allow_loopback_http = connector.allow_loopback_http;
  client.send(std::move(call),
              [&](actors::HttpResult result) { answer.set_value(std::move(result)); });
  return waiting.get();
}

/// TLS and HTTP are seen in one request, which libcurl makes.
std::vector<TestStep> request_steps(const Place& place, const actors::HttpResult& result) {
  std::vector<TestStep> out;
  const auto transport = result.answer.transport;
  const bool tls_failed = transport == Reason::tls_failed;
  if (place.tls) {
    out.push_back({"tls", tls_failed ? "failed" : "ok", tls_failed ? "tls_failed" : "",
                   tls_failed ? "The certificate or the protocol is not accepted."
                              : "The certificate is accepted."});
    if (tls_failed) {
      out.back().next_step = "Look at it: openssl s_client -connect " + place.host + ":"
                             + place.port + " -servername " + place.host;
      return out;
    }
  }
  TestStep http{"http", result.answer.status != 0 ? "ok" : "failed",
                std::string(name_of(transport)),
                result.answer.status != 0 ? "HTTP " + std::to_string(result.answer.status)
                                          : std::string(explain_reason(transport).text)};
  http.milliseconds = result.duration.count();
  if (result.answer.status == 0)
    http.next_step = std::string(explain_reason(transport).next_step);
  out.push_back(std::move(http));
  return out;
}

TestStep credential_step(const connectors::Connector& connector,
                         const connectors::HttpAnswer& answer) {
  if (!connector.judge_probe)
    return {"credential", "not_asked", "",
            "This system has no harmless question that shows whether the key is taken; the service "
            "knows from what it sends (tidemark status)."};
  const auto said = connector.judge_probe(answer);
  const auto& reason = explain_reason(said.reason_code);
  const bool taken = said.verdict == domain::DeliveryVerdict::accepted;
  return {"credential", taken ? "ok" : "failed",
          taken ? "" : std::string(name_of(said.reason_code)),
          taken ? "The key is taken." : std::string(reason.text),
          taken ? "" : std::string(reason.next_step)};
}

/// Signatures and tokens with an end hang on the clock.
std::optional<TestStep> clock_step(const connectors::HttpAnswer& answer) {
  const auto theirs = domain::parse_http_date(answer.date);
  if (!theirs)
    return std::nullopt;
  const auto apart =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now() - *theirs);
  const auto seconds = std::abs(apart.count());
  return TestStep{"clock", seconds <= 60 ? "ok" : "failed", seconds <= 60 ? "" : "clock_apart",
                  "Its clock and ours are " + std::to_string(seconds) + " s apart.",
                  seconds <= 60 ? "" : "Check this machine's clock: timedatectl"};
}

/// The settings with the tokens of the connected account, where it has one.
Result<connectors::Settings> with_tokens(const config::ConnectorConfig& connector,
                                         const TenantId& tenant,
                                         const storage::SecretFiles& secrets) {
  TRY(credentials, CredentialBook::open(storage::CredentialFiles(secrets)));
  auto settings = credentials->over(tenant, connector.settings);
  if (!connector.uses_oauth())
    return settings;
  const storage::TokenFiles files(secrets);
  TRY(kept, files.read(tenant, settings.name));
  if (!kept)
    return Error{"not_connected",
                 "its account is not connected: tidemark connect " + settings.name.value};
  TRY(tokens, connectors::read_tokens(kept->reveal()));
  const auto* grant = tokens.in_use();
  if (!grant)
    return Error{"reconnect_needed",
                 "it has no token that is good: tidemark connect " + settings.name.value};
  settings.secrets.insert_or_assign("token", grant->access);
  return settings;
}

} // namespace

std::vector<TestStep> probe_system(actors::HttpClient& client,
                                   const config::ConnectorConfig& connector, const TenantId& tenant,
                                   const storage::SecretFiles& secrets) {
  const auto settings = with_tokens(connector, tenant, secrets);
  if (!settings)
    return {{"configuration", "failed", settings.error().code, settings.error().text,
             "Connect it, then test again."}};
  connectors::HttpRequest request;
  if (connector.connector->probe)
    request = connector.connector->probe(*settings);
  const auto place = place_of(request.url);
  if (!place)
    return {{"configuration", "not_asked", "",
             "Nothing is configured there that could be asked: it only sends to us."}};
  std::vector<TestStep> out(1);
  const auto addresses = resolve(*place, out.front());
  if (!addresses)
    return out;
  out.push_back(
      connect_step(*place, addresses, connector.allow_loopback_http,
                   std::chrono::milliseconds{std::min<std::uint32_t>(connector.timeout_ms, 5000)}));
  if (out.back().verdict != "ok")
    return out;
  const auto result = ask(client, std::move(request), connector);
  for (auto& step : request_steps(*place, result))
    out.push_back(std::move(step));
  if (result.answer.status == 0)
    return out;
  out.push_back(credential_step(*connector.connector, result.answer));
  if (auto clock = clock_step(result.answer))
    out.push_back(std::move(*clock));
  return out;
}

} // namespace tidemark::app
