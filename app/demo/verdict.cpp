#include "app/demo/verdict.hpp"

#include <fmt/format.h>

namespace tidemark::demo {
namespace {

std::string mapped_record(const Json& contact, System system) {
  for (const auto& record : at(contact, "records"))
    if (text_at(record, "connector") == key_of(system))
      return text_at(record, "remote_id");
  return "";
}

/// Systems that tell of every change, also of those that we make.
bool tells_of_our_writes(System system) {
  return system == System::gohighlevel || system == System::aloware;
}

} // namespace

std::vector<std::string> missing_for(System system, Ending ending, const Json& contact,
                                     const Happened& happened) {
  const std::string key(key_of(system));
  if (ending != Ending::arrives) {
    const auto found = happened.decided.find(key);
    const std::pair<std::string, std::string> wanted{"blocked", "opted_out"};
    if (found != happened.decided.end() && found->second == wanted && happened.to(key) == nullptr)
      return {};
    return {"the log does not say blocked(opted_out)"};
  }
  std::vector<std::string> missing;
  const auto* sent = happened.to(key);
  if (sent == nullptr)
    missing.emplace_back("the log has no delivery");
  else if (sent->ended != "accepted")
    missing.push_back("its delivery is " + (sent->ended.empty() ? "still open" : sent->ended));
  if (system != System::verity && mapped_record(contact, system).empty())
    missing.emplace_back("it has no mapping");
  if (tells_of_our_writes(system) && !happened.echoes.contains(key))
    missing.emplace_back("the echo of our write was not recognised");
  return missing;
}

std::vector<std::string> missing_in_log(const Change& change, const Json& contact,
                                        const Happened& happened) {
  std::vector<std::string> all;
  for (const auto& [system, ending] : change.others)
    for (auto& fault : missing_for(system, ending, contact, happened))
      all.push_back(std::move(fault));
  if (change.rival && happened.conflicts.empty())
    all.emplace_back("the log has no decision about the conflict");
  if (happened.has_open_delivery())
    all.emplace_back("a delivery is still open");
  return all;
}

std::string outcome_words(System system, Ending ending, const Happened& happened) {
  const std::string key(key_of(system));
  if (const auto* sent = happened.to(key)) {
    auto words = sent->operation == "create"    ? std::string("created and mapped")
                 : sent->operation == "forward" ? std::string("webhook forwarded")
                                                : std::string("updated");
    if (sent->ended != "accepted")
      words = sent->operation + ": " + (sent->ended.empty() ? "not yet answered" : sent->ended);
    return sent->attempts > 1 ? fmt::format("{}, at attempt {}", words, sent->attempts) : words;
  }
  const auto found = happened.decided.find(key);
  if (found == happened.decided.end())
    return ending == Ending::arrives ? "nothing in the log" : "no outcome in the log";
  const auto& [outcome, reason] = found->second;
  return fmt::format("{}({})", outcome, reason);
}

} // namespace tidemark::demo
