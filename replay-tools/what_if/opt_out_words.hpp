#pragma once
#include "base/result.hpp"
#include "domain/rules/command.hpp"

#include <set>
#include <string>
#include <string_view>

/// A wider list of words that are an opt-out, than the program's own.
namespace tidemark::tools {

/// A message's words as they are compared: folded, with one space between them.
std::string as_words(std::string_view text);

/// One message a line; empty lines and those that begin with # say nothing. Errors: bad_usage with
/// the line that has no word.
Result<std::set<std::string>> read_opt_out_words(const std::string& file);

/// What persons wrote in the input is an opt-out too where it is one of `words`. What says
/// something about consent by the program's own words stays as it is.
void add_opt_outs(domain::Translation& read, const std::set<std::string>& words);

} // namespace tidemark::tools
