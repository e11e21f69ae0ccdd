#include "tests/sandbox/harness.hpp"

#include "sandbox/world/contact_book.hpp"

#include <boost/asio/post.hpp>
#include <curl/curl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace tidemark::sandbox::test {
namespace {

std::size_t keep_body(char* data, std::size_t size, std::size_t count, void* answer) {
  static_cast<Answer*>(answer)->body.append(data, size * count);
  return size * count;
}

std::size_t keep_header(char* data, std::size_t size, std::size_t count, void* answer) {
  const std::string line(data, size * count);
  const auto colon = line.find(": ");
  if (colon != std::string::npos)
    static_cast<Answer*>(answer)->headers[lower_case(line.substr(0, colon))] =
        line.substr(colon + 2, line.find_last_not_of("\r\n") - colon - 1);
  return size * count;
}

void add_paths(const Json& value, const std::string& path, std::vector<std::string>& out) {
  if (!path.empty())
    out.push_back(path);
  if (!value.is_object())
    return;
  for (const auto& [name, member] : value.items()) {
    std::string below = path;
    below.append(path.empty() ? "" : ".").append(name);
    add_paths(member, below, out);
  }
}

} // namespace

Answer call(const std::string& method, const std::string& url, const HeaderLines& headers,
            const std::string& body, long timeout_ms) {
  Answer answer;
  CURL* handle = curl_easy_init();
  curl_slist* lines = nullptr;
  for (const auto& line : headers)
    lines = curl_slist_append(lines, line.c_str());
  lines = curl_slist_append(lines, "Expect:");
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!body.empty()) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &keep_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
  answer.whole = curl_easy_perform(handle) == CURLE_OK;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
  answer.content_type = answer.headers["content-type"];
  curl_slist_free_all(lines);
  curl_easy_cleanup(handle);
  return answer;
}

Engine::Engine() {
  server_ = std::make_unique<HttpServer>(
      io_, 0, [this](const HttpRequest& request) { return take(request); });
  thread_ = std::thread([this] { io_.run(); });
}
Engine::~Engine() {
  io_.stop();
  thread_.join();
}

HttpReply Engine::take(const HttpRequest& request) {
  Arrived webhook{std::string(request.path), std::string(request.body), {}};
  for (const char* name : {"x-ghl-signature", "authorization", "x-texting-secret",
                           "x-texting-signature", "x-df-broadcast-secret", "x-broadcast-signature",
                           "webhook-id", "webhook-timestamp", "webhook-signature"})
    if (const auto value = request.header(name); !value.empty())
      webhook.headers[name] = value;
  const std::lock_guard lock(mutex_);
  arrived_.push_back(std::move(webhook));
  arrival_.notify_all();
  HttpReply reply = json_reply(200, {{"status", "accepted"}});
  if (holding_)
    reply.hold = [this](std::function<void()> go) {
      const std::lock_guard held_lock(mutex_);
      held_.push_back(std::move(go));
    };
  if (!statuses_.empty()) {
    reply.status = statuses_.front();
    statuses_.erase(statuses_.begin());
  }
  return reply;
}

std::vector<Arrived> Engine::wait_for(std::size_t count) {
  std::unique_lock lock(mutex_);
  arrival_.wait_for(lock, std::chrono::seconds(10), [&] { return arrived_.size() >= count; });
  return {arrived_.begin(),
          arrived_.begin() + static_cast<std::ptrdiff_t>(std::min(count, arrived_.size()))};
}
std::size_t Engine::count() const {
  const std::lock_guard lock(mutex_);
  return arrived_.size();
}
void Engine::answer_with(std::vector<unsigned> statuses) {
  const std::lock_guard lock(mutex_);
  statuses_ = std::move(statuses);
}

void Engine::hold_answers() {
  const std::lock_guard lock(mutex_);
  holding_ = true;
}
void Engine::let_answers_go() {
  const std::lock_guard lock(mutex_);
  holding_ = false;
  for (auto& go : held_)
    boost::asio::post(io_, std::move(go));
  held_.clear();
}

Running::Running(Settings settings) {
  settings.engine = engine.url();
  settings.webhook_retry_ms = 1;
  sandbox_ = std::make_unique<Sandbox>(std::move(settings), Ports{});
  thread_ = std::thread([this] { sandbox_->run(false); });
}
Running::~Running() {
  sandbox_->stop();
  thread_.join();
}

Answer Running::ghl(const std::string& method, const std::string& path, const Json& body,
                    long timeout_ms) const {
  return call(method, url("gohighlevel") + path,
              {"Authorization: Bearer " + Settings{}.ghl_token,
               path.starts_with("/conversations") ? "Version: 2021-04-15" : "Version: 2021-07-28",
               "Content-Type: application/json"},
              body.is_null() ? "" : to_text(body), timeout_ms);
}

Answer Running::aloware_form(Json body) const {
  body["api_token"] = Settings{}.aloware_token;
  return call("POST", url("aloware") + "/api/v1/webhook/forms", {"Content-Type: application/json"},
              to_text(body));
}

Answer Running::oauth(const std::string& fields) const {
  return call("POST", url("gohighlevel") + "/oauth/token",
              {"Content-Type: application/x-www-form-urlencoded"},
              "client_id=" + Settings{}.ghl_client_id
                  + "&client_secret=" + Settings{}.ghl_client_secret + "&" + fields);
}

std::string Running::ghl_contact(const Json& more) const {
  auto body = full_ghl_contact();
  body.update(more);
  return text_of(ghl("POST", "/contacts/", body).json()["contact"], "id");
}

void Running::set(const Json& settings) const {
  const auto answer = control("POST", "/settings", settings);
  ASSERT_EQ(answer.status, 200) << answer.body;
}

Json Running::sends() const {
  return control("GET", "/sends").json()["sends"];
}

Answer Running::control(const std::string& method, const std::string& path,
                        const Json& body) const {
  return call(method, url("control") + path, {}, body.is_null() ? "" : to_text(body));
}

void Running::fault(const Json& fault) const {
  const auto answer = control("POST", "/faults", fault);
  ASSERT_EQ(answer.status, 201) << answer.body;
}

Json Running::received(const std::string& system) const {
  return control("GET", "/state/" + system + "/received").json()["received"];
}

void Running::settle() const {
  for (int i = 0; i < 10'000; ++i)
    if (control("GET", "/counts").json()["webhooks_pending"] == 0)
      return;
  FAIL() << "webhooks are still on their way";
}

Json full_ghl_contact() {
  return {{"locationId", Settings{}.ghl_location},
          {"firstName", "Marisol"},
          {"lastName", "Tennerby"},
          {"email", "marisol.tennerby@example.com"},
          {"timezone", "America/New_York"},
          {"companyName", "Tennerby Joinery"},
          {"phone", "+12025550142"},
          {"source", "web form"},
          {"assignedTo", "USRexample0000000001"},
          {"address1", "18 Lantern Row"},
          {"city", "Marrowfield"},
          {"state", "OH"},
          {"country", "US"},
          {"postalCode", "43099"},
          {"website", "https://joinery.example.com/"},
          {"tags", {"new lead"}},
          {"dateOfBirth", "1987-03-09T00:00:00.000Z"},
          {"customFields", {{{"id", "CFDexample0000000001"}, {"field_value", "Kitchen refit"}}}}};
}

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(TIDEMARK_FIXTURES) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

nlohmann::json sorted(const Json& value) {
  return value;
}

std::vector<std::string> member_paths(const Json& value) {
  std::vector<std::string> paths;
  add_paths(value, "", paths);
  std::sort(paths.begin(), paths.end());
  return paths;
}

} // namespace tidemark::sandbox::test
