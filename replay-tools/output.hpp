#pragma once
#include "base/result.hpp"
#include "replay-tools/command_line.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace tidemark::tools {

/// Compact. Stored text may hold anything: a byte that is no UTF-8 does not end the command.
std::string to_text(const nlohmann::ordered_json& value);
/// One JSON value as a line on standard output.
void print_json(const nlohmann::ordered_json& value);
/// The closing line `{"summary":{...}}` of a list.
void print_summary(const nlohmann::ordered_json& summary);
/// A line of text on standard output.
void print_line(std::string_view text);
/// One line, or the closing one, in the form that was asked for.
void print(Format format, const nlohmann::ordered_json& json, std::string_view text);
void print_summary(Format format, const nlohmann::ordered_json& summary, std::string_view text);
/// `error: code: text` on standard error; gives the exit code that belongs to the error.
int report(const Error& error);
/// A line on standard error that is no failure.
void warn(std::string_view text);
/// The public exit code for an error's code.
int exit_code_of(const Error& error);
/// Writes out what is buffered; `code`, or storage_failed with a word on standard error when not
/// all of the output could be written. A reader that left (a closed pipe) is no failure.
int flushed(int code);
/// False once standard output cannot take more, such as a closed pipe: lists end then.
bool output_is_open();

} // namespace tidemark::tools
