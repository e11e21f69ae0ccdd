#pragma once
#include "sandbox/world/sandbox.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace tidemark::sandbox::test {

using HeaderLines = std::vector<std::string>;

/// What came back; status 0 and the transport's words when nothing did.
struct Answer {
  long status = 0;
  std::string body;
  std::string content_type;
  std::map<std::string, std::string> headers; ///< names in lower case
  bool whole = false;                         ///< the announced number of bytes arrived
  Json json() const { return parse_json(body); }
};

/// One request over its own connection; gives up after `timeout_ms`.
Answer call(const std::string& method, const std::string& url, const HeaderLines& headers = {},
            const std::string& body = "", long timeout_ms = 10'000);

/// A webhook as the engine got it.
struct Arrived {
  std::string path;
  std::string body;
  std::map<std::string, std::string> headers; ///< those that authenticate, names in lower case
  Json json() const { return parse_json(body); }
};

/// Stands in for the engine: takes webhooks and keeps them.
class Engine {
public:
  Engine();
  ~Engine();
  std::string url() const { return server_->url(); }
  /// The first `count` webhooks, as soon as there are so many; fewer when none came for 10 s.
  std::vector<Arrived> wait_for(std::size_t count);
  std::size_t count() const;
  /// What the next webhooks are answered, one by one; 200 afterwards.
  void answer_with(std::vector<unsigned> statuses);
  /// From now on webhooks are taken and not answered, until `let_answers_go`.
  void hold_answers();
  void let_answers_go();

private:
  HttpReply take(const HttpRequest& request);

  boost::asio::io_context io_{1};
  mutable std::mutex mutex_;
  std::condition_variable arrival_;
  std::vector<Arrived> arrived_;
  std::vector<unsigned> statuses_;
  bool holding_ = false;
  std::vector<std::function<void()>> held_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

/// The sandbox on free ports, with an engine behind it.
class Running {
public:
  explicit Running(Settings settings = {});
  ~Running();

  Engine engine;
  std::string url(const std::string& system) const { return sandbox_->url(system); }
  /// GoHighLevel's API with its headers.
  Answer ghl(const std::string& method, const std::string& path, const Json& body = nullptr,
             long timeout_ms = 10'000) const;
  /// `POST /oauth/token` of GoHighLevel: a form with the client's keys and `fields`.
  Answer oauth(const std::string& fields) const;
  /// Creates `full_ghl_contact()` with other fields. Gives its id.
  std::string ghl_contact(const Json& more = Json::object()) const;
  /// Changes settings.
  void set(const Json& settings) const;
  /// The list of sends and of people's own texts.
  Json sends() const;
  /// A form for Aloware; the token is added.
  Answer aloware_form(Json body) const;
  /// The control API.
  Answer control(const std::string& method, const std::string& path,
                 const Json& body = nullptr) const;
  void fault(const Json& fault) const;
  Json received(const std::string& system) const;
  /// Waits until no webhook is on its way.
  void settle() const;

private:
  std::unique_ptr<Sandbox> sandbox_;
  std::thread thread_;
};

/// A contact for GoHighLevel with every field that its example answers show.
Json full_ghl_contact();
/// A file of tests/fixtures.
std::string fixture(const std::string& name);
/// Compares without the order of members.
nlohmann::json sorted(const Json& value);
/// Paths of all members, sorted: `contact.dndSettings.SMS.status`; elements of arrays left out.
std::vector<std::string> member_paths(const Json& value);

} // namespace tidemark::sandbox::test
