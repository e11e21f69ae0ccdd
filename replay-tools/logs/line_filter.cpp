#include "replay-tools/logs/line_filter.hpp"

#include "base/contains.hpp"
#include "config/duration.hpp"
#include "replay-tools/logs/logs_command.hpp"

#include <algorithm>

namespace tidemark::tools {
namespace {

constexpr auto log_levels = words("debug", "info", "warning", "error");

/// The place in the order of how bad it is; one that nobody knows is as bad as can be.
std::size_t rank_of(std::string_view level) {
  return static_cast<std::size_t>(std::ranges::find(log_levels, level) - log_levels.begin());
}

std::optional<nlohmann::ordered_json> object_in(std::string_view text) {
  auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  return json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

Result<std::optional<Timestamp>> time_of(const char* option, const std::string& text,
                                         Timestamp now) {
  using Found = std::optional<Timestamp>;
  if (text.empty())
    return Found();
  if (const auto at = from_rfc3339(text))
    return Found(*at);
  if (const auto age = config::read_duration(text, std::chrono::seconds{1}))
    return Found(now - *age);
  return Error{"bad_usage", std::string(option)
                                + " is a time with its zone, such as 2026-09-01T15:04:05Z, or how "
                                  "long ago: 30s, 90m, 24h, 7d"};
}

} // namespace

std::string LogLine::text(const char* member) const {
  const auto found = members.find(member);
  if (found == members.end())
    return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::optional<LogLine> read_log_line(std::string_view text) {
  const auto begin = text.find('{');
  const auto end = text.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
    return std::nullopt;
  const auto raw = text.substr(begin, end + 1 - begin);
  auto members = object_in(raw);
  if (!members)
    return std::nullopt;
  if (const auto message = members->find("MESSAGE"); message != members->end())
    return message->is_string() ? read_log_line(message->get<std::string>()) : std::nullopt;
  if (!members->contains("event"))
    return std::nullopt;
  return LogLine{std::string(raw), *std::move(members)};
}

std::string shown_line(const LogLine& line) {
  auto out = line.text("time") + "  " + line.text("level") + "  " + line.text("event") + " ";
  for (const auto& [name, value] : line.members.items())
    if (!contains(words("time", "level", "event"), name) && value != "")
      out += " " + name + "=" + line.text(name.c_str());
  return out;
}

Result<LineFilter> LineFilter::of(const LogsOptions& options, Timestamp now) {
  LineFilter out;
  if (!options.level.empty()) {
    out.level_ = rank_of(options.level);
    if (out.level_ == log_levels.size())
      return Error{"bad_usage", "--level is debug, info, warning or error"};
  }
  TRY(since, time_of("--since", options.since, now));
  TRY(until, time_of("--until", options.until, now));
  if (since && until && *since >= *until)
    return Error{"bad_usage", "--since is not before --until: nothing can be between them"};
  out.since_ = since;
  out.until_ = until;
  out.path_ = options.path;
  out.request_id_ = options.request_id;
  out.slower_than_ = options.slower_than;
  if (!options.pattern.empty()) {
    TRY(alone, Pattern::compile(options.pattern)); // so that a fault is one of the text as written
    static_cast<void>(alone);
    TRY(anywhere, Pattern::compile("(?s).*(?:" + options.pattern + ").*"));
    out.pattern_ = std::move(anywhere);
  }
  return out;
}

bool LineFilter::is_in_time(const LogLine& line) const {
  if (!since_ && !until_)
    return true;
  const auto at = from_rfc3339(line.text("time"));
  return at && (!since_ || *at >= *since_) && (!until_ || *at < *until_);
}

bool LineFilter::is_slow_enough(const LogLine& line) const {
  if (slower_than_ == 0)
    return true;
  const auto number = [&](const char* member) {
    const auto text = line.text(member);
    return text.empty() ? -1.0 : std::strtod(text.c_str(), nullptr);
  };
  const auto limit = static_cast<double>(slower_than_);
  return number("microseconds") > limit * 1000 || number("milliseconds") > limit;
}

bool LineFilter::takes(const LogLine& line) const {
  return rank_of(line.text("level")) >= level_
         && (path_.empty() || line.text("route").starts_with(path_))
         && (request_id_.empty() || line.text("request_id") == request_id_) && is_slow_enough(line)
         && is_in_time(line) && (!pattern_ || pattern_->matches(line.raw));
}

} // namespace tidemark::tools
