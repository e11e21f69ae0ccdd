#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// JSON lines on stderr, and nowhere else (docs/operating.md). No personal data, no secret, no
/// body.
namespace tidemark::app {

enum class Level { debug, info, warning, error };

/// Members are names and values made for people; the line also has time, level and event.
using LogMembers = std::initializer_list<std::pair<std::string_view, std::string>>;
void log_line(Level level, std::string_view event, LogMembers members = {});
/// Are lines of level debug written too, from now on?
void show_debug_lines(bool shown = true);

} // namespace tidemark::app
