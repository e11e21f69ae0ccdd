#include "app/demo/stage.hpp"

#include "app/demo/configuration.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tidemark::demo {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr int ready_descriptor = 3;
constexpr seconds start_patience{30}, tool_patience{120};
/// The service drains what it has begun: ten seconds for answers, ten for deliveries.
constexpr seconds service_end_patience{25}, sandbox_end_patience{5};

/// The last lines of a log file.
std::string last_words(const std::string& file) {
  std::ifstream in(file);
  std::string line, words;
  while (std::getline(in, line))
    words = fmt::format("{}\n    {}", words.size() > 600 ? "" : words, line);
  return words;
}

} // namespace

Result<std::unique_ptr<Stage>> Stage::set(const std::string& data) {
  std::unique_ptr<Stage> stage(new Stage());
  TRYV(stage->choose_folders(data));
  TRYV(stage->start_sandbox());
  TRYV(stage->start_service());
  return stage;
}

Stage::~Stage() {
  strike();
  std::error_code ignored; // a temporary folder that stays is no harm
  if (!folder_.empty())
    fs::remove_all(folder_, ignored);
}

Status Stage::choose_folders(const std::string& data) {
  std::error_code failed;
  programs_ = fs::read_symlink("/proc/self/exe", failed).parent_path().string();
  if (failed)
    return Error{"no_programs", "the program cannot find its own folder: " + failed.message()};
  auto name = (fs::temp_directory_path(failed) / "tidemark-demo-XXXXXX").string();
  if (failed || ::mkdtemp(name.data()) == nullptr)
    return Error{"no_folder", "no temporary folder can be made; set TMPDIR to one that you may "
                              "write to"};
  folder_ = name;
  data_ = data.empty() ? folder_ + "/data" : fs::absolute(data, failed).string();
  // Sandbox systems begin empty: an older log would hold contacts that no system knows.
  if (fs::exists(data_, failed) && !fs::is_empty(data_, failed))
    return Error{"data_in_the_way",
                 data_ + " is not empty: give --data a folder that is new or empty"};
  service_log_ = folder_ + "/service.log";
  sandbox_log_ = folder_ + "/sandbox.log";
  api_token_ = SecretText("demo-" + to_hex(random_bytes(20)));
  return Done{};
}

Error Stage::failed(const std::string& who, const Error& why, const std::string& log) const {
  return {why.code, fmt::format("{}: {}{}", who, why.text, last_words(log))};
}

Result<std::string> Stage::start(std::unique_ptr<Child>& child, const std::string& who,
                                 const Launch& launch) const {
  TRY(started, Child::start(launch));
  child = std::move(started);
  auto line = child->read_line(start_patience);
  return line ? line : failed(who, line.error(), launch.log_file);
}

Status Stage::start_sandbox() {
  TRY(line, start(sandbox_, "the sandbox",
                  {.program = programs_ + "/tidemark-sandbox",
                   .arguments = {"--quiet"},
                   .log_file = sandbox_log_}));
  const auto ready = Json::parse(line, nullptr, false);
  for (const auto system : every_system)
    addresses_.systems[system] = text_at(ready, key_of(system));
  addresses_.control = text_at(ready, "control");
  if (addresses_.control.empty())
    return Error{"child_not_started", "the sandbox does not say where it listens"};
  return Done{};
}

Status Stage::start_service() {
  const auto file = folder_ + "/tidemark.toml";
  std::ofstream out(file);
  out << configuration(addresses_);
  out.close();
  if (!out)
    return Error{"no_folder", file + " cannot be written"};
  TRY(port, start(service_, "the service",
                  {.program = programs_ + "/tidemarkd",
                   .arguments = {"--config", file, "--data", data_, "serve", "--ready-fd",
                                 std::to_string(ready_descriptor)},
                   .environment = secrets(api_token_),
                   .log_file = service_log_,
                   .pipe_at = ready_descriptor}));
  engine_ = "http://127.0.0.1:" + port;
  return Done{};
}

std::string Stage::fallen() {
  if (service_ && !service_->running())
    return "the service has ended:" + last_words(service_log_);
  if (sandbox_ && !sandbox_->running())
    return "the sandbox has ended:" + last_words(sandbox_log_);
  return "";
}

Result<std::pair<Json, int>> Stage::tool(std::vector<std::string> arguments) const {
  Launch launch;
  launch.program = programs_ + "/tidemark";
  launch.arguments = std::move(arguments);
  for (const char* word : {"--data", data_.c_str(), "--format", "json"})
    launch.arguments.emplace_back(word);
  launch.log_file = folder_ + "/tool.log";
  TRY(child, Child::start(launch));
  auto ended = child->finish(tool_patience);
  if (!ended)
    return failed("tidemark", ended.error(), launch.log_file);
  auto& [text, code] = *ended;
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  auto summary = Json::parse(text.substr(text.rfind('\n') + 1), nullptr, false);
  if (summary.is_discarded())
    return failed("tidemark", {"tool_failed", fmt::format("ended with {}", code)}, launch.log_file);
  return std::pair(std::move(summary), code);
}

std::string Stage::strike() {
  std::string unwell;
  if (service_)
    if (const int code = service_->stop(service_end_patience); code != 0)
      unwell = fmt::format("the service ended with {}:{}", code, last_words(service_log_));
  if (sandbox_)
    if (const int code = sandbox_->stop(sandbox_end_patience); code != 0)
      unwell += fmt::format("{}the sandbox ended with {}:{}", unwell.empty() ? "" : "\n", code,
                            last_words(sandbox_log_));
  service_.reset();
  sandbox_.reset();
  return unwell;
}

} // namespace tidemark::demo
