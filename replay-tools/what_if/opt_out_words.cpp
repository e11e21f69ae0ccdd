#include "replay-tools/what_if/opt_out_words.hpp"

#include "base/text/folding.hpp"
#include "base/text/joined.hpp"
#include "connectors/shared/consent_signals.hpp"

#include <fstream>

namespace tidemark::tools {
namespace {

/// As a connector states it for the program's own words.
domain::ConsentSignal opt_out_by(const events::MessageFacts& message) {
  domain::ConsentSignal out;
  out.change = events::ConsentChange::revoked;
  out.channels = connectors::text_channels();
  out.evidence = events::Evidence::message_text;
  out.rule = "what_if.words";
  out.stated_at = message.stated_at;
  out.address = message.their_address;
  return out;
}

} // namespace

std::string as_words(std::string_view text) {
  return joined(folded_words(text), " ", [](const std::string& word) { return word; });
}

Result<std::set<std::string>> read_opt_out_words(const std::string& file) {
  std::ifstream from(file);
  if (!from)
    return Error{"bad_usage", file + " cannot be read"};
  std::set<std::string> out;
  std::size_t number = 0;
  for (std::string line; std::getline(from, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos || line.front() == '#')
      continue;
    auto words = as_words(line);
    if (words.empty())
      return Error{"bad_usage", file + ":" + std::to_string(number) + ": there is no word in it"};
    out.insert(std::move(words));
  }
  if (out.empty())
    return Error{"bad_usage", file + " names no words: write one message a line"};
  return out;
}

void add_opt_outs(domain::Translation& read, const std::set<std::string>& words) {
  for (auto& command : read.commands)
    if (auto* observed = std::get_if<domain::ObserveMessage>(&command);
        observed && observed->message.inbound && observed->signs.empty()
        && observed->message.channel != events::Channel::email
        && words.contains(as_words(observed->message.text.reveal())))
      observed->signs.push_back(opt_out_by(observed->message));
}

} // namespace tidemark::tools
