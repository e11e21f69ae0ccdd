#include "base/failpoint.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace tidemark::failpoint {
namespace {

enum class Action : std::uint8_t { none, kill, error, sleep };

struct Setting {
  Action action = Action::none;
  std::uint64_t milliseconds = 0;
  std::uint64_t every = 1;
  std::uint64_t passages = 0;
};

std::mutex guard;
std::array<Setting, names.size()> settings;
std::atomic<bool> any_armed{false}; // so that an unarmed point costs one load

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return value;
}

std::optional<Setting> parse_action(std::string_view text) {
  Setting setting;
  if (text.starts_with("1in:")) {
    text.remove_prefix(4);
    const auto colon = text.find(':');
    const auto every = number(text.substr(0, colon));
    if (colon == std::string_view::npos || !every || *every == 0)
      return std::nullopt;
    setting.every = *every;
    text.remove_prefix(colon + 1);
  }
  if (text == "kill")
    setting.action = Action::kill;
  else if (text == "error")
    setting.action = Action::error;
  else if (const auto wait = text.starts_with("sleep:") ? number(text.substr(6)) : std::nullopt) {
    setting.action = Action::sleep;
    setting.milliseconds = *wait;
  } else
    return std::nullopt;
  return setting;
}

Status arm_one(std::string_view item) {
  const auto equals = item.find('=');
  const auto name = item.substr(0, equals);
  const auto* const known = std::ranges::find(names, name);
  if (equals == std::string_view::npos || known == names.end())
    return Error{"bad_failpoint", "no failpoint is named '" + std::string(name)
                                      + "'; write name=action with a name of failpoint.hpp"};
  const auto setting = parse_action(item.substr(equals + 1));
  if (!setting)
    return Error{"bad_failpoint", "failpoint '" + std::string(name)
                                      + "' needs kill, error, sleep:<ms> or 1in:<n>:<action>"};
  const std::lock_guard lock(guard);
  settings[static_cast<std::size_t>(known - names.begin())] = *setting;
  any_armed = true;
  return Done{};
}

} // namespace

Status arm(std::string_view specification) {
  while (!specification.empty()) {
    const auto comma = specification.find(',');
    TRYV(arm_one(specification.substr(0, comma)));
    specification.remove_prefix(comma == std::string_view::npos ? specification.size() : comma + 1);
  }
  return Done{};
}

Status arm_from_environment() {
  const char* const value = std::getenv("TIDEMARK_FAILPOINTS");
  return arm(value == nullptr ? std::string_view{} : std::string_view(value));
}

void disarm_all() {
  const std::lock_guard lock(guard);
  settings.fill({});
  any_armed = false;
}

std::uint64_t passed(Point point) {
  const std::lock_guard lock(guard);
  return settings[static_cast<std::size_t>(point)].passages;
}

bool hit(Point point) {
  if (!any_armed.load(std::memory_order_relaxed))
    return false;
  Setting now;
  {
    const std::lock_guard lock(guard);
    auto& setting = settings[static_cast<std::size_t>(point)];
    ++setting.passages;
    if (setting.passages % setting.every != 0)
      return false;
    now = setting;
  }
  if (now.action == Action::kill)
    static_cast<void>(std::raise(SIGKILL));
  if (now.action == Action::sleep)
    std::this_thread::sleep_for(std::chrono::milliseconds(now.milliseconds));
  return now.action == Action::error;
}

} // namespace tidemark::failpoint
