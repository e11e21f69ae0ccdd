#pragma once
#include "app/service_log/log_levels.hpp"
#include "app/service_log/part.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// JSON lines on stderr, and in files where there is a folder for them (docs/watching.md). No
/// personal data, no secret, no body.
namespace tidemark::app {

/// Members are names and values made for people; the line also has time, level, part and event.
using LogMembers = std::initializer_list<std::pair<std::string_view, std::string>>;
void log_line(Part part, Level level, std::string_view event, LogMembers members = {});
/// Is a line of that level written?
bool is_logged(Part part, Level level);
/// Which lines are written, of the whole process.
LogLevels& log_levels();
/// From now on lines are written to files of the folder too; "": no longer.
void write_log_files(const std::string& folder);

} // namespace tidemark::app
